# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly the modules of incidents send, request by request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
import urllib3
from ansible_collections.utmstack.siem.plugins.module_utils.client import incidents as incident_endpoints
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ChangedMeanwhile, InvalidInput, NotStored
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import (
    incident_info,
    incident_note,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task

from ...exchanges import KEY, Exchange, exchanged, params
from .incident_exchanges import (
    CREATE,
    INCIDENTS,
    ITEM,
    LINK,
    LINKS,
    MARKED,
    NOTES,
    OPEN,
    ROW,
    documents,
    linked,
    linked_anywhere,
    listed,
    named,
    numbered,
    run,
)


def test_opening_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = {"eventIds": ["a1"], "incidentName": "INC-1", "incidentId": 7, "incidentSource": "utmstack.siem"}
    exchanges = (
        named(),
        documents(OPEN),
        linked_anywhere(),
        Exchange("POST", INCIDENTS, sent=CREATE, answer=ROW),
        named(ROW),
        linked(LINK),
        documents(OPEN),
        Exchange("POST", "/api/utm-alerts/convert-to-incident", sent=mark),
        documents(MARKED),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, alert_ids=["a1"])
    assert (result["changed"], result["incident"]["id"], result["summary"]["requests"]) == (True, 7, 9)


def test_nothing_to_do_takes_three_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, named(ROW), documents(MARKED), linked(LINK)) as (client, _waits):
        assert run(client, alert_ids=["a1"])["changed"] is False


def test_a_change_sends_every_column_and_no_null_solution_and_gives_the_alerts_their_words_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    overwritten = {**MARKED, "status": 3, "statusObservation": ""}
    back = {"alertIds": ["a1"], "status": 2, "statusObservation": "Mine", "addFalsePositiveTag": False}
    stored = {**ROW, "incidentStatus": "IN_REVIEW", "incidentSolution": ""}
    exchanges = (
        named(ROW),
        linked(LINK),
        documents(MARKED, echoes=True),
        linked(LINK),
        documents(MARKED, echoes=True),
        numbered(ROW),
        Exchange("PUT", f"{INCIDENTS}/change-status", sent=stored, answer=stored),
        numbered(stored),
        documents(overwritten, echoes=True),
        documents(overwritten),
        Exchange("POST", "/api/utm-alerts/status", sent=back),
        documents(MARKED),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, status="in_review")
    assert (result["changed"], result["incident"]["status"], result["alerts"]) == (True, "in_review", [])


def test_check_mode_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, named(), documents(OPEN), linked_anywhere()) as (client, _waits):
        result = run(client, check=True, alert_ids=["a1"])
    assert (result["changed"], result["incident"]["id"], result["incident"]["severity"]) == (True, None, "high")


def test_an_alert_that_is_taken_while_the_incident_is_created(monkeypatch: pytest.MonkeyPatch) -> None:
    """v11 answers 500 and not 409; it is asked why, and nothing is sent again."""
    problem = {"title": "Internal Server Error", "status": 500, "detail": "Some alerts are already linked"}
    exchanges = (
        named(),
        documents(OPEN),
        linked_anywhere(),
        Exchange("POST", INCIDENTS, sent=CREATE, status=500, answer=problem),
        named(),
        linked_anywhere({**LINK, "incidentId": 9}),
        listed(INCIDENTS, ("id.in", "9"), {**ROW, "id": 9, "incidentName": "Other"}),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, alert_ids=["a1"])
    assert (result["failed"], result["changed"], result["incident"]) == (True, False, None)
    assert "incident 9 (Other) in the meantime" in result["alerts"][0]["error"]


