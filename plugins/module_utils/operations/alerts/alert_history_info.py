# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the server's history of changes of status and tags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...client.alert_history import changes_since, status_changes
from ...client.client import Client
from ...model.history import HistoryEntry, entry_from
from ...time_zones import now_in
from ...times import instant
from ..operation import Operation, Task
from ..options import TIME_ZONE, options
from .history_coverage import history_coverage

_MEMBERS = ("alert_id", "at", "user", "status", "observation", "message")
_TAG_MEMBERS = ("tags", "tags_before")


def entry_row(entry: HistoryEntry, with_tags: bool) -> dict[str, Any]:
    """An entry of the result."""
    return {name: getattr(entry, name) for name in (*_MEMBERS, *(_TAG_MEMBERS if with_tags else ()))}


def _entries(client: Client, since: datetime, with_tags: bool) -> list[HistoryEntry]:
    """The changes of status since a time, and on request those of tags."""
    if not with_tags:
        return [entry_from(row, client.dialect) for row in status_changes(client, since)]
    entries = [entry_from(row, client.dialect) for row in changes_since(client, since, None)]
    return [entry for entry in entries if entry.status is not None or entry.tags is not None]


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read the history; nothing is written."""
    since = instant(params["since"], "since", now_in(params["time_zone"]))
    wanted = None if params["alert_ids"] is None else set(params["alert_ids"])
    with_tags = params["include_tags"]
    found = [] if wanted == set() else _entries(client, since, with_tags)
    entries = [entry for entry in found if wanted is None or entry.alert_id in wanted]
    # An entry of another action has no status.
    recorded = {str(entry.alert_id) for entry in entries if not with_tags or entry.status is not None}
    return {
        "changed": False,
        "entries": [entry_row(entry, with_tags) for entry in entries],
        "coverage": history_coverage(client, recorded, since, wanted),
        "requests": client.requests_sent,
    }


OPERATION = Operation(
    name="utmstack_alert_history_info",
    options=options(
        since={"type": "str", "default": "7d"},
        alert_ids={"type": "list", "elements": "str"},
        include_tags={"type": "bool", "default": False},
        **TIME_ZONE,
    ),
    run=run,
)
