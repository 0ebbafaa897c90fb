# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault at four requests of every writer: no false report, the next run completes it, nothing is there twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from utmstack_simulator.process import SimulatorProcess

from ..matrices import FAULTS, Record
from .faulting import VARIANTS, FaultLab, places_of
from .server_state import Observer
from .writers import WRITERS, Writer, full_or_sample


@pytest.fixture
def lab(utmstack_simulator: Callable[..., SimulatorProcess], dialect: str, writer: Writer, tmp_path: Path) -> FaultLab:
    """The writer on a server of the dialect, run once."""
    return FaultLab(Observer(utmstack_simulator(dialect)), writer, tmp_path)


@full_or_sample(WRITERS)
def test_under_any_fault_nothing_false_is_reported_and_the_next_run_completes_it(
    lab: FaultLab, record_cell: Record, request: pytest.FixtureRequest
) -> None:
    places = places_of(lab.requests)
    if not request.config.getoption("full"):
        places = [place for place in places if place.name == "middle"]
    wrong = []
    for column, variants in VARIANTS.items():
        for place in places:
            for variant in variants:
                problem = lab.under(column, variant, place)
                record_cell(FAULTS, lab.writer.name, column, not problem)
                if problem:
                    wrong.append(f"{variant} at {place}: {problem}")
    assert not wrong, "\n".join(wrong)
