# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exact requests of polls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any
from unittest.mock import patch

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client import alert_search
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import RELEASED
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import feed as feeds
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import reading
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.cursor import CursorIdentity, open_cursor
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.feed import AlertFeed, FeedOptions

from ...exchanges import HEADERS, KEY, OPEN, PAGE, SEARCH, Exchange, exchanged

VALUES = "/api/elasticsearch/property/values-with-count"
# The server's clock is half an hour ahead of the host's.
DATE = "Fri, 20 Nov 2026 10:30:00 GMT"
HOST_NOW = 1_795_168_800.0
Filters = Sequence[Mapping[str, Any]]
NO_ECHO = {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None}


def status(code: int) -> dict[str, Any]:
    return {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": [str(code)]}


OPEN_ONES: Filters = (status(2), NO_ECHO)


def in_review(oldest: str | None = None, number: int = 0) -> Exchange:
    """The oldest alert in automatic review; newer servers keep those for good that are false positives."""
    never_released = {"field": "tags", "operator": "DOES_NOT_CONTAIN", "value": "False positive"}
    query = [*PAGE[:3], ("size", "1"), ("sort", "@timestamp,asc")]
    rows = [] if oldest is None else [{**OPEN, "id": "r", "status": 1, "@timestamp": oldest}]
    total = {"X-Total-Count": str(number)} if number else {}
    sent = [status(1), NO_ECHO, never_released]
    return Exchange("POST", SEARCH, query, sent, HEADERS, answer=rows, answer_headers={"Date": DATE, **total})


def matching(*ids: str, filters: Filters = OPEN_ONES, more: Filters = (), top: int = 10_000) -> Exchange:
    """The IDs that match."""
    sent = {
        "field": "id.keyword",
        "index": "v11-alert-*",
        "filters": [*filters, *more],
        "top": top,
        "orderByCount": False,
        "sortAsc": True,
    }
    answer = dict.fromkeys(ids, 1)
    return Exchange("POST", VALUES, sent=sent, headers=HEADERS, answer=answer, answer_headers={"Date": DATE})


def documents(*ids: str, filters: Filters = OPEN_ONES) -> Exchange:
    """The documents of unknown alerts that still match."""
    sent = [*filters, {"field": "id.keyword", "operator": "IS_ONE_OF_TERMS", "value": list(ids)}]
    rows = [{**OPEN, "id": one, "statusObservation": RELEASED, "@timestamp": "2026-11-20T10:29:59.500Z"} for one in ids]
    return Exchange("POST", SEARCH, PAGE, sent, HEADERS, answer=rows, answer_headers={"Date": DATE})


def from_time(bound: str) -> list[dict[str, Any]]:
    return [{"field": "@timestamp", "operator": "IS_GREATER_THAN", "value": bound}]


@pytest.fixture(autouse=True)
def _host_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: HOST_NOW)
    monkeypatch.setattr(feeds, "FEW", -1)


def feed_of(client: Any, **options: Any) -> AlertFeed:
    cursor = open_cursor(None, CursorIdentity("s", "q"))
    now = datetime.fromtimestamp(HOST_NOW, timezone.utc)
    return AlertFeed(client, FeedOptions(**options), cursor, clock=lambda: now)


def test_an_idle_poll_takes_two_requests_and_times_are_those_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = [
        # The first start: what is open, before what is in review.
        matching("old"),
        in_review(),
        # Five minutes before the time of the server.
        in_review("2026-11-20T09:00:00Z", 12),
        matching(more=from_time("2026-11-20T10:24:59.999Z")),
        # Five minutes before the oldest alert in review.
        in_review(),
        matching("a1", "old", more=from_time("2026-11-20T08:54:59.999Z")),
        documents("a1"),
        # Five minutes before the newest alert.
        in_review(),
        matching("a1", more=from_time("2026-11-20T10:24:59.999Z")),
    ]
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        feed = feed_of(client)
        assert (feed.poll(), feed.state()["in_automatic_review"]) == ([], 0)
        assert (feed.poll(), feed.state()["in_automatic_review"]) == ([], 12)
        assert [(one.alert.id, one.kind, one.attempt) for one in feed.poll()] == [("a1", "opened", 1)]
        assert feed.poll() == []


