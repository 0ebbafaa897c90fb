# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of alerts over HTTP keep the documents as a real server does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.dialect import dialect

from ..invariants import CALLS, check
from ..simulated import IDS, document


def send(session: requests.Session, simulator: SimulatorProcess, call: tuple[Any, ...]) -> int:
    """The same call over HTTP; its status."""
    kind, *rest = call
    if kind == "tick":
        simulator.tick()
        return 200
    if kind == "note":
        path, query, body = "notes", {"alertId": rest[0]}, rest[1].encode()
        text = {"Content-Type": "text/plain;charset=UTF-8"}
        answer = session.post(
            f"{simulator.url}/api/utm-alerts/{path}", params=query, data=body, headers=text, timeout=10
        )
        return answer.status_code
    path, names, more = {
        "status": ("status", ("alertIds", "status", "statusObservation", "addFalsePositiveTag"), {}),
        "tags": ("tags", ("alertIds", "tags"), {"createRule": False}),
        "incident": ("convert-to-incident", ("eventIds", "incidentName", "incidentId", "incidentSource"), {}),
    }[kind]
    body = {**dict(zip(names, rest)), **more}
    return session.post(f"{simulator.url}/api/utm-alerts/{path}", json=body, timeout=10).status_code


@pytest.mark.parametrize("name", ["v10", "v11"])
@settings(max_examples=10, deadline=None)
@given(calls=st.lists(CALLS, min_size=4, max_size=8))
def test_documents_obey_the_invariants_over_http(
    name: str, calls: list[tuple[Any, ...]], utmstack_simulator: Callable[..., SimulatorProcess]
) -> None:
    simulator = utmstack_simulator(name)
    simulator.reset()
    simulator.faults({"kind": "compile-budget", "capacity": None})
    index = dialect(name).alert_pattern.replace("*", "2026-11-20")
    rows = [document(alert_id) for alert_id in IDS] + [document("e1", parentId=IDS[0])]
    simulator.documents([{**row, "index": index} for row in rows])
    session = authenticated(simulator)
    query = {"indexPattern": index, "top": 100, "sort": "id.keyword,asc"}
    marked: set[str] = set()
    for call in calls:
        # 400 is a double quote in an incident's name, 500 what the engine refuses with an answer that is understood.
        assert send(session, simulator, call) in (200, 400, 500)
        stored = simulator.alerts()
        check(stored, marked)
        found = session.post(f"{simulator.url}/api/elasticsearch/search", params=query, json=[], timeout=10).json()
        assert found == [stored[alert_id] for alert_id in sorted(stored)]


def authenticated(simulator: SimulatorProcess) -> requests.Session:
    """A session of the administrator."""
    session = requests.Session()
    session.trust_env = False
    credentials = {"username": "admin", "password": "Adm1n-pass", "rememberMe": True}
    bypass = {"X-Bypass-TFA": "true"}
    login = session.post(f"{simulator.url}/api/authenticate", json=credentials, headers=bypass, timeout=10).json()
    session.headers["Authorization"] = f"Bearer {login.get('id_token') or login['token']}"
    return session
