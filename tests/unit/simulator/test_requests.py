# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests beside the recorded ones: how Spring, Jackson and Tomcat read them (API facts, 1 to 8)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from utmstack_simulator.process import SimulatorProcess

from .conftest import IDS, Server, document

STATUS = "/api/utm-alerts/status"
SEARCH = "/api/elasticsearch/search"
ALERT = {"alertId": "a1", "alertName": "n", "alertStatus": 2, "alertSeverity": 2}


@pytest.fixture
def other_build(utmstack_simulator: Callable[..., SimulatorProcess]) -> Server:
    """The v11 build in which the other handler of errors comes first."""
    simulator = utmstack_simulator("v11", "--errors", "header")
    simulator.reset()
    return Server(simulator)


def search(server: Server, filters: Any, **query: Any) -> requests.Response:
    return server.post(SEARCH, filters, params={"indexPattern": "v11-alert-*", "top": 100, **query})


def create(server: Server, name: str, alert_id: str, **more: Any) -> requests.Response:
    alert = {**ALERT, "alertId": alert_id}
    body = {"incidentName": name, "incidentDescription": "d", "alertList": [alert], **more}
    return server.post("/api/utm-incidents", body)


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status"),
    [
        ("POST", STATUS, {"json": {"alertIds": "a1", "status": 5}}, 500),
        ("POST", STATUS, {"data": "{", "headers": {"Content-Type": "application/json"}}, 500),
        ("POST", STATUS, {"data": "x", "headers": {"Content-Type": "text/plain"}}, 500),
        ("DELETE", STATUS, {}, 500),
        ("POST", SEARCH, {"json": []}, 500),
        ("POST", "/api/utm-alerts/tags", {"json": {"alertIds": [], "tags": []}}, 500),
        ("GET", "/api/utm-alert-tags?id.equals=abc", {}, 500),
        ("GET", "/api/utm-incidents/9", {}, 404),
        (
            "POST",
            "/api/utm-incidents",
            {"json": {"incidentName": "I", "incidentDescription": "d", "alertList": []}},
            400,
        ),
        ("POST", "/api/api-keys", {"json": {"name": "k"}}, 409),
    ],
)
def test_the_other_build_tells_errors_in_a_header(
    other_build: Server, method: str, path: str, arguments: dict[str, Any], status: int
) -> None:
    answer = other_build.session.request(method, other_build.simulator.url + path, timeout=10, **arguments)
    assert answer.status_code == status
    assert answer.headers["X-UtmStack-error"]
    assert answer.content == b""


def test_the_other_build_knows_the_statuses_of_a_login(other_build: Server) -> None:
    url = other_build.simulator.url + "/api/authenticate"
    wrong = {"username": "admin", "password": "wrong", "rememberMe": True}
    answers = [requests.post(url, json=wrong, headers={"X-Forwarded-For": "9.9.9.9"}, timeout=10) for _try in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [423]
    assert all("X-UtmStack-error" in answer.headers for answer in answers)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html;q=0.5, application/json", "application/json"),
        ("application/json;q=0.5, text/html", "text/html;charset=UTF-8"),
        ("text/*", "text/html;charset=UTF-8"),
        ("application/xml, */*;q=0.1", "application/json"),
        ("*/*, text/html", "text/html;charset=UTF-8"),
        ("application/json;q=0", None),
    ],
)
def test_the_most_wanted_form_of_an_error(server: Server, accept: str, kind: str | None) -> None:
    answer = requests.get(server.simulator.url + "/api/account", headers={"Accept": accept}, timeout=10)
    assert answer.status_code == 401
    assert answer.headers.get("Content-Type") == kind


@pytest.mark.parametrize("path", ["/api/ping%3Ba=b", "/api/%2e/ping", "/api/ping%252F"])
def test_the_firewall_sees_through_encodings(server: Server, path: str) -> None:
    answer = requests.Session().send(_raw(server.simulator.url + path), timeout=10)
    assert (answer.status_code, answer.json()["status"]) == (500, 500)


