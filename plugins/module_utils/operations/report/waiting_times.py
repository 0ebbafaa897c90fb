# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute MTTA and MTTR from the server's history of status changes. Pure.

The alerts themselves lack these times: a status write does not change `lastUpdate`. The history is incomplete: for a
bulk write, the server records the first ten alerts only, and 11.2 records none with an event without a log.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from ...errors import InvalidInput
from ...model.alert import SEVERITIES
from ...times import instant
from .rows import Row

_TAKEN = ("in_review", "completed")


def times_to_triage(
    rows: Sequence[Row], history: Sequence[Mapping[str, Any]] | None, since: datetime
) -> dict[str, Any]:
    """Compute the times from raising an alert to its first status change and to its completion.

    :param history: entries `{alert_id, at, status}` with the new status; None if not read.
    :param since: start of the history.
    :returns: `available`; `touched` and `completed` with `covered` of `of` alerts, `median` and `p90` as texts, and
        the same `by_severity`; `skewed` counts alerts with a change before they were raised, which are excluded;
        `missing` counts alerts raised in the period whose change the history does not have.
    """
    if history is None:
        return {"available": False}
    first: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    for entry in history:
        status, at = entry.get("status"), _at(entry.get("at"))
        if at is None or status not in _TAKEN:
            continue
        alert_id = str(entry.get("alert_id"))
        first[alert_id] = min(at, first.get(alert_id, at))
        if status == "completed":
            last[alert_id] = max(at, last.get(alert_id, at))
    taken = [row for row in rows if row.status in _TAKEN]
    completed = [row for row in rows if row.status == "completed"]
    skewed = sum(1 for row in taken if row.raised and row.id in first and first[row.id] < row.raised)
    return {
        "available": True,
        "skewed": skewed,
        "missing": sum(1 for row in taken if row.raised and row.raised >= since and row.id not in first),
        "touched": _spread(taken, first),
        "completed": _spread(completed, last),
        "by_severity": {
            severity: _spread([row for row in completed if row.severity == severity], last)
            for severity in reversed(SEVERITIES)
        },
    }


def _at(text: Any) -> datetime | None:
    try:
        return instant(str(text), "at", datetime.now(timezone.utc)) if text else None
    except InvalidInput:
        return None


def _spread(rows: Sequence[Row], moments: Mapping[str, datetime]) -> dict[str, Any]:
    waited = sorted(
        moments[row.id] - row.raised
        for row in rows
        if row.raised is not None and row.id in moments and moments[row.id] >= row.raised
    )
    found: dict[str, Any] = {"covered": len(waited), "of": len(rows), "median": None, "p90": None}
    if waited:
        middle = timedelta(seconds=statistics.median(span.total_seconds() for span in waited))
        found.update(median=age_text(middle), p90=age_text(waited[math.ceil(0.9 * len(waited)) - 1]))
    return found


def age_text(span: timedelta) -> str:
    """Format a time span in two units, such as ``3 h 20 min``."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
