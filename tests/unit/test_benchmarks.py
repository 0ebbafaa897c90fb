# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks make of what they measured."""

from __future__ import annotations

import math

import pytest

from tests.benchmarks.bench_collection import SECTION, case_rows, table
from tests.benchmarks.cases import Case
from tests.benchmarks.growth import SIZES, Growth
from tests.benchmarks.plain_calls import Timing
from tests.benchmarks.playing import Played


def played(operation: float) -> Played:
    return Played(operation, processor=0.5, task=2.0, playbook=3.0, peak=61.4, requests=7)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.1, 2.0])
def test_the_exponent_is_the_slope_of_the_logarithms(exponent: float) -> None:
    runs = [played(0.001 * size**exponent) for size in SIZES]
    assert math.isclose(Growth("closing", runs).exponent, exponent)


def test_a_case_shows_both_sides_and_their_rates() -> None:
    case = Case("1,000 notes", played(4.0), {"writes alone": Timing(2.0, 1000)}, items=1000)
    assert list(case_rows(case)) == [
        ["1,000 notes", "4.00 (250/s)", "0.50", "2.00", "3.00", "7", "61"],
        ["– plain calls: writes alone", "2.00 (500/s)", "", "", "", "1000", ""],
    ]


def test_a_table_reads_well_as_text() -> None:
    assert list(table(["Task", "s"], [["a long one", "1.0"]])) == [
        "| Task       | s   |\n",
        "| ---------- | --- |\n",
        "| a long one | 1.0 |\n",
    ]


def test_the_page_has_a_place_for_the_tables() -> None:
    before, _tables, after = SECTION.parts()
    assert "## Figures" in before
    assert "## Where the time goes" in after
