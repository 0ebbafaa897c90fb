# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an analyst changes while a run waits to repeat a refused write is never overwritten, whatever is written."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident, incident_note
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag, tag_rule

from .api import INCIDENTS, NOTES, Api
from .direct import in_waits, run, writes
from .playing import Stage, alert
from .server_tags import RULES, TAGS, rule_body, server_delete, server_get, server_post, server_put

CHANGE = "/api/utm-incidents/change-status"
STATUS, ALERT_TAGS, ALERT_NOTES = (f"/api/utm-alerts/{part}" for part in ("status", "tags", "notes"))
ONE, TWO = alert(1)["id"], alert(2)["id"]
# Refused by the server, which did nothing; with a wait that it asks for, and with one of the collection's own.
REFUSED = pytest.mark.parametrize(
    "refused",
    [
        {"status": 429, "headers": {"Retry-After": "2"}},
        {"status": 503, "headers": {"Retry-After": "2"}},
        {"status": 503},
    ],
    ids=["429", "503", "backoff"],
)


class Meanwhile:
    """Something that an analyst does once, in the first wait."""

    def __init__(self, act: Any, *arguments: Any) -> None:
        self.act, self.arguments, self.times = act, arguments, 0

    def __call__(self) -> None:
        self.times += 1
        if self.times == 1:
            self.act(*self.arguments)


def run_while(
    stage: Stage, act: Meanwhile, refused: dict[str, Any], path: str, operation: Operation, **options: Any
) -> dict[str, Any]:
    """Run the operation; its first writing request to `path` is refused, and the analyst acts in the wait."""
    stage.simulator.faults(
        *(
            {"kind": "status", "path": path, "method": method, "nth": 1, **refused}
            for method in ("POST", "PUT", "DELETE")
        )
    )

    def in_wait() -> None:
        # The analyst's own requests are served.
        stage.simulator.faults()
        act()

    with in_waits(in_wait):
        result = run(stage.simulator, operation, **options)
    assert act.times == 1, "the run did not wait once"
    return result


def tag_row(stage: Stage, name: str) -> dict[str, Any] | None:
    return next((row for row in server_get(stage, TAGS) if row["tagName"] == name), None)


@REFUSED
@pytest.mark.parametrize("options", [{"color": "#112233"}, {"state": "absent"}], ids=["change", "remove"])
def test_a_tag_of_the_catalog(local_stage: Stage, refused: dict[str, Any], options: dict[str, Any]) -> None:
    row = server_post(local_stage, TAGS, {"tagName": "Tier 1", "tagColor": "#000000"})
    mine = {**row, "tagColor": "#abcdef"}
    act = Meanwhile(server_put, local_stage, TAGS, mine)
    result = run_while(local_stage, act, refused, f"{TAGS}(/.*)?", tag.OPERATION, name="Tier 1", **options)
    assert result["failed"] is True
    assert tag_row(local_stage, "Tier 1") == mine


@REFUSED
def test_a_new_tag_that_an_analyst_makes(local_stage: Stage, refused: dict[str, Any]) -> None:
    act = Meanwhile(server_post, local_stage, TAGS, {"tagName": "Tier 1", "tagColor": "#abcdef"})
    result = run_while(local_stage, act, refused, TAGS, tag.OPERATION, name="Tier 1", color="#112233")
    assert result["failed"] is True
    assert [row["tagColor"] for row in server_get(local_stage, TAGS) if row["tagName"] == "Tier 1"] == ["#abcdef"]


@REFUSED
def test_a_tag_that_an_analyst_removes(local_stage: Stage, refused: dict[str, Any]) -> None:
    row = server_post(local_stage, TAGS, {"tagName": "Tier 1", "tagColor": "#000000"})
    act = Meanwhile(server_delete, local_stage, f"{TAGS}/{row['id']}")
    result = run_while(local_stage, act, refused, TAGS, tag.OPERATION, name="Tier 1", color="#112233")
    assert result["failed"] is True
    # The server would make a new tag, under another ID, of which no rule knows.
    assert tag_row(local_stage, "Tier 1") is None


