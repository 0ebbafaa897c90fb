# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exact requests of logins, redirects and errors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
import urllib3
from ansible_collections.utmstack.siem.plugins.module_utils.client.alerts import write_tags
from ansible_collections.utmstack.siem.plugins.module_utils.client.users import account, verify_api_key
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    ConnectionFailed,
    NotUtmstack,
    RedirectRefused,
    Repeat,
    ServerError,
    UtmstackError,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from ..exchanges import (
    HEADERS,
    LOGIN,
    PASSWORD,
    URL,
    Exchange,
    connection_broken,
    exchanged,
    never_connected,
    params,
)


def test_a_password_login_on_v10(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(URL, username="admin", password="Adm1n-pass")
    exchanges = (
        Exchange(
            "POST",
            "/api/authenticate",
            sent={"username": "admin", "password": "Adm1n-pass", "rememberMe": False},
            answer={"authenticated": True, "id_token": "the-token"},
        ),
        Exchange(
            "GET",
            "/api/account",
            headers={"Authorization": "Bearer the-token"},
            answer={"login": "admin", "authorities": ["ROLE_USER"]},
        ),
        Exchange("GET", "/management/info", answer={"build": {"version": "10.8.0"}}),
    )
    with exchanged(monkeypatch, *exchanges, settings=settings) as (client, _waits):
        result = auth.OPERATION.run(client, params(auth.OPERATION), Task())
    assert (result["dialect"], result["version"], "token" in result) == ("v10", "10.8.0", False)


def test_the_bypass_header_is_sent_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(URL, username="admin", password="Adm1n-pass", bypass_two_factor=True)
    login = Exchange(
        "POST",
        "/api/authenticate",
        sent={"username": "admin", "password": "Adm1n-pass", "rememberMe": False},
        headers={"X-Bypass-TFA": "true"},
        answer={"success": True, "forceTfa": False, "token": "the-token"},
    )
    with exchanged(monkeypatch, login, settings=settings) as (client, _waits):
        assert client.session.two_factor == "bypassed"


@pytest.mark.parametrize(
    "lost",
    [
        {"status": 500},
        {"status": 502},
        {"status": 504},
        {"failure": connection_broken()},
        {"failure": requests.exceptions.ReadTimeout()},
    ],
    ids=str,
)
def test_a_login_that_may_have_arrived_is_not_repeated(monkeypatch: pytest.MonkeyPatch, lost: dict[str, Any]) -> None:
    with exchanged(monkeypatch, replace(LOGIN, **lost), settings=PASSWORD) as (client, waits):
        with pytest.raises(UtmstackError):
            _ = client.session
        # A second thread or retry gets the same error without another login.
        with pytest.raises(UtmstackError):
            _ = client.session
    assert waits == []


@pytest.mark.parametrize("kept_off", [{"status": 429}, {"status": 503}, {"failure": never_connected()}], ids=str)
def test_a_login_that_the_server_did_not_act_on_is_repeated(
    monkeypatch: pytest.MonkeyPatch, kept_off: dict[str, Any]
) -> None:
    accepted = replace(LOGIN, answer={"token": "a.b.c", "authenticated": True})
    with exchanged(monkeypatch, replace(LOGIN, **kept_off), accepted, settings=PASSWORD) as (client, waits):
        assert client.session.token == "a.b.c"
    assert waits == [0.5]


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", 0.5)],
    ids=["seconds", "date", "rubbish"],
)
def test_the_wait_the_server_asks_for(monkeypatch: pytest.MonkeyPatch, header: str, wait: float) -> None:
    busy = Exchange("GET", "/api/ping", status=429, answer_headers={"Retry-After": header})
    with exchanged(monkeypatch, busy, Exchange("GET", "/api/ping", answer="OK")) as (client, waits):
        verify_api_key(client)
    assert waits == [wait]


def test_the_client_itself_never_repeats_a_write(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"alertIds": ["a1"], "tags": ["x"], "createRule": False}
    refused = Exchange("POST", "/api/utm-alerts/tags", sent=sent, failure=never_connected())
    with exchanged(monkeypatch, refused) as (client, waits), pytest.raises(ConnectionFailed) as caught:
        write_tags(client, ["a1"], ["x"])
    assert (caught.value.repeat, waits) == (Repeat.HARMLESS, [])


