# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from ..simulated import Server


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "earthquake"}, "lose-writes"),
        ({"kind": "status"}, "needs status"),
        ({"kind": "delay", "second": 1}, "needs seconds"),
        ({"kind": "drop-before", "chance": 0.5}, "does not take chance"),
        ({"kind": "drop-before", "path": "("}, "not a regular expression"),
    ],
)
def test_an_invalid_fault_is_refused(server: Server, fault: dict[str, Any], reason: str) -> None:
    url = server.simulator.url + "/simulator/faults"
    answer = requests.post(url, json=[fault], timeout=10)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


def test_a_key_of_the_control_interface_outlives_a_reset_and_is_in_no_list(server: Server) -> None:
    server.simulator.reset()
    assert server.get("/api/api-keys").json() == []


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("documents", '[{"id": "a1", "source": {}}]', "index"),
        ("documents", '{"index": "x"}', "not usable"),
        ("state", '{"documents": [{"index": "v11-alert-x", "id": "a1"}]}', "source"),
        ("state", '{"alerts": []}', "alerts"),
        ("users", '[{"login": "eve"}]', "password"),
        ("settings", "{", "not usable"),
        ("faults", "{", "not usable"),
        ("api-keys", "{}", "login"),
    ],
)
def test_the_control_interface_reports_what_is_missing(server: Server, path: str, body: str, reason: str) -> None:
    answer = requests.post(f"{server.simulator.url}/simulator/{path}", data=body, timeout=10)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://attacker.example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "attacker.example.com"},
        {"Host": "attacker.example.com:80"},
        {"Host": ""},
    ],
    ids=str,
)
def test_a_web_page_cannot_control_the_simulator(server: Server, headers: dict[str, str]) -> None:
    """Neither a page of another site nor one whose name was pointed to loopback."""
    url = f"{server.simulator.url}/simulator"
    assert requests.post(f"{url}/reset", headers=headers, data="{}", timeout=10).status_code in (400, 403)
    assert requests.get(f"{url}/alerts", headers=headers, timeout=10).status_code in (400, 403)
    assert len(server.statuses()) == 4


def test_its_own_origin_and_names_of_loopback_control_the_simulator(server: Server) -> None:
    url = server.simulator.url
    for headers in ({"Origin": url}, {"Host": f"localhost:{url.rpartition(':')[2]}"}, {"Host": "[::1]:80"}):
        assert requests.get(f"{url}/simulator/alerts", headers=headers, timeout=10).status_code == 200
