# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/events.md does what it says, command by command."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from ..integration.process_tree import kill_all
from ..integration.walks import walk
from .rulebook_process import MARK, ROOT, VENV


def started_with(mark: str) -> list[int]:
    """The numbers of the processes with this in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


@pytest.mark.full
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    environment = {
        "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}",
        "JAVA_HOME": (VENV / "java-home").read_text(encoding="utf-8").strip(),
        "HOME": str(tmp_path),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        MARK: str(tmp_path),
    }
    try:
        walk("docs/events.md", tmp_path, environment, quick=False)
    finally:
        kill_all(lambda: started_with(f"{MARK}={tmp_path}"))