def test_a_write_that_may_have_arrived_is_not_repeated_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"alertIds": ["a1"], "tags": ["x"], "createRule": False}
    broken = requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted."))
    lost = Exchange("POST", "/api/utm-alerts/tags", sent=sent, failure=broken)
    with exchanged(monkeypatch, lost) as (client, _waits), pytest.raises(ConnectionFailed, match="broke during"):
        write_tags(client, ["a1"], ["x"])


@pytest.mark.parametrize("answer", ["", "pong", "<html>portal</html>", {"status": "up"}], ids=repr)
def test_a_probe_that_another_server_answers_says_nothing_about_the_key(
    monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    probe = Exchange("GET", "/api/ping", headers=HEADERS, answer=answer)
    with (
        exchanged(monkeypatch, probe) as (client, _waits),
        pytest.raises(NotUtmstack, match=r"GET /api/ping answered 200 and not OK as UTMStack does; check that `url`"),
    ):
        verify_api_key(client)


@pytest.mark.parametrize(
    "location", ["https://other.example/api/ping", "http://siem.example/api/ping", "https://siem.example:8443/api/ping"]
)
def test_the_key_does_not_travel_to_another_origin(monkeypatch: pytest.MonkeyPatch, location: str) -> None:
    moved = Exchange("GET", "/api/ping", status=302, answer_headers={"Location": location})
    with exchanged(monkeypatch, moved) as (client, _waits), pytest.raises(RedirectRefused):
        verify_api_key(client)


def test_a_redirect_on_the_same_server_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = Exchange("GET", "/api/ping", status=302, answer_headers={"Location": "/utmstack/api/ping"})
    there = Exchange("GET", "/utmstack/api/ping", headers=HEADERS, answer="OK")
    with exchanged(monkeypatch, moved, there) as (client, _waits):
        verify_api_key(client)


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (500, {"X-UtmStack-error": "Resource.update: broken"}, None, "Resource.update: broken"),
        (500, {}, {"title": "Internal Server Error", "detail": "Bad things"}, "Bad things"),
        (
            400,
            {},
            {"title": "x", "fieldErrors": [{"field": "tags", "message": "must not be null"}]},
            "tags: must not be null",
        ),
        (400, {}, {"title": "x", "violations": [{"field": "id", "message": "typeMismatch"}]}, "id: typeMismatch"),
        (409, {}, {"error": "tag exists"}, "tag exists"),
        (200, {"X-UtmStack-error": "failed nevertheless"}, "OK", "failed nevertheless"),
    ],
    ids=["header", "problem", "field errors", "violations", "v12", "header on success"],
)
def test_errors_are_read_by_their_shape(
    monkeypatch: pytest.MonkeyPatch, status: int, headers: dict[str, str], body: Any, said: str
) -> None:
    failing = Exchange("GET", "/api/account", status=status, answer=body, answer_headers=headers)
    with exchanged(monkeypatch, failing) as (client, _waits), pytest.raises(ServerError) as raised:
        account(client)
    assert raised.value.server_text == said
    assert raised.value.status == status
    assert raised.value.endpoint == "GET /api/account"


def test_a_login_that_the_server_did_not_see_may_be_sent_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waited for it meanwhile shares its failure."""
    exchanges = (replace(LOGIN, failure=never_connected()), replace(LOGIN, answer={"id_token": "the-token"}))
    with exchanged(monkeypatch, *exchanges, settings=PASSWORD, budget=0) as (client, _waits):
        with pytest.raises(ConnectionFailed):
            client.session  # noqa: B018
        with pytest.raises(ConnectionFailed):
            client._open(asked=0)
        assert client.session.token == "the-token"


@pytest.mark.parametrize("failure", [{"status": 500}, {"status": 502}, {"failure": connection_broken()}])
def test_a_login_that_may_have_been_refused_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, failure: dict[str, Any]
) -> None:
    with exchanged(monkeypatch, replace(LOGIN, **failure), settings=PASSWORD, budget=0) as (client, _waits):
        for _look in range(3):
            with pytest.raises(UtmstackError) as failed:
                client.session  # noqa: B018
    assert failed.value.repeat is Repeat.USELESS
