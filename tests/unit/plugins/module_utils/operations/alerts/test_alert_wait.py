# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of utmstack_alert_wait, its result, and what it refuses before the first request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    InvalidInput,
    Repeat,
    ServerError,
    WrongCredentials,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_wait
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task

from ...exchanges import LOGIN, OPEN, PAGE, PASSWORD, SEARCH, Exchange, exchanged, never_connected, params

VALUES = "/api/elasticsearch/property/values-with-count"
NO_ECHOES = {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None}
WITH_REVIEW = ["2", "3", "5", "1"]


def filters(*statuses: str) -> list[dict[str, Any]]:
    return [
        {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": list(statuses)},
        {"field": "name.keyword", "operator": "IS_ONE_OF_TERMS", "value": ["Scan"]},
        NO_ECHOES,
    ]


def look(answer: Any = None, statuses: list[str] | None = None, **more: Any) -> Exchange:
    """A look and its answer, alerts by the number of their status."""
    body = {
        "field": "status",
        "index": "v11-alert-*",
        "filters": filters(*(statuses or WITH_REVIEW)),
        "top": 16,
        "orderByCount": True,
        "sortAsc": False,
    }
    return Exchange("POST", VALUES, sent=body, answer=answer or {}, **more)


def rows(*documents: dict[str, Any], statuses: Sequence[str] = ("2", "3", "5")) -> Exchange:
    """The read of the alerts that were found."""
    query = [("size", "10") if name == "size" else (name, value) for name, value in PAGE]
    return Exchange("POST", SEARCH, query, filters(*statuses), answer=list(documents))


class Ticking:
    """A clock that only the task's own sleeps move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def client_of(
    monkeypatch: pytest.MonkeyPatch, *exchanges: Exchange, **more: Any
) -> Iterator[tuple[Client, list[float]]]:
    """A client whose pauses move its clock."""
    clock = Ticking()
    with exchanged(monkeypatch, *exchanges, clock=clock, **more) as (client, waits):

        def pause(seconds: float) -> None:
            waits.append(seconds)
            clock.now += seconds

        monkeypatch.setattr(client.backoff, "pause", pause)
        yield client, waits


def wait(client: Client, check: bool = False, **given: Any) -> dict[str, Any]:
    options = params(alert_wait.OPERATION, **{"query": {"name": ["Scan"]}, **given})
    return alert_wait.OPERATION.run(client, options, Task(check_mode=check))


def test_each_look_is_one_request_and_the_alerts_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(monkeypatch, look(), look({"1": 1}), look({"2": 1}), rows(OPEN)) as (client, waits):
        result = wait(client)
    assert (result["met"], result["total"], result["in_automatic_review"], result["looks"]) == (True, 1, 0, 3)
    assert ([row["id"] for row in result["alerts"]], result["requests"], result["changed"]) == (["a1"], 4, False)
    assert [1.6 <= waits[0] <= 2, 2.4 <= waits[1] <= 3, len(waits)] == [True, True, 2]


def test_no_alert_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(monkeypatch, look(), look({"1": 2}), look({"1": 2})) as (client, _waits):
        result = wait(client, wait_timeout=3)
    assert (result["failed"], result["met"], result["in_automatic_review"], result["alerts"]) == (True, False, 2, [])
    assert result["msg"] == (
        "No alert matched within 3 s (at least 1 expected). 2 more are in automatic review: increase `wait_timeout`, "
        "or check that UTMStack's rule engine runs. Newer releases keep alerts with the tag `False positive` there: "
        "complete those."
    )
    assert result["error"]["type"] == "NotAsExpected"


def test_the_message_names_what_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(monkeypatch, look({"2": 1}), rows(OPEN)) as (client, _waits):
        result = wait(client, at_least=2, wait_timeout=0)
    assert result["msg"] == (
        "1 alert matched within 0 s (at least 2 expected). Check that the logs reached UTMStack, and each key of "
        "`query`."
    )


def test_an_alert_too_many_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(monkeypatch, look(), look({"2": 1}), rows(OPEN)) as (client, _waits):
        result = wait(client, at_most=0)
    assert (result["failed"], result["total"], len(result["alerts"])) == (True, 1, 1)
    assert result["msg"] == "1 alert matched within 2 s (none expected). See `alerts` for the first of them."


@pytest.mark.parametrize(
    ("status", "asked", "answer", "counts"),
    [
        (["open"], ["2", "1"], {"2": 3, "1": 2}, (3, 2)),
        (["automatic_review", "open"], ["1", "2"], {"2": 3, "1": 2}, (5, 0)),
        (["completed"], ["5"], {"5": 4}, (4, 0)),
    ],
)
def test_automatic_review_is_counted_apart(
    monkeypatch: pytest.MonkeyPatch,
    status: list[str],
    asked: list[str],
    answer: dict[str, int],
    counts: tuple[int, int],
) -> None:
    found = rows(OPEN, statuses=[code for code in asked if code in answer and (code != "1" or counts[1] == 0)])
    with client_of(monkeypatch, look(answer, asked), found) as (client, _waits):
        result = wait(client, query={"name": ["Scan"], "status": status}, at_least=9, wait_timeout=0)
    assert (result["total"], result["in_automatic_review"]) == counts


def test_check_mode_looks_once_and_fails_in_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(monkeypatch, look()) as (client, waits):
        result = wait(client, check=True)
    assert (result["met"], result["looks"], waits, result.get("failed")) == (False, 1, [], None)
    assert result["msg"] == "Check mode does not wait. 0 alerts match now."
    # As a reading module would, it waits for a server that is away.
    away = look(status=503, answer_headers={"Retry-After": "4"})
    with client_of(monkeypatch, away, look({"2": 1}), rows(OPEN)) as (client, waits):
        assert wait(client, check=True)["met"] is True
    assert waits == [4]


def test_a_server_that_is_away_uses_up_the_time_of_the_wait_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The budget for retries stays as it is, and the server's wish is respected."""
    exchanges = (
        look(status=429, answer_headers={"Retry-After": "7"}),
        look(failure=never_connected()),
        look({"2": 1}),
        rows(OPEN),
    )
    with client_of(monkeypatch, *exchanges, budget=0) as (client, waits):
        result = wait(client)
    assert (result["met"], result["looks"], result["failed_looks"], waits[0]) == (True, 3, 2, 7)


def test_a_server_that_stays_away_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(monkeypatch, look(status=503), look(status=503)) as (client, _waits):
        result = wait(client, at_most=0, wait_timeout=1)
    assert (result["failed"], result["met"], result["total"]) == (True, False, None)
    assert (result["error"]["type"], result["error"]["status"]) == ("ServerError", 503)
    assert result["msg"].endswith("2 of 2 looks within `wait_timeout` (1 s) got no answer.")


def test_a_restart_is_survived_and_wrong_credentials_are_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is dead, the login cannot be reached at first, and then both are there again."""
    right = replace(LOGIN, answer={"success": True, "forceTfa": False, "token": "one"})
    again = replace(LOGIN, answer={"success": True, "forceTfa": False, "token": "two"})
    exchanges = (
        *(right, look(), look(status=401), replace(LOGIN, failure=never_connected())),
        *(look(status=401), replace(LOGIN, status=502)),
        *(look(status=401), again, look({"2": 1}), rows(OPEN)),
    )
    with client_of(monkeypatch, *exchanges, settings=PASSWORD) as (client, _waits):
        result = wait(client)
    assert (result["met"], result["looks"], result["failed_looks"]) == (True, 4, 2)
    with (
        client_of(monkeypatch, replace(LOGIN, status=401), settings=PASSWORD) as (client, waits),
        pytest.raises(WrongCredentials),
    ):
        wait(client)
    assert waits == []


def test_a_first_login_that_was_perhaps_refused_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten wrong ones lock the address; one whose answer is lost may have been one of them."""
    with (
        client_of(monkeypatch, replace(LOGIN, status=502), settings=PASSWORD) as (client, waits),
        pytest.raises(ServerError) as refused,
    ):
        wait(client)
    assert (refused.value.status, refused.value.repeat, len(waits)) == (502, Repeat.USELESS, 1)


def test_fields_and_addresses_are_read_again_for_each_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alert that is waited for may be the first one with an address of the network."""
    texts = {
        "field": "adversary.ip.keyword",
        "index": "v11-alert-*",
        "filters": [],
        "top": 10001,
        "orderByCount": True,
        "sortAsc": False,
    }
    held = [
        {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": WITH_REVIEW},
        {"field": "adversary.ip.keyword", "operator": "IS_ONE_OF_TERMS", "value": ["10.0.0.7"]},
        NO_ECHOES,
    ]
    exchanges = (
        Exchange("POST", VALUES, sent=texts, answer={"192.0.2.1": 4}),
        Exchange("POST", VALUES, sent=texts, answer={"192.0.2.1": 4, "10.0.0.7": 1}),
        Exchange("POST", VALUES, sent={**texts, "field": "status", "filters": held, "top": 16}, answer={"1": 1}),
    )
    with client_of(monkeypatch, *exchanges) as (client, _waits):
        result = wait(client, query={"source_ip": ["10.0.0.0/24"]}, wait_timeout=1)
    assert (result["total"], result["in_automatic_review"]) == (0, 1)


def test_ages_count_from_the_beginning_of_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    with client_of(monkeypatch) as (client, _waits):
        monkeypatch.setattr(alert_wait, "by_status", lambda _client, searches: asked.append(searches) or Counter())
        wait(client, query={"since": "0m"}, wait_timeout=20)
    assert len(asked) > 3
    assert all(searches == asked[0] for searches in asked)


@pytest.mark.parametrize(("ahead", "warns"), [(0, False), (90, True), (-90, True)])
def test_a_clock_that_differs_is_reported_where_times_matter(
    monkeypatch: pytest.MonkeyPatch, ahead: int, warns: bool
) -> None:
    date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=ahead), usegmt=True)
    raised = (datetime.now(timezone.utc) + timedelta(seconds=ahead - 12)).isoformat()
    answered = look({"2": 1}, answer_headers={"Date": date})
    found = replace(rows({**OPEN, "@timestamp": raised}), answer_headers={"Date": date})
    with client_of(monkeypatch, answered, found) as (client, _waits):
        result = wait(client)
        assert "warnings" not in result
        warnings = alert_wait.skew_warnings(client, {"since": "1h"})
    # The server writes whole seconds.
    assert result["lag"] == pytest.approx(12, abs=1.5)
    assert bool(warnings) is warns
    if warns:
        where = "ahead of" if ahead > 0 else "behind"
        assert f" s {where} this host's, and alerts have the server's time." in warnings[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"at_least": 0}, "set `at_most: 0`"),
        ({"at_least": -1}, "`at_least` is -1. Set it to 0 or more."),
        ({"at_most": -1}, "`at_most` is -1"),
        ({"stable_for": -1}, "`stable_for` is -1"),
        ({"wait_timeout": -1}, "`wait_timeout` is -1"),
        ({"wait_sleep": 0}, "`wait_sleep` is 0. Set it to at least 1 second."),
        ({"at_least": 3, "at_most": 2}, "`at_least` (3) is greater than `at_most` (2)"),
        ({"stable_for": 301}, "`stable_for` (301 s) is longer than `wait_timeout` (300 s)"),
        ({"limit": -1}, "`limit` must be 0"),
        ({"query": {}}, "`query` is empty. Set what to look for"),
        ({"query": None}, "`query` is empty"),
    ],
)
def test_mistakes_are_refused_with_the_name_of_the_option(given: dict[str, Any], said: str) -> None:
    options = params(alert_wait.OPERATION, **{"query": {"name": ["Scan"]}, **given})
    with pytest.raises(InvalidInput) as refused:
        alert_wait.check(options, DIALECTS["v11"])
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        ({}, "at least 1"),
        ({"at_least": 4}, "at least 4"),
        ({"at_most": 0}, "none"),
        ({"at_most": 2}, "at most 2"),
        ({"at_least": 2, "at_most": 2}, "exactly 2"),
        ({"at_least": 0, "at_most": 2}, "at most 2"),
    ],
)
def test_bounds_of_the_options(given: dict[str, Any], bounds: str) -> None:
    assert str(alert_wait.expected_number(params(alert_wait.OPERATION, **given))) == bounds
