# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at any request of any writer: the next run finishes it, undo takes it back, and so does a killed undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.faults import is_writing

from ..matrices import KILLS, Record
from .kills import Lab, Left, Point, Problems, follow_up, kills_of_undo, points_of
from .server_state import Observer
from .writers import WRITERS, Writer, full_or_sample


@pytest.fixture
def lab(utmstack_simulator: Callable[..., SimulatorProcess], dialect: str, writer: Writer, tmp_path: Path) -> Lab:
    """The writer on a server of the dialect, run once."""
    return Lab(Observer(utmstack_simulator(dialect)), writer, tmp_path)


def judge(lab: Lab, record_cell: Record, found: list[Problems]) -> None:
    """Count every measurement, and fail if something went wrong."""
    for problems in found:
        for column, problem in problems.items():
            record_cell(KILLS, lab.writer.name, column, not problem)
    wrong = [problem for problems in found for problem in problems.values() if problem]
    assert not wrong, "\n".join(wrong)


@full_or_sample(WRITERS)
def test_a_run_killed_at_any_request_recovers(lab: Lab, record_cell: Record) -> None:
    followed: dict[str, Problems] = {}
    states: list[Left] = []
    found = []
    for point in points_of(lab.requests):
        left = lab.kill_at(point)
        # What the next run makes of it depends on nothing else.
        key = repr(left)
        if key not in followed:
            states.append(left)
            followed[key] = follow_up(lab, point, left)
        found.append({column: problem and f"{column}, {point}: {problem}" for column, problem in followed[key].items()})
    judge(lab, record_cell, found)
    writes = sum(is_writing(row["method"], row["path"]) for row in lab.requests)
    partly = [left for left in states if left.state not in (lab.before, lab.wanted)]
    # Some of the kills must have hit between two writes, or nothing was shown.
    assert len(partly) >= min(2, writes - 1)


@full_or_sample([writer for writer in WRITERS if writer.has_receipt])
def test_an_undo_killed_at_any_request_is_finished_by_the_next_one(lab: Lab, record_cell: Record) -> None:
    writes = [number for number, row in enumerate(lab.requests, 1) if is_writing(row["method"], row["path"])]
    middle = Point(writes[len(writes) // 2], carried_out=True)
    found = kills_of_undo(lab, lab.complete)
    if len(writes) > 1:
        found += kills_of_undo(lab, lambda: lab.kill_at(middle))
    judge(lab, record_cell, found)
