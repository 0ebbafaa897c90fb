# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the table of `make release-check`: what was checked, on which version, with which result; and what was not.

Usage: release_table.py RESULTS, with a line "CODE SECONDS NAME" for each part on the standard input, and the output of
each part in RESULTS/NAME. A name of the form "NAME @ VERSION" says on which version.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import yaml

NOT_CHECKED = """
Not checked:
  - real UTMStack servers. The simulator is compared with recordings of 10.8.0 and 11.0.1. 11.2 is 11.0.1 with the
    differences that were seen on an assembly of it, and 12 is not supported.
  - a real AWX, automation controller or EDA controller. Their jobs run with ansible-runner and ansible-rulebook.
  - building the execution environment and the decision environment, which needs containers.
  - the upload to Galaxy, and what the server checks beyond galaxy-importer.
  - macOS, other systems than this one, other processors.
  - the full set of tests, mutants and measurements: .ci/run, make test-full, make mutants, make performance."""
Row = tuple[str, int, int, str]


def table(rows: Iterable[Row], version: str) -> str:
    """A line for each part: its name, exit code, seconds and output.

    :param version: that of parts whose name has none.
    """
    lines = [("Checked", "On which version", "Minutes", "Result")]
    for name, code, seconds, output in rows:
        subject, _at, named = name.partition(" @ ")
        shown = [line for line in output.splitlines() if line.strip()]
        reason = shown[-1].strip() if shown else f"exit code {code}"
        result = f"FAILED: {reason}" if code else "passed"
        lines.append((subject, named or version, f"{seconds // 60}:{seconds % 60:02}", result))
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        f"{subject:{widths[0]}}  {on:{widths[1]}}  {time:>{widths[2]}}  {result}" for subject, on, time, result in lines
    )


def main(results: Path) -> None:
    """Print the table of the parts on the standard input."""
    rows: list[Row] = []
    for line in sys.stdin:
        code, seconds, name = line.rstrip("\n").split(" ", 2)
        output = results / name
        text = output.read_text(encoding="utf-8", errors="replace") if output.exists() else "it was not run"
        rows.append((name, int(code), int(seconds), text))
    version = yaml.safe_load(Path("galaxy.yml").read_text(encoding="utf-8"))["version"]
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout[:12]
    print(f"Version {version}, commit {commit}, {platform.platform()}\n")
    print(table(rows, f"Python {platform.python_version()}, ansible-core {metadata.version('ansible-core')}"))
    print(NOT_CHECKED)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
