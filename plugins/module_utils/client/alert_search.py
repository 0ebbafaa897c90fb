# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Complete answers from a search that gives at most 2,000 rows a page and 10,000 rows a window.

Rows are read along `@timestamp`: each page starts at the last row's time, so that a row that leaves or enters the
result meanwhile cannot push another one out of sight, and there is no window to run out of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ..errors import IncompleteAnswer
from ..model.alert import Alert
from ..model.fields import field_behind
from ..model.filter import Filter
from ..times import FIRST_INSTANT, LAST_INSTANT, comparable
from .alerts import WINDOW, count_by_value, search
from .client import Client

Item = TypeVar("Item")
IDS_PER_READ = 1000
_ALL_STATUSES = 16


def along_time(
    client: Client, filters: Sequence[Filter], newest_first: bool, limit: int | None = None
) -> Iterator[Alert]:
    """All alerts that match `filters`, or the first `limit`, ordered by time and then by id.

    Holds one page at a time, however many alerts there are.

    :raises IncompleteAnswer: more than 10,000 alerts share one instant, so that not all can be seen.
    """
    direction, most = "desc" if newest_first else "asc", client.dialect.page_size
    time, identity = (field_behind(name, client.dialect).whole for name in ("timestamp", "id"))
    sort = (f"{time},{direction}", f"{identity},asc")
    # Alerts of the boundary's instant: the next page shows them again.
    seen: set[tuple[str, Any]] = set()
    boundary: Any = None
    page = 1
    given = 0
    while limit is None or given < limit:
        # One page may hold as many rows again as share the boundary's instant.
        size = most if limit is None or boundary is not None else min(most, limit)
        filtered = [*filters, *_beyond(time, boundary, newest_first)]
        alerts = search(client, filtered, sort, size=size, page=page).alerts
        if not alerts:
            return
        last, full = comparable(alerts[-1].timestamp), len(alerts) == size
        at_last = {_key(alert) for alert in alerts if comparable(alert.timestamp) == last}
        # The page is let go row by row, before the next one is requested.
        for alert in _taken_out(alerts):
            if _key(alert) not in seen:
                seen.add(_key(alert))
                given += 1
                yield alert
                if given == limit:
                    return
        if not full:
            return
        if last is not None and last != boundary:
            boundary, page, seen = last, 1, at_last
        elif page * size < WINDOW:
            page += 1
        else:
            raise IncompleteAnswer(
                f"More than {WINDOW} alerts have the time {last}, and the server lists no more of one time. Narrow the "
                "query."
            )


def _taken_out(alerts: list[Alert]) -> Iterator[Alert]:
    alerts.reverse()
    while alerts:
        yield alerts.pop()


def _key(alert: Alert) -> tuple[str, Any]:
    return alert.id, alert.timestamp


def _beyond(time: str, boundary: Any, newest_first: bool) -> list[Filter]:
    if boundary is None:
        return []
    bounds = [FIRST_INSTANT, boundary] if newest_first else [boundary, LAST_INSTANT]
    return [Filter(time, "IS_BETWEEN", bounds)]


def count(client: Client, filters: Sequence[Filter]) -> int:
    """Exact number of alerts that match, also above 10,000."""
    status = field_behind("status", client.dialect).whole
    return sum(count_by_value(client, status, filters, _ALL_STATUSES).values())


def chunks(items: Sequence[Item], size: int = IDS_PER_READ) -> Iterator[Sequence[Item]]:
    """`items` in slices of `size`; none for an empty sequence."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def alerts_with_ids(client: Client, ids: Sequence[str], echoes: bool) -> list[Alert]:
    """The alerts with these ids, each once; with `echoes` also the repetitions of these alerts (v11).

    :param ids: any number; up to 1,000 are requested at once, `concurrency` requests at a time.
    """
    if not ids:
        # The server takes some empty lists for "all alerts".
        return []
    wanted = list(dict.fromkeys(ids))
    with_echoes = echoes and client.dialect.has_echoes
    identity = field_behind("id", client.dialect).whole

    def read(chunk: Sequence[str]) -> list[Alert]:
        terms = list(chunk)
        filters = [Filter(identity, "IS_ONE_OF_TERMS", terms)]
        if with_echoes:
            parent = field_behind("parent_id", client.dialect).whole
            filters = [Filter(name, "IS_ONE_OF_TERMS_OR", terms) for name in (identity, parent)]
        return list(along_time(client, filters, newest_first=True))

    with ThreadPoolExecutor(max_workers=client.settings.concurrency) as pool:
        parts = list(pool.map(read, chunks(wanted)))
    found = {_key(alert): alert for part in parts for alert in part}
    return list(found.values())
