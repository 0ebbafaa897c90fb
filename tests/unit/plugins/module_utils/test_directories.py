# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories of receipts, relative paths, and file names of instances."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.directories import (
    absolute_path,
    check_directory,
    create_directory,
    file_name,
)
from ansible_collections.utmstack.siem.plugins.module_utils.errors import FileNotWritten, InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.writing import receipt_files

HEAD = {"server": "https://siem.example", "dialect": "v11"}
NAMES = [
    "siem-1",
    "Customer 7",
    "Customer_7",
    "2001:db8::7",
    "2001_db8__7",
    "a/b",
    "a\\b",
    "..",
    ".",
    "",
    "-x",
    "Zürich",
]
NAMES += ["Zurich", "x" * 300, "x" * 301, "a\nb", "\udcff", "{{ x }}", "a'b\"c"]


def mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_file_names_are_safe_and_distinct() -> None:
    made = [file_name(name) for name in NAMES]
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name) for name in made)
    # Not even a host that is called like the file of another one shares it.
    assert len({*made, *map(file_name, made)}) == len({*NAMES, *made})
    assert (file_name("siem-1.example.com"), made[2]) == ("siem-1.example.com", "Customer_7")


def test_a_relative_path_starts_in_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/srv/soc")
    monkeypatch.setenv("CASE", "case-7")
    assert absolute_path("receipts/") == f"{tmp_path}/receipts/"
    assert absolute_path("./a/../r.jsonl") == f"{tmp_path}/r.jsonl"
    assert absolute_path("~/receipts") == "/srv/soc/receipts"
    assert absolute_path("/srv/$CASE") == "/srv/case-7"
    assert absolute_path("/") == "/"


def test_new_directories_are_for_their_owner_alone_and_old_ones_keep_their_mode(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    old.chmod(0o755)
    path = receipt_files.path_of(f"{old}/new/deep/", "https://siem.example:8443")
    assert not (old / "new").exists()
    receipt_files.begin(path, HEAD, [])
    assert re.fullmatch(r"siem.example_8443-\d{8}T\d{6}\.\d{6}Z\.jsonl", Path(path).name)
    assert [mode(old), mode(old / "new"), mode(old / "new" / "deep")] == [0o755, 0o700, 0o700]
    assert mode(Path(path)) == 0o600


@pytest.mark.parametrize("below", ["", "new/deep/"])
def test_a_directory_in_which_everybody_replaces_files_needs_consent(tmp_path: Path, below: str) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(InvalidInput, match=rf"{shared} \(mode 0777\).*`allow_insecure_directory: true`"):
        receipt_files.path_of(f"{shared}/{below}", HEAD["server"])
    assert receipt_files.path_of(f"{shared}/{below}", HEAD["server"], allow_insecure=True).startswith(str(shared))
    shared.chmod(0o1777)
    assert receipt_files.path_of(f"{shared}/{below}", HEAD["server"]).startswith(str(shared))


def test_what_is_no_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("file", "dangling"):
        for path in (tmp_path / name, tmp_path / name / "below"):
            with pytest.raises(FileNotWritten, match="is not a directory"):
                check_directory(str(path), allow_insecure=True)
    monkeypatch.setattr(os, "access", lambda *arguments: False)
    with pytest.raises(FileNotWritten, match="may not create files"):
        check_directory(str(tmp_path / "new"), allow_insecure=True)


def test_a_link_that_appears_meanwhile_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (tmp_path / "receipts").symlink_to(target)
    with pytest.raises(FileExistsError):
        create_directory(str(tmp_path / "receipts" / "deep"))
    with pytest.raises(InvalidInput, match="could not be created"):
        receipt_files.begin(str(tmp_path / "receipts" / "r.jsonl"), HEAD, [])
    assert not target.exists()


def test_tasks_that_create_a_directory_at_once_share_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mkdir = os.mkdir

    def late(path: str, permissions: int) -> None:
        mkdir(path, permissions)
        mkdir(path, permissions)

    monkeypatch.setattr(os, "mkdir", late)
    create_directory(str(tmp_path / "receipts"))
    assert mode(tmp_path / "receipts") == 0o700