def _raw(url: str) -> requests.PreparedRequest:
    """A request whose path is sent as it stands."""
    request = requests.Request("GET", url).prepare()
    request.url = url
    return request


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (
            "/api/utm-alerts/convert-to-incident",
            {"eventIds": ["a1"], "incidentName": "n", "incidentId": 2**31, "incidentSource": "s"},
            400,
        ),
        (
            "/api/utm-alerts/convert-to-incident",
            {"eventIds": ["a1"], "incidentName": "n", "incidentId": 5.9, "incidentSource": "s"},
            200,
        ),
        ("/api/utm-incidents/add-alerts", {"incidentId": 2**40, "alertList": [ALERT]}, 500),
        ("/api/utm-incidents/add-alerts", {"incidentId": 2**64, "alertList": [ALERT]}, 400),
        ("/api/utm-alerts/tags", {"alertIds": ["a1"], "tags": ["x"], "createRule": "TRUE"}, 200),
        ("/api/utm-alerts/tags", {"alertIds": ["a1"], "tags": ["x"], "createRule": "yes"}, 400),
        ("/api/utm-alerts/tags", {"alertIds": [None], "tags": ["x"], "createRule": False}, 500),
        ("/api/elasticsearch/generic-search", {"index": "*", "top": True}, 400),
        ("/api/elasticsearch/generic-search", {"index": "*", "top": 1.5}, 200),
        ("/api/elasticsearch/search/csv", {"columns": ["name"], "top": 1, "indexPattern": "*"}, 500),
        (
            "/api/alert-tag-rules",
            {
                "name": "n",
                "description": "d",
                "conditions": [{"field": "a", "operator": "IS", "value": 1}],
                "tags": [{"id": "x"}],
            },
            400,
        ),
        ("/api/api-keys", {"name": "k", "allowedIp": [], "expiresAt": "2026-11-20"}, 400),
    ],
)
def test_members_as_jackson_reads_them(server: Server, path: str, body: Any, status: int) -> None:
    assert server.post(path, body).status_code == status


def test_a_body_needs_its_type_and_knows_no_nan(server: Server) -> None:
    url = server.simulator.url + STATUS
    untyped = server.session.post(url, data=b'{"alertIds":[]}', timeout=10)
    nan = server.session.post(url, data='{"status": NaN}', headers={"Content-Type": "application/json"}, timeout=10)
    assert (untyped.status_code, nan.status_code) == (415, 400)


def test_a_wrong_date_of_an_incident_is_refused_and_a_good_one_shown_plainly(server: Server) -> None:
    incident = create(server, "I", "a1").json()
    url = server.simulator.url + "/api/utm-incidents/change-status"
    answers = [
        server.session.put(url, json={**incident, "incidentCreatedDate": date}, timeout=10)
        for date in ("2026-11-20", "2026-11-20T12:00:00.000+02:00", 1795168800)
    ]
    assert [answer.status_code for answer in answers] == [400, 200, 200]
    assert {answer.json()["incidentCreatedDate"] for answer in answers[1:]} == {"2026-11-20T10:00:00Z"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("incidentName.contains=a%25-b", ["a--b"]),
        ("incidentName.contains=a_b", ["a_b", "axb"]),
        ("id.equals=", ["a--b", "a_b", "axb"]),
        ("incidentName.equals=", []),
        ("incidentName.in=a_b&incidentName.in=axb", ["a_b", "axb"]),
        ("incidentName.in=a_b, axb", ["a_b", "axb"]),
        ("incidentName.equals=a_b&incidentName.equals=axb", ["a_b"]),
        ("sort=incidentAssignedTo,asc&sort=incidentName,desc", ["axb", "a_b", "a--b"]),
        ("sort=incidentAssignedTo,desc&sort=incidentName,asc", ["a--b", "a_b", "axb"]),
    ],
)
def test_criteria_as_spring_binds_them(server: Server, query: str, names: list[str]) -> None:
    for number, name in enumerate(["a--b", "a_b", "axb"]):
        create(server, name, f"a{number}", incidentAssignedTo="1" if name == "axb" else None)
    rows = server.get(f"/api/utm-incidents?{query if 'sort' in query else query + '&sort=id,asc'}").json()
    assert [row["incidentName"] for row in rows] == names


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/utm-incidents?sort=incidentFoo,asc", 500),
        ("/api/utm-incidents?incidentCreatedDate.greaterThan=2026-11-20", 400),
        ("/api/utm-alert-logs?sort=nonsense", 500),
        ("/api/utm-alert-logs?sort=logMessage,desc", 200),
        ("/api/utm-alert-tags?sort=systemOwner,desc", 200),
        ("/api/utm-network-scans/search-by-filters?sort=assetMac,asc", 200),
        ("/api/alert-tag-rules?id=abc", 400),
        ("/api/alert-tag-rules/get-by-ids?ids=abc", 400),
        ("/api/api-keys?sort=nonsense", 500),
    ],
)
def test_sorts_and_numbers_of_lists(server: Server, path: str, status: int) -> None:
    server.post("/api/utm-alert-tags", {"tagName": "VIP"})
    assert server.get(path).status_code == status


