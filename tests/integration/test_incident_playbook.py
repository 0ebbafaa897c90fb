# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The incident playbook: done step by step, and nothing twice, also after a connection that broke in between."""

from __future__ import annotations

import json
from typing import Any

import pytest

from utmstack_simulator.scenarios import load

from .api import INCIDENTS, LINKS, NOTES, Api
from .playing import SEARCH, Played, Stage, alert, v10_in_full

ADD, CHANGE = "/api/utm-incidents/add-alerts", "/api/utm-incidents/change-status"
MARK = "/api/utm-alerts/convert-to-incident"
ONE, TWO = alert(1)["id"], alert(2)["id"]
NAME = "INC-2026-001 brute force"


def work(stage: Stage, check: bool = False, retry_budget: int = 60, **decisions: Any) -> Played:
    """Run the playbook with credentials from the environment."""
    environment = {
        "UTMSTACK_URL": stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
        "UTMSTACK_RETRY_BUDGET": str(retry_budget),
    }
    given = json.dumps({f"incident_runbook_{name}": value for name, value in {"name": NAME, **decisions}.items()})
    arguments = ("utmstack.siem.incident", "-e", given, *(["--check"] if check else []))
    return stage.run_playbook(*arguments, check=check, environment=environment)


def summary(played: Played) -> dict[str, Any]:
    """What the playbook says it did."""
    assert played.code == 0, played.output
    return played.role_result("incident_runbook")


def changes(played: Played) -> list[str]:
    return [name for name, result in played.results.items() if result.get("changed")]


@v10_in_full
def test_an_incident_from_opening_to_completion(local_stage: Stage) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    decisions: dict[str, Any] = {
        "query": {"status": ["open"], "category": ["Credential access"], "since": "48h", "incident": False},
        "assigned_to": "admin",
        "note": "Taken by the night shift\nsee {{ 'the' }} wiki",
    }
    before = local_stage.simulator.alerts()
    predicted = summary(work(local_stage, check=True, **decisions))
    opened = summary(work(local_stage, **decisions))
    assert opened["plan_digest"] == predicted["plan_digest"]
    assert predicted["added"] == opened["added"] > 10
    assert (opened["incident"]["status"], opened["incident"]["assigned_to"]) == ("in_review", "1")
    after = local_stage.simulator.alerts()
    for alert_id, source in before.items():
        assert after[alert_id]["statusObservation"] == source["statusObservation"]
        assert after[alert_id]["status"] == source["status"]

    again = work(local_stage, **decisions)
    assert (summary(again)["added"], changes(again), again.writes()) == (0, [], [])

    completion = {**decisions, "solution": "Address blocked", "close_alerts": True}
    done = summary(work(local_stage, **completion))
    assert done["incident"]["status"] == "completed"
    assert done["closed"] == opened["added"]
    once_more = work(local_stage, **completion)
    assert (changes(once_more), once_more.writes()) == ([], [])
    # Without the solution in its variables, too, a completed incident stays completed.
    kept = work(local_stage, **decisions)
    assert (changes(kept), kept.writes()) == ([], [])
    assert len(Api(local_stage).incidents()) == 1


AWAY = {"kind": "status", "status": 503, "headers": {"Retry-After": "600"}}
# A request that is not answered, or not done; and which later read fails, so that the run cannot know.
BREAKS = [
    pytest.param("POST", INCIDENTS, {"method": "GET", "path": INCIDENTS, "nth": 3}, id="create"),
    pytest.param("POST", ADD, {"method": "GET", "path": LINKS, "nth": 4}, id="add"),
    pytest.param("POST", MARK, {"method": "POST", "path": SEARCH, "nth": 3}, id="mark"),
    pytest.param("POST", NOTES, {"method": "GET", "path": NOTES, "nth": 2}, id="note"),
    pytest.param("PUT", CHANGE, {"method": "GET", "path": INCIDENTS, "nth": 9}, id="change"),
]


@v10_in_full
@pytest.mark.parametrize("kind", [pytest.param("drop-after", marks=pytest.mark.full), "not done"])
@pytest.mark.parametrize(("method", "path", "unread"), BREAKS)
def test_a_run_that_was_cut_off_is_completed_by_the_next_one(
    local_stage: Stage, method: str, path: str, unread: dict[str, Any], kind: str
) -> None:
    local_stage.seed(alert(1), alert(2))
    decisions: dict[str, Any] = {
        "alert_ids": [ONE, TWO],
        "description": "d",
        "note": "n",
        "assigned_to": "1",
    }
    if path == ADD:
        Api(local_stage).open(NAME, ONE)
    broken = {"kind": "drop-after"} if kind == "drop-after" else AWAY
    faults = [{**broken, "method": method, "path": path}]
    if kind == "drop-after":
        faults.append({**AWAY, **unread})
    local_stage.simulator.faults(*faults)
    first = work(local_stage, retry_budget=0, **decisions)
    assert first.code != 0, first.output
    # Three notes: of the phase, of this run, and the one about the failure.
    assert first.writes().count(path) == (3 if path == NOTES else 1)

    local_stage.simulator.faults()
    repaired = work(local_stage, **decisions)
    assert repaired.code == 0, repaired.output
    again = work(local_stage, **decisions)
    assert (again.code, changes(again), again.writes()) == (0, [], [])
    api = Api(local_stage)
    (only,) = api.incidents()
    assert (only["incidentStatus"], only["incidentDescription"], only["incidentAssignedTo"]) == ("IN_REVIEW", "d", "1")
    assert api.links() == {ONE: only["id"], TWO: only["id"]}
    # The run that was cut off may have left a note about its failure.
    left = [row["noteText"] for row in api.get(NOTES) if not row["noteText"].startswith("Phase ")]
    assert sorted(left) == ["Opened by the runbook.", "Under investigation.", "n"]
    for source in local_stage.simulator.alerts().values():
        assert (source["isIncident"], source["statusLabel"]) == (True, "Open")
        assert source["incidentDetail"]["incidentId"] == str(only["id"])


@v10_in_full
def test_without_a_name_it_lists_what_is_not_completed(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    Api(local_stage).open("INC\x1b[31m-1", ONE)
    played = work(local_stage, name="")
    assert played.code == 0, played.output
    assert played.result("Show the incidents")["msg"][0].endswith("INC\\x1b[31m-1")
    assert played.writes() == []


@v10_in_full
def test_hostile_variables_are_text(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    played = work(local_stage, alert_ids=[ONE], description="O'Brien; $(id) `id`", note="'")
    assert summary(played)["incident"]["description"] == "O'Brien; $(id) `id`"


@v10_in_full
def test_the_playbook_stops_at_its_bound(local_stage: Stage) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    played = work(local_stage, query={"status": ["open"]}, max_affected=10)
    assert played.code != 0
    assert "more than `max_affected: 10`" in played.output
    assert played.writes() == []
