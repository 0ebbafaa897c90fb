# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels of loops show names of a server, which anybody who names a host may have chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.filter.printable import printable

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Port scan – 東京", "Port scan – 東京"),
        ("A\x1b[31mB\x9b31mC\u202eD\u2028E", r"A\x1b[31mB\x9b31mC\u202eD\u2028E"),
        ("x" * 81, "x" * 80 + "…"),
        (5, "5"),
    ],
)
def test_a_label_cannot_act_on_a_terminal(text: object, shown: str) -> None:
    assert printable(text) == shown


def test_loops_over_names_of_a_server_have_labels_that_cannot_act_on_a_terminal() -> None:
    unlabeled = [
        f"{path.parts[-3]}: {block['loop']}"
        for role in ("false_positives", "tag_rules", "tag_governance")
        for path in [ROOT / "roles" / role / "tasks" / "main.yml"]
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))
        if "loop" in block and "| utmstack.siem.printable" not in block.get("loop_control", {}).get("label", "")
    ]
    assert unlabeled == []
