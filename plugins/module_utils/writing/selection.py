# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Select the alerts of a task by `alert_ids` or `query`."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..client.alert_search import alerts_with_ids, by_id, by_time, echoes_of, kept
from ..client.client import Client
from ..errors import InvalidInput
from ..model.alert import Alert, in_time_order, time_order
from ..model.filter import Filter
from ..model.network_filters import NOT_IN_NETWORKS
from ..query.matching import matcher
from ..query.searches import compile_query
from ..query.stored_values import StoredValues
from ..time_zones import now_in
from .selected import Selection, by_parent


def select(client: Client, params: Mapping[str, Any], with_echoes: bool, whole: bool = True) -> Selection:
    """Read the alerts of `alert_ids` or `query`.

    :param params: `alert_ids`, or `query` with its `time_zone` and `limit` (maximum number of alerts, None for all).
    :param with_echoes: also read the echoes of the alerts.
    :param whole: keep their whole documents, and not only what may be written.
    """
    if params.get("alert_ids") is not None:
        return select_ids(client, params["alert_ids"], with_echoes, whole)
    limit = params.get("limit")
    if limit is not None and limit < 1:
        raise InvalidInput("`limit` must be at least 1.")
    now = now_in(params["time_zone"])
    query = params["query"] or {}
    alerts = alerts_matching(client, query, newest_first=True, limit=limit, echoes=False, now=now, whole=whole)
    echoes = echoes_of(client, [alert.id for alert in alerts], whole) if with_echoes else []
    return Selection(alerts, echoes=by_parent(echoes), by_query=True)


def select_ids(client: Client, ids: Sequence[str], with_echoes: bool, whole: bool = True) -> Selection:
    """Read the alerts with these IDs, each once, in the given order.

    :param whole: keep their whole documents, and not only what may be written.
    :raises InvalidInput: an ID is empty.
    """
    wanted = list(dict.fromkeys(str(item).strip() for item in ids))
    if "" in wanted:
        raise InvalidInput("`alert_ids` contains an empty ID. Remove it.")
    found = alerts_with_ids(client, wanted, with_echoes, whole)
    position = {alert_id: number for number, alert_id in enumerate(wanted)}
    alerts = sorted((alert for alert in found if alert.id in position), key=lambda alert: position[alert.id])
    known = {alert.id for alert in alerts}
    return Selection(alerts, [item for item in wanted if item not in known], by_parent(found))


def alerts_matching(
    client: Client,
    query: Mapping[str, Any],
    newest_first: bool,
    limit: int | None,
    echoes: bool,
    now: datetime,
    whole: bool = True,
) -> list[Alert]:
    """Read the alerts that match a query, all or up to `limit`.

    :param now: what ages count from, in the time zone of the query's times.
    :param whole: keep their whole documents, and not only what may be written.
    """
    if limit is not None:
        return kept(client, iterate_query(client, query, newest_first, limit, echoes, now), whole)
    searches = compile_query(query, client.dialect, now, echoes)
    found = (alert for filters in searches for alert in _apart(by_id(client, filters), filters))
    return in_time_order(kept(client, found, whole), newest_first)


def iterate_query(
    client: Client, query: Mapping[str, Any], newest_first: bool, limit: int | None, echoes: bool, now: datetime
) -> Iterator[Alert]:
    """Yield the alerts that match a query, in the order of `time_order`."""
    searches = compile_query(query, client.dialect, now, echoes)
    parts = [_apart(by_time(client, filters, newest_first, limit), filters) for filters in searches]
    return merged(parts, newest_first, limit)


def _apart(alerts: Iterator[Alert], filters: Sequence[Filter]) -> Iterator[Alert]:
    """Leave out alerts of networks that the search leaves out: their addresses may be newer than the list of them."""
    networks = [item for item in filters if item.operator == NOT_IN_NETWORKS]
    if not networks:
        return alerts
    match = matcher([networks])
    return (alert for alert in alerts if match(StoredValues(alert.document)) is not None)


def merged(parts: Sequence[Iterator[Alert]], newest_first: bool, limit: int | None) -> Iterator[Alert]:
    """The alerts of disjoint searches in the order of `time_order`."""
    return itertools.islice(heapq.merge(*parts, key=time_order(newest_first)), limit)
