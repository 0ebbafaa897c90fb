# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of both builds of v11, in the form that the client accepts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from utmstack_simulator.process import SimulatorProcess

from ..simulated import ALERT, Server, create_incident

STATUS = "/api/utm-alerts/status"


SEARCH = "/api/elasticsearch/search"


@pytest.fixture(params=["11.0.1", "11.2"])
def other_build(utmstack_simulator: Callable[..., SimulatorProcess], request: pytest.FixtureRequest) -> Server:
    """A v11 build in which UTMStack's own handler of errors comes first."""
    simulator = utmstack_simulator("v11", "--release", request.param, "--handlers", "own-first")
    simulator.reset()
    return Server(simulator)


INCIDENT = {"incidentName": "I", "incidentDescription": "d", "alertList": [ALERT]}


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status"),
    [
        ("POST", STATUS, {"json": {"alertIds": "a1", "status": 5}}, 500),
        ("POST", STATUS, {"data": "{", "headers": {"Content-Type": "application/json"}}, 500),
        ("POST", STATUS, {"data": "x", "headers": {"Content-Type": "text/plain"}}, 500),
        ("POST", STATUS, {"json": {"alertIds": ["a1"], "status": 4, "statusObservation": ""}}, 500),
        ("DELETE", STATUS, {}, 500),
        ("GET", "/api/utm-alert-tags", {"headers": {"Accept": "text/csv"}}, 500),
        ("POST", SEARCH, {"json": []}, 500),
        ("GET", "/api/utm-alert-tags?id.equals=abc", {}, 500),
        ("GET", "/api/utm-incidents/9", {}, 500),
        ("GET", "/api/utm-data-input-statuses/9", {}, 500),
        ("POST", "/api/utm-incidents", {"json": {**INCIDENT, "alertList": []}}, 400),
        ("POST", "/api/utm-incidents", {"json": {**INCIDENT, "incidentDescription": None}}, 500),
        ("POST", "/api/api-keys", {"json": {"name": "k"}}, 409),
        ("GET", "/api/api-keys/9", {}, 500),
    ],
)
def test_the_other_build_tells_errors_in_a_header(
    other_build: Server, method: str, path: str, arguments: dict[str, Any], status: int
) -> None:
    answer = other_build.session.request(method, other_build.simulator.url + path, timeout=10, **arguments)
    assert answer.status_code == status
    assert answer.headers["X-UtmStack-error"]
    assert "Allow" not in answer.headers
    assert answer.content == b""


def test_the_own_handler_of_11_2_knows_bean_validation(other_build: Server) -> None:
    release = requests.get(other_build.simulator.url + "/management/info", timeout=10).json()["build"]["version"]
    for path, body in (
        ("/api/utm-alerts/tags", {"alertIds": [], "tags": []}),
        ("/api/utm-alerts/convert-to-incident", {}),
    ):
        answer = other_build.post(path, body)
        assert answer.status_code == (500 if release == "11.0.1" else 400)
        assert answer.headers["X-UtmStack-error"] == "must not be null"


def test_an_alert_has_one_incident_in_the_other_build(other_build: Server) -> None:
    assert create_incident(other_build, "One", "a1").status_code == 200
    assert create_incident(other_build, "Two", "a1").status_code == 409
    taken = create_incident(other_build, "One", "a2")
    assert (taken.status_code, taken.content) == (500, b"")


@pytest.mark.parametrize("body", [{"status": 5}, {"alertIds": ["a1"], "status": 5}])
def test_the_own_handler_fails_with_an_exception_without_a_text(other_build: Server, body: dict[str, Any]) -> None:
    answer = other_build.post(STATUS, body)
    assert answer.status_code == 500
    assert answer.json().keys() == {"timestamp", "status", "error", "path"}
    assert "X-UtmStack-error" not in answer.headers


def test_the_other_build_knows_the_statuses_of_a_login(other_build: Server) -> None:
    url = other_build.simulator.url + "/api/authenticate"
    wrong = {"username": "admin", "password": "wrong", "rememberMe": False}
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


def test_an_answer_s_header_holds_no_control_characters(server: Server) -> None:
    answer = server.post("/api/elasticsearch/generic-search", {"index": "x\0y", "top": 1})
    assert answer.status_code == 500
    assert "\0" not in answer.headers["X-UtmStack-error"]