@pytest.mark.parametrize(
    ("assigned", "status"), [("1,", 200), (",", 200), ("-1", 200), ("", 500), (",1", 500), ("1, 2", 500)]
)
def test_assigned_users_are_split_as_java_splits(server: Server, assigned: str, status: int) -> None:
    create(server, "I", "a1", incidentAssignedTo=assigned)
    assert server.get("/api/utm-incidents/users-assigned").status_code == status


def test_a_cascade_that_the_engine_refuses_rolls_the_incident_back(server: Server) -> None:
    incident = create(server, "I", "a1").json()
    server.simulator.faults({"kind": "read-only"})
    url = server.simulator.url + "/api/utm-incidents/change-status"
    closed = {**incident, "incidentStatus": "COMPLETED", "incidentSolution": "done"}
    answer = server.session.put(url, json=closed, timeout=10)
    assert answer.status_code == 500
    assert answer.json()["message"] == "error.http.500"
    assert server.get(f"/api/utm-incidents/{incident['id']}").json()["incidentStatus"] == "OPEN"


@pytest.mark.parametrize(
    ("field", "operator", "value", "found"),
    [
        ("score", "IS", 0.1, ["n1"]),
        ("score", "IS", "0.1", ["n1"]),
        ("score", "IS_GREATER_THAN", 0.1, ["n2"]),
        ("big", "IS", 9007199254740993, ["n1"]),
        ("big", "IS", 2.5, []),
        ("text", "IS", 12345678.5, ["n2"]),
        ("when", "IS", 7, ["n2"]),
        (5, "IS", "x", []),
    ],
)
def test_numbers_in_filters(server: Server, field: Any, operator: str, value: Any, found: list[str]) -> None:
    server.simulator.documents(
        [
            document("n1", score=0.1, big=9007199254740993, text="1", when="2026-11-20"),
            document("n2", score=0.25, big=9007199254740992, text="1.23456785E7", when=7),
        ]
    )
    rows = search(server, [{"field": field, "operator": operator, "value": value}], sort="id.keyword").json()
    assert [row["id"] for row in rows] == found


def test_fractions_are_counted_with_32_bits(server: Server) -> None:
    server.simulator.documents([document("n1", score=0.1), document("n2", score=12345678.0)])
    body = {"field": "score", "index": "v11-alert-*", "sortAsc": True}
    answer = server.post("/api/elasticsearch/property/values-with-count", body)
    assert list(answer.json()) == ["0.10000000149011612", "1.2345678E7"]


def test_a_date_cell_needs_a_zone(server: Server) -> None:
    server.simulator.documents([document("n1", when="2026-11-20T10:00:00")])
    columns = [{"field": "when", "type": "date"}]
    body = {"columns": columns, "top": 10, "indexPattern": "v11-alert-*", "filters": []}
    assert server.post("/api/elasticsearch/search/csv", body).status_code == 500


def test_a_rule_s_operator_is_kept_by_name(server: Server) -> None:
    rule = {
        "name": "r",
        "description": "d",
        "conditions": [{"field": "name", "operator": " IS ", "value": "x"}],
        "tags": [{"id": 1}],
    }
    assert server.post("/api/alert-tag-rules", rule).json()["conditions"][0]["operator"] == "IS"
    rule.update(name="s", conditions=[{"field": "name", "operator": 1, "value": "x"}])
    assert server.post("/api/alert-tag-rules", rule).json()["conditions"][0]["operator"] == "IS_NOT"


