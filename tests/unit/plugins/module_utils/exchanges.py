# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An ordered, closed list of HTTP exchanges: one request more, less or different fails the test."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import urllib3
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.client.sessions import SessionStore
from ansible_collections.utmstack.siem.plugins.module_utils.client.turns import Turns
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.transport import transport
from ansible_collections.utmstack.siem.plugins.module_utils.transport.backoff import Backoff
from ansible_collections.utmstack.siem.plugins.module_utils.transport.redaction import Redactor
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

URL = "https://siem.example"
# With the dialect given, the version is not asked for.
KEY = Settings(URL, api_key="key-of-the-test", dialect="v11")
SEARCH = "/api/elasticsearch/search"
# A page by ID, and one by time.
PAGE = [
    ("indexPattern", "v11-alert-*"),
    ("top", "10000"),
    ("page", "1"),
    ("size", "2000"),
    ("sort", "id.keyword,asc"),
]
TIME_PAGE = [*PAGE, ("sort", "@timestamp,desc")]
OPEN: dict[str, Any] = {
    "id": "a1",
    "@timestamp": "2026-11-20T10:00:00.000Z",
    "name": "Scan",
    "status": 2,
    "severity": 1,
    "statusObservation": "",
    "tags": None,
    "notes": "",
}
HEADERS = {"Utm-Api-Key": "key-of-the-test"}


def never_connected() -> Exception:
    reason = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]
    return requests.exceptions.ConnectionError(urllib3.exceptions.MaxRetryError(None, URL, reason))  # type: ignore[arg-type]


def connection_broken() -> Exception:
    """What requests raises when the connection breaks after the request was sent."""
    return requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted."))


@dataclass
class Exchange:
    """A request as it must be sent, and the answer to it.

    :param query: pairs, in any order; :param sent: the JSON or text body; :param headers: a part of the request's, None
        for one that must not be sent.
    """

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    sent: Any = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    status: int = 200
    answer: Any = None
    answer_headers: dict[str, str] = field(default_factory=dict)
    failure: Exception | None = None


PASSWORD = Settings(URL, username="admin", password="Adm1n-pass")
LOGIN = Exchange("POST", "/api/authenticate", sent={"username": "admin", "password": "Adm1n-pass", "rememberMe": False})


class _Adapter(requests.adapters.BaseAdapter):
    def __init__(self, exchanges: list[Exchange]) -> None:
        super().__init__()
        self.left = list(exchanges)

    def send(self, request: requests.PreparedRequest, *arguments: Any, **keywords: Any) -> requests.Response:
        shown = f"{request.method} {request.url} {request.body!r}"
        assert self.left, f"one request too many: {shown}"
        expected = self.left.pop(0)
        parts = urlsplit(str(request.url))
        assert (request.method, parts.path) == (expected.method, expected.path), shown
        assert sorted(parse_qsl(parts.query)) == sorted(expected.query), shown
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        if expected.sent is None:
            assert not body, shown
        else:
            assert (json.loads(body or "") if not isinstance(expected.sent, str) else body) == expected.sent, shown
        for name, value in expected.headers.items():
            assert request.headers.get(name) == value, f"{name}: {request.headers.get(name)}"
        if expected.failure is not None:
            raise expected.failure
        response = requests.Response()
        response.status_code = expected.status
        content = expected.answer if isinstance(expected.answer, str) else json.dumps(expected.answer)
        response.raw = io.BytesIO(b"" if expected.answer is None else content.encode())
        response.headers.update(expected.answer_headers)
        response.url, response.request = str(request.url), request
        return response

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def exchanged(
    monkeypatch: pytest.MonkeyPatch,
    *exchanges: Exchange,
    settings: Settings = KEY,
    budget: float = 60,
    clock: Callable[[], float] = lambda: 0.0,
    turns: Turns | None = None,
) -> Iterator[tuple[Client, list[float]]]:
    """A client whose requests must be exactly these, and the waits it made."""
    adapter = _Adapter(list(exchanges))
    make: Callable[..., _Adapter] = lambda **keywords: adapter  # noqa: E731
    monkeypatch.setattr(transport, "DeadlineAdapter", make)
    waits: list[float] = []
    backoff = Backoff(budget, waits.append, lambda low, high: high)
    client = Client(transport.Transport(settings, backoff, Redactor()), SessionStore(None, settings), clock, turns)
    # requests.Session has mounted real adapters before ours.
    yield client, waits
    assert adapter.left == [], "requests were not sent"


def by_id(*documents: dict[str, Any], echoes: bool = False) -> Exchange:
    """The read of alert a1."""
    operator = "IS_ONE_OF_TERMS_OR" if echoes else "IS_ONE_OF_TERMS"
    filters = [{"field": "id.keyword", "operator": operator, "value": ["a1"]}]
    if echoes:
        filters.append({"field": "parentId.keyword", "operator": operator, "value": ["a1"]})
    return Exchange("POST", SEARCH, PAGE, filters, HEADERS, answer=list(documents))


def params(operation: Operation, **given: Any) -> dict[str, Any]:
    """Options as Ansible fills them in."""
    return {**{name: option.get("default") for name, option in operation.options.items()}, **given}
