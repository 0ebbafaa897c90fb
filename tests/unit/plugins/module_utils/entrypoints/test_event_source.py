# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the event source ends: in one sentence without secrets, and before the first request if an argument is wrong."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints import event_source
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.event_source import (
    SourceStopped,
    run_event_source,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.cursor import (
    FORMAT,
    CursorIdentity,
    open_cursor,
    query_digest,
)

URL = "https://siem.example.com"
ENVIRONMENT = {"UTMSTACK_URL": URL, "UTMSTACK_API_KEY": "key-of-environment"}


@pytest.fixture
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent."""

    def connect(*_arguments: Any) -> NoReturn:
        raise AssertionError("A connection was made.")

    monkeypatch.setattr(event_source, "connect", connect)


def stopped(given: Mapping[str, Any], environment: Mapping[str, str] = ENVIRONMENT) -> str:
    """The message with which the source ends."""
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    with pytest.raises(SourceStopped) as error:
        asyncio.run(run_event_source(queue, given, environment))
    # What led to it would be printed, too.
    assert error.value.__cause__ is error.value.__context__ is None
    assert error.value.args == (str(error.value),)
    message = str(error.value)
    assert message.startswith("utmstack.siem.alerts: ")
    return message[len("utmstack.siem.alerts: ") :]


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"intervall": 5}, "`intervall` is unknown. Did you mean interval, health_interval?"),
        ({"passwrod": "hunter2-of-task"}, "`passwrod` is unknown. Did you mean password, "),
        ({"colour": True}, "`colour` is unknown. Use one of query, networks, lists, interval, cursor, since,"),
        ({"interval": 0}, "`interval` is 0. Set the time between two polls"),
        ({"query": {}}, "`query` is empty. Set what to report, or remove it for all open alerts."),
        ({"since": "2999-01-01"}, "`since` is '2999-01-01', which is in the future."),
        ({"fields": ["nmae"]}, "`fields` contains 'nmae'. Use one of id,"),
        ({"timeout": "soon"}, "`timeout` is 'soon'. Use a whole number."),
        ({"url": "siem.example.com"}, "`url` must be the address of the UTMStack server"),
        ({"feedback": True}, "`feedback` is true, but this engine passes no confirmations on. Use a release of"),
        ({"cursor": "/nonexistent/folder/alerts.cursor"}, "`cursor` cannot be used: "),
    ],
)
def test_a_wrong_argument_ends_it_before_the_first_request(given: dict[str, Any], message: str) -> None:
    assert stopped(given).startswith(message)


@pytest.mark.usefixtures("no_connection")
def test_it_needs_an_address_and_an_identity() -> None:
    assert stopped({}, {}).startswith("`url` is blank. Set it, or the environment variable UTMSTACK_URL,")
    assert stopped({"url": URL}, {}).startswith("No credentials are given: set `api_key`")


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize("name", ["password", "proxy_password", "api_key", "totp_secret", "token", "passwrod"])
def test_no_secret_stands_in_a_message(name: str) -> None:
    secret = "correct-horse-battery"
    given = {"url": URL, "username": "soar", name: secret, "since": f"soon {secret}"}
    message = stopped(given, {})
    assert secret not in message


@pytest.mark.usefixtures("no_connection")
def test_a_cursor_that_is_not_its_own_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "alerts.cursor"
    identity = CursorIdentity(URL, query_digest({}))
    cursor = open_cursor(str(path), identity)
    assert "is in use by another source" in stopped({"cursor": str(path)})
    cursor.close()
    path.write_text("{", encoding="utf-8")
    assert "is damaged" in stopped({"cursor": str(path)})
    other = open_cursor(str(tmp_path / "other.cursor"), CursorIdentity("https://other", query_digest({})))
    other.save({})
    other.close()
    assert "belongs to the server https://other" in stopped({"cursor": str(tmp_path / "other.cursor")})
    held = json.loads((tmp_path / "other.cursor").read_text(encoding="utf-8"))
    path.write_text(json.dumps({**held, "version": FORMAT + 1}), encoding="utf-8")
    assert "was written by a newer release" in stopped({"cursor": str(path)})


def test_a_bug_shows_its_place_and_none_of_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_arguments: Any) -> NoReturn:
        raise KeyError("hunter2-of-task")

    monkeypatch.setattr(event_source, "connect", connect)
    message = stopped({"password": "hunter2-of-task", "username": "soar", "url": URL}, {})
    assert message.startswith("Internal error: KeyError in test_event_source.py:")
    assert message.endswith(". Please report it.")


@pytest.mark.usefixtures("no_connection")
def test_feedback_without_persistence_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SimpleNamespace(persistence_enabled=False)
    monkeypatch.setitem(sys.modules, "ansible_rulebook.conf", SimpleNamespace(settings=settings))
    monkeypatch.setattr(event_source, "_PERSISTENCE_WAIT", 0.2)
    given = {"feedback": True, "eda_feedback_queue": object()}
    assert stopped(given).startswith("`feedback` is true, but ansible-rulebook stores no events: its variables name no")


def test_the_engine_may_open_its_database_after_the_source_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SimpleNamespace(persistence_enabled=False)
    monkeypatch.setitem(sys.modules, "ansible_rulebook.conf", SimpleNamespace(settings=settings))

    def connect(*_arguments: Any) -> NoReturn:
        raise KeyError

    monkeypatch.setattr(event_source, "connect", connect)

    async def started() -> None:
        source = asyncio.ensure_future(run_event_source(asyncio.Queue(1), arguments, ENVIRONMENT))
        await asyncio.sleep(0.05)
        settings.persistence_enabled = True
        await source

    arguments = {"feedback": "true", "eda_feedback_queue": asyncio.Queue(1)}
    with pytest.raises(SourceStopped, match="Internal error: KeyError"):
        asyncio.run(started())


def test_a_traceback_holds_nothing_but_the_message() -> None:
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    # Tracebacks show lines of this file, too.
    secret = "-".join(("hunter2", "of", "task"))
    with pytest.raises(SourceStopped) as error:
        asyncio.run(run_event_source(queue, {"url": URL, "passwrod": secret}, {}))
    printed = "".join(traceback.format_exception(error.type, error.value, error.tb))
    assert "SourceStopped: utmstack.siem.alerts: `passwrod` is unknown." in printed
    assert secret not in printed