def test_a_name_that_is_taken_meanwhile_is_the_same_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    add = {"incidentId": 7, "alertList": [ITEM]}
    exchanges = (
        named(),
        documents(OPEN),
        linked_anywhere(),
        Exchange("POST", INCIDENTS, sent=CREATE, status=500, answer={"detail": "could not execute statement"}),
        named(ROW),
        linked(),
        linked_anywhere(),
        # Before the repeat, it is looked at again.
        linked(),
        linked_anywhere(),
        Exchange("POST", f"{INCIDENTS}/add-alerts", sent=add, status=201, answer=ROW),
        linked(LINK),
        documents(MARKED),
    )
    with exchanged(monkeypatch, *exchanges) as (client, waits):
        result = run(client, alert_ids=["a1"])
    assert (result["changed"], result.get("failed"), waits) == (True, None, [0.5])


def test_an_incident_of_another_run_is_not_taken_for_the_own(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {**ROW, "incidentDescription": "theirs"}
    exchanges = (
        named(),
        documents(MARKED),
        linked_anywhere(),
        Exchange("POST", INCIDENTS, sent=CREATE, status=500, answer={"detail": "could not execute statement"}),
        named(theirs),
        linked(LINK),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, alert_ids=["a1"])
    assert (result["failed"], result["incident"]["description"]) == (True, "theirs")
    assert "Incident 7 of the same name was opened in the meantime" in result["msg"]


def test_a_field_that_changes_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {**ROW, "incidentStatus": "COMPLETED"}
    exchanges = (
        named(ROW),
        linked(LINK),
        documents(MARKED, echoes=True),
        linked(LINK),
        documents(MARKED, echoes=True),
        numbered(theirs),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, status="in_review")
    assert result["error"]["type"] == ChangedMeanwhile.__name__
    assert "status changed on the server in the meantime; nothing was written" in result["msg"]
    assert result["changed"] is False


def test_a_field_that_changes_after_the_task_opened_the_incident_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {**ROW, "incidentSolution": "theirs"}
    mark = {"eventIds": ["a1"], "incidentName": "INC-1", "incidentId": 7, "incidentSource": "utmstack.siem"}
    exchanges = (
        named(),
        documents(OPEN, echoes=True),
        linked_anywhere(),
        Exchange("POST", INCIDENTS, sent=CREATE, answer=ROW),
        named(ROW),
        linked(LINK),
        documents(OPEN),
        Exchange("POST", "/api/utm-alerts/convert-to-incident", sent=mark),
        documents(MARKED),
        linked(LINK),
        documents(MARKED, echoes=True),
        numbered(theirs),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, alert_ids=["a1"], status="in_review", solution="ours")
    assert result["error"]["type"] == ChangedMeanwhile.__name__
    assert "solution changed on the server since the task opened it" in result["msg"]
    assert result["changed"] is True


def test_nothing_is_asked_when_a_text_cannot_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch) as (client, _waits), pytest.raises(InvalidInput, match="NUL"):
        run(client, description="a\0b")


def test_ids_are_asked_for_in_addresses_of_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"a{number}" for number in range(150)]
    parts = [listed(LINKS, ("alertId.in", ",".join(part))) for part in (ids[:100], ids[100:])]
    settings = replace(KEY, concurrency=1)
    with exchanged(monkeypatch, *parts, settings=settings) as (client, _waits):
        assert incident_endpoints.incidents_of(client, ids) == {}


def test_every_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DIALECTS, "v11", replace(V11, page_size=2))  # type: ignore[arg-type]
    rows = [{**ROW, "id": number, "incidentName": f"INC-{number}"} for number in (1, 2, 3)]

    def page(number: int, *shown: dict[str, Any]) -> Exchange:
        query = [("page", str(number)), ("size", "2"), ("sort", "id,asc")]
        return Exchange("GET", INCIDENTS, query, answer=list(shown), answer_headers={"X-Total-Count": "3"})

    given = params(incident_info.OPERATION)
    with exchanged(monkeypatch, page(0, *rows[:2]), page(1, rows[2])) as (client, _waits):
        result = incident_info.OPERATION.run(client, given, Task())
    assert [row["id"] for row in result["incidents"]] == [3, 2, 1]


