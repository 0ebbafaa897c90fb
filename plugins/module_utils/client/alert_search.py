# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Complete answers from a search that gives at most 2,000 rows a page and 10,000 rows a window.

No page is found by counting rows: each continues after the last row of the one before, so that a row that leaves or
enters the result meanwhile cannot push another one out of sight, and there is no window to run out of. Rows are read
by ID, or by time where the order or the first ones matter; within one instant, they continue by ID.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from ..errors import IncompleteAnswer
from ..model.alert import Alert, WritableFields, in_time_order, trimmed
from ..model.fields import MAX_TEXT_LENGTH, field_behind
from ..model.filter import Filter
from ..printing import printable
from ..times import exact_time, instant_before
from .alerts import WINDOW, Page, count_by_value, first_values, search
from .client import Client

Item = TypeVar("Item")
Answered = TypeVar("Answered")
IDS_PER_READ = 1000
# Of answers that hold only IDs.
IDS_PER_COUNT = 4000
IDS_PER_PAGE = 10_000
_ALL_STATUSES = 16


@dataclass(frozen=True)
class Look:
    """The first rows of a search by ID, which leaves out no day.

    :param total: how many alerts match, None when that is not known.
    :param complete: whether these are all.
    """

    alerts: list[Alert]
    total: int | None
    complete: bool


def look(client: Client, filters: Sequence[Filter], limit: int | None = None) -> Look:
    """The first page by ID, of up to `limit` alerts."""
    most = client.dialect.page_size
    size = most if limit is None else min(most, limit)
    page = search(client, filters, (f"{_identity(client)},asc",), size=size)
    total = page.total if page.total is not None and page.total < WINDOW else None
    return Look(page.alerts, total, len(page.alerts) < size)


def by_id(client: Client, filters: Sequence[Filter]) -> Iterator[Alert]:
    """All alerts that match, by ID, whatever their times; holds one page at a time.

    :raises IncompleteAnswer: thousands of alerts share one ID, or have none.
    """
    first = look(client, filters)
    return iter(first.alerts) if first.complete else _going_on(client, filters, first)


def _going_on(client: Client, filters: Sequence[Filter], first: Look) -> Iterator[Alert]:
    """The rows of a full page by ID, and all that follow."""
    identity, most = _identity(client), client.dialect.page_size
    alerts, after, given = first.alerts, "", 0
    while len(alerts) == most:
        named = [alert for alert in alerts if 0 < len(alert.id) <= MAX_TEXT_LENGTH]
        # More alerts may have the last ID.
        here = [alert for alert in named if alert.id != named[-1].id] if len(named) == most else named
        if not here or here[-1].id <= after:
            raise IncompleteAnswer(
                f"At least {most} alerts share one ID or have none, and the server cannot list them all. Narrow the "
                "query."
            )
        after, given = here[-1].id, given + len(here)
        yield from _taken_out(here)
        alerts = search(
            client, [*filters, Filter(identity, "IS_GREATER_THAN", after)], (f"{identity},asc",), size=most
        ).alerts
    given += len(alerts)
    yield from _taken_out(alerts)
    if first.total != given:
        # Alerts without an ID follow none.
        nameless = search(client, [*filters, Filter(identity, "DOES_NOT_EXIST")], (), size=most).alerts
        if len(nameless) == most:
            raise IncompleteAnswer(f"At least {most} alerts have no ID, and the server cannot list them all.")
        yield from nameless


def by_time(
    client: Client, filters: Sequence[Filter], newest_first: bool, limit: int | None = None, first: Look | None = None
) -> Iterator[Alert]:
    """All alerts that match, or the first `limit`, by time and then by ID; those without a time come last.

    Holds one page at a time, and the next one if all alerts are wanted, however many there are.

    :param first: what `look` returned for the same search and limit.
    :raises IncompleteAnswer: a page ends with a time that cannot be read.
    """
    seen = look(client, filters, limit) if first is None else first
    if seen.complete:
        return iter(in_time_order(seen.alerts, newest_first))
    size = client.dialect.page_size if limit is None else min(client.dialect.page_size, limit)
    return itertools.islice(_along_time(client, filters, newest_first, size, limit is None), limit)


def _along_time(
    client: Client, filters: Sequence[Filter], newest_first: bool, size: int, ahead: bool
) -> Iterator[Alert]:
    """:param size: rows of the first page.
    :param ahead: request each page while the caller works on the one before.
    """
    time, most = field_behind("timestamp", client.dialect).whole, client.dialect.page_size
    sort = (f"{time},{'desc' if newest_first else 'asc'}", f"{_identity(client)},asc")
    # Alerts that the next page shows again: those of the boundary's instant, and those without a time.
    shown: set[tuple[str, str]] = set()
    timeless: set[tuple[str, str]] = set()
    with ThreadPoolExecutor(max_workers=1) as pool:
        page: Callable[[], Page] | None = functools.partial(search, client, filters, sort, size)
        while page is not None:
            alerts = page().alerts
            full, whole, page = len(alerts) == size, len(alerts) == most, None
            if not alerts:
                break
            start, end = (exact_time(alert.timestamp) for alert in (alerts[0], alerts[-1]))
            if full and end is None and alerts[-1].timestamp:
                raise IncompleteAnswer(
                    f"The alert {printable(alerts[-1].id)} has the time {printable(str(alerts[-1].timestamp))}, which "
                    "cannot be read, so the alerts after it cannot be requested. Narrow the query."
                )
            at_end = {_key(alert) for alert in alerts if exact_time(alert.timestamp) == end}
            rows = _taken_out(alerts)
            is_instant = full and whole and end is not None and start == end
            # Only alerts without a time could follow one of them.
            if full and end is not None:
                bound = _after if is_instant else _from
                page = functools.partial(search, client, [*filters, bound(time, end, newest_first)], sort, most)
            if is_instant:
                instant = [*filters, Filter(time, "IS_BETWEEN", [end, end])]
                rows = _going_on(client, instant, Look(alerts, None, False))
            elif page is not None and ahead:
                page = pool.submit(page).result
            if end is None:
                timeless = at_end
            size = most
            for alert in rows:
                if _key(alert) not in shown:
                    yield alert
            shown = at_end
    for alert in by_id(client, [*filters, Filter(time, "DOES_NOT_EXIST")]):
        if _key(alert) not in timeless:
            yield alert


