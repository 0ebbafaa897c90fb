# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault has its documented effect and no other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from utmstack_simulator.state.faults import KINDS

from ..simulated import IDS, Server, document

STATUS = "/api/utm-alerts/status"


COUNT = "/api/utm-alerts/count-open-alerts"


OPEN, CLOSED = [2, 2, 2, 2], [5, 5, 5, 5]


LINKED = {"alertId": IDS[0], "alertName": "Port scan", "alertStatus": 2, "alertSeverity": 2}


def test_delay_comes_before_the_answer(server: Server) -> None:
    server.simulator.faults({"kind": "delay", "seconds": 0.3, "path": COUNT})
    started = time.monotonic()
    assert server.get(COUNT).json() == 4
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize(("more", "left"), [([], CLOSED), ([{"kind": "drop-before"}], OPEN)], ids=["alone", "dropped"])
def test_hold_keeps_a_request_waiting_even_if_its_client_is_gone(
    server: Server, more: list[dict[str, Any]], left: list[int]
) -> None:
    server.simulator.faults({"kind": "hold", "path": STATUS}, *more)
    assert server.simulator.wait_until_held(0) is False
    body = {"alertIds": IDS, "status": 5, "statusObservation": "done"}
    with pytest.raises(requests.Timeout):
        server.session.post(server.simulator.url + STATUS, json=body, timeout=0.3)
    assert server.simulator.wait_until_held(5) is True
    assert server.statuses() == OPEN
    server.simulator.settle()
    assert server.simulator.wait_until_held(0) is False
    assert server.statuses() == left
    assert server.close().status_code == 200


def test_other_faults_end_a_hold(server: Server) -> None:
    server.simulator.faults({"kind": "hold", "path": STATUS})
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(server.close)
        assert server.simulator.wait_until_held(5) is True
        server.simulator.faults()
        assert answer.result().status_code == 200
    assert server.statuses() == CLOSED


def test_status_answers_instead_and_does_nothing(server: Server) -> None:
    server.simulator.faults({"kind": "status", "status": 503, "headers": {"Retry-After": "7"}, "body": "busy"})
    answer = server.close()
    assert (answer.status_code, answer.headers["Retry-After"], answer.text) == (503, "7", "busy")
    assert server.statuses() == OPEN


def test_status_can_answer_instead_of_what_was_done(server: Server) -> None:
    """As a gateway that did not wait for the server."""
    server.simulator.faults({"kind": "status", "status": 504, "carried_out": True})
    assert server.close().status_code == 504
    assert server.statuses() == CLOSED


def test_drop_before_does_nothing(server: Server) -> None:
    server.simulator.faults({"kind": "drop-before"})
    with pytest.raises(requests.ConnectionError):
        server.close()
    assert server.statuses() == OPEN


def test_drop_after_has_done_it(server: Server) -> None:
    server.simulator.faults({"kind": "drop-after"})
    with pytest.raises(requests.ConnectionError):
        server.close()
    assert server.statuses() == CLOSED


def test_lose_writes_says_200_and_stores_nothing(server: Server) -> None:
    server.simulator.faults({"kind": "lose-writes"})
    assert server.close().status_code == 200
    assert server.statuses() == OPEN
    assert server.get(COUNT).json() == 4


def test_partial_writes_says_500_and_stores_a_part(server: Server) -> None:
    server.simulator.faults({"kind": "partial-writes", "share": 0.5})
    assert server.close().status_code == 500
    assert sorted(server.statuses()) == [2, 2, 5, 5]


def test_lose_writes_loses_what_postgresql_would_hold(server: Server) -> None:
    incident = {"incidentName": "I", "incidentDescription": "", "alertList": [LINKED]}
    server.simulator.faults({"kind": "lose-writes"})
    assert server.post("/api/utm-incidents", incident).status_code == 200
    assert server.post("/api/utm-alert-tags", {"tagName": "VIP"}).status_code == 201
    server.close()
    server.simulator.faults()
    assert server.get("/api/utm-incidents").json() == []
    assert [tag["tagName"] for tag in server.get("/api/utm-alert-tags").json()] == ["False positive"]
    assert server.get("/api/utm-alert-logs/count").json() == 0


def test_lose_writes_can_lose_the_alerts_alone(server: Server) -> None:
    """As where the engine refuses the script of an incident's cascade."""
    incident = {"incidentName": "I", "incidentDescription": "", "alertList": [LINKED]}
    created = server.post("/api/utm-incidents", incident).json()
    server.simulator.faults({"kind": "lose-writes", "alerts_only": True})
    completed = {**created, "incidentStatus": "COMPLETED", "incidentSolution": "done"}
    url = f"{server.simulator.url}/api/utm-incidents/change-status"
    assert server.session.put(url, json=completed, timeout=10).status_code == 200
    server.simulator.faults()
    assert server.get(f"/api/utm-incidents/{created['id']}").json()["incidentStatus"] == "COMPLETED"
    assert server.statuses() == OPEN


def test_truncate_body_breaks_off(server: Server) -> None:
    server.simulator.faults({"kind": "truncate-body", "path": "/api/account"})
    answer = server.get("/api/account", stream=True)
    assert answer.status_code == 200
    received: list[bytes] = []
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        received.extend(answer.iter_content(1))
    assert 0 < len(received) < int(answer.headers["Content-Length"])


