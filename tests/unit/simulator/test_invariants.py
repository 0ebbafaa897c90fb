# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever sequence of calls comes, the documents keep what a real server's documents keep."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from utmstack_simulator.backend.alerts import LABELS, mark_as_incident, set_note, set_status, set_tags
from utmstack_simulator.backend.rule_engine import run_rule_engine
from utmstack_simulator.engine.scripts import ScriptRefused
from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.dialect import dialect
from utmstack_simulator.state.world import World

from .conftest import IDS, document

TEXTS = st.text("ab'\"\\\n ü", max_size=6)
CHOSEN = st.lists(st.sampled_from([*IDS, "e1", "nobody"]), min_size=1, max_size=3)
CALLS = st.one_of(
    st.tuples(st.just("status"), CHOSEN, st.sampled_from(list(LABELS)), TEXTS, st.booleans()),
    st.tuples(st.just("tags"), CHOSEN, st.lists(TEXTS, max_size=3)),
    st.tuples(st.just("note"), st.sampled_from(IDS), TEXTS),
    st.tuples(st.just("incident"), CHOSEN, TEXTS, st.integers(0, 9), TEXTS),
    st.tuples(st.just("tick")),
)


def carry_out(here: World, call: tuple[Any, ...]) -> None:
    kind, *rest = call
    try:
        if kind == "status":
            ids, status, text, false_positive = rest
            set_status(here, ids, status, text, "admin", false_positive)
        elif kind == "tags":
            set_tags(here, *rest, "admin")
        elif kind == "note":
            set_note(here, *rest, "admin")
        elif kind == "incident":
            mark_as_incident(here, *rest, "admin")
        else:
            run_rule_engine(here)
    except ScriptRefused:
        # The backend answers 500 and stores nothing.
        return


@pytest.mark.parametrize("name", ["v10", "v11"])
@given(st.lists(CALLS, max_size=12))
def test_documents_obey_the_invariants(name: str, calls: list[tuple[Any, ...]]) -> None:
    here = World(dialect(name))
    here.compile_budget.resize(None, 1)
    index = here.dialect.alert_pattern.replace("*", "2026-11-20")
    for row in (*(document(alert_id) for alert_id in IDS), document("e1", parentId=IDS[0])):
        here.documents.put(index, row["id"], row["source"])
    marked: set[str] = set()
    for call in calls:
        carry_out(here, call)
        check({stored.id: stored.source for stored in here.documents.all()}, marked)
    # The lists behind the searches say the same as the documents.
    daily = here.documents.indices[index]
    for stored in here.documents.all():
        assert stored.number in daily.terms("status")[stored.source["status"]]


def check(sources: dict[str, dict[str, Any]], marked: set[str]) -> None:
    """The invariants; `marked` are the alerts that were in an incident before, and gets those that are now."""
    for alert_id, source in sources.items():
        assert source["statusLabel"] == LABELS[source["status"]]
        assert source["tags"] is None or isinstance(source["tags"], list)
        assert all(isinstance(tag, str) for tag in source["tags"] or [])
        assert isinstance(source["statusObservation"], str)
        assert isinstance(source["notes"], str)
        if source["isIncident"]:
            marked.add(alert_id)
            assert source["incidentDetail"]["incidentId"].isdigit()
        assert source["isIncident"] is (alert_id in marked)


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


def test_children_follow_a_status_on_v11_only() -> None:
    for name, expected in (("v10", 2), ("v11", 5)):
        here = World(dialect(name))
        index = here.dialect.alert_pattern.replace("*", "2026-11-20")
        for row in (document("p"), document("c", parentId="p")):
            here.documents.put(index, row["id"], row["source"])
        set_status(here, ["p"], 5, "", "admin", False)
        statuses = {stored.id: stored.source["status"] for stored in here.documents.all()}
        assert SimpleNamespace(**statuses) == SimpleNamespace(p=5, c=expected)