@REFUSED
@pytest.mark.parametrize("options", [{}, {"state": "absent"}], ids=["change", "remove"])
@pytest.mark.parametrize("mine", [{"description": "mine"}, {"name": "Mine"}], ids=str)
def test_a_tag_rule(local_stage: Stage, refused: dict[str, Any], options: dict[str, Any], mine: dict[str, Any]) -> None:
    given = server_post(local_stage, TAGS, {"tagName": "Tier 1", "tagColor": "#000000"})
    row = server_post(local_stage, RULES, rule_body("Scan", given["id"]))
    act = Meanwhile(server_put, local_stage, RULES, {**rule_body("Scan", given["id"]), "id": row["id"], **mine})
    wanted = {"name": "Scan", "query": {"data_source": ["web-02"]}, "tags": ["Tier 1"], "description": "x", **options}
    result = run_while(local_stage, act, refused, f"{RULES}(/.*)?", tag_rule.OPERATION, **wanted)
    assert result["failed"] is True
    (left,) = server_get(local_stage, RULES)
    assert {name: left[name] for name in mine} == mine
    assert left["conditions"][0]["value"] == "web-01"


@REFUSED
def test_a_new_tag_rule_that_an_analyst_makes(local_stage: Stage, refused: dict[str, Any]) -> None:
    given = server_post(local_stage, TAGS, {"tagName": "Tier 1", "tagColor": "#000000"})
    act = Meanwhile(server_post, local_stage, RULES, rule_body("Scan", given["id"]))
    wanted: dict[str, Any] = {"name": "Scan", "query": {"data_source": ["web-02"]}, "tags": ["Tier 1"]}
    result = run_while(local_stage, act, refused, RULES, tag_rule.OPERATION, **wanted)
    assert result["failed"] is True
    assert [row["conditions"][0]["value"] for row in server_get(local_stage, RULES)] == ["web-01"]


def change_incident(stage: Stage, **fields: Any) -> None:
    """An analyst changes the only incident in the web interface, which sends the whole row."""
    api = Api(stage)
    (row,) = api.incidents()
    answer = api.session.put(stage.simulator.url + CHANGE, json={**row, **fields})
    answer.raise_for_status()


@REFUSED
@pytest.mark.parametrize(
    "mine",
    [{"incidentDescription": "Evidence: case 77"}, {"incidentAssignedTo": "1"}, {"incidentSolution": "isolated dc-01"}],
    ids=["description", "assignee", "solution"],
)
def test_an_incident(local_stage: Stage, refused: dict[str, Any], mine: dict[str, Any]) -> None:
    local_stage.seed(alert(1), alert(2))
    Api(local_stage).open("INC", ONE, TWO, incidentDescription="first")
    act = Meanwhile(lambda: change_incident(local_stage, **mine))
    options = {"name": "INC", "status": "in_review"}
    result = run_while(local_stage, act, refused, CHANGE, incident.OPERATION, **options)
    (row,) = Api(local_stage).incidents()
    assert {name: row[name] for name in mine} == mine
    # Either the analyst's words are kept with the new status, or nothing is written and the task says so.
    assert (row["incidentStatus"] == "IN_REVIEW") is not result.get("failed", False)


def take(stage: Stage, alert_id: str) -> None:
    """An analyst takes an alert and writes what was found."""
    body = {"alertIds": [alert_id], "status": 3, "statusObservation": "mine", "addFalsePositiveTag": False}
    answer = Api(stage).session.post(stage.simulator.url + STATUS, json=body)
    answer.raise_for_status()


@REFUSED
def test_an_alert_of_an_incident(local_stage: Stage, refused: dict[str, Any]) -> None:
    """The server writes status and solution of the incident into its alerts; what they held is written again."""
    local_stage.seed(alert(1), alert(2))
    Api(local_stage).open("INC", ONE, TWO)
    act = Meanwhile(lambda: take(local_stage, ONE))
    run_while(local_stage, act, refused, CHANGE, incident.OPERATION, name="INC", status="in_review")
    held = local_stage.simulator.alerts()
    assert (held[ONE]["status"], held[ONE]["statusObservation"]) == (3, "mine")
    assert (held[TWO]["status"], held[TWO]["statusObservation"]) == (2, "")


