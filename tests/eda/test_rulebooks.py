# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks of the collection, started by their names, change on a server what docs/events.md says."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from utmstack_simulator.process import SimulatorProcess

from ..integration.playing import DAY, alert
from .conftest import Start
from .rulebook_process import LOCAL, RulebookProcess

VARIABLES = {"utmstack_interval": 0.5, "utmstack_since": "1h", "utmstack_health_interval": 2}
v10_in_full = pytest.mark.parametrize("siem", [pytest.param("v10", marks=pytest.mark.full), "v11"], indirect=True)


def arrive(siem: SimulatorProcess, *alerts: dict[str, Any]) -> list[str]:
    """Store these open alerts as of now, and return their IDs."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    rows = [{**source, "@timestamp": now} for source in alerts]
    siem.documents([{"index": DAY[siem.dialect], "id": row["id"], "source": row} for row in rows])
    return [row["id"] for row in rows]


def start(rulebook_process: Start, name: str, directory: Path, **variables: Any) -> RulebookProcess:
    """Start a rulebook of the collection.

    :param variables: of the role, in the inventory.
    """
    inventory = directory / f"{name}.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {"localhost": {**LOCAL, **variables}}}}), encoding="utf-8")
    return rulebook_process(f"utmstack.siem.{name}", VARIABLES, arguments=["-i", str(inventory)])


def test_many_alerts_are_triaged_by_few_runs(siem: SimulatorProcess, rulebook_process: Start, tmp_path: Path) -> None:
    ids = arrive(siem, *(alert(number, name=f"Rule {number}") for number in range(1, 121)))
    process = start(rulebook_process, "triage", tmp_path, alert_triage_review_severities=["medium"])
    process.wait_for(lambda: {siem.alerts()[key]["status"] for key in ids} == {3})
    process.wait_for("alerts checked")
    (late,) = arrive(siem, alert(500))
    process.wait_for(lambda: siem.alerts()[late]["status"] == 3)
    process.wait_for(lambda: len(process.lines(r"alerts checked +(\d+)")) == 2)
    assert process.lines(r"alerts checked +(\d+)") == ["120", "1"]
    process.wait_for("in automatic review 0")


@v10_in_full
def test_a_burst_becomes_one_incident(siem: SimulatorProcess, rulebook_process: Start, tmp_path: Path) -> None:
    high = {"severity": 3, "severityLabel": "High"}
    burst = arrive(siem, *(alert(number, **high) for number in range(1, 26)))
    other, low = arrive(siem, alert(100, name="Another", **high), alert(101))
    process = start(rulebook_process, "escalate_burst", tmp_path)
    process.wait_for(lambda: {siem.alerts()[key]["status"] for key in burst} == {3})
    process.wait_for("alerts in it")
    stored = siem.alerts()
    assert [stored[key]["status"] for key in (other, low)] == [2, 2]
    (name,) = {stored[key]["incidentDetail"]["incidentName"] for key in burst}
    assert name.startswith("Burst ")
    assert "Repeated failed logins" not in name


@v10_in_full
def test_an_alert_that_a_suppression_covers_is_closed(
    siem: SimulatorProcess, rulebook_process: Start, tmp_path: Path
) -> None:
    covered, other = arrive(siem, alert(1, name="Backup"), alert(2))
    known = {"name": "Backups", "query": {"name": ["Backup"]}, "expires": "2099-12-31"}
    process = start(rulebook_process, "close_known_false_positives", tmp_path, false_positives_suppressions=[known])
    process.wait_for(lambda: siem.alerts()[covered]["status"] == 5)
    process.wait_for("active suppressions")
    stored = siem.alerts()
    assert (stored[covered]["tags"], stored[other]["status"]) == (["False positive"], 2)