def _from(time: str, moment: str, newest_first: bool) -> Filter:
    """This instant and what follows it."""
    if newest_first:
        return Filter(time, "IS_LESS_THAN_OR_EQUALS", moment)
    return Filter(time, "IS_GREATER_THAN", instant_before(moment))


def _after(time: str, moment: str, newest_first: bool) -> Filter:
    """What follows this instant."""
    if newest_first:
        return Filter(time, "IS_LESS_THAN_OR_EQUALS", instant_before(moment))
    return Filter(time, "IS_GREATER_THAN", moment)


def _identity(client: Client) -> str:
    return field_behind("id", client.dialect).whole


def _taken_out(alerts: list[Alert]) -> Iterator[Alert]:
    """The rows of a page, which is let go row by row before the next one is requested."""
    alerts.reverse()
    while alerts:
        yield alerts.pop()


def _key(alert: Alert) -> tuple[str, str]:
    return alert.id, str(alert.timestamp if alert.id else alert.document)


def count(client: Client, filters: Sequence[Filter]) -> int:
    """Exact number of alerts that match, also above 10,000."""
    return sum(count_by_status_code(client, filters).values())


def count_by_status_code(client: Client, filters: Sequence[Filter]) -> dict[str, int]:
    """Exact number of alerts that match, by the text of their status code."""
    return count_by_value(client, field_behind("status", client.dialect).whole, filters, _ALL_STATUSES)


def chunks(items: Sequence[Item], size: int = IDS_PER_READ) -> Iterator[Sequence[Item]]:
    """`items` in slices of `size`; none for an empty sequence."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def kept(client: Client, alerts: Iterable[Alert], whole: bool) -> list[Alert]:
    """The alerts, whole or without the parts of their documents that no write depends on."""
    dialect = client.dialect
    known: dict[str, WritableFields] = {}
    return list(alerts) if whole else [trimmed(alert, dialect, known) for alert in alerts]


def in_parallel(client: Client, read: Callable[[Item], Answered], items: Iterable[Item]) -> list[Answered]:
    """What `read` returns for each item, `concurrency` items at a time."""
    with ThreadPoolExecutor(client.settings.concurrency) as pool:
        return list(pool.map(read, items))


def alerts_with_ids(client: Client, ids: Sequence[str], echoes: bool, whole: bool = True) -> list[Alert]:
    """The alerts with these ids, each once; with `echoes` also the repetitions of these alerts (v11).

    :param ids: any number; up to 1,000 are requested at once, `concurrency` requests at a time.
    :param whole: with their whole documents.
    """
    if not ids:
        # The server takes some empty lists for "all alerts".
        return []
    wanted = list(dict.fromkeys(ids))
    with_echoes = echoes and client.dialect.has_echoes
    identity = _identity(client)

    def read(chunk: Sequence[str]) -> list[Alert]:
        terms = list(chunk)
        filters = [Filter(identity, "IS_ONE_OF_TERMS", terms)]
        if with_echoes:
            parent = field_behind("parent_id", client.dialect).whole
            filters = [Filter(name, "IS_ONE_OF_TERMS_OR", terms) for name in (identity, parent)]
        return kept(client, by_id(client, filters), whole)

    parts = in_parallel(client, read, chunks(wanted))
    found = {_key(alert): alert for part in parts for alert in part}
    return list(found.values())


def echoes_of(client: Client, ids: Sequence[str], whole: bool = True) -> list[Alert]:
    """The repetitions of the alerts with these IDs (v11), each once.

    :param ids: any number; up to 4,000 are requested at once, `concurrency` requests at a time.
    :param whole: with their whole documents.
    """
    if not ids or not client.dialect.has_echoes:
        return []
    parent = field_behind("parent_id", client.dialect).whole

    def read(chunk: Sequence[str]) -> list[Alert]:
        return kept(client, by_id(client, [Filter(parent, "IS_ONE_OF_TERMS", list(chunk))]), whole)

    parts = in_parallel(client, read, chunks(list(dict.fromkeys(ids)), IDS_PER_COUNT))
    return [alert for part in parts for alert in part]


def ids_among(client: Client, ids: Sequence[str], filters: Sequence[Filter]) -> set[str]:
    """Those of up to 4,000 IDs that exactly one alert has of those that the filters find.

    The server answers with IDs alone, so this costs it and the network little.
    """
    if not ids:
        return set()
    identity = _identity(client)
    found = count_by_value(client, identity, [Filter(identity, "IS_ONE_OF_TERMS", list(ids)), *filters], len(ids) + 1)
    return {alert_id for alert_id, number in found.items() if number == 1}


def ids_matching(client: Client, filters: Sequence[Filter], size: int = IDS_PER_PAGE) -> Iterator[str]:
    """The IDs of all alerts that match, in order, without their documents; alerts without an ID are left out.

    :param size: IDs of one answer.
    """
    identity = _identity(client)
    page = first_values(client, identity, filters, size)
    while page:
        yield from page
        if len(page) < size:
            return
        page = first_values(client, identity, [*filters, Filter(identity, "IS_GREATER_THAN", max(page))], size)
