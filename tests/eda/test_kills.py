# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No alert is lost, however often the rulebook is killed while alerts arrive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from .conftest import Start
from .kill_lab import IN_REVIEW, Arrivals, Kills, Record, Shares, acknowledging
from .rulebook_process import RulebookProcess

SOURCES = Path(__file__).parent / "sources"
# Without any alert less that waits.
PATIENCE = 300
Say = Callable[[str], None]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """An empty record of the playbooks of this test."""
    directory = tmp_path / "record"
    directory.mkdir()
    return Record(directory)


# The sample runs each of two ways on one major version, the full set runs them with more alerts on the other one.
def on(sample: str, full: str) -> pytest.MarkDecorator:
    """A `siem` and the shares of a sample and of the full set."""
    return pytest.mark.parametrize(
        "siem, shares",
        [
            pytest.param(sample, Shares(60, 4), id=f"{sample}-sample"),
            pytest.param(full, Shares(500, 20), id=f"{full}-500-alerts", marks=pytest.mark.full),
        ],
        indirect=["siem"],
    )


def alerts_source(tmp_path: Path, **more: Any) -> dict[str, Any]:
    """The event source of the collection."""
    cursor = {"cursor": str(tmp_path / "alerts.cursor"), "since": "1h"}
    return {"name": "alerts", "utmstack.siem.alerts": {**cursor, "interval": 0.5, "reconcile": 5, "burst": 2, **more}}


def check_that_none_is_lost(process: RulebookProcess, arrivals: Arrivals, kills: Kills, say: Say) -> None:
    """Wait until each alert is in review, and show how many were handed to a playbook again."""
    while waiting := len(arrivals.waiting()):
        process.wait_for(lambda waiting=waiting: len(arrivals.waiting()) < waiting, PATIENCE, pause=0.5)
    held = arrivals.siem.alerts()
    assert {held[one]["status"] for one in arrivals.ids} == {IN_REVIEW}
    assert len(held) == len(arrivals.ids)
    say(f"{kills}: none lost, {kills.record.duplicates()} handed to a playbook again")


@on("v11", "v10")
def test_none_is_lost_with_persistence(
    siem: SimulatorProcess, shares: Shares, rulebook_process: Start, record: Record, tmp_path: Path, say: Say
) -> None:
    rulebook = acknowledging(alerts_source(tmp_path, feedback=True))
    arrivals = Arrivals(siem)
    kills = Kills(record, shares, seed=21)
    process = kills.carry_out(
        lambda: rulebook_process(rulebook, environment=record.environment(), persistence=tmp_path / "h2"), arrivals
    )
    check_that_none_is_lost(process, arrivals, kills, say)


@on("v10", "v11")
def test_none_is_lost_without_persistence_when_alerts_are_delivered_again(
    siem: SimulatorProcess, shares: Shares, rulebook_process: Start, record: Record, tmp_path: Path, say: Say
) -> None:
    rulebook = acknowledging(alerts_source(tmp_path, redeliver_after=8, attempts=1000))
    arrivals = Arrivals(siem)
    kills = Kills(record, shares, seed=22)
    process = kills.carry_out(lambda: rulebook_process(rulebook, environment=record.environment()), arrivals)
    check_that_none_is_lost(process, arrivals, kills, say)


@pytest.mark.full
@pytest.mark.parametrize("siem", ["v11"], indirect=True)
def test_none_of_ten_thousand_is_lost_when_an_action_takes_all_of_an_event(
    siem: SimulatorProcess, rulebook_process: Start, record: Record, tmp_path: Path, say: Say
) -> None:
    rulebook = acknowledging(alerts_source(tmp_path, feedback=True, burst=10))
    arrivals = Arrivals(siem)
    kills = Kills(record, Shares(10_000, 3), seed=23)
    process = kills.carry_out(
        lambda: rulebook_process(rulebook, environment=record.environment(), persistence=tmp_path / "h2"), arrivals
    )
    check_that_none_is_lost(process, arrivals, kills, say)


@pytest.mark.parametrize("siem", ["v11"], indirect=True)
def test_a_source_that_forgets_what_it_delivered_loses_alerts(
    siem: SimulatorProcess, rulebook_process: Start, record: Record, tmp_path: Path, say: Say
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
    say(f"{kills}: {len(lost)} lost")
    assert lost
