# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Incidents with dates, assignees and cascades that the recordings lack."""

from __future__ import annotations

import pytest

from ..simulated import Server, create_incident


def test_a_wrong_date_of_an_incident_is_refused_and_a_good_one_shown_plainly(server: Server) -> None:
    incident = create_incident(server, "I", "a1").json()
    url = server.simulator.url + "/api/utm-incidents/change-status"
    answers = [
        server.session.put(url, json={**incident, "incidentCreatedDate": date}, timeout=10)
        for date in ("2026-11-20", "2026-11-20T12:00:00.000+02:00", 1795168800)
    ]
    assert [answer.status_code for answer in answers] == [400, 200, 200]
    assert {answer.json()["incidentCreatedDate"] for answer in answers[1:]} == {"2026-11-20T10:00:00Z"}


@pytest.mark.parametrize(
    ("assigned", "status"), [("1,", 200), (",", 200), ("-1", 200), ("", 500), (",1", 500), ("1, 2", 500)]
)
def test_assigned_users_are_split_as_java_splits(server: Server, assigned: str, status: int) -> None:
    create_incident(server, "I", "a1", incidentAssignedTo=assigned)
    assert server.get("/api/utm-incidents/users-assigned").status_code == status


def test_a_cascade_that_the_engine_refuses_rolls_the_incident_back(server: Server) -> None:
    incident = create_incident(server, "I", "a1").json()
    server.simulator.faults({"kind": "read-only"})
    url = server.simulator.url + "/api/utm-incidents/change-status"
    closed = {**incident, "incidentStatus": "COMPLETED", "incidentSolution": "done"}
    answer = server.session.put(url, json=closed, timeout=10)
    assert answer.status_code == 500
    assert answer.json()["message"] == "error.http.500"
    assert server.get(f"/api/utm-incidents/{incident['id']}").json()["incidentStatus"] == "OPEN"