def test_not_json_answers_with_a_web_page(server: Server) -> None:
    server.simulator.faults({"kind": "not-json", "path": "/api/account"})
    answer = server.get("/api/account")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_slow_body_comes_whole(server: Server) -> None:
    server.simulator.faults({"kind": "slow-body", "seconds": 0.3, "path": "/api/account"})
    started = time.monotonic()
    assert server.get("/api/account").json()["login"] == "admin"
    assert time.monotonic() - started >= 0.3


def test_restart_kills_tokens_and_leaves_keys(server: Server) -> None:
    body = {"username": "admin", "password": "Adm1n-pass", "rememberMe": True}
    login = server.post("/api/authenticate", body, headers={"X-Bypass-TFA": "true"})
    bearer = {"Authorization": f"Bearer {login.json()['token']}"}
    url = server.simulator.url + COUNT
    assert requests.get(url, headers=bearer, timeout=10).status_code == 200
    server.simulator.faults({"kind": "restart"})
    assert requests.get(url, headers=bearer, timeout=10).status_code == 401
    assert server.get(COUNT).status_code == 200


def test_conflict_changes_the_alerts_before_the_request(server: Server) -> None:
    server.simulator.faults({"kind": "conflict", "path": COUNT, "ids": IDS[:1]})
    assert server.get(COUNT).json() == 3
    taken = server.simulator.alerts()[IDS[0]]
    assert (taken["status"], taken["statusObservation"]) == (3, "Taken by another analyst")


def test_compile_budget_refuses_new_scripts_and_takes_known_ones(server: Server) -> None:
    server.simulator.faults({"kind": "compile-budget", "capacity": 1, "seconds": 3600})
    assert [server.close(text).status_code for text in ("first", "second", "first")] == [200, 500, 200]


def test_the_default_budget_is_that_of_the_engine(server: Server) -> None:
    answers = [server.close(f"text {number}").status_code for number in range(80)]
    assert answers[:75] == [200] * 75
    assert 500 in answers[75:]


def test_a_compile_budget_that_names_requests_refuses_those(server: Server) -> None:
    server.simulator.faults({"kind": "compile-budget", "path": STATUS, "nth": 2})
    assert [server.close(text).status_code for text in ("first", "second", "third")] == [200, 500, 200]


def test_another_compile_budget_lasts_until_the_next_list(server: Server) -> None:
    server.simulator.faults({"kind": "compile-budget", "capacity": 0})
    assert server.close().status_code == 500
    server.simulator.faults()
    assert server.close().status_code == 200


def test_read_only_refuses_writes_of_alerts_and_answers_reads(server: Server) -> None:
    server.simulator.faults({"kind": "read-only"})
    assert server.close().status_code == 500
    assert server.statuses() == OPEN
    assert server.get(COUNT).json() == 4
    # What PostgreSQL holds can be written while the search engine cannot.
    assert server.post("/api/utm-alert-tags", {"tagName": "VIP"}).status_code == 201


FAULTS: dict[str, dict[str, Any]] = {
    "delay": {"seconds": 0.01},
    "hold": {"path": "/api/account"},
    "status": {"status": 503},
    "slow-body": {"seconds": 0.01},
    "compile-budget": {"capacity": 0},
}


def test_a_reset_clears_every_fault(server: Server) -> None:
    server.simulator.faults(*({"kind": kind, **FAULTS.get(kind, {})} for kind in KINDS))
    with pytest.raises(requests.ConnectionError):
        server.close()
    server.simulator.reset()
    server.simulator.documents([document(alert_id) for alert_id in IDS])
    assert server.close().status_code == 200
    assert server.statuses() == CLOSED
    assert server.get("/api/account").json()["login"] == "admin"


def test_faults_combine(server: Server) -> None:
    server.simulator.faults(
        {"kind": "partial-writes", "share": 0.5, "path": STATUS, "nth": 1},
        {
            "kind": "status",
            "status": 429,
            "headers": {"Retry-After": "1"},
            "path": COUNT,
            "probability": 0.5,
            "seed": 3,
        },
        {"kind": "drop-after", "path": STATUS, "nth": 2},
    )
    assert server.close().status_code == 500
    assert sorted(server.statuses()) == [2, 2, 5, 5]
    with pytest.raises(requests.ConnectionError):
        server.close()
    assert server.statuses() == CLOSED
    assert server.close().status_code == 200
    counts = [server.get(COUNT).status_code for _request in range(30)]
    assert {200, 429} == set(counts)
    server.simulator.faults({"kind": "status", "status": 429, "path": COUNT, "probability": 0.5, "seed": 3})
    assert [server.get(COUNT).status_code for _request in range(30)] == counts


def test_two_faults_can_meet_one_request(server: Server) -> None:
    server.simulator.faults({"kind": "conflict", "ids": IDS[:1]}, {"kind": "lose-writes"}, {"kind": "drop-after"})
    with pytest.raises(requests.ConnectionError):
        server.close()
    assert server.statuses() == [3, 2, 2, 2]


def test_every_kind_is_tried_here() -> None:
    tested = {name for name in globals() if name.startswith("test_")}
    for kind in KINDS:
        assert any(kind.replace("-", "_") in name for name in tested), kind
