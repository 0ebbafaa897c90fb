# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent about incidents, in the server's words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.incidents import (
    add_alerts,
    change_incident,
    incidents_of,
)
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.model.incident import incident_from

from ..builders import alert
from ..exchanges import KEY, Exchange, exchanged

INCIDENTS = "/api/utm-incidents"


def test_a_row_goes_back_whole_and_without_a_null_solution(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"id": 7, "incidentName": "INC", "incidentSolution": None, "incidentSeverity": 9, "newColumn": 1}
    found = incident_from({**row, "incidentStatus": "ODD"}, V11)
    assert (found.status, found.severity, found.solution) == ("unknown (ODD)", "unknown (9)", "")
    sent = {
        **row,
        "incidentDescription": "",
        "incidentAssignedTo": None,
        "incidentSolution": "",
        "incidentStatus": "COMPLETED",
    }
    with exchanged(monkeypatch, Exchange("PUT", f"{INCIDENTS}/change-status", sent=sent)) as (client, _waits):
        change_incident(client, found, {**found.fields, "status": "completed"})


@pytest.mark.parametrize(
    ("fields", "item"),
    [
        (
            {"name": " \0 ", "status": "unknown (4)", "severity": "unknown (None)"},
            {"alertName": "a1", "alertStatus": 2, "alertSeverity": 1},
        ),
        ({"name": "x" * 300}, {"alertName": "x" * 255, "alertStatus": 2, "alertSeverity": 2}),
    ],
    ids=["blank", "long"],
)
def test_what_is_sent_about_a_linked_alert_is_never_refused(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], item: dict[str, Any]
) -> None:
    sent = {"incidentId": 7, "alertList": [{"alertId": "a1", **item}]}
    with exchanged(monkeypatch, Exchange("POST", f"{INCIDENTS}/add-alerts", sent=sent)) as (client, _waits):
        add_alerts(client, 7, [alert(**fields)])


def test_ids_with_a_comma_are_asked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a list, the server takes a comma for the end of an ID."""
    paged = [("page", "0"), ("size", str(V11.page_size)), ("sort", "id,asc")]
    asked = [[("alertId.in", "a1,a2"), *paged], [("alertId.equals", "a,3"), *paged]]
    rows = [[{"id": 1, "alertId": "a2", "incidentId": 7}], [{"id": 2, "alertId": "a,3", "incidentId": 8}]]
    exchanges = [
        Exchange("GET", "/api/utm-incident-alerts", query, answer=row, answer_headers={"X-Total-Count": "1"})
        for query, row in zip(asked, rows, strict=True)
    ]
    with exchanged(monkeypatch, *exchanges, settings=replace(KEY, concurrency=1)) as (client, _waits):
        assert incidents_of(client, ["a1", "a2", "a,3"]) == {"a2": 7, "a,3": 8}
