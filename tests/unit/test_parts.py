# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a check: all run, each failure is named and makes the whole fail."""

from __future__ import annotations

import re
import subprocess

import pytest

from tools.release_table import NOT_CHECKED, table

from ..makefile import ROOT, TARGETS, targets_of_parts

SCRIPT = '. tools/parts.sh; run_parts "$@"; failures'


def run_parts(*parts: str) -> tuple[int, str]:
    """The exit code and the output of these parts."""
    done = subprocess.run(
        ["bash", "-uc", SCRIPT, "parts", *parts], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout


def test_all_parts_run_and_a_failing_one_fails_the_whole() -> None:
    code, output = run_parts("first: echo one", "second (v11): echo two; exit 3", "third @ 3.12: echo three >&2")
    assert output == "== first\none\n== second (v11)\ntwo\n== third @ 3.12\nthree\nFAILED: second (v11)\n"
    assert code == 1


def test_parts_without_failure_succeed() -> None:
    assert run_parts("first: echo one", "second: true") == (0, "== first\none\n== second\n")


def test_a_missing_program_is_a_failure_that_names_it() -> None:
    code, output = run_parts("only: no-such-program --version")
    assert code == 1
    assert "no-such-program: command not found" in output


def test_what_a_killed_part_printed_is_shown() -> None:
    code, output = run_parts("only: echo before; kill -9 $$", "next: echo after")
    assert code == 1
    assert output == "== only\nbefore\n== next\nafter\nFAILED: only\n"


@pytest.mark.parametrize("path", [".ci/run", "tools/release-check.sh"])
def test_each_named_target_and_script_exists(path: str) -> None:
    named = targets_of_parts(path)
    assert len(named) > 5
    assert named <= TARGETS
    scripts = set(re.findall(r"\btools/[a-z-]+\.(?:sh|py)\b", (ROOT / path).read_text(encoding="utf-8")))
    assert {script for script in scripts if not (ROOT / script).is_file()} == set()


def test_the_table_shows_version_minutes_and_the_reason_of_a_failure() -> None:
    rows = [
        ("lint", 0, 61, "fine"),
        ("units @ Python 3.12, ansible-core 2.21", 1, 5, "1 failed\n\n"),
        ("site", 127, 0, ""),
    ]
    lines = table(rows, "Python 3.11.7, ansible-core 2.19.14").splitlines()
    assert [re.split(r"  +", line.strip()) for line in lines] == [
        ["Checked", "On which version", "Minutes", "Result"],
        ["lint", "Python 3.11.7, ansible-core 2.19.14", "1:01", "passed"],
        ["units", "Python 3.12, ansible-core 2.21", "0:05", "FAILED: 1 failed"],
        ["site", "Python 3.11.7, ansible-core 2.19.14", "0:00", "FAILED: exit code 127"],
    ]


def test_what_is_not_checked_is_listed() -> None:
    for subject in ("real UTMStack servers", "real AWX", "upload to Galaxy", "macOS"):
        assert subject in NOT_CHECKED
