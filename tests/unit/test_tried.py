# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables in docs/security.md are those that the tests write, with all that they try, and without a finding."""

from __future__ import annotations

import re

from tests.integration.test_secrets import CREDENTIALS, FAILURES, PLAYED
from tests.matrices import BLANKS, SECRETS, TEXTS
from tests.unit.plugins.module_utils.entrypoints.test_hostile_text import ACTING, PATHS
from tools.tried import HEADINGS, NOT_TRIED, SECTION, page_section

Cells = dict[tuple[str, str, str], tuple[int, int]]


def cells_on(section: str) -> Cells:
    """The numbers on the page."""
    found: Cells = {}
    for matrix, heading in HEADINGS.items():
        title = heading.splitlines()[0]
        if title not in section:
            continue
        lines = re.findall(r"^\|.*$", section.partition(title)[2].partition("\n### ")[0], re.MULTILINE)
        head, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
        for row, *cells in rows:
            for column, cell in zip(head[1:], cells, strict=True):
                if cell != NOT_TRIED:
                    passed, _slash, measured = cell.partition("/")
                    found[(matrix, row, column)] = (int(passed), int(measured))
    return found


def on_page() -> tuple[str, Cells]:
    section = SECTION.parts()[1]
    return section, cells_on(section)


def test_the_page_is_the_one_that_the_tests_write() -> None:
    section, cells = on_page()
    assert page_section(cells) == section


def test_no_finding_is_left() -> None:
    _section, cells = on_page()
    assert {key: cell for key, cell in cells.items() if cell[0] != cell[1]} == {}


def test_all_that_is_tried_is_on_the_page() -> None:
    _section, cells = on_page()
    rows = {matrix: {row for name, row, _column in cells if name == matrix} for matrix in (SECRETS, TEXTS)}
    columns = {matrix: {column for name, _row, column in cells if name == matrix} for matrix in (SECRETS, TEXTS)}
    assert rows == {SECRETS: {*CREDENTIALS, *PLAYED.values()}, TEXTS: set(PATHS)}
    assert columns == {SECRETS: set(FAILURES), TEXTS: set(ACTING)}


def test_a_finding_is_counted_and_a_matrix_without_cells_is_left_out() -> None:
    section = page_section({(BLANKS, "triage", "null"): (3, 4), (BLANKS, "report", "wrong"): (1, 1)})
    assert "Cases: 5. Findings: 1." in section
    assert "| report | – | 1/1 |\n| triage | 3/4 | – |" in section
    assert "Hostile texts" not in section
