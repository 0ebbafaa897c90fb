# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A third major version is data: it logs in, searches, closes and tags without another line of code."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils import dialects
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.client.connect import connect
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11, Echoes, Kind, Login, field_table
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    alert_info,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation, Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from .exchanges import params

THIRD = replace(
    V11,
    name="v99",
    base_path="/rest",
    version_path="/about",
    version_at=("version",),
    login=Login("/rest/session", "user", "bearer", "bearer"),
    has_bypass=False,
    alert_pattern=None,
    page_size=2,
    total_header=None,
    twin="",
    names={
        **V11.names,
        **{"id": "key", "parent_id": "parentKey", "timestamp": "when", "name": "title", "status": "state"},
        **{"severity": "rank", "tags": "labels", "notes": "memo", "observation": "remark"},
    },
    fields=field_table(
        {
            Kind.TEXT: "key parentKey title state rank labels memo remark category dataSource dataType technique",
            Kind.BOOLEAN: "isIncident",
            Kind.DATE: "when",
        },
        {Kind.TEXT: "ip host user"},
        "adversary",
        "target",
    ),
    echoes=Echoes("IS_ONE_OF_TERMS", [""]),
    status_codes={"automatic_review": "AUTO", "open": "OPEN", "in_review": "REVIEW", "completed": "CLOSED"},
    severity_codes={"low": "L", "medium": "M", "high": "H"},
)
KEY = "the-key"


def stored(key: str, parent: str = "", address: str = "10.0.0.5") -> dict[str, Any]:
    named = {"key": key, "parentKey": parent, "title": "Scan", "state": "OPEN", "rank": "H", "labels": []}
    return {**named, "when": "2026-11-20T10:00:00.000Z", "adversary": {"ip": address}, "isIncident": False}


@dataclass
class FakeServer:
    """The alerts of a server of the third version, and the requests that it saw."""

    alerts: list[dict[str, Any]]
    requests: list[str] = field(default_factory=list)
    logins: list[Any] = field(default_factory=list)

    def answer(self, method: str, target: str, body: Any, headers: Mapping[str, str]) -> tuple[int, Any]:
        path = urlsplit(target).path
        query = parse_qsl(urlsplit(target).query)
        self.requests.append(f"{method} {path}")
        if path == "/about":
            return 200, {"version": "99.1.0"}
        if path == "/rest/session":
            self.logins.append(body)
            return 200, {"bearer": "the-token"}
        if not path.startswith("/rest/"):
            return 404, {"title": "Not Found"}
        if headers.get("Authorization") != "Bearer the-token" and headers.get("Utm-Api-Key") != KEY:
            return 401, {"title": "Unauthorized"}
        assert "indexPattern" not in dict(query)
        return 200, self._endpoint(path[len("/rest") :], query, body)

    def _endpoint(self, path: str, pairs: Sequence[tuple[str, str]], body: Any) -> Any:
        query = dict(pairs)
        if path == "/elasticsearch/search":
            found = [alert for alert in self.alerts if self._found(alert, body)]
            for sort in reversed([value for name, value in pairs if name == "sort"]):
                name, _comma, way = sort.partition(",")
                found.sort(key=lambda alert, name=name: str(alert[name]), reverse=way == "desc")
            start = (int(query["page"]) - 1) * int(query["size"])
            return found[start : start + int(query["size"])]
        if path == "/elasticsearch/property/values-with-count":
            assert "index" not in body
            found = [alert[body["field"]] for alert in self.alerts if self._found(alert, body["filters"])]
            return {value: found.count(value) for value in found}
        if path == "/utm-alerts/status":
            for alert in self.alerts:
                if alert["key"] in body["alertIds"] or alert["parentKey"] in body["alertIds"]:
                    alert.update(state=body["status"], remark=body["statusObservation"])
            return None
        if path == "/utm-alerts/tags":
            for alert in self.alerts:
                if alert["key"] in body["alertIds"]:
                    alert["labels"] = body["tags"]
            return None
        return {
            "/utm-alert-tags": [{"id": 1, "tagName": "Tier 1", "tagColor": None, "systemOwner": False}],
            "/utm-alerts/count-open-alerts": sum(alert["state"] == "OPEN" for alert in self.alerts),
            "/account": {"login": "ada", "authorities": ["ROLE_USER"]},
            "/ping": "OK",
        }[path]

    def _found(self, alert: dict[str, Any], filters: list[dict[str, Any]]) -> bool:
        either = [item for item in filters if item["operator"] == "IS_ONE_OF_TERMS_OR"]
        others = [item for item in filters if item not in either]
        return all(self._holds(alert, item) for item in others) and (
            not either or any(self._holds(alert, item) for item in either)
        )

    def _holds(self, alert: dict[str, Any], item: dict[str, Any]) -> bool:
        value: Any = alert
        for member in item["field"].split("."):
            value = value.get(member)
        values = value if isinstance(value, list) else [value]
        if item["operator"] == "DOES_NOT_EXIST":
            return value is None
        if item["operator"] == "IS_BETWEEN":
            low, high = item["value"]
            return bool(low <= value <= high)
        if item["operator"] == "IS_GREATER_THAN":
            return bool(value > item["value"])
        if item["operator"] == "IS_LESS_THAN_OR_EQUALS":
            return bool(value <= item["value"])
        assert item["operator"] in ("IS_ONE_OF_TERMS", "IS_ONE_OF_TERMS_OR"), item
        return any(single in item["value"] for single in values)


