# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the alert history."""

from __future__ import annotations

from aiohttp import web

from ..spring.answers import json_answer
from ..spring.binding import page_answer, resource_error, sorted_rows
from ..spring.context import world
from ..spring.criteria import ORDER, Criterion, integer, moment, narrowed

_PROPERTIES = ("id", "alertId", "logUser", "logDate", "logAction", "logOldValue", "logNewValue", "logMessage")
_CRITERIA = {
    "id": Criterion(lambda row: row.id, integer, ORDER),
    "alertId": Criterion(lambda row: row.alert_id),
    "logUser": Criterion(lambda row: row.user),
    "logDate": Criterion(lambda row: moment(row.date), moment, ORDER),
    "logAction": Criterion(lambda row: row.action),
}


async def show(request: web.Request) -> web.Response:
    """GET /api/utm-alert-logs."""
    rows = [entry.row() for entry in narrowed(request, world(request).history.rows, _CRITERIA)]
    try:
        return page_answer(request, sorted_rows(request, rows, _PROPERTIES))
    except KeyError as error:
        raise resource_error(500, f"UtmAlertLogResource.getAllUtmAlertLogs: No property {error} found") from None


async def count(request: web.Request) -> web.Response:
    """GET /api/utm-alert-logs/count."""
    return json_answer(len(narrowed(request, world(request).history.rows, _CRITERIA)))
