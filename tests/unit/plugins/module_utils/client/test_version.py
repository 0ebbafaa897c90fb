# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which dialect a server speaks, and one sentence about a server that speaks none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
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
        account(client)
    return raised.value


OWN = Exchange("GET", "/api/account", headers=HEADERS, answer={"login": "admin"})
NOT_FOUND = replace(OWN, status=404, answer="404 page not found")


def test_an_api_key_implies_the_only_version_with_keys_and_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, OWN, OWN, settings=UNKNOWN) as (client, _waits):
        account(client)
        account(client)
        assert client.dialect.name == "v11"


def test_the_version_is_asked_for_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    public = replace(info("11.0.1"), headers={"Utm-Api-Key": None})
    with exchanged(monkeypatch, OWN, public, settings=UNKNOWN) as (client, _waits):
        account(client)
        assert client.version() == "11.0.1"


def test_a_server_without_api_keys_is_named_when_it_refuses_one(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refusal(monkeypatch, UNKNOWN, replace(OWN, status=401), info("10.8.0"))
    assert isinstance(error, InvalidInput)
    assert error.message == "v10 servers have no API keys; use `username` and `password`, or `token`."


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_the_first_error_of_a_server_with_api_keys_stays_what_it_is(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    failed = replace(OWN, status=status, answer={"detail": "Bad things"})
    error = refusal(monkeypatch, UNKNOWN, failed, info("11.2.8"))
    assert (error.status, error.endpoint, error.server_text) == (status, "GET /api/account", "Bad things")


def test_an_error_after_an_answer_needs_no_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, OWN, NOT_FOUND, settings=UNKNOWN) as (client, _waits):
        account(client)
        with pytest.raises(ServerError, match="404"):
            account(client)


def test_an_address_that_answers_with_web_pages_is_not_taken_for_utmstack(monkeypatch: pytest.MonkeyPatch) -> None:
    page = replace(OWN, answer="<html></html>", answer_headers=HTML)
    error = refusal(monkeypatch, UNKNOWN, page, replace(page, path=INFO, headers={}))
    assert isinstance(error, NotUtmstack)
    assert "answers GET /api/account with 200 and a web page and reports no version" in error.message


@pytest.mark.parametrize(("settings", "asked"), [(UNKNOWN, (NOT_FOUND,)), (TOKEN, ())], ids=["API key", "token"])
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
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    asked: tuple[Exchange, ...],
    answer: Exchange,
    kind: type[UtmstackError],
    said: str,
) -> None:
    error = refusal(monkeypatch, settings, *asked, answer)
    said = said if said.startswith("reports") else f"reports no version ({said})"
    before = "answers GET /api/account with 404 and " if asked else ""
    assert (type(error), error.message) == (kind, f"{SUPPORTED}{before}{said}{ADVICE}")


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
        exchanged(monkeypatch, away, settings=TOKEN, budget=0) as (client, _waits),
        pytest.raises(ServerError, match="not available"),
    ):
        _ = client.session
