# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error headers have the recorded texts, which the replay of the recordings does not compare."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from ..simulated import Server

CONTRACT = Path(__file__).parents[3] / "contract"


RULES, CHANGE = "/api/alert-tag-rules", "/api/utm-incidents/change-status"


RULE: dict[str, Any] = {
    "name": "Scan",
    "description": "d",
    "conditions": [{"field": "name", "operator": "IS", "value": "x"}],
    "tags": [{"id": 1}],
}


ALERT = {"alertId": "a1", "alertName": "n", "alertStatus": 2, "alertSeverity": 2}


def recorded(dialect: str, area: str) -> set[tuple[str, str | None]]:
    """Text and origin of every recorded error header."""
    content = json.loads((CONTRACT / dialect / f"{area}.json").read_text(encoding="utf-8"))
    answers = [step.get("response", {}) for case in content["cases"] for step in case["steps"]]
    headers = [answer.get("headers", {}) for answer in answers]
    return {(one["x-utmstack-error"], one.get("x-utmstack-params")) for one in headers if "x-utmstack-error" in one}


def started(utmstack_simulator: Callable[..., SimulatorProcess], dialect: str) -> Server:
    simulator = utmstack_simulator(dialect)
    simulator.reset()
    server = Server(simulator)
    # v10 knows no keys.
    del server.session.headers["Utm-Api-Key"]
    body = {"username": "admin", "password": "Adm1n-pass", "rememberMe": False}
    login = server.post("/api/authenticate", body, headers={"X-Bypass-TFA": "true"}).json()
    server.session.headers["Authorization"] = f"Bearer {login.get('token') or login['id_token']}"
    return server


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_tag_rules(utmstack_simulator: Callable[..., SimulatorProcess], dialect: str) -> None:
    server = started(utmstack_simulator, dialect)
    first = server.post(RULES, RULE).json()
    second = server.post(RULES, {**RULE, "name": "Other"}).json()

    def change(**fields: Any) -> Any:
        return server.session.put(server.simulator.url + RULES, json={**RULE, **fields}, timeout=10)

    answers = [
        server.post(RULES, RULE),
        server.post(RULES, {**RULE, "name": "New", "id": 7}),
        change(id=999999),
        change(),
        change(id=second["id"], name=first["name"]),
        server.get(RULES, params={"sort": "name,asc"}),
    ]
    broken = server.post(RULES, {**RULE, "name": "Broken", "tags": [{"tagName": "x"}]}).json()
    answers += [server.get(f"{RULES}/{broken['id']}"), server.get(RULES)]
    said = {(answer.headers["x-utmstack-error"], answer.headers.get("x-utmstack-params")) for answer in answers}
    assert said == recorded(dialect, "tag_rules")


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_a_name_that_is_too_long(utmstack_simulator: Callable[..., SimulatorProcess], dialect: str) -> None:
    server = started(utmstack_simulator, dialect)
    answer = server.post(RULES, {**RULE, "name": "n" * 256})
    said = {(answer.headers["x-utmstack-error"], answer.headers.get("x-utmstack-params"))}
    assert said == recorded(dialect, "lengths")


def test_changes_of_incidents(utmstack_simulator: Callable[..., SimulatorProcess]) -> None:
    server = started(utmstack_simulator, "v10")
    rows = [
        server.post(
            "/api/utm-incidents",
            {"incidentName": name, "incidentDescription": "d", "alertList": [{**ALERT, "alertId": name}]},
        ).json()
        for name in ("one", "two")
    ]

    def change(**fields: Any) -> Any:
        body = {**rows[0], "incidentStatus": "COMPLETED", "incidentSolution": "s", **fields}
        return server.session.put(server.simulator.url + CHANGE, json=body, timeout=10)

    answers = [
        change(id=None),
        change(id=999999, incidentName="three"),
        change(incidentName="two"),
        change(incidentStatus="MERGED"),
        change(incidentSolution="x" * 938),
        change(incidentSolution="x" * 1001),
    ]
    said = {(answer.headers["x-utmstack-error"], answer.headers["x-utmstack-params"]) for answer in answers}
    assert said == {row for row in recorded("v10", "incidents") if row[0].startswith(".updateUtmIncident:")}
