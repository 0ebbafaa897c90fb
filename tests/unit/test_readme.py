# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of tested versions in README.md is that of the files which say what tests run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from utmstack_simulator.state.release import RELEASES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_TESTED = README.split("## What was tested\n")[1].split("\n## ")[0]


def pairs(text: str) -> set[tuple[str, str]]:
    """The pairs of Python and ansible-core in ``2.17 to 2.19 with Python 3.11, 2.20 with 3.12``."""
    found = set()
    for first, last, pythons in re.findall(r"(2\.\d+)(?: to (2\.\d+))? with ([\w. ]+)", text):
        cores = range(int(first[2:]), int((last or first)[2:]) + 1)
        found |= {(python, f"2.{core}") for python in re.findall(r"3\.\d+", pythons) for core in cores}
    return found


def test_the_versions_of_ansible_core_are_those_that_are_tested() -> None:
    (row,) = re.findall(r"^\| ansible-core, Python \| ([^|]*) \|", _TESTED, re.MULTILINE)
    lines = (ROOT / "tests" / "versions.txt").read_text(encoding="utf-8").splitlines()
    listed = {tuple(line.split()) for line in lines if line and not line.startswith("#")}
    assert pairs(row) == listed


def test_the_releases_of_utmstack_are_those_that_are_simulated() -> None:
    """Those that README and the page about support name as tested."""
    support = (ROOT / "docs" / "support.md").read_text(encoding="utf-8")
    for text in (_TESTED, support):
        rows = re.findall(r"^\|(?: UTMStack)? \| ([\d., ]+) \| (?!not tested)", text, re.MULTILINE)
        assert ", ".join(rows).split(", ") == list(RELEASES)


@pytest.mark.parametrize(
    ("row", "file", "pattern"),
    [
        ("ansible-rulebook", "tests/eda/requirements.in", r"ansible-rulebook==([\d.]+)"),
        ("AWX", "tests/controller/awx/server.py", r'version: str = "(\d+\.\d+)'),
    ],
)
def test_a_version_is_that_of_the_tests(row: str, file: str, pattern: str) -> None:
    assert re.findall(rf"^\| {row} \| ([^|]*) \|", _TESTED, re.MULTILINE) == re.findall(
        pattern, (ROOT / file).read_text(encoding="utf-8")
    )
