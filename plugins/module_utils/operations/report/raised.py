# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count raised alerts per hour, day or week of a period, by the clock of the report. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from ...time_zones import local_text, zone_of
from ...times import day_begin
from .rows import WORST_FIRST, Row

# The longest periods that are shown by hour and by day.
_HOURLY, _DAILY = timedelta(days=3), timedelta(days=93)


def raised_columns(rows: Sequence[Row], since: datetime, now: datetime) -> dict[str, Any]:
    """Count the alerts raised in a period by severity, in columns of an hour, a day or a week.

    :param now: the end of the period, in the time zone of the report: its days have 23 or 25 hours when the clock is
        changed.
    """
    zone, span = zone_of(now), now.astimezone(timezone.utc) - since
    unit = "hour" if span <= _HOURLY else "day" if span <= _DAILY else "week"
    begins = _hours(since, now) if unit == "hour" else _days(since, now, 1 if unit == "day" else 7)
    cells: Counter[tuple[int, str]] = Counter()
    for row in rows:
        if row.raised is not None and begins[0] <= row.raised <= now:
            cells[bisect_right(begins, row.raised) - 1, row.severity] += 1
    columns = []
    for number, begin in enumerate(begins):
        counts = {severity: cells[number, severity] for severity in WORST_FIRST}
        columns.append({"from": local_text(begin, zone), "counts": counts, "total": sum(counts.values())})
    return {"unit": unit, "columns": columns, "total": sum(column["total"] for column in columns)}


def _hours(since: datetime, now: datetime) -> list[datetime]:
    # In UTC, because a clock skips and repeats hours.
    begin = since.astimezone(now.tzinfo).replace(minute=0, second=0, microsecond=0).astimezone(timezone.utc)
    return [begin + timedelta(hours=number) for number in range(int((now - begin) / timedelta(hours=1)) + 1)]


def _days(since: datetime, now: datetime, step: int) -> list[datetime]:
    zone = zone_of(now)
    first = since.astimezone(zone).date()
    return [day_begin(first + timedelta(days=number), zone) for number in range(0, (now.date() - first).days + 1, step)]
