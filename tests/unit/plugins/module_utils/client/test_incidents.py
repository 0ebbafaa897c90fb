# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent about incidents, in the server's words."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.incidents import add_alerts, change_incident
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.model.incident import incident_from

from ..builders import alert
from ..exchanges import Exchange, exchanged

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
