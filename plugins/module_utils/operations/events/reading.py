# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one poll of an event source reads from the server.

An ordinary query takes two requests while nothing is new: the oldest alert in automatic review, and the IDs that match.
A query that needs several searches (`user`, some `where`) takes one for each, and one that names networks, or fields of
log lines, another one to learn what the alerts hold.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import chain
from typing import Any, Protocol

from ...client.alert_search import alerts_with_ids, by_id, chunks, ids_matching, in_parallel
from ...client.alerts import search
from ...client.client import Client
from ...model.alert import FALSE_POSITIVE, Alert
from ...model.fields import field_behind
from ...model.filter import Filter
from ...query.searches import compile_query
from ...times import exact, exact_time, instant_before


@dataclass(frozen=True)
class InReview:
    """Alerts in automatic review.

    :param oldest: the exact time of the oldest one; None if none has a time.
    :param number: how many there are, at most 10,000; None if the server does not report it.
    """

    oldest: str | None
    number: int | None


class Reads(Protocol):
    """What a poll reads; one object for each poll."""

    def in_review(self) -> InReview:
        """The alerts that the server's rule engine has not yet released."""

    def matching(self, since: str | None) -> Iterator[str]:
        """The IDs of the alerts that match, from an exact time on; None for all, also those without a time."""

    def documents(self, ids: Sequence[str]) -> list[Alert]:
        """Those of the alerts with these IDs that still match, one for each ID."""

    def present(self, ids: Sequence[str]) -> list[Alert]:
        """The alerts with these IDs, whether they match or not, one for each ID."""

    def now(self) -> str | None:
        """The exact time of the server's clock as of the last answer; None if it reports none."""


class ServerReads:
    """The reads of one poll from a server.

    :param query: query keys; without `status`, open alerts.
    :param include_review: alerts in automatic review match as well.
    """

    def __init__(self, client: Client, query: Mapping[str, Any], include_review: bool) -> None:
        # Other alerts hold other fields and addresses.
        client.look_afresh()
        self._client = client
        wanted = query.get("status") or ["open"]
        status = [*wanted, "automatic_review"] if include_review else wanted
        self._searches = compile_query(
            {**query, "status": list(dict.fromkeys(status))}, client.dialect, self._local_now(), echoes=False
        )

    def in_review(self) -> InReview:
        """The alerts in automatic review, without those that newer servers keep there for good."""
        client, dialect = self._client, self._client.dialect
        filters = list(compile_query({"status": ["automatic_review"]}, dialect, self._local_now(), echoes=False)[0])
        if dialect.keeps_false_positives:
            filters.append(Filter(field_behind("tags", dialect).name, "DOES_NOT_CONTAIN", FALSE_POSITIVE))
        oldest_first = f"{field_behind('timestamp', dialect).whole},asc"
        page = search(client, filters, (oldest_first,), size=1)
        return InReview(exact_time(page.alerts[0].timestamp) if page.alerts else None, page.total)

    def matching(self, since: str | None) -> Iterator[str]:
        """The IDs of the alerts that match, from an exact time on; None for all, also those without a time."""
        time_field = field_behind("timestamp", self._client.dialect).whole
        period = [] if since is None else [Filter(time_field, "IS_GREATER_THAN", instant_before(since))]
        return chain.from_iterable(ids_matching(self._client, [*filters, *period]) for filters in self._searches)

    def documents(self, ids: Sequence[str]) -> list[Alert]:
        """Those of the alerts with these IDs that still match, one for each ID."""
        identity = field_behind("id", self._client.dialect).whole

        def read(one: tuple[Sequence[Filter], Sequence[str]]) -> list[Alert]:
            filters, chunk = one
            return list(by_id(self._client, [*filters, Filter(identity, "IS_ONE_OF_TERMS", list(chunk))]))

        parts = [(filters, chunk) for filters in self._searches for chunk in chunks(ids)]
        return _each_once(alert for part in in_parallel(self._client, read, parts) for alert in part)

    def present(self, ids: Sequence[str]) -> list[Alert]:
        """The alerts with these IDs, whether they match or not, one for each ID."""
        return _each_once(alerts_with_ids(self._client, ids, echoes=False))

    def now(self) -> str | None:
        """The time of the server's clock as of the last answer; None if it reports none."""
        skew = self._client.clock_skew
        return None if skew is None else exact(datetime.fromtimestamp(time.time() + skew, timezone.utc))

    def _local_now(self) -> datetime:
        """What ages in the query count from."""
        return datetime.fromtimestamp(time.time() + (self._client.clock_skew or 0), timezone.utc)


def _each_once(alerts: Iterable[Alert]) -> list[Alert]:
    return list({alert.id: alert for alert in alerts}.values())
