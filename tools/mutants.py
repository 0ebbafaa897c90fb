# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Break the code in small ways, one at a time, and show whether the tests notice.

The edits are in ``tests/mutants.yml``: what is broken, in which file, the old and the new text, and the tests that must
fail. Each edit is made in a copy of the collection, never in the working tree.
"""

from __future__ import annotations

import argparse
import ast
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tests" / "mutants.yml"
# The same sample in every run, so that a survivor can be reproduced.
SEED = 16
WORKERS = 2
TIMEOUT = 300
# The venv is linked; `collections` holds links that pytest-ansible makes to this very folder.
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", "build", "output", "collections"
)
PASSED, FAILED = 0, 1


class Unusable(Exception):
    """An edit that cannot be made, or tests that cannot judge it."""


@dataclass(frozen=True)
class Edit:
    """One way to break the code; `tests` are files or test IDs of pytest."""

    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def broken(self, text: str) -> str:
        """The text of the file with the edit. :raises Unusable: the old text is not there exactly once."""
        found = text.count(self.old)
        if found != 1:
            raise Unusable(f"{self.file} holds the old text of '{self.what}' {found} times. Update the edit.")
        broken = text.replace(self.old, self.new)
        try:
            ast.parse(broken)
        except SyntaxError as error:
            raise Unusable(f"The edit '{self.what}' breaks the syntax of {self.file}: {error}") from error
        return broken


def read_edits(path: Path = LIST) -> list[Edit]:
    """The edits of the list. :raises Unusable: one of them cannot be made."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    edits = [Edit(row["what"], row["file"], row["old"], row["new"], tuple(row["tests"])) for row in rows]
    for edit in edits:
        edit.broken((ROOT / edit.file).read_text(encoding="utf-8"))
        if edit.old == edit.new or not edit.tests:
            raise Unusable(f"The edit '{edit.what}' changes nothing, or names no test.")
    if len({edit.what for edit in edits}) < len(edits):
        raise Unusable("Two edits have the same `what`.")
    return edits


class Copy:
    """A copy of the collection under its own name."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "siem"
        shutil.copytree(ROOT, self._root, ignore=_LEFT_OUT, symlinks=True)
        venv = self._root / ".venv"
        named = venv / "collections" / "ansible_collections" / "utmstack"
        named.mkdir(parents=True)
        (named / "siem").symlink_to(Path("..", "..", "..", ".."))
        (venv / "bin").symlink_to(Path(sys.executable).parent)
        self._environment = {
            **os.environ,
            "VENV": ".venv",
            "ANSIBLE_COLLECTIONS_PATH": str(venv / "collections"),
            "ANSIBLE_CONFIG": str(self._root / "tests" / "ansible.cfg"),
        }

    def test(self, tests: Sequence[str]) -> tuple[int, str]:
        """Run tests until one fails; the exit code of pytest and its output."""
        command = [sys.executable, "-m", "pytest", "-x", "--quiet", "--tb=line", *tests]
        try:
            done = subprocess.run(
                command, cwd=self._root, env=self._environment, capture_output=True, text=True, timeout=TIMEOUT
            )
        except subprocess.TimeoutExpired:
            # A loop without end is noticed as well.
            return FAILED, f"FAILED not done after {TIMEOUT} s"
        return done.returncode, done.stdout + done.stderr

    def is_noticed(self, edit: Edit) -> tuple[bool, str]:
        """Whether a test fails with the edit, and which one. :raises Unusable: the tests did not run."""
        path = self._root / edit.file
        whole = path.read_text(encoding="utf-8")
        path.write_text(edit.broken(whole), encoding="utf-8")
        try:
            code, output = self.test(edit.tests)
        finally:
            path.write_text(whole, encoding="utf-8")
        if code not in (PASSED, FAILED):
            raise Unusable(f"The tests of '{edit.what}' did not run:\n{output}")
        failed = [line.split()[1] for line in output.splitlines() if line.startswith("FAILED ")]
        return code == FAILED, failed[0] if failed else ""


def try_all(edits: Sequence[Edit]) -> list[Edit]:
    """Try the edits and print what became of each; those that no test noticed."""
    copies: queue.Queue[Copy] = queue.Queue()

    def attempt(edit: Edit) -> bool:
        copy = copies.get()
        try:
            noticed, test = copy.is_noticed(edit)
        finally:
            copies.put(copy)
        print(
            f"{'killed  ' if noticed else 'SURVIVED'}  {edit.what} ({edit.file}){f': {test}' if test else ''}",
            flush=True,
        )
        return noticed

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(WORKERS) as pool:
        for number in range(WORKERS):
            copies.put(Copy(Path(folder, str(number))))
        code, output = copies.queue[0].test(sorted({test for edit in edits for test in edit.tests}))
        if code != PASSED:
            raise Unusable(f"The tests fail without any edit:\n{output}")
        return [edit for edit, noticed in zip(edits, pool.map(attempt, edits), strict=True) if not noticed]


def main() -> int:
    """Read the arguments, try the edits and print the figures; 1 for survivors, 2 for an unusable list."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--sample", type=int, help="try so many edits, the same ones in every run (default: all)")
    parser.add_argument("--only", default="", help="try the edits whose description or file holds this text")
    arguments = parser.parse_args()
    started = time.monotonic()
    try:
        every = read_edits()
        edits = [edit for edit in every if arguments.only in edit.what or arguments.only in edit.file]
        if arguments.sample is not None and arguments.sample < len(edits):
            edits = random.Random(SEED).sample(edits, arguments.sample)
        survivors = try_all(edits)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"{len(edits)} of {len(every)} edits: {len(edits) - len(survivors)} killed, {len(survivors)} survived, "
        f"in {time.monotonic() - started:.0f} s"
    )
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
