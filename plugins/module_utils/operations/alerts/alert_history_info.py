# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the server's history of status changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.alert_history import status_changes
from ...client.client import Client
from ...model.history import HistoryEntry, entry_from
from ...time_zones import now_in
from ...times import instant
from ..operation import Operation, Task
from ..options import TIME_ZONE, options
from .history_coverage import history_coverage


def entry_row(entry: HistoryEntry) -> dict[str, Any]:
    """An entry of the result."""
    names = ("alert_id", "at", "user", "status", "observation", "message")
    return {name: getattr(entry, name) for name in names}


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read the history; nothing is written."""
    since = instant(params["since"], "since", now_in(params["time_zone"]))
    wanted = None if params["alert_ids"] is None else set(params["alert_ids"])
    rows = [] if wanted == set() else status_changes(client, since)
    entries = [entry_row(entry_from(row, client.dialect)) for row in rows]
    entries = [entry for entry in entries if wanted is None or entry["alert_id"] in wanted]
    recorded = {str(entry["alert_id"]) for entry in entries}
    return {
        "changed": False,
        "entries": entries,
        "coverage": history_coverage(client, recorded, since, wanted),
        "requests": client.requests_sent,
    }


OPERATION = Operation(
    name="utmstack_alert_history_info",
    options=options(
        since={"type": "str", "default": "7d"},
        alert_ids={"type": "list", "elements": "str"},
        **TIME_ZONE,
    ),
    run=run,
)