def test_odd_documents_stop_a_rule_and_nothing_else(server: Server) -> None:
    server.simulator.documents([document("odd", tags="VIP", status=1), document("plain", status=1)])
    conditions = [{"field": "id.keyword", "operator": "IS_ONE_OF", "value": ["odd", "plain"]}]
    server.post(
        "/api/alert-tag-rules", {"name": "r", "description": "d", "conditions": conditions, "tags": [{"id": 1}]}
    )
    server.simulator.tick()
    stored = server.simulator.alerts()
    assert [stored[name]["status"] for name in ("odd", "plain")] == [2, 2]
    assert stored["odd"]["tags"] == "VIP"


def test_an_answer_s_header_holds_no_control_characters(server: Server) -> None:
    answer = server.post("/api/elasticsearch/generic-search", {"index": "x\0y", "top": 1})
    assert answer.status_code == 500
    assert "\0" not in answer.headers["X-UtmStack-error"]


def test_a_key_of_the_control_interface_outlives_a_reset_and_is_in_no_list(server: Server) -> None:
    server.simulator.reset()
    assert server.get("/api/api-keys").json() == []


def test_no_kind_of_member_upsets_a_route(server: Server) -> None:
    """Whatever type a member has, the answer is one of the servers' shapes."""
    odd = [None, "", 0, -1, 1.5, True, "x", [], ["x"], [None], [[]], [{}], {}, 10**20, "\0"]
    bodies = {
        STATUS: {"alertIds": IDS, "status": 5, "statusObservation": "x"},
        "/api/utm-alerts/tags": {"alertIds": IDS, "tags": ["x"], "createRule": False},
        "/api/utm-incidents": {"incidentName": "n", "incidentDescription": "d", "alertList": [ALERT]},
        "/api/elasticsearch/search/csv": {"columns": [{"field": "id", "type": "text"}], "top": 1, "indexPattern": "*"},
        "/api/elasticsearch/property/values-with-count": {"field": "id.keyword", "index": "*", "top": 1},
        "/api/utm-alert-tags": {"tagName": "n", "tagColor": "c"},
    }
    for path, body in bodies.items():
        for name in body:
            for value in odd:
                answer = server.post(path, {**body, name: value})
                shape = "X-UtmStack-error" in answer.headers or "problem" in answer.headers.get("Content-Type", "")
                assert answer.status_code < 300 or shape, (path, json.dumps({name: value}), answer.text)


def test_a_date_in_slashes_keeps_its_format(server: Server) -> None:
    server.simulator.documents([document("n1", day="2026/11/20"), document("n2", day="2026/11/21 10:00:00")])
    answer = requests.post(
        server.simulator.url + "/simulator/documents", json=[document("n3", day="2026-11-20")], timeout=10
    )
    assert [row["id"] for row in answer.json()["rejected"]] == ["n3"]
    for operator, value, found in (
        ("IS", "2026/11/20", ["n1"]),
        ("IS_BETWEEN", ["2026/11/20", "2026/11/21"], ["n1", "n2"]),
        ("IS_GREATER_THAN", "2026-11-20", ["n2"]),
    ):
        rows = search(server, [{"field": "day", "operator": operator, "value": value}], sort="id.keyword").json()
        assert [row["id"] for row in rows] == found
    assert search(server, [{"field": "day", "operator": "IS", "value": "2026-11-20"}]).status_code == 500
    body = {"field": "day", "index": "v11-alert-*", "sortAsc": True}
    counts = server.post("/api/elasticsearch/property/values-with-count", body).json()
    assert list(counts) == ["2026/11/20 00:00:00", "2026/11/21 10:00:00"]
    properties = server.get("/api/elasticsearch/index/properties", params={"indexPattern": "v11-alert-*"}).json()
    assert {"name": "day", "type": "date"} in properties


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("documents", '[{"id": "a1", "source": {}}]', "index"),
        ("documents", '{"index": "x"}', "cannot use"),
        ("users", '[{"login": "eve"}]', "password"),
        ("settings", "{", "cannot use"),
        ("api-keys", "{}", "login"),
    ],
)
def test_the_control_interface_says_what_it_misses(server: Server, path: str, body: str, told: str) -> None:
    answer = requests.post(f"{server.simulator.url}/simulator/{path}", data=body, timeout=10)
    assert answer.status_code == 400
    assert told in answer.json()["error"]
