# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint of the alerts' history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..times import exact
from ..transport.answer import rows_in
from .client import Client
from .paging import PAGE_SIZE


def status_changes(client: Client, since: datetime) -> list[Mapping[str, Any]]:
    """The rows about status changes from `since` on, oldest first, each once.

    The table grows while it is read: in the order of numbers what comes is on the last page.
    """
    criteria = {"logAction.equals": "UPDATE_STATUS", "logDate.greaterThanOrEqual": exact(since)}
    found: dict[Any, Mapping[str, Any]] = {}
    page = 0
    while True:
        query = {**criteria, "page": page, "size": PAGE_SIZE, "sort": "id,asc"}
        rows = rows_in(client.read("GET", "/api/utm-alert-logs", query=query))
        seen = len(found)
        found.update((row.get("id"), row) for row in rows)
        if len(rows) < PAGE_SIZE or len(found) == seen:
            return list(found.values())
        page += 1
