# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No alert is lost, however often the rulebook is killed while alerts arrive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from utmstack_simulator.process import SimulatorProcess

from .conftest import Start
from .kill_lab import Arrivals, Kills, Record, Shares, acknowledging

SOURCES = Path(__file__).parent / "sources"
PATIENCE = 240


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """An empty record of the playbooks of this test."""
    directory = tmp_path / "record"
    directory.mkdir()
    return Record(directory)


@pytest.mark.parametrize("siem", ["v11"], indirect=True)
def test_a_source_that_forgets_what_it_delivered_loses_alerts(
    siem: SimulatorProcess, rulebook_process: Start, record: Record, tmp_path: Path
) -> None:
    cursor = tmp_path / "cursor"
    rulebook = acknowledging({"forgetful": {"cursor": str(cursor), "interval": 0.2}})
    arrivals = Arrivals(siem)

    def delivered() -> int:
        return len(json.loads(cursor.read_text(encoding="utf-8") or "[]")) if cursor.exists() else 0

    def ahead() -> bool:
        """Whether the cursor has passed alerts that no playbook has seen."""
        return delivered() > len(arrivals.ids) - len(arrivals.waiting())

    kills = Kills(record, Shares(20, 2), seed=1, ready=ahead)
    process = kills.carry_out(
        lambda: rulebook_process(rulebook, environment=record.environment(), arguments=["--source-dir", str(SOURCES)]),
        arrivals,
    )
    arrivals.release(1)
    process.wait_for(lambda: arrivals.ids[-1] not in arrivals.waiting())
    lost = arrivals.waiting()
    print(f"{len(lost)} lost, {record.duplicates()} duplicates")
    assert lost
