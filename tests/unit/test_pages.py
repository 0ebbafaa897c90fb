# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks on the pages can be pasted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.vars.reserved import get_reserved_names

from tools.pages import ROOT, blocks_of, name_of, pages
from tools.site.sources import Loader


def plays_of(page: Path) -> Iterator[dict[str, Any]]:
    """The plays in the YAML blocks of a page."""
    for block in (block for block in blocks_of(page) if block.kind in ("yaml", "yml")):
        for document in yaml.load_all(block.text, Loader=Loader):
            for entry in document if isinstance(document, list) else ():
                if isinstance(entry, dict) and "hosts" in entry:
                    yield entry


def test_playbooks_are_found() -> None:
    assert len(list(plays_of(ROOT / "docs" / "lookups.md"))) == 2


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_variable_has_a_name_of_which_ansible_warns(page: Path) -> None:
    for play in plays_of(page):
        named = {*play.get("vars", {}), *(name for task in play.get("tasks", ()) for name in task.get("vars", {}))}
        assert not named & get_reserved_names(), play["name"]