@REFUSED
def test_an_alert_that_is_closed_with_its_incident(local_stage: Stage, refused: dict[str, Any]) -> None:
    local_stage.seed(alert(1), alert(2))
    Api(local_stage).open("INC", ONE, TWO)
    act = Meanwhile(lambda: take(local_stage, ONE))
    options = {"name": "INC", "status": "completed", "solution": "Solved", "close_alerts": True}
    result = run_while(local_stage, act, refused, CHANGE, incident.OPERATION, **options)
    held = local_stage.simulator.alerts()
    assert (held[ONE]["status"], held[ONE]["statusObservation"]) == (3, "mine")
    assert (held[TWO]["status"], held[TWO]["statusObservation"]) == (5, "Solved")
    errors = {row["id"]: row["error"] for row in result["alerts"]}
    assert "changed on the server" in errors[ONE]
    assert errors[TWO] is None


@REFUSED
@pytest.mark.parametrize("mode", ["replace", "append"])
def test_the_note_of_an_alert(local_stage: Stage, refused: dict[str, Any], mode: str) -> None:
    local_stage.seed(alert(1, notes="first"), alert(2, notes="first"))

    def note() -> None:
        url = local_stage.simulator.url + ALERT_NOTES
        Api(local_stage).session.post(url, params={"alertId": ONE}, data="mine", headers={"Content-Type": "text/plain"})

    options: dict[str, Any] = {"alert_ids": [ONE, TWO], "note": "Scan", "mode": mode, "concurrency": 1}
    result = run_while(local_stage, Meanwhile(note), refused, ALERT_NOTES, alert_notes.OPERATION, **options)
    held = local_stage.simulator.alerts()
    first, second = result["alerts"]
    assert (first["before"], second["changed"]) == ({"notes": "mine"}, True)
    if mode == "append":
        # It only adds to what the analyst wrote.
        assert (held[ONE]["notes"], held[TWO]["notes"]) == ("mine | Scan", "first | Scan")
        assert (first["changed"], first["after"]) == (True, {"notes": "mine | Scan"})
        assert not any("changed on the server" in warning for warning in result["warnings"])
    else:
        assert (held[ONE]["notes"], held[TWO]["notes"]) == ("mine", "Scan")
        assert not first["changed"]
        assert "Changed on the server" in first["skipped"]
        assert any("1 of the selected alerts changed on the server" in warning for warning in result["warnings"])


@REFUSED
def test_the_tags_of_an_alert(local_stage: Stage, refused: dict[str, Any]) -> None:
    local_stage.seed(alert(1), alert(2))

    def add() -> None:
        body = {"alertIds": [ONE], "tags": ["Breach confirmed"], "createRule": False}
        Api(local_stage).session.post(local_stage.simulator.url + ALERT_TAGS, json=body).raise_for_status()

    options: dict[str, Any] = {"alert_ids": [ONE, TWO], "tags": ["Scan"]}
    result = run_while(local_stage, Meanwhile(add), refused, ALERT_TAGS, alert_tags.OPERATION, **options)
    held = local_stage.simulator.alerts()
    assert (held[ONE]["tags"], held[TWO]["tags"]) == (["Breach confirmed", "Scan"], ["Scan"])
    first = result["alerts"][0]
    assert (first["before"], first["after"]["tags"]) == ({"tags": ["Breach confirmed"]}, ["Breach confirmed", "Scan"])