def test_a_page_that_lacks_rows_is_an_error_and_not_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    query = [("page", "0"), ("size", "2000"), ("sort", "id,asc")]
    short = Exchange("GET", INCIDENTS, query, answer=[ROW], answer_headers={"X-Total-Count": "2"})
    given = params(incident_info.OPERATION)
    with exchanged(monkeypatch, short) as (client, _waits), pytest.raises(Exception, match="1 of 2 rows"):
        incident_info.OPERATION.run(client, given, Task())


def test_conditions_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    query = [
        ("incidentName.contains", "brute"),
        ("incidentStatus.in", "OPEN,IN_REVIEW"),
        ("incidentSeverity.in", "3"),
        ("incidentCreatedDate.greaterThanOrEqual", "2026-11-01T00:00:00.000Z"),
        ("page", "0"),
        ("size", "2000"),
        ("sort", "id,asc"),
    ]
    # A server that ignores all of it is no reason to show what was not asked for.
    row = {**ROW, "incidentName": "Brute force"}
    others = [{**row, "id": 8, "incidentSeverity": 2}, {**row, "id": 9, "incidentStatus": "MERGED"}, {**ROW, "id": 10}]
    listing = Exchange("GET", INCIDENTS, query, answer=[row, *others], answer_headers={"X-Total-Count": "4"})
    given = params(
        incident_info.OPERATION,
        name_contains="BRUTE",
        status=["open", "in_review"],
        severity=["high"],
        since="2026-11-01",
    )
    with exchanged(monkeypatch, listing) as (client, _waits):
        result = incident_info.OPERATION.run(client, given, Task())
    assert [row["id"] for row in result["incidents"]] == [7]


LOST_ANSWERS = [
    {"failure": requests.exceptions.ReadTimeout()},
    {"failure": requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted."))},
    {"status": 502},
    {"status": 504},
]


@pytest.mark.parametrize("lost", LOST_ANSWERS, ids=str)
def test_a_note_whose_answer_is_lost_is_waited_for_and_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, lost: dict[str, Any]
) -> None:
    notes = listed(NOTES, ("incidentId.equals", "7"))
    stored = listed(
        NOTES, ("incidentId.equals", "7"), {"id": 1, "incidentId": 7, "noteText": "x", "noteSendBy": "admin"}
    )
    write = Exchange("POST", NOTES, sent={"incidentId": 7, "noteText": "x"}, **lost)
    before = (numbered(ROW), Exchange("GET", "/api/account", answer={"login": "admin"}), notes, write)
    given = params(incident_note.OPERATION, incident_id=7, note="x")
    with exchanged(monkeypatch, *before, notes, notes, stored) as (client, waits):
        assert incident_note.OPERATION.run(client, given, Task())["changed"] is True
    assert waits == [0.5, 1.0]
    never = (*before, notes, notes, notes)
    with (
        exchanged(monkeypatch, *never, budget=2) as (client, waits),
        pytest.raises(NotStored, match="may still take effect"),
    ):
        incident_note.OPERATION.run(client, given, Task())
    assert waits == [0.5, 1.0]


@pytest.mark.parametrize("kept_off", [{"status": 429}, {"status": 503}], ids=str)
def test_a_note_that_the_server_did_not_act_on_is_looked_for_and_sent_again(
    monkeypatch: pytest.MonkeyPatch, kept_off: dict[str, Any]
) -> None:
    notes = listed(NOTES, ("incidentId.equals", "7"))
    stored = listed(
        NOTES, ("incidentId.equals", "7"), {"id": 1, "incidentId": 7, "noteText": "x", "noteSendBy": "admin"}
    )
    write = Exchange("POST", NOTES, sent={"incidentId": 7, "noteText": "x"})
    before = (numbered(ROW), Exchange("GET", "/api/account", answer={"login": "admin"}), notes)
    given = params(incident_note.OPERATION, incident_id=7, note="x")
    with exchanged(monkeypatch, *before, replace(write, **kept_off), notes, write, stored) as (client, waits):
        assert incident_note.OPERATION.run(client, given, Task())["changed"] is True
    assert waits == [0.5]
