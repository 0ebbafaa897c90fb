# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a status change with tags and a note sends: one plan, one write of each kind, one read-back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task

from ...exchanges import OPEN, Exchange, by_id, exchanged, params

GIVEN = {"status": "completed", "observation": "Scan", "tags": ["Scan"], "note": "Checked"}
CATALOG = Exchange(
    "GET",
    "/api/utm-alert-tags",
    [("page", "0"), ("size", "2000"), ("sort", "id,asc")],
    answer=[{"id": 1, "tagName": "False positive"}, {"id": 2, "tagName": "Scans"}],
)
TAG = Exchange("POST", "/api/utm-alerts/tags", sent={"alertIds": ["a1"], "tags": ["Scan"], "createRule": False})
NOTE = Exchange("POST", "/api/utm-alerts/notes", [("alertId", "a1")], "Checked")
CLOSE = Exchange(
    "POST",
    "/api/utm-alerts/status",
    sent={"alertIds": ["a1"], "status": 5, "statusObservation": "Scan", "addFalsePositiveTag": False},
)
ADDED = {**OPEN, "tags": ["Scan"], "notes": "Checked"}
DONE = {**ADDED, "status": 5, "statusObservation": "Scan"}


def read(document: dict[str, Any]) -> Exchange:
    return by_id(document, echoes=True)


def run(client: Client, check: bool = False, **given: Any) -> dict[str, Any]:
    options = params(alert_status.OPERATION, **{"alert_ids": ["a1"], **GIVEN, **given})
    return alert_status.OPERATION.run(client, options, Task(check_mode=check))


def test_an_alert_is_closed_tagged_and_noted_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look before the status makes sure that the server stored tags and note."""
    exchanges = (read(OPEN), CATALOG, read(OPEN), TAG, NOTE, read(ADDED), CLOSE, read(DONE))
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client)
    (row,) = result["alerts"]
    assert (result["changed"], result["summary"]["requests"]) == (True, 8)
    assert row["before"] == {"status": "open", "observation": "", "tags": [], "notes": ""}
    assert row["after"] == {"status": "completed", "observation": "Scan", "tags": ["Scan"], "notes": "Checked"}
    assert "the similar tag 'Scans'" in result["warnings"][0]


def test_a_dry_run_sends_no_write_and_has_the_same_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, read(OPEN), CATALOG) as (client, _waits):
        predicted = run(client, check=True)
    with exchanged(monkeypatch, read(OPEN), CATALOG, read(OPEN), TAG, NOTE, read(ADDED), CLOSE, read(DONE)) as (
        client,
        _waits,
    ):
        applied = run(client)
    for part in ("changed", "alerts", "plan_digest", "diff", "warnings"):
        assert predicted[part] == applied[part]


def test_an_alert_that_has_everything_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, read(DONE)) as (client, _waits):
        assert run(client)["changed"] is False


def test_a_closed_alert_gets_its_missing_tag_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    untagged = {**DONE, "tags": [], "statusObservation": "an analyst's words"}
    stored = {**untagged, "tags": ["Scan"]}
    with exchanged(monkeypatch, read(untagged), CATALOG, read(untagged), TAG, read(stored)) as (client, _waits):
        (row,) = run(client)["alerts"]
    assert (row["changed"], row["after"]["observation"]) == (True, "an analyst's words")


@pytest.mark.parametrize(
    ("stored", "dropped"),
    [({"tags": ["Scan"]}, "notes"), ({"notes": "Checked"}, "tags"), ({}, "notes and tags")],
)
def test_what_the_server_drops_keeps_the_status_from_being_written(
    monkeypatch: pytest.MonkeyPatch, stored: dict[str, Any], dropped: str
) -> None:
    held = read({**OPEN, **stored})
    exchanges = (read(OPEN), CATALOG, read(OPEN), TAG, NOTE, held, held)
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client)
    (row,) = result["alerts"]
    assert (result["failed"], row["after"]["status"]) == (True, "open")
    assert f"did not store the {dropped}. The status was therefore not written." in row["error"]


def test_a_note_that_an_analyst_writes_before_the_status_keeps_the_alert_open(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {**OPEN, "notes": "looking at it"}
    with exchanged(monkeypatch, read(OPEN), CATALOG, read(taken)) as (client, _waits):
        result = run(client)
    (row,) = result["alerts"]
    assert (result["changed"], row["before"]["notes"], row["before"]) == (False, "looking at it", row["after"])
    assert "Changed on the server" in row["skipped"]


def test_an_alert_that_another_run_closed_alike_gets_tag_and_note(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**OPEN, "status": 5, "statusObservation": "Scan", "tags": ["Other"], "notes": "other"}
    tag = replace(TAG, sent={**TAG.sent, "tags": ["Other", "Scan"]})
    note = replace(NOTE, sent="other | Checked")
    both = read({**other, "tags": ["Other", "Scan"], "notes": "other | Checked"})
    with exchanged(monkeypatch, read(OPEN), CATALOG, read(other), tag, note, both) as (client, _waits):
        (row,) = run(client)["alerts"]
    assert row["before"] == {"status": "completed", "observation": "Scan", "tags": ["Other"], "notes": "other"}
    assert (row["changed"], row["error"], row["skipped"]) == (True, None, None)


def test_a_named_echo_that_another_run_changed_alike_is_not_reported_as_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its alert still needs its tag, but no status any more, which would have overwritten the echo."""
    echo = {**OPEN, "id": "e1", "parentId": "a1", "tags": ["Scan"]}
    alike = {"status": 5, "statusObservation": "Scan"}
    tagged = {**OPEN, **alike, "tags": ["Scan"]}

    def both(*documents: dict[str, Any]) -> Exchange:
        exchange = by_id(*documents, echoes=True)
        filters = [{**one, "value": ["a1", "e1"]} for one in exchange.sent]
        return replace(exchange, sent=filters)

    exchanges = [both(OPEN, echo), CATALOG, both({**OPEN, **alike}, {**echo, **alike}), TAG, read(tagged)]
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, alert_ids=["a1", "e1"], note=None)
    assert [row["changed"] for row in result["alerts"]] == [True, False]


def test_a_blank_note_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch) as (client, _waits), pytest.raises(InvalidInput, match="`note` is blank"):
        run(client, note=" ")
