# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Save the state of a report, and compare it with the next report. Pure.

The state contains no text of alerts: IDs and names are short digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ...errors import InvalidInput
from ...model.alert import SETTABLE_STATUSES
from ...time_zones import local_text, zone_of
from ...times import exact, instant
from .rows import CLOSERS, Row

FORMAT = 1
_LISTS = (*SETTABLE_STATUSES, "names", "incidents")


def state_of(rows: Sequence[Row], now: datetime, digest: str) -> dict[str, Any]:
    """Build the state of a report."""
    state: dict[str, Any] = {"format": FORMAT, "at": exact(now), "digest": digest}
    for status in SETTABLE_STATUSES:
        state[status] = sorted(short(row.id) for row in rows if row.status == status)
    state["names"] = sorted({short(row.text("name")) for row in rows})
    state["incidents"] = sorted(_incident_ids(rows))
    return state


def read_state(state: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Check the state of an earlier report; None if there is none.

    :raises InvalidInput: the state is invalid.
    """
    if not state:
        return None
    lists = all(isinstance(state.get(name), list) for name in _LISTS)
    if state.get("format") != FORMAT or not lists or not isinstance(state.get("digest"), str):
        raise InvalidInput(
            "The state of the last report is invalid. Delete its file and run the task again; the next report then "
            "shows no changes."
        )
    instant(str(state.get("at")), "at", datetime.now(timezone.utc))
    return state


def changes(before: Mapping[str, Any] | None, rows: Sequence[Row], now: datetime) -> dict[str, Any] | None:
    """Count the changes since the last report; None without one."""
    if before is None:
        return None
    at = instant(str(before["at"]), "at", now)
    was = {status: set(before[status]) for status in SETTABLE_STATUSES}
    known = set().union(*was.values())
    waiting = was["open"] | was["in_review"]
    done = [row for row in rows if row.status == "completed" and short(row.id) in waiting]
    here = {short(row.id) for row in rows}
    new = [row for row in rows if short(row.id) not in known]
    return {
        "at": local_text(at, zone_of(now)),
        "raised": sum(1 for row in new if row.raised is None or row.raised > at),
        "came_late": sum(1 for row in new if row.raised is not None and row.raised <= at),
        "taken_in_review": sum(1 for row in rows if row.status == "in_review" and short(row.id) in was["open"]),
        "completed": len(done),
        "completed_by": {who: sum(1 for row in done if row.closed_by == who) for who in CLOSERS},
        "reopened": sum(1 for row in rows if row.status == "open" and short(row.id) in was["completed"]),
        "gone": len(waiting - here),
        "open_before": len(was["open"]),
        "open_now": sum(1 for row in rows if row.status == "open"),
        "new_names": len({short(row.text("name")) for row in rows} - set(before["names"])),
        "new_incidents": len(_incident_ids(rows) - set(before["incidents"])),
    }


def _incident_ids(rows: Sequence[Row]) -> set[str]:
    found = (row.alert.get("incident") for row in rows)
    return {short(str(incident.get("id"))) for incident in found if isinstance(incident, Mapping)}


def short(text: str) -> str:
    """A short digest of a text; 48 bits distinguish the alerts of a server."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
