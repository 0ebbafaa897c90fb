# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that tries rules on recorded alerts, with rules and cases as docs/triage.md prints them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from .playing import ROOT, Stage

ALERTS = [
    {"id": "4f0c…", "name": "Scan", "status": 2, "severity": 1, "adversary": {"ip": "10.20.0.5"}},
    {"id": "77aa…", "name": "Beacon", "status": 2, "severity": 3},
    {"id": "9d21…", "name": "Other", "status": 2, "severity": 1},
]


@pytest.mark.parametrize("meets", [True, False])
def test_the_printed_cases_run_from_the_users_directory(
    v11_stage: Stage, monkeypatch: pytest.MonkeyPatch, meets: bool
) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "triage.md").read_text(encoding="utf-8"), re.S)
    rules, cases = blocks[0], next(block for block in blocks if block.startswith("# cases.yml"))
    folder: Path = v11_stage.directory
    (folder / "files").mkdir()
    (folder / "files" / "triage.yml").write_text(rules, encoding="utf-8")
    expected = cases if meets else cases.replace("Authorized scanners", "Urgent")
    (folder / "cases.yml").write_text(expected, encoding="utf-8")
    (folder / "recorded.json").write_text(json.dumps(ALERTS), encoding="utf-8")
    monkeypatch.chdir(folder)
    played = v11_stage.run_playbook("utmstack.siem.triage_test", "-e", "@cases.yml")
    assert (played.code == 0) is meets, played.output
    assert ("3 expectations met" if meets else "rule is Authorized scanners, expected Urgent") in played.output
    assert "3 alerts, 1 of them without a matching rule" in played.output
