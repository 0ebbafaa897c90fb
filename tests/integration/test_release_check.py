# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release-check` with parts that do nothing: all run in a clean clone, and one that fails makes it fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from .clones import ROOT, Clone

PAIRS = (ROOT / "tests/versions.txt").read_text(encoding="utf-8").splitlines()
SANITY = ("3.11 2.19", "3.12 2.21", "3.13 2.21")
REPLACED = (
    "set-up-release",
    "set-up-controller",
    "set-up-eda",
    "set-up-docs",
    "set-up-pair",
    "sanity",
    "test",
    "archive-check",
)
MAKE = """#!/bin/sh
case "$*" in
    *set-up) ln -s "$ENVIRONMENT" .venv ;;
    build) mkdir -p build && git rev-parse HEAD >build/utmstack-siem-checked.tar.gz ;;
    "$FAILING") test ! -e untracked.txt && echo "page.md:3: a mistake" && exit 1 ;;
esac
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone whose scripts do nothing, with a file that is not committed."""
    found = Clone(tmp_path_factory.mktemp("release-check"))
    for name in REPLACED:
        (found.root / "tools" / f"{name}.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    found.commit("Scripts that do nothing")
    (found.root / "untracked.txt").write_text("", encoding="utf-8")
    return found


def check(clone: Clone, directory: Path, failing: str) -> tuple[int, str, list[list[str]]]:
    """The exit code, the output and the rows of the table, when this target fails."""
    make = directory / "make"
    make.write_text(MAKE, encoding="utf-8")
    make.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{directory}:{os.environ['PATH']}",
        "ENVIRONMENT": str(ROOT / os.environ.get("VENV", ".venv")),
        "FAILING": failing,
    }
    done = subprocess.run(
        ["tools/release-check.sh"], cwd=clone.root, env=environment, capture_output=True, text=True, check=False
    )
    table = (clone.root / "build" / "release-check.txt").read_text(encoding="utf-8")
    assert table in done.stdout
    rows = [re.split(r"  +", line) for line in table.partition("\nChecked ")[2].partition("\n\n")[0].splitlines()[1:]]
    return done.returncode, done.stdout, rows


def test_a_part_that_fails_makes_the_check_fail(clone: Clone, tmp_path: Path) -> None:
    code, output, rows = check(clone, tmp_path, "lint")
    assert code == 1
    assert output.splitlines()[0] == "The last commit is checked; changes that are not committed are not."
    assert output.splitlines()[-1] == "FAILED: lint"
    results = {row[0]: row[-1] for row in rows}
    assert results.pop("lint") == "FAILED: page.md:3: a mistake"
    assert set(results.values()) == {"passed"}


def test_each_pair_of_versions_is_checked(clone: Clone, tmp_path: Path) -> None:
    (clone.root / "build").mkdir(exist_ok=True)
    (clone.root / "build" / "utmstack-siem-old.tar.gz").write_text("of another version", encoding="utf-8")
    code, output, rows = check(clone, tmp_path, "nothing")
    assert code == 0, output
    # Those of the pair of .venv are in the fast tests.
    own = f"{sys.version_info[0]}.{sys.version_info[1]} {'.'.join(metadata.version('ansible-core').split('.')[:2])}"
    others = [pair for pair in PAIRS if pair != own]
    assert [row[0] for row in rows].count("fast tests") == 1
    for subject, pairs in (("unit tests", others), ("archive installed", PAIRS), ("sanity", SANITY)):
        names = [f"Python {python}, ansible-core {core}" for python, core in map(str.split, pairs)]
        assert sorted(row[1] for row in rows if row[0] == subject) == names
    assert "Not checked:" in output
    # What was checked is what the workflow uploads, and nothing else is there.
    archives = {path.name: path.read_text(encoding="utf-8").strip() for path in (clone.root / "build").glob("*.tar.gz")}
    assert archives == {"utmstack-siem-checked.tar.gz": clone.git("rev-parse", "HEAD")}


def test_a_table_that_cannot_be_printed_makes_the_check_fail(clone: Clone, tmp_path: Path) -> None:
    table = clone.root / "tools" / "release_table.py"
    kept = table.read_text(encoding="utf-8")
    table.write_text("raise SystemExit('no table')\n", encoding="utf-8")
    clone.commit("No table")
    try:
        code, output, _rows = check(clone, tmp_path, "nothing")
    finally:
        table.write_text(kept, encoding="utf-8")
        clone.commit("A table")
    assert (code, output.splitlines()[-1]) == (1, "FAILED: table of the parts")
