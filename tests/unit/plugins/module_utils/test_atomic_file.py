# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process leaves that is ended while it writes a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.atomic_file import write_file

ENDED = """
import os, sys
from ansible_collections.utmstack.siem.plugins.module_utils.atomic_file import create_file, write_file
path, named = sys.argv[1:]
if named:
    del os.O_TMPFILE
def pieces():
    yield "first"
    print(sorted(os.listdir(os.path.dirname(path))), flush=True)
    sys.stdin.read()
write_file(path, pieces(), 0o600, check_mode=False)
"""


@pytest.mark.parametrize("named", ["", "named"])
def test_a_process_that_is_asked_to_end_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, named: str) -> None:
    path = tmp_path / "alerts.csv"
    path.write_text("old")
    with subprocess.Popen(
        [sys.executable, "-c", ENDED, str(path), named],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        meanwhile = process.stdout.readline()
        process.terminate()
    assert process.returncode == -signal.SIGTERM
    assert meanwhile.count("alerts.csv") == 1
    assert meanwhile.count(".part") == bool(named)
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"alerts.csv": "old"}


@pytest.mark.parametrize("named", [False, True])
def test_a_file_is_replaced_and_gets_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool) -> None:
    if named:
        monkeypatch.delattr(os, "O_TMPFILE")
    handler = signal.getsignal(signal.SIGTERM)
    path = tmp_path / "alerts.csv"
    path.write_text("old")
    before, after = write_file(str(path), ["new", "er"], 0o640, check_mode=False)
    assert (before is not None, path.read_text(), oct(path.stat().st_mode)[-3:]) == (True, "newer", "640")
    assert write_file(str(path), ["newer"], 0o600, check_mode=False)[0] == after
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert [each.name for each in tmp_path.iterdir()] == ["alerts.csv"]
    assert signal.getsignal(signal.SIGTERM) is handler


def test_an_error_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[str]:
        yield "first"
        raise ValueError("broken")

    for named in (False, True):
        if named:
            monkeypatch.delattr(os, "O_TMPFILE")
        with pytest.raises(ValueError, match="broken"):
            write_file(str(tmp_path / "alerts.csv"), broken(), 0o600, check_mode=False)
        assert list(tmp_path.iterdir()) == []


def test_the_mode_of_a_file_behind_a_link_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("same")
    target.chmod(0o644)
    link.symlink_to(target)
    write_file(str(link), ["same"], 0o600, check_mode=False)
    assert (oct(target.stat().st_mode)[-3:], link.is_symlink()) == ("644", False)
