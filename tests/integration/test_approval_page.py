# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/approval.md does what it says, command by command, and a walk notices what a page only promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from .walks import walk


@pytest.mark.full
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    walk("docs/approval.md", tmp_path)


@pytest.mark.parametrize(
    ("block", "is_kept"),
    [
        ("$ export WORD=world\n$ echo hello $WORD 17\nhello … 1…\n", True),
        ("$ ls /nowhere || (echo FAILED; false)\nFAILED\n$ echo on\non\n", True),
        ("$ false\n", False),
        ("$ echo FAILED\nFAILED\n", False),
        ("$ echo two; echo one\none\ntwo\n", False),
    ],
)
def test_a_walk_notices_what_a_command_does_not_do(tmp_path: Path, block: str, is_kept: bool) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n```console\n{block}```\n", encoding="utf-8")
    if is_kept:
        walk(page, tmp_path)
    else:
        with pytest.raises(AssertionError):
            walk(page, tmp_path)