@contextmanager
def serving(fake: FakeServer) -> Iterator[str]:
    """The address of a fake server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _respond(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            sent = self.rfile.read(length)
            status, content = fake.answer(self.command, self.path, json.loads(sent) if sent else None, self.headers)
            body = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _respond

        def log_message(self, format: str, *arguments: Any) -> None:
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    """Two alerts, one with an echo, on a server of a major version that is added by its data alone."""
    monkeypatch.setitem(dialects.DIALECTS, THIRD.name, THIRD)  # type: ignore[arg-type]
    return FakeServer([stored("a1"), stored("e1", parent="a1"), stored("a2", address="10.0.0.6")])


def run(operation: Operation, client: Client, **given: Any) -> dict[str, Any]:
    return operation.run(client, params(operation, **given), Task())


def test_a_third_version_is_logged_in_to_and_searched(fake: FakeServer) -> None:
    with serving(fake) as url, connect(Settings(url, username="ada", password="secret", retry_budget=0)) as client:
        found = run(alert_info.OPERATION, client, query={"status": ["open"], "source_ip": ["10.0.0.5"]})
        assert client.dialect == THIRD
    assert fake.logins == [{"user": "ada", "password": "secret"}]
    (alert,) = found["alerts"]
    assert (alert["id"], alert["name"], alert["status"], alert["severity"]) == ("a1", "Scan", "open", "high")
    assert (alert["adversary"], found["total"]) == ({"ip": "10.0.0.5"}, 1)


def test_alerts_of_a_third_version_are_closed_with_their_echoes_and_tagged(fake: FakeServer) -> None:
    with serving(fake) as url, connect(Settings(url, username="ada", password="secret", retry_budget=0)) as client:
        closed = run(alert_status.OPERATION, client, alert_ids=["a1"], status="completed", observation="Scan")
        tagged = run(alert_tags.OPERATION, client, query={"status": ["completed"]}, tags=["Tier 1"])
        counted = run(alert_count_info.OPERATION, client)
    assert (closed["changed"], closed["alerts"][0]["after"]["status"]) == (True, "completed")
    assert (tagged["changed"], [row["id"] for row in tagged["alerts"]]) == (True, ["a1"])
    assert [(alert["state"], alert["labels"]) for alert in fake.alerts] == [
        ("CLOSED", ["Tier 1"]),
        ("CLOSED", []),
        ("OPEN", []),
    ]
    assert (counted["total"], counted["open"]) == (2, 1)


def test_an_api_key_of_a_third_version_asks_for_the_version_once(fake: FakeServer) -> None:
    with serving(fake) as url, connect(Settings(url, api_key=KEY, retry_budget=0)) as client:
        found = run(auth.OPERATION, client)
        run(alert_info.OPERATION, client, query={})
    assert (found["dialect"], found["version"], found["login"]) == ("v99", "99.1.0", "ada")
    assert fake.requests.count("GET /about") == 1
