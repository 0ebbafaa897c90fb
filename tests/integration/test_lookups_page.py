# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/lookups.md does what it says, and names every lookup, filter and test for alerts."""

from __future__ import annotations

from pathlib import Path

from .playing import ROOT
from .walks import walk

PAGE = ROOT / "docs" / "lookups.md"


def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    walk("docs/lookups.md", tmp_path)


def test_the_page_names_every_test() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for path in (ROOT / "plugins" / "test").glob("*.py"):
        assert f"`{path.stem}`" in text or f"utmstack.siem.{path.stem}`" in text
