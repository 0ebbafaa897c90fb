# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading finds each alert once, whatever happens to others between two pages."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client import alert_search
from ansible_collections.utmstack.siem.plugins.module_utils.client.alert_search import by_id, by_time, look
from ansible_collections.utmstack.siem.plugins.module_utils.client.alerts import Page
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import IncompleteAnswer
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from, in_time_order
from ansible_collections.utmstack.siem.plugins.module_utils.model.filter import Filter
from hypothesis import given
from hypothesis import strategies as st

from utmstack_simulator.engine.documents import DocumentStore
from utmstack_simulator.engine.query import checked_filters
from utmstack_simulator.engine.search import AllShardsFailed, find, ordered, total_of

from ..exchanges import OPEN, PAGE, SEARCH, TIME_PAGE, Exchange, exchanged

SIZE = 3
STATUS_OPEN = [Filter("status", "IS_ONE_OF_TERMS", ["2"])]


class Server:
    """The searches of the simulator, in pages of three; after each of them, some alerts are closed.

    :param closed: places of the alerts to close, per request.
    """

    def __init__(self, documents: Sequence[dict[str, Any]], closed: Sequence[Sequence[int]] = ()) -> None:
        self.store = DocumentStore()
        self.closed = iter(closed)
        self.stays = set(range(len(documents)))
        self.requests = 0
        for number, document in enumerate(documents):
            # Alerts without a time share a day on which no alert has one.
            day = str(document.get("@timestamp", "none"))[:10]
            if day not in self.store.indices:
                # Sorting by ID needs one ID on each day.
                self.store.put(day, "first", {"id": "first", "status": 0})
            self.store.put(day, str(number), {"status": 2, "number": number, **document})

    def search(self, client: object, filters: Sequence[Filter], sort: Sequence[str], size: int, page: int = 1) -> Page:
        """What stands in for the request."""
        assert size <= SIZE
        self.requests += 1
        assert self.requests < 200, "it never ends"
        keys = [(name, way == "desc") for name, _comma, way in (word.partition(",") for word in sort)]
        try:
            found = find(
                [self.store.indices[name] for name in sorted(self.store.indices)],
                checked_filters([item.as_json() for item in filters], []),
                keys,
            )
        except AllShardsFailed:
            found = []
        rows = [dict(row.source) for row in itertools.islice(ordered(self.store, found, keys), size)]
        closing = set(next(self.closed, ()))
        self.stays -= closing
        rows_to_close = [row.number for row in self.store.all() if row.source.get("number") in closing]
        self.store.update(rows_to_close, lambda _row: {"status": 5})
        return Page([alert_from(row, V11) for row in rows], total_of(found) if found else 0)


CLIENT: Any = SimpleNamespace(dialect=replace(V11, page_size=SIZE), settings=SimpleNamespace(concurrency=1))
MOMENTS = ["2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.001Z", "2026-11-20T11:00:00+01:00", "1601-01-01T00:00:00Z"]
# Of a text that long, the engine keeps no exact twin: no search continues after it.
LONG = "x" * 300
DOCUMENTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.sampled_from(["a", "B", "ü", "a-1", "a-2", "a-3", "a-4", "a-5", "a-6", "zz", LONG]),
            "@timestamp": st.one_of(st.sampled_from(MOMENTS), st.just("2026-11-21T10:00:00.000Z")),
        },
    ),
    max_size=16,
)
CLOSED = st.lists(st.lists(st.integers(0, 15), max_size=3), max_size=8)


def numbers(alerts: Iterator[Alert]) -> list[int]:
    return [alert.document["number"] for alert in alerts]


@pytest.mark.parametrize("order", ["id", "newest", "oldest"])
@given(documents=DOCUMENTS, closed=CLOSED)
def test_each_alert_that_stays_is_found_once(
    order: str, documents: list[dict[str, Any]], closed: list[list[int]]
) -> None:
    # Alerts of the same ID and time cannot be told apart, and few may share one ID.
    seen: dict[Any, int] = {}
    kept = []
    for document in documents:
        key = document.get("id", LONG)
        if (key, document.get("@timestamp")) not in seen and seen.get(key, 0) < SIZE - 1:
            seen[key] = seen.get(key, 0) + 1
            seen[(key, document.get("@timestamp"))] = 1
            kept.append(document)
    server = Server(kept, closed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alert_search, "search", server.search)
        if order == "id":
            found = numbers(by_id(CLIENT, STATUS_OPEN))
        else:
            found = numbers(by_time(CLIENT, STATUS_OPEN, order == "newest"))
    assert len(found) == len(set(found))
    assert server.stays <= set(found)
    if order != "id" and not any(closed):
        rows = [alert_from({**document, "number": number}, V11) for number, document in enumerate(kept)]
        times = [kept[number].get("@timestamp") for number in found]
        expected = [row.timestamp for row in in_time_order(rows, order == "newest")]
        assert [time is None for time in times] == [time is None for time in expected]
        assert sorted(map(str, times)) == sorted(map(str, expected))


def row(number: int, second: int) -> dict[str, Any]:
    return {**OPEN, "id": f"a{number:05d}", "@timestamp": f"2026-11-20T10:{second // 60:02d}:{second % 60:02d}.000Z"}


def after(number: int) -> dict[str, Any]:
    return {"field": "id.keyword", "operator": "IS_GREATER_THAN", "value": f"a{number:05d}"}


def at(second: int) -> dict[str, Any]:
    time = row(0, second)["@timestamp"]
    return {"field": "@timestamp", "operator": "IS_BETWEEN", "value": [time, time]}


def until(time: str) -> dict[str, Any]:
    return {"field": "@timestamp", "operator": "IS_LESS_THAN_OR_EQUALS", "value": time}


