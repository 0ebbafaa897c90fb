# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of the kill matrix and the fault matrix: what a run of the tests measured, and where it goes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

KILLS, FAULTS = "kills", "faults"
# What was tried for docs/security.md.
SECRETS, TEXTS, BLANKS = "secrets", "texts", "blanks"
RERUN, UNDO, RERUN_AFTER_UNDO, KILLED_UNDO = "Run again", "Undo", "Undo, run again", "Killed undo, undo again"
UNDO_COLUMNS = (UNDO, RERUN_AFTER_UNDO, KILLED_UNDO)
KILL_COLUMNS = (RERUN, *UNDO_COLUMNS)
FAULT_COLUMNS = (
    *("401", "429", "500", "502", "503", "504"),
    *("timeout", "drop-before", "drop-after", "lost write", "restart", "proxy"),
)
# Takes a matrix, a row, a column and whether it is as it should be.
Record = Callable[[str, str, str, bool], None]
_PROPERTY = "cell"


def recorder(item: pytest.Item) -> Record:
    """A function that counts one measurement in a cell."""

    def record(matrix: str, row: str, column: str, passed: bool) -> None:
        item.user_properties.append((_PROPERTY, [matrix, row, column, passed]))

    return record


class Collector:
    """A plugin of pytest that writes all cells to a file, from all processes of the run.

    The file holds ``[matrix, row, column, passed, measured]`` for each cell that was measured.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a test measured."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == _PROPERTY and isinstance(value, list):
                matrix, row, column, passed = value
                counts = self._counts[(matrix, row, column)]
                counts[0] += passed
                counts[1] += 1

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        cells = [[*cell, *counts] for cell, counts in sorted(self._counts.items())]
        self._path.write_text(json.dumps(cells, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
