# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which dialect a server speaks, and one sentence about a server that speaks none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.sessions import SessionStore
from ansible_collections.utmstack.siem.plugins.module_utils.client.users import account
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    InvalidInput,
    NotUtmstack,
    ServerError,
    UnsupportedVersion,
    UtmstackError,
)
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from ..exchanges import HEADERS, KEY, URL, Exchange, exchanged

UNKNOWN = replace(KEY, dialect=None)
TOKEN = Settings(URL, token="the-token")
PASSWORD = Settings(URL, username="admin", password="Adm1n-pass")
INFO = "/management/info"
HTML = {"Content-Type": "text/html"}
SUPPORTED = f"This collection supports UTMStack 10 and 11, but {URL} "
ADVICE = "; check `url`, or set `dialect` to v10 or v11 if the server is one of these."


def info(version: str) -> Exchange:
    return Exchange("GET", INFO, answer={"build": {"version": version}})


def login(**answered: Any) -> Exchange:
    sent = {"username": "admin", "password": "Adm1n-pass", "rememberMe": False}
    return Exchange("POST", "/api/authenticate", sent=sent, **answered)


def refusal(monkeypatch: pytest.MonkeyPatch, settings: Settings, *exchanges: Exchange) -> UtmstackError:
    with (
        exchanged(monkeypatch, *exchanges, settings=settings) as (client, _waits),
        pytest.raises(UtmstackError) as raised,
    ):
        _ = client.session
    return raised.value


def test_an_api_key_asks_for_the_version_once_and_without_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = Exchange("GET", "/api/account", headers=HEADERS, answer={"login": "admin"})
    public = replace(info("11.0.1"), headers={"Utm-Api-Key": None})
    with exchanged(monkeypatch, public, own, own, settings=UNKNOWN) as (client, _waits):
        client._store = SessionStore(str(tmp_path), UNKNOWN)
        account(client)
        account(client)
        assert (client.dialect.name, client.version()) == ("v11", "11.0.1")
    # Another task of the run finds the session.
    with exchanged(monkeypatch, own, settings=UNKNOWN) as (client, _waits):
        client._store = SessionStore(str(tmp_path), UNKNOWN)
        account(client)


def test_an_api_key_is_not_sent_to_a_server_without_api_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refusal(monkeypatch, UNKNOWN, info("10.8.0"))
    assert isinstance(error, InvalidInput)
    assert error.message == "v10 servers have no API keys; use `username` and `password`, or `token`."


@pytest.mark.parametrize("settings", [UNKNOWN, TOKEN], ids=["API key", "token"])
@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (info("12.0.3"), UnsupportedVersion, "reports version 12.0.3"),
        (info("9.1"), UnsupportedVersion, "reports version 9.1"),
        (Exchange("GET", INFO, status=404, answer="404 page not found"), NotUtmstack, f"GET {INFO}: 404"),
        (
            Exchange("GET", INFO, status=404, answer="<html></html>", answer_headers=HTML),
            NotUtmstack,
            f"GET {INFO}: 404 and a web page",
        ),
        (
            Exchange("GET", INFO, answer="<html></html>", answer_headers=HTML),
            NotUtmstack,
            f"GET {INFO}: 200 and a web page",
        ),
        (Exchange("GET", INFO, answer={"build": None}), NotUtmstack, f"GET {INFO}: no version"),
    ],
    ids=["12", "9", "no such page", "web page for an error", "web page", "JSON without a version"],
)
def test_a_server_of_no_supported_version_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, answer: Exchange, kind: type[UtmstackError], said: str
) -> None:
    error = refusal(monkeypatch, settings, answer)
    said = said if said.startswith("reports") else f"reports no version ({said})"
    assert (type(error), error.message) == (kind, f"{SUPPORTED}{said}{ADVICE}")


@pytest.mark.parametrize(
    ("answers", "kind", "said"),
    [
        ((login(status=404), info("12.0.3")), UnsupportedVersion, "answers POST /api/authenticate with 404"),
        (
            (login(status=404, answer="<html></html>", answer_headers=HTML), info("12.0.3")),
            UnsupportedVersion,
            "answers POST /api/authenticate with 404 and a web page",
        ),
        ((login(answer={"ok": True}), info("12.0.3")), UnsupportedVersion, "without a token"),
        ((login(answer="<html></html>", answer_headers=HTML), info("12.0.3")), UnsupportedVersion, "without a token"),
        ((login(status=404), Exchange("GET", INFO, status=404)), NotUtmstack, f"no version (GET {INFO}: 404)"),
        ((login(status=404), info("11.0.1")), NotUtmstack, "reports version 11.0.1"),
    ],
    ids=["404", "404 and a web page", "no token", "web page", "no version either", "broken v11"],
)
def test_what_does_not_take_the_login_gets_the_same_sentence(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[Exchange, ...], kind: type[UtmstackError], said: str
) -> None:
    error = refusal(monkeypatch, PASSWORD, *answers)
    assert (type(error), error.endpoint) == (kind, "POST /api/authenticate")
    assert error.message.startswith(f"{SUPPORTED}answers POST /api/authenticate with")
    assert error.message.endswith(ADVICE)
    assert said in error.message
    assert ". " not in error.message


def test_a_server_that_is_away_is_not_taken_for_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Exchange("GET", INFO, status=503)
    with (
        exchanged(monkeypatch, away, settings=UNKNOWN, budget=0) as (client, _waits),
        pytest.raises(ServerError, match="not available"),
    ):
        _ = client.session