def test_all_ids_are_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    after = [{"field": "id.keyword", "operator": "IS_GREATER_THAN", "value": "a2"}]
    exchanges = [matching("a1", "a2", top=2), matching("a3", more=after, top=2), in_review()]
    pages = lambda client, filters: alert_search.ids_matching(client, filters, size=2)  # noqa: E731
    with exchanged(monkeypatch, *exchanges) as (client, _waits), patch.object(reading, "ids_matching", pages):
        feed = feed_of(client)
        assert feed.poll() == []
        assert len(feed._position.known) == 3


def test_since_takes_one_more_request_at_the_first_start(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = [
        matching("a1", "old"),
        matching("a1", more=from_time("2026-11-20T09:59:59.999Z")),
        in_review(),
        documents("a1"),
    ]
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        feed = feed_of(client, since=datetime(2026, 11, 20, 10, tzinfo=timezone.utc))
        assert [one.alert.id for one in feed.poll()] == ["a1"]


def test_the_query_decides_what_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["3", "2", "1"]}
    name = {"field": "name.keyword", "operator": "IS_ONE_OF_TERMS", "value": ["Scan"]}
    wanted = [codes, name, NO_ECHO]
    with exchanged(monkeypatch, matching(filters=wanted), in_review()) as (client, _waits):
        feed = feed_of(client, query={"status": ["in_review", "open"], "name": ["Scan"]}, include_review=True)
        assert feed.poll() == []


def test_a_query_with_several_searches_takes_a_request_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    def user(side: str, operator: str = "IS_ONE_OF_TERMS") -> dict[str, Any]:
        return {"field": f"{side}.user.keyword", "operator": operator, "value": ["root"]}

    first = [status(2), NO_ECHO, user("adversary")]
    second = [status(2), NO_ECHO, user("target"), user("adversary", "IS_NOT_ONE_OF")]
    exchanges = [
        matching(filters=first),
        matching(filters=second),
        in_review(),
        in_review(),
        matching("a1", filters=first, more=from_time("2026-11-20T10:24:59.999Z")),
        matching(filters=second, more=from_time("2026-11-20T10:24:59.999Z")),
        documents("a1", filters=first),
        replace(documents("a1", filters=second), answer=[]),
    ]
    with exchanged(monkeypatch, *exchanges, settings=replace(KEY, concurrency=1)) as (client, _waits):
        feed = feed_of(client, query={"user": ["root"]})
        assert feed.poll() == []
        assert [one.alert.id for one in feed.poll()] == ["a1"]


def test_addresses_of_networks_are_read_afresh_by_every_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*addresses: str) -> Exchange:
        sent = {
            "field": "adversary.ip.keyword",
            "index": "v11-alert-*",
            "filters": [],
            "top": 10_001,
            "orderByCount": True,
            "sortAsc": False,
        }
        return Exchange("POST", VALUES, sent=sent, answer=dict.fromkeys(addresses, 1), answer_headers={"Date": DATE})

    inside = {"field": "adversary.ip.keyword", "operator": "IS_ONE_OF_TERMS", "value": ["10.0.0.7"]}
    wanted = [status(2), inside, NO_ECHO]
    exchanges = [
        held("192.0.2.1"),
        in_review(),
        in_review(),
        held("192.0.2.1", "10.0.0.7"),
        matching("a1", filters=wanted, more=from_time("2026-11-20T10:24:59.999Z")),
        documents("a1", filters=wanted),
    ]
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        feed = feed_of(client, query={"source_ip": ["10.0.0.0/8"]})
        assert feed.poll() == []
        assert [one.alert.id for one in feed.poll()] == ["a1"]
