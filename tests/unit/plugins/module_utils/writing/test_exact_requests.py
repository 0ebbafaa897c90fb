# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly each operation sends, request by request."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.client.turns import Turns
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    InvalidInput,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_info,
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation, Task

from ..exchanges import (
    HEADERS,
    KEY,
    LOGIN,
    OPEN,
    PAGE,
    PASSWORD,
    SEARCH,
    Exchange,
    by_id,
    connection_broken,
    exchanged,
    never_connected,
    params,
)


def run(operation: Operation, client: Client, check: bool = False, **given: Any) -> dict[str, Any]:
    return operation.run(client, params(operation, alert_ids=["a1"], **given), Task(check_mode=check))


def test_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    done = {**OPEN, "status": 5, "statusObservation": "Scan"}
    write = Exchange(
        "POST",
        "/api/utm-alerts/status",
        sent={"alertIds": ["a1"], "status": 5, "statusObservation": "Scan", "addFalsePositiveTag": False},
        headers=HEADERS,
    )
    exchanges = (by_id(OPEN, echoes=True), by_id(OPEN, echoes=True), write, by_id(done, echoes=True))
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    assert (result["changed"], result["summary"]["requests"]) == (True, 4)


@pytest.mark.parametrize(
    ("operation", "options", "echoes"),
    [
        (alert_status.OPERATION, {"status": "completed"}, True),
        (alert_notes.OPERATION, {"note": "x"}, False),
    ],
    ids=["status", "notes"],
)
def test_check_mode_reads_once_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, operation: Operation, options: dict[str, Any], echoes: bool
) -> None:
    with exchanged(monkeypatch, by_id(OPEN, echoes=echoes)) as (client, _waits):
        assert run(operation, client, check=True, **options)["changed"] is True


CLOSED = {**OPEN, "status": 5, "statusObservation": "Scan"}
CLOSE = Exchange(
    "POST",
    "/api/utm-alerts/status",
    sent={"alertIds": ["a1"], "status": 5, "statusObservation": "Scan", "addFalsePositiveTag": False},
    headers=HEADERS,
)
NOTHING_DONE = [
    pytest.param(replace(CLOSE, status=429), id="429"),
    pytest.param(replace(CLOSE, status=503), id="503"),
    pytest.param(replace(CLOSE, failure=never_connected()), id="refused"),
]
IN_DOUBT = [
    pytest.param(replace(CLOSE, status=500), id="500"),
    pytest.param(replace(CLOSE, status=502), id="502"),
    pytest.param(replace(CLOSE, status=504), id="504"),
    pytest.param(replace(CLOSE, failure=connection_broken()), id="broken"),
    pytest.param(replace(CLOSE, failure=requests.exceptions.ReadTimeout()), id="timeout"),
]


