# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks make of what they measured."""

from __future__ import annotations

import math

import pytest

from tests.benchmarks.bench_collection import SECTION, case_rows, table
from tests.benchmarks.bench_eda import Lags, Rate, lag_lines, memory_lines, rate_lines
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


def test_lags_are_shown_by_their_quantiles() -> None:
    lags = Lags([number / 100 for number in range(101)], [30.0] * 101, requests=2.0)
    lines = list(lag_lines(lags))
    assert [[cell.strip() for cell in line.split("|")[2:5]] for line in lines[2:4]] == [
        ["0.50", "0.95", "1.00"],
        ["30.00", "30.00", "30.00"],
    ]
    assert "Requests of an idle poll: 2.0." in "".join(lines)


def test_only_a_server_is_read_before_the_first_event() -> None:
    rates = [Rate("no feedback", 20000, 1234.5, 0.25), Rate("generator", 20000, 4000.0, None)]
    assert [[cell.strip() for cell in line.split("|")[1:5]] for line in list(rate_lines(rates))[2:]] == [
        ["no feedback", "20,000", "1,234", "0.25"],
        ["generator", "20,000", "4,000", ""],
    ]


def test_the_memory_of_a_source_is_a_range() -> None:
    assert "from 10,000 to 20,000 events: 41.0 ± 1.0 MB" in "".join(
        memory_lines([(5000, 30.0), (10000, 40.0), (15000, 42.0), (20000, 41.5)])
    )
