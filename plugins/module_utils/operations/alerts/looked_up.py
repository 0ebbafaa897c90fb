# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the lookups: the reading module with some of its options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...client.client import Client
from ..operation import Operation, Task
from . import alert_info

_ID = "id"


def _reading(name: str, *left_out: str, **fixed: Any) -> Operation:
    """The module with fewer options.

    :param left_out: options that have their default.
    :param fixed: options that have another value.
    """
    options = alert_info.OPERATION.options
    values = {**{option: options[option].get("default") for option in left_out}, **fixed}

    def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
        return alert_info.run(client, {**params, **values}, task)

    kept = {option: spec for option, spec in options.items() if option not in values}
    return replace(alert_info.OPERATION, name=name, options=kept, rules={}, run=run)


def _by_id(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read an alert for each ID, in the order of the IDs, repeated ones included."""
    fields = params["fields"]
    asked = None if fields is None else list(dict.fromkeys([_ID, *fields]))
    result = _ONE_BY_ONE.run(client, {**params, "fields": asked}, task)
    found = {row[_ID]: row for row in result["alerts"]}
    if fields is not None and _ID not in fields:
        found = {alert_id: {name: row[name] for name in row if name != _ID} for alert_id, row in found.items()}
    wanted = [alert_id.strip() for alert_id in params["alert_ids"]]
    return {**result, "alerts": [found[alert_id] for alert_id in wanted if alert_id in found]}


ALERTS = _reading("alerts", alert_ids=None)
_ONE_BY_ONE = _reading(
    "alert", "query", "networks", "lists", "limit", "sort", "include_echoes", "time_zone", "concurrency"
)
ALERT = replace(_ONE_BY_ONE, run=_by_id)
