# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrices in docs/reliability.md have the rows and columns of the tests, and only numbers that were measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.matrices import NOT_POSSIBLE, NOT_RUN, SECTION, page_section
from tools.measured import cells_from

from ..matrices import FAULT_COLUMNS, FAULTS, KILL_COLUMNS, KILLS, RERUN, UNDO, Collector, recorder
from .faulting import VARIANTS
from .writers import WRITERS


def tables(section: str) -> dict[str, list[list[str]]]:
    """The rows of each table, the head first."""
    kills, faults = (
        [line.strip("| ").split(" | ") for line in block.splitlines()]
        for block in re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    )
    return {KILLS: kills, FAULTS: faults}


def cells_on(section: str) -> dict[tuple[str, str, str], tuple[int, int]]:
    """The numbers on the page."""
    found = {}
    for matrix, (head, _rule, *rows) in tables(section).items():
        for row, *cells in rows:
            for column, cell in zip(head[1:], cells, strict=True):
                if "/" in cell:
                    passed, measured = cell.split("/")
                    found[(matrix, row, column)] = (int(passed), int(measured))
    return found


def test_the_page_is_the_one_that_the_code_writes() -> None:
    _before, section, _after = SECTION.parts()
    assert page_section(cells_on(section)) == section


def test_rows_and_columns_are_those_of_the_tests() -> None:
    found = tables(page_section({}))
    assert found[KILLS][0] == ["Writer", *KILL_COLUMNS]
    assert found[FAULTS][0] == ["Writer", *FAULT_COLUMNS]
    names = [writer.name for writer in WRITERS]
    for rows in found.values():
        assert [row[0] for row in rows[2:]] == names
    assert len(set(names)) == len(names)
    assert list(VARIANTS) == list(FAULT_COLUMNS)


def test_a_cell_that_was_not_run_says_so() -> None:
    first = WRITERS[0]
    found = tables(page_section({(KILLS, first.name, RERUN): (3, 4)}))
    assert found[KILLS][2][1:3] == ["3/4", NOT_RUN]
    assert set(found[FAULTS][2][1:]) == {NOT_RUN}
    without = next(number for number, writer in enumerate(WRITERS) if not writer.has_receipt)
    assert found[KILLS][2 + without][1:] == [NOT_RUN, *[NOT_POSSIBLE] * 3]


def test_the_measurements_of_all_tests_are_counted(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    kept = list(request.node.user_properties)
    record = recorder(request.node)
    record(KILLS, "a", UNDO, True)
    record(KILLS, "a", UNDO, False)
    properties = request.node.user_properties[len(kept) :]
    request.node.user_properties[:] = kept
    report = pytest.TestReport("x", ("x", 0, "x"), {}, "passed", None, "call", user_properties=properties)
    collector = Collector(tmp_path / "build" / "measured.json")
    for _test in range(2):
        collector.pytest_runtest_logreport(report)
    collector.pytest_sessionfinish()
    text = (tmp_path / "build" / "measured.json").read_text(encoding="utf-8")
    assert cells_from(text) == {(KILLS, "a", UNDO): (2, 4)}
    assert json.loads(text) == [[KILLS, "a", UNDO, 2, 4]]


def test_the_section_stands_once_between_its_marks() -> None:
    page = SECTION.path.read_text(encoding="utf-8")
    assert (page.count(SECTION.begin), page.count(SECTION.end)) == (1, 1)
