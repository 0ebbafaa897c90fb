# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/undo.md does what it says, command by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from .documented import Command
from .walks import walk


@pytest.mark.full
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    walk("docs/undo.md", tmp_path)


def test_a_line_that_is_not_printed_is_missed() -> None:
    command = Command("ls", ("closed  …", "receipt …/state"))
    assert command.missing("closed      3\nreceipt  /tmp/state\n") == []
    assert command.missing("receipt  /tmp/state\nclosed      3\n") == ["receipt …/state"]
    assert command.missing("") == ["closed  …", "receipt …/state"]