@REFUSED
@pytest.mark.parametrize("options", [{"state": "set"}, {"replaces": ["Old"]}], ids=["set", "replaces"])
def test_tags_that_an_edit_would_do_more_than_add_to(
    local_stage: Stage, refused: dict[str, Any], options: dict[str, Any]
) -> None:
    local_stage.seed(alert(1, tags=["Old"]), alert(2, tags=["Old"]))

    def add() -> None:
        body = {"alertIds": [ONE], "tags": ["Old", "Breach confirmed"], "createRule": False}
        Api(local_stage).session.post(local_stage.simulator.url + ALERT_TAGS, json=body).raise_for_status()

    given: dict[str, Any] = {"alert_ids": [ONE, TWO], "tags": ["Scan"], **options}
    result = run_while(local_stage, Meanwhile(add), refused, ALERT_TAGS, alert_tags.OPERATION, **given)
    held = local_stage.simulator.alerts()
    assert (held[ONE]["tags"], held[TWO]["tags"]) == (["Old", "Breach confirmed"], ["Scan"])
    assert "Changed on the server" in result["alerts"][0]["skipped"]
    assert any("1 of the selected alerts changed on the server" in warning for warning in result["warnings"])


@REFUSED
def test_an_alert_that_gets_a_hold_tag_is_not_tagged_as_false_positive(
    local_stage: Stage, refused: dict[str, Any]
) -> None:
    local_stage.seed(alert(1), alert(2))

    def hold() -> None:
        body = {"alertIds": [ONE], "tags": ["Hold"], "createRule": False}
        Api(local_stage).session.post(local_stage.simulator.url + ALERT_TAGS, json=body).raise_for_status()

    options: dict[str, Any] = {"alert_ids": [ONE, TWO], "tags": ["False positive"], "hold_tags": ["Hold"]}
    result = run_while(local_stage, Meanwhile(hold), refused, ALERT_TAGS, alert_tags.OPERATION, **options)
    held = local_stage.simulator.alerts()
    assert (held[ONE]["tags"], held[TWO]["tags"]) == (["Hold"], ["False positive"])
    assert "hold tag" in result["alerts"][0]["skipped"]


@REFUSED
def test_the_status_of_an_alert(local_stage: Stage, refused: dict[str, Any]) -> None:
    local_stage.seed(alert(1), alert(2))
    act = Meanwhile(lambda: take(local_stage, ONE))
    options: dict[str, Any] = {"alert_ids": [ONE, TWO], "status": "completed", "observation": "Scan"}
    result = run_while(local_stage, act, refused, STATUS, alert_status.OPERATION, **options)
    held = local_stage.simulator.alerts()
    assert (held[ONE]["status"], held[ONE]["statusObservation"]) == (3, "mine")
    assert (held[TWO]["status"], held[TWO]["statusObservation"]) == (5, "Scan")
    assert [row["changed"] for row in result["alerts"]] == [False, True]


@REFUSED
def test_a_note_of_an_incident_that_is_there_already(local_stage: Stage, refused: dict[str, Any]) -> None:
    local_stage.seed(alert(1))
    number = Api(local_stage).open("INC", ONE)

    def note() -> None:
        body = {"incidentId": number, "noteText": "Once"}
        answer: requests.Response = Api(local_stage).session.post(local_stage.simulator.url + NOTES, json=body)
        answer.raise_for_status()

    options = {"incident": "INC", "note": "Once"}
    result = run_while(local_stage, Meanwhile(note), refused, NOTES, incident_note.OPERATION, **options)
    assert "failed" not in result
    assert [row["noteText"] for row in Api(local_stage).get(NOTES, size=2000)] == ["Once"]
    assert len(writes(local_stage.simulator)) == 2


@REFUSED
def test_alerts_that_another_incident_takes(local_stage: Stage, refused: dict[str, Any]) -> None:
    local_stage.seed(alert(1), alert(2))
    act = Meanwhile(lambda: Api(local_stage).open("Mine", ONE))
    result = run_while(local_stage, act, refused, INCIDENTS, incident.OPERATION, name="INC", alert_ids=[ONE, TWO])
    assert result["failed"] is True
    assert [row["incidentName"] for row in Api(local_stage).incidents()] == ["Mine"]
