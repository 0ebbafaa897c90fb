# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint of the alerts' history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from ..times import exact, stored_time
from .client import Client
from .paging import all_rows, each_row

# A server may label its local time as UTC in the history.
_CLOCK_MARGIN = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def history_start(timestamps: Iterable[Any]) -> datetime:
    """A time before every change of alerts with these stored times."""
    times = [stored_time(timestamp) for timestamp in timestamps]
    known = [time for time in times if time is not None]
    return min(known) - _CLOCK_MARGIN if known and len(known) == len(times) else _EPOCH


def changes_since(client: Client, since: datetime, alert_ids: Collection[str]) -> list[dict[str, Any]]:
    """The rows about these alerts from `since` on, oldest first, each once."""
    rows = all_rows(client, "/utm-alert-logs", {"logDate.greaterThanOrEqual": exact(since)})
    return [row for row in rows if row.get("alertId") in alert_ids]


def status_changes(client: Client, since: datetime) -> list[dict[str, Any]]:
    """The rows about status changes from `since` on, oldest first, each once.

    The table grows while it is read: in the order of numbers, new rows come on the last page.
    """
    return list(each_status_change(client, since))


def each_status_change(client: Client, since: datetime, until: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The same rows, one page of which is held at a time: each contains the alert as it was before.

    :param until: leave out later rows, so that no row is added while they are read.
    """
    criteria = {"logAction.equals": "UPDATE_STATUS", "logDate.greaterThanOrEqual": exact(since)}
    if until is not None:
        criteria["logDate.lessThanOrEqual"] = exact(until)
    return each_row(client, "/utm-alert-logs", criteria)