@pytest.mark.parametrize("failed", NOTHING_DONE)
def test_what_the_server_did_not_act_on_is_looked_at_again_and_sent_again(
    monkeypatch: pytest.MonkeyPatch, failed: Exchange
) -> None:
    look = by_id(OPEN, echoes=True)
    with exchanged(monkeypatch, look, look, failed, look, CLOSE, by_id(CLOSED, echoes=True)) as (client, waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    assert (result["changed"], result["summary"]["requests"], waits) == (True, 6, [0.5])


@pytest.mark.parametrize("failed", IN_DOUBT)
def test_what_may_be_done_is_read_back_and_looked_at_again_before_a_repeat(
    monkeypatch: pytest.MonkeyPatch, failed: Exchange
) -> None:
    look = by_id(OPEN, echoes=True)
    with exchanged(monkeypatch, look, look, failed, look, look, CLOSE, by_id(CLOSED, echoes=True)) as (client, waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    assert (result["changed"], result["summary"]["requests"], waits) == (True, 7, [0.5])


@pytest.mark.parametrize("budget", [60, 0])
def test_a_refused_script_is_waited_for_beside_the_retry_budget(monkeypatch: pytest.MonkeyPatch, budget: int) -> None:
    look, refused = by_id(OPEN, echoes=True), replace(CLOSE, status=500)
    rounds = (look, refused, look)
    sent = (look, *rounds, *rounds, look, CLOSE, by_id(CLOSED, echoes=True))
    with exchanged(monkeypatch, *sent, budget=budget) as (client, waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan", script_wait=10)
    assert (result["changed"], waits) == (True, [1.0, 2.0])


def test_what_an_analyst_changed_while_a_script_was_waited_for_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look, taken = by_id(OPEN, echoes=True), {**OPEN, "status": 3, "statusObservation": "an analyst's words"}
    sent = (look, look, replace(CLOSE, status=500), look, by_id(taken, echoes=True))
    with exchanged(monkeypatch, *sent) as (client, waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan", script_wait=10)
    (row,) = result["alerts"]
    assert (row["changed"], row["error"], waits) == (False, None, [1.0])
    assert row["before"] == row["after"] == {"status": "in_review", "observation": "an analyst's words"}
    assert "Changed on the server" in row["skipped"]


@pytest.mark.parametrize("failed", NOTHING_DONE)
def test_what_an_analyst_changed_during_the_wait_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, failed: Exchange
) -> None:
    look, taken = by_id(OPEN, echoes=True), {**OPEN, "status": 3, "statusObservation": "an analyst's words"}
    with exchanged(monkeypatch, look, look, failed, by_id(taken, echoes=True)) as (client, _waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    (row,) = result["alerts"]
    assert ("failed" in result, row["changed"]) == (False, False)
    assert row["before"] == row["after"] == {"status": "in_review", "observation": "an analyst's words"}
    assert "Changed on the server" in row["skipped"]


TAGGED = {**OPEN, "tags": ["False positive"]}
TAG = Exchange(
    "POST", "/api/utm-alerts/tags", sent={"alertIds": ["a1"], "tags": ["False positive"], "createRule": False}
)


def slow_clock() -> Callable[[], float]:
    """Three seconds pass between any two readings."""
    return itertools.count(0.0, 3.0).__next__


def test_a_write_is_not_based_on_a_look_of_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tag took long, so the alert is looked at again before its status is written; nothing waits for that."""
    look, tagged = by_id(OPEN, echoes=True), by_id(TAGGED, echoes=True)
    closed = by_id({**CLOSED, "tags": ["False positive"]}, echoes=True)
    exchanges = (look, look, TAG, tagged, tagged, tagged, CLOSE, closed)
    with exchanged(monkeypatch, *exchanges, clock=slow_clock()) as (client, waits):
        result = run(alert_status.OPERATION, client, false_positive=True, observation="Scan")
    assert ("failed" in result, result["alerts"][0]["after"]["status"], waits) == (False, "completed", [])


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (OPEN, "reported success but did not store the tags"),
        ({**TAGGED, "status": 3, "statusObservation": "mine"}, "changed by another user or run"),
    ],
    ids=["dropped", "taken"],
)
def test_no_status_is_written_over_what_is_seen_after_the_tags(
    monkeypatch: pytest.MonkeyPatch, seen: dict[str, Any], said: str
) -> None:
    """A query selects the alert again as long as it is open."""
    look, held = by_id(OPEN, echoes=True), by_id(seen, echoes=True)
    with exchanged(monkeypatch, look, look, TAG, held, held) as (client, _waits):
        result = run(alert_status.OPERATION, client, false_positive=True, observation="Scan")
    (row,) = result["alerts"]
    assert (result["failed"], row["after"]["status"]) == (True, "open" if seen is OPEN else "in_review")
    assert said in row["error"]
    assert "status was therefore not written" in row["error"]


def test_a_failed_look_before_the_status_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    look, tagged = by_id(OPEN, echoes=True), by_id(TAGGED, echoes=True)
    closed = by_id({**CLOSED, "tags": ["False positive"]}, echoes=True)
    unread = replace(look, status=500)
    with exchanged(monkeypatch, look, look, TAG, unread, tagged, tagged, CLOSE, closed) as (client, _waits):
        result = run(alert_status.OPERATION, client, false_positive=True, observation="Scan")
    assert ("failed" in result, result["alerts"][0]["after"]["status"]) == (False, "completed")


def test_what_an_analyst_took_during_a_long_write_is_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    look, taken = by_id(OPEN, echoes=True), {**TAGGED, "status": 3, "statusObservation": "mine"}
    exchanges = (look, look, TAG, by_id(TAGGED, echoes=True), by_id(taken, echoes=True))
    with exchanged(monkeypatch, *exchanges, clock=slow_clock()) as (client, _waits):
        result = run(alert_status.OPERATION, client, false_positive=True, observation="Scan")
    (row,) = result["alerts"]
    assert row["after"] == {"status": "in_review", "observation": "mine", "tags": ["False positive"]}
    assert "changed by another user or run" in row["error"]


@pytest.mark.parametrize("failed", IN_DOUBT)
def test_a_write_that_took_effect_during_the_wait_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, failed: Exchange
) -> None:
    look = by_id(OPEN, echoes=True)
    with exchanged(monkeypatch, look, look, failed, look, by_id(CLOSED, echoes=True)) as (client, _waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    assert (result["changed"], result.get("failed")) == (True, None)


@pytest.mark.parametrize(("status", "may_follow"), [(503, False), (500, False), (502, True), (504, True)])
def test_a_change_that_may_still_take_effect_is_called_that(
    monkeypatch: pytest.MonkeyPatch, status: int, may_follow: bool
) -> None:
    look = by_id(OPEN, echoes=True)
    reads = [look, look, replace(CLOSE, status=status), *([] if status == 503 else [look])]
    with exchanged(monkeypatch, *reads, budget=0) as (client, _waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    (row,) = result["alerts"]
    assert ("It may still take effect" in row["error"]) is may_follow


def test_an_alert_that_vanishes_during_its_write_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    look = by_id(OPEN, echoes=True)
    with exchanged(monkeypatch, look, look, CLOSE, by_id(echoes=True)) as (client, _waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    (row,) = result["alerts"]
    assert (result["failed"], result["changed"], row["changed"], row["after"]) == (True, False, False, None)
    assert "disappeared while it was being written" in row["error"]


def test_an_alert_that_vanishes_before_its_write_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, by_id(OPEN, echoes=True), by_id(echoes=True)) as (client, _waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    (row,) = result["alerts"]
    assert (result["failed"], result["changed"], row["after"]) == (True, False, None)
    assert "disappeared after it was selected" in row["error"]


def test_an_empty_note_is_sent_as_a_space_because_an_empty_body_would_store_the_word_null(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noted = by_id({**OPEN, "notes": "old"})
    write = Exchange("POST", "/api/utm-alerts/notes", [("alertId", "a1")], " ", HEADERS)
    with exchanged(monkeypatch, noted, noted, write, by_id({**OPEN, "notes": " "})) as (client, _waits):
        result = run(alert_notes.OPERATION, client, state="absent")
    assert (result["changed"], result["alerts"][0]["after"]) == (True, {"notes": ""})


def test_tagging_reads_the_catalogue_and_writes_the_merged_list(monkeypatch: pytest.MonkeyPatch) -> None:
    tagged = {**OPEN, "tags": ["Tier 1"]}
    catalogue = Exchange(
        "GET",
        "/api/utm-alert-tags",
        [("page", "0"), ("size", "2000"), ("sort", "id,asc")],
        answer=[{"id": 1, "tagName": "False positive"}],
    )
    sent = {"alertIds": ["a1"], "tags": ["False positive", "Tier 1"], "createRule": False}
    write = Exchange("POST", "/api/utm-alerts/tags", sent=sent)
    done = by_id({**OPEN, "tags": ["Tier 1", "False positive"]})
    with exchanged(monkeypatch, catalogue, by_id(tagged), by_id(tagged), write, done) as (client, _waits):
        result = run(alert_tags.OPERATION, client, tags=["False positive"])
    assert result["alerts"][0]["after"] == {"tags": ["False positive", "Tier 1"]}


def test_a_note_is_raw_text_and_not_json(monkeypatch: pytest.MonkeyPatch) -> None:
    write = Exchange(
        "POST",
        "/api/utm-alerts/notes",
        [("alertId", "a1")],
        'say "hi"',
        {"Content-Type": "text/plain;charset=UTF-8"},
    )
    exchanges = (by_id(OPEN), by_id(OPEN), write, by_id({**OPEN, "notes": 'say "hi"'}))
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        assert run(alert_notes.OPERATION, client, note='say "hi"')["changed"] is True


def test_a_query_asks_for_parents_that_are_not_the_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    filters = [
        {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2", "3", "5"]},
        {"field": "adversary.ip.keyword", "operator": "IS_ONE_OF_TERMS", "value": ["10.0.0.5"]},
        {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None},
    ]
    search = Exchange("POST", SEARCH, [*PAGE[:3], ("size", "1000"), *PAGE[4:]], filters, answer=[OPEN])
    given = params(alert_info.OPERATION, query={"source_ip": ["10.0.0.5"]})
    with exchanged(monkeypatch, search) as (client, _waits):
        assert alert_info.OPERATION.run(client, given, Task())["total"] == 1


@pytest.mark.parametrize("waits_for_login", [False, True])
def test_a_write_after_a_new_login_is_sent_at_once_unless_the_login_had_to_wait(
    monkeypatch: pytest.MonkeyPatch, waits_for_login: bool
) -> None:
    """During a wait, an analyst may have changed the alert."""

    def alert_read(*documents: dict[str, Any]) -> Exchange:
        return replace(by_id(*documents, echoes=True), headers={})

    look, close = alert_read(OPEN), replace(CLOSE, headers={})
    first, second = replace(LOGIN, answer={"token": "a.b.c"}), replace(LOGIN, answer={"token": "d.e.f"})
    login = [replace(LOGIN, status=503), second] if waits_for_login else [second]
    again = [look] if waits_for_login else []
    exchanges = [first, look, look, replace(close, status=401), *login, *again, close, alert_read(CLOSED)]
    settings = replace(PASSWORD, dialect="v11")
    with exchanged(monkeypatch, *exchanges, settings=settings) as (client, _waits):
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    assert (result["changed"], result.get("failed")) == (True, None)


@pytest.mark.parametrize("is_refused_again", [False, True])
def test_no_task_keeps_its_turn_for_a_login(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_refused_again: bool
) -> None:
    def alert_read(document: dict[str, Any], **more: Any) -> Exchange:
        return replace(by_id(document, echoes=True), headers={}, **more)

    look, close = alert_read(OPEN), replace(CLOSE, headers={})
    first, second = replace(LOGIN, answer={"token": "a.b.c"}), replace(LOGIN, answer={"token": "d.e.f"})
    refused = replace(close, status=401)
    # What is read before and after a login may differ, so all of it is read again.
    exchanges = [first, look, look, refused, alert_read(OPEN, status=401), second, look, look]
    exchanges += [refused, look] if is_refused_again else []
    settings, turns = replace(PASSWORD, dialect="v11"), Turns(str(tmp_path), "https://siem.example")
    with exchanged(monkeypatch, *exchanges, close, alert_read(CLOSED), settings=settings, turns=turns) as both:
        client, waits = both
        result = run(alert_status.OPERATION, client, status="completed", observation="Scan")
    assert (result["changed"], result.get("failed"), len(waits)) == (True, None, int(is_refused_again))
    assert turns.interruptions == 1


def test_ids_are_asked_for_in_chunks_of_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"a{number}" for number in range(1500)]

    def chunk(part: list[str]) -> Exchange:
        filters = [{"field": "id.keyword", "operator": "IS_ONE_OF_TERMS", "value": part}]
        return Exchange("POST", SEARCH, PAGE, filters, answer=[])

    settings = replace(KEY, concurrency=1)
    with exchanged(monkeypatch, chunk(ids[:1000]), chunk(ids[1000:]), settings=settings) as (client, _waits):
        result = alert_info.OPERATION.run(client, params(alert_info.OPERATION, alert_ids=ids), Task())
    assert result["missing"] == ids


def test_an_empty_id_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch) as (client, _waits), pytest.raises(InvalidInput, match="empty ID"):
        alert_info.OPERATION.run(client, params(alert_info.OPERATION, alert_ids=["a1", " "]), Task())