TIMELESS = {"field": "@timestamp", "operator": "DOES_NOT_EXIST", "value": None}
NAMELESS = {"field": "id.keyword", "operator": "DOES_NOT_EXIST", "value": None}


def page(rows: list[dict[str, Any]], *filters: dict[str, Any], total: int | None = None) -> Exchange:
    headers = {} if total is None else {"X-Total-Count": str(total)}
    return Exchange("POST", SEARCH, PAGE, list(filters), answer=rows, answer_headers=headers)


def time_page(rows: list[dict[str, Any]], *filters: dict[str, Any]) -> Exchange:
    return Exchange("POST", SEARCH, TIME_PAGE, list(filters), answer=rows)


def test_a_few_alerts_take_one_request_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(2, 1), {**OPEN, "id": "a9", "@timestamp": None}, row(1, 1), row(0, 5)]
    with exchanged(monkeypatch, page(rows, total=4)) as (client, _waits):
        found = [alert.id for alert in by_time(client, [], newest_first=True)]
    assert found == ["a00000", "a00001", "a00002", "a9"]


def test_by_id_each_page_begins_before_the_last_id_of_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the last ID that of two alerts, the second one would be on no page."""
    rows = [row(number, 0) for number in range(3000)]
    exchanges = (page(rows[:2000], total=3000), page(rows[1999:], after(1998)))
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        assert len(list(by_id(client, []))) == 3000


def test_alerts_without_an_id_are_asked_for_when_the_numbers_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(number, 0) for number in range(2500)]
    nameless = {name: value for name, value in OPEN.items() if name != "id"}
    unsorted = [pair for pair in PAGE if pair[0] != "sort"]
    exchanges = (
        page(rows[:2000], total=2501),
        page(rows[1999:], after(1998)),
        Exchange("POST", SEARCH, unsorted, [NAMELESS], answer=[nameless]),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        assert len(list(by_id(client, []))) == 2501


def test_pages_by_time_overlap_at_one_instant_and_go_on_by_id_inside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second page ends in 2,500 rows of one instant; the third holds no other, so the rest comes by ID."""
    first = [row(number, 3000 - number) for number in range(2000)]
    again = [first[-1], *[row(number, 1000) for number in range(2000, 3999)]]
    same = [row(number, 1000) for number in range(2000, 4500)]
    odd = {**OPEN, "id": "b", "@timestamp": None}
    exchanges = (
        page([*first[:1999], odd], total=4501),
        time_page(first),
        time_page(again, until(first[-1]["@timestamp"])),
        time_page(same[:2000], until(same[0]["@timestamp"])),
        page(same[1999:], at(1000), after(3998)),
        Exchange("POST", SEARCH, [pair for pair in PAGE if pair[0] != "sort"], [at(1000), NAMELESS], answer=[]),
        time_page([], until("2026-11-20T10:16:39.999Z")),
        page([odd], TIMELESS, total=1),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        found = [alert.id for alert in by_time(client, [], newest_first=True)]
    assert found == [*(row(number, 0)["id"] for number in range(4500)), "b"]


def test_the_next_page_is_asked_for_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = [row(number, 3000 - number) for number in range(2000)]
    with exchanged(monkeypatch, page(first), time_page(first)) as (client, _waits):
        alerts = by_time(client, [], newest_first=True)
        for _number in range(2000):
            next(alerts)


def test_a_time_that_cannot_be_read_at_the_end_of_a_page_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*[row(number, 0) for number in range(1999)], {**OPEN, "id": "odd", "@timestamp": "2026/11/19 10:00:00"}]
    with (
        exchanged(monkeypatch, page(rows), time_page(rows)) as (client, _waits),
        pytest.raises(IncompleteAnswer, match="The alert odd has the time 2026/11/19 10:00:00"),
    ):
        list(by_time(client, [], newest_first=True))


def test_thousands_of_alerts_with_one_id_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        exchanged(monkeypatch, page([OPEN] * 2000)) as (client, _waits),
        pytest.raises(IncompleteAnswer, match="one ID"),
    ):
        list(by_id(client, []))


@pytest.mark.parametrize(("size", "complete"), [(4, False), (5, False), (6, True)])
def test_a_look_is_complete_when_the_page_is_not_full(
    monkeypatch: pytest.MonkeyPatch, size: int, complete: bool
) -> None:
    server = Server([{"id": str(number)} for number in range(5)])
    monkeypatch.setattr(alert_search, "search", server.search)
    monkeypatch.setattr(f"{__name__}.SIZE", 10)
    found = look(SimpleNamespace(dialect=replace(V11, page_size=10)), STATUS_OPEN, size)  # type: ignore[arg-type]
    assert (found.complete, found.total, len(found.alerts)) == (complete, 5, min(5, size))


@pytest.mark.parametrize(("limit", "ahead"), [(None, True), (7, False)])
def test_the_next_page_comes_while_the_caller_works_if_all_are_wanted(
    monkeypatch: pytest.MonkeyPatch, limit: int | None, ahead: bool
) -> None:
    server = Server([{"id": f"a{number}", "@timestamp": f"2026-11-20T10:00:0{number}.000Z"} for number in range(9)])
    third = threading.Event()

    def search(*arguments: Any, **keywords: Any) -> Page:
        page = server.search(*arguments, **keywords)
        if server.requests == 3:
            third.set()
        return page

    monkeypatch.setattr(alert_search, "search", search)
    rows = by_time(CLIENT, STATUS_OPEN, newest_first=True, limit=limit)
    # The first look, and the first page by time.
    assert [next(rows).id, next(rows).id] == ["a8", "a7"]
    assert third.wait(5 if ahead else 0.2) is ahead
    assert [alert.id for alert in rows] == [f"a{number}" for number in range(6, -1 if limit is None else 1, -1)]
