# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count alerts exactly, by any field, and read the server's own count of open alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.alert_values import Values, checked_top, counted_field, total_of, values_of
from ...client.alerts import count_open
from ...client.client import Client
from ...query.searches import compile_query
from ...time_zones import now_in
from ..cut_lists import cut_warnings
from ..operation import Operation, Task
from ..options import READ_OPTIONS, options

DEFAULT_BY = ("status", "severity")
DEFAULT_TOP = 10


def rest_of(values: Values, top: int | None) -> dict[str, Any]:
    """The values that the list of a field omits."""
    hidden = values.ordered("-count")[top:] if top is not None else []
    return {
        "left_out": len(hidden),
        "count": sum(row["count"] for row in hidden),
        "without_value": values.without,
        "uncounted": values.uncounted,
        "complete": values.complete,
    }


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Count alerts; nothing is written."""
    names, top = list(dict.fromkeys(params["by"])), checked_top(params["top"], DEFAULT_TOP)
    fields = {name: counted_field(client, name) for name in names}
    searches = compile_query(
        params["query"] or {}, client.dialect, now_in(params["time_zone"]), params["include_echoes"]
    )
    number_open, total = count_open(client), total_of(client, searches)
    values = {name: values_of(client, field, searches, total) for name, field in fields.items()}
    counts = {name: found.ordered("-count")[:top] for name, found in values.items()}
    rest = {name: rest_of(found, top) for name, found in values.items()}
    warnings: list[str] = []
    for name, rows in counts.items():
        number = len(rows) + rest[name]["left_out"]
        warnings += cut_warnings("top", params["top"], len(rows), number, f"values of {name}")
    return {
        "changed": False,
        "open": number_open,
        "total": total,
        "total_is_exact": True,
        "counts": counts,
        "rest": rest,
        "requests": client.requests_sent,
        **({"warnings": warnings} if warnings else {}),
    }


OPERATION = Operation(
    name="utmstack_alert_count_info",
    options=options(
        READ_OPTIONS,
        by={"type": "list", "elements": "str", "default": list(DEFAULT_BY)},
        top={"type": "int"},
    ),
    run=run,
    takes_empty_query=True,
)
