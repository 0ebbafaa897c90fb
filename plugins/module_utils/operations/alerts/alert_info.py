# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find alerts and read them under field names common to all major versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...client.alert_search import by_id, by_time, count, look
from ...client.alerts import search
from ...client.client import Client
from ...errors import InvalidInput
from ...model.alert import COMMON_FIELDS, Alert, common_fields, severity_rank, status_rank
from ...model.fields import field_behind
from ...model.filter import Filter
from ...query.searches import compile_query
from ...time_zones import now_in
from ...times import exact_time
from ...writing.selection import alerts_matching, merged, select_ids
from ..cut_lists import cut_warnings
from ..operation import Operation, Task
from ..options import SELECTION_OPTIONS, SELECTION_RULES, options

# Only these fields are mapped in every daily index; sorting by another one would lose the days without it.
_SORT_KEYS: Mapping[str, Callable[[Alert], Any]] = {
    "timestamp": lambda alert: str(exact_time(alert.timestamp)),
    "severity": lambda alert: severity_rank(alert.severity),
    "status": lambda alert: status_rank(alert.status),
    "name": lambda alert: alert.name,
}
SORT_WORDS: Sequence[str] = tuple(f"{sign}{word}" for word in _SORT_KEYS for sign in ("", "-"))
DEFAULT_LIMIT = 1000


def sorted_alerts(alerts: Sequence[Alert], sort: Sequence[str]) -> list[Alert]:
    """Sort alerts by the keys in `sort`, the most significant first; a leading ``-`` means descending."""
    ordered = sorted(alerts, key=lambda alert: alert.id)
    for word in reversed(sort):
        ordered.sort(key=_SORT_KEYS[word.lstrip("-")], reverse=word.startswith("-"))
        if word.lstrip("-") == "timestamp":
            # As on the server, alerts without a time come last either way.
            ordered.sort(key=lambda alert: exact_time(alert.timestamp) is None)
    return ordered


def alert_row(client: Client, alert: Alert, fields: Sequence[str] | None, raw: bool) -> dict[str, Any]:
    """An alert of the result: its common or selected fields, and the stored document on request."""
    common = common_fields(alert, client.dialect)
    chosen = common if fields is None else {name: common[name] for name in fields}
    return {**chosen, "raw": dict(alert.document)} if raw else chosen


def checked_limit(given: int | None, default: int) -> int | None:
    """How many alerts to return, None for all. :raises InvalidInput: it is negative."""
    limit = default if given is None else given
    if limit < 0:
        raise InvalidInput("`limit` must be 0 (no limit) or more.")
    return limit or None


def found_by(
    client: Client, query: Mapping[str, Any], sort: Sequence[str], echoes: bool, now: datetime, limit: int | None
) -> tuple[list[Alert], int]:
    """The first alerts that a query finds, and the exact number of all of them."""
    if limit is None:
        alerts = sorted_alerts(alerts_matching(client, query, True, None, echoes, now), sort)
        return alerts, len(alerts)
    searches = compile_query(query, client.dialect, now, echoes)
    looks = [look(client, filters, limit) for filters in searches]
    if all(found.complete for found in looks):
        alerts = sorted_alerts([alert for found in looks for alert in found.alerts], sort)
        return alerts[:limit], len(alerts)
    total = sum(
        count(client, filters) if found.total is None else found.total for filters, found in zip(searches, looks)
    )
    if sort in (["timestamp"], ["-timestamp"]):
        newest_first = sort == ["-timestamp"]
        parts = [by_time(client, filters, newest_first, limit, found) for filters, found in zip(searches, looks)]
        alerts = list(merged(parts, newest_first, limit))
    else:
        alerts = _first_sorted(client, searches, sort, limit)
    return alerts, max(total, len(alerts))


def _first_sorted(client: Client, searches: Sequence[Sequence[Filter]], sort: Sequence[str], limit: int) -> list[Alert]:
    """The first alerts of many by other keys than the time alone."""
    if len(searches) == 1 and limit <= client.dialect.page_size:
        # One page, sorted by the server. Days without one of the fields come last and are not on a full page.
        keys = [
            f"{field_behind(word.lstrip('-'), client.dialect).whole},{'desc' if word.startswith('-') else 'asc'}"
            for word in [*sort, "id"]
        ]
        page = search(client, searches[0], keys, size=limit)
        if len(page.alerts) == limit:
            return page.alerts
    return sorted_alerts([alert for filters in searches for alert in by_id(client, filters)], sort)[:limit]


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read alerts by IDs or query; nothing is written."""
    if params["alert_ids"] is not None:
        selection = select_ids(client, params["alert_ids"], params["include_echoes"])
        alerts = [*selection.alerts]
        own = {alert.id for alert in alerts}
        for parent in selection.alerts:
            alerts += [echo for echo in selection.echoes_of(parent.id) if echo.id not in own]
        missing, total, warnings = list(selection.unknown), len(alerts), []
    else:
        limit = checked_limit(params["limit"], DEFAULT_LIMIT)
        query, now = params["query"] or {}, now_in(params["time_zone"])
        alerts, total = found_by(client, query, params["sort"], params["include_echoes"], now, limit)
        missing = []
        warnings = cut_warnings("limit", params["limit"], len(alerts), total, "alerts")
    return {
        "changed": False,
        "alerts": [alert_row(client, alert, params["fields"], params["raw"]) for alert in alerts],
        "missing": missing,
        "total": total,
        "total_is_exact": True,
        "truncated": total > len(alerts),
        "dialect": client.dialect.name,
        "requests": client.requests_sent,
        **({"warnings": warnings} if warnings else {}),
    }


OPERATION = Operation(
    name="utmstack_alert_info",
    options=options(
        SELECTION_OPTIONS,
        fields={"type": "list", "elements": "str", "choices": list(COMMON_FIELDS)},
        sort={"type": "list", "elements": "str", "choices": list(SORT_WORDS), "default": ["-timestamp"]},
        include_echoes={"type": "bool", "default": False},
        raw={"type": "bool", "default": False},
    ),
    rules=SELECTION_RULES,
    run=run,
    takes_empty_query=True,
)
