# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a position: what it holds, and which files are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import FileNotWritten, InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import cursor as cursors
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.cursor import (
    CursorIdentity,
    open_cursor,
    query_digest,
)

IDENTITY = CursorIdentity("https://siem.example", query_digest({"status": ["open"]}))
POSITION = {"known": "", "rounds": 3}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cursor.json"


def saved(path: Path) -> dict[str, Any]:
    """A cursor that was saved once, as its file holds it."""
    cursor = open_cursor(str(path), IDENTITY)
    cursor.save(POSITION)
    cursor.close()
    held: dict[str, Any] = json.loads(path.read_text())
    return held


def test_a_position_is_read_back(path: Path) -> None:
    assert saved(path)["server"] == IDENTITY.server
    assert path.stat().st_mode & 0o777 == 0o600
    again = open_cursor(str(path), IDENTITY)
    assert again.position == POSITION
    again.close()
    assert sorted(os.listdir(path.parent)) == ["cursor.json", "cursor.json.lock"]


def test_a_first_start_has_no_position_and_no_file(path: Path) -> None:
    assert open_cursor(str(path), IDENTITY).position is None
    assert not path.exists()
    memory = open_cursor(None, IDENTITY)
    memory.save(POSITION)
    assert memory.position is None


def test_a_relative_path_starts_in_the_current_directory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert open_cursor(path.name, IDENTITY).path == str(path)


def test_the_order_of_keys_is_none_of_the_query() -> None:
    assert query_digest({"a": 1, "b": [2]}) == query_digest({"b": [2], "a": 1}) != query_digest({"a": 1})


def written(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text) and None


def changed(**members: Any) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_text(json.dumps({**saved(path), **members}))

    return change


def of_another(**members: Any) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        other = open_cursor(str(path), replace(IDENTITY, **members))
        other.save(POSITION)
        other.close()

    return make


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (written(""), "is damaged or no cursor. Restore it from a backup, or move it away"),
        (written("{"), "is damaged or no cursor"),
        (written("[1]"), "is damaged or no cursor"),
        (written("{}"), "is damaged or no cursor"),
        (written("[" * 100_000), "is damaged or no cursor"),
        (changed(position={"known": "AAAA"}), "is damaged or no cursor"),
        (changed(position=None), "is damaged or no cursor"),
        (changed(version=2), "was written by a newer release of the collection. Install that release, or name"),
        (changed(server="https://other.example"), "is damaged or no cursor"),
        (
            of_another(server="https://other.example"),
            "belongs to the server https://other.example, not to https://siem.example. Correct `url`, or name",
        ),
        (of_another(query="0"), "was written for another query. Restore that query, or name another file"),
        (lambda path: path.mkdir(), "is a directory. Name a file in it"),
        (lambda path: (path.parent / "cursor.json.lock").mkdir(), "cursor.json.lock cannot be opened (Is a directory)"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
)
def test_a_file_that_is_no_cursor_of_this_source_is_refused_and_left_alone(
    path: Path, prepare: Callable[[Path], None], message: str
) -> None:
    prepare(path)
    before = path.read_text() if path.is_file() else None
    with pytest.raises(InvalidInput) as refused:
        open_cursor(str(path), IDENTITY)
    assert message in refused.value.message
    assert "`cursor`" in refused.value.message
    assert path.name in refused.value.message
    assert (path.read_text() if path.is_file() else None) == before


def test_a_refused_file_is_not_kept_locked(path: Path) -> None:
    path.write_text("")
    for _try in range(2):
        with pytest.raises(InvalidInput, match="damaged"):
            open_cursor(str(path), IDENTITY)


def test_a_folder_that_cannot_hold_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"`cursor` cannot be used: The directory .*/missing does not exist"):
        open_cursor(str(tmp_path / "missing" / "cursor.json"), IDENTITY)


def test_a_second_source_is_refused_while_the_first_one_has_the_file(path: Path) -> None:
    first = open_cursor(str(path), IDENTITY)
    # The lock outlives the file, which is replaced each time.
    first.save(POSITION)
    with pytest.raises(InvalidInput, match=r"is in use by another source\. Stop that one, or name another file"):
        open_cursor(str(path), IDENTITY)
    first.close()
    open_cursor(str(path), IDENTITY).close()


def test_the_system_unlocks_the_file_of_a_killed_process(path: Path) -> None:
    program = f"""
import os, sys
from {cursors.__name__} import *
cursor = open_cursor({str(path)!r}, CursorIdentity("s", "q"))
print("locked", flush=True)
sys.stdin.read()
"""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        with pytest.raises(InvalidInput, match="in use"):
            open_cursor(str(path), CursorIdentity("s", "q"))
        process.kill()
        process.wait()
        open_cursor(str(path), CursorIdentity("s", "q")).close()


def test_a_position_that_cannot_be_written_leaves_the_one_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved(path)
    cursor = open_cursor(str(path), IDENTITY)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(FileNotWritten, match="No space left on device"):
        cursor.save({"known": "AAAA"})
    assert json.loads(path.read_text()) == before


def test_a_closed_cursor_writes_nothing(path: Path) -> None:
    cursor = open_cursor(str(path), IDENTITY)
    cursor.save(POSITION)
    cursor.close()
    before = path.read_bytes()
    cursor.save({**POSITION, "rounds": 99})
    assert path.read_bytes() == before
