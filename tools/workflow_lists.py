# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the jobs of .github/workflows/ci.yml as outputs of a step.

They are the parts of .ci/run, and the pairs of tests/versions.txt.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_LIST = re.compile(r"^parts=\(\n(.*?)^\)", re.DOTALL | re.MULTILINE)
_PART = re.compile(r' +"([^":]+): ([^"]+)"')
# .ci/run runs them after its parts, with a closing line of their own.
TESTS = {"name": "tests", "command": "make set-up && tools/test.sh --full"}


def parts(script: str) -> list[dict[str, str]]:
    """Name and command of each part of .ci/run, and the tests."""
    listed = _LIST.search(script)
    if listed is None:
        raise ValueError(".ci/run has no list of parts")
    found = []
    for number, line in enumerate(listed[1].splitlines(), start=1):
        part = _PART.fullmatch(line)
        if part is None:
            raise ValueError(f'.ci/run: line {number} of the list of parts is not "NAME: COMMAND": {line.strip()}')
        found.append({"name": part[1], "command": part[2]})
    return [*found, TESTS]


def pairs(lines: str) -> list[dict[str, str]]:
    """The pairs of Python and ansible-core, one a line."""
    return [dict(zip(("python", "core"), line.split(), strict=True)) for line in lines.splitlines() if line]


def main() -> None:
    """Print one line for each list."""
    print("parts=" + json.dumps(parts((ROOT / ".ci" / "run").read_text(encoding="utf-8"))))
    print("pairs=" + json.dumps(pairs((ROOT / "tests" / "versions.txt").read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
