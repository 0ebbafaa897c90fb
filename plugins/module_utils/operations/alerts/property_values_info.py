# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the values of one field of alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.alert_values import checked_top, counted_field, total_of, values_of
from ...client.client import Client
from ...errors import InvalidInput
from ...query.searches import compile_query
from ...time_zones import now_in
from ..cut_lists import cut_warnings
from ..operation import Operation, Task
from ..options import READ_OPTIONS, options

ORDERS = ("-count", "count", "value", "-value")
DEFAULT_TOP = 100


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """List values; nothing is written."""
    top, part = checked_top(params["top"], DEFAULT_TOP), params["contains"]
    if part == "":
        raise InvalidInput("`contains` is empty. Leave it out, or set the text to search for.")
    field = counted_field(client, params["field"])
    searches = compile_query(
        params["query"] or {}, client.dialect, now_in(params["time_zone"]), params["include_echoes"]
    )
    total = total_of(client, searches)
    values = values_of(client, field, searches, total)
    rows = values.ordered(params["sort"])
    if part is not None:
        rows = [row for row in rows if part.casefold() in str(row["value"]).casefold()]
    warnings = cut_warnings("top", params["top"], len(rows[:top]), len(rows), "values")
    return {
        "changed": False,
        "field": field.name,
        "property_values": rows[:top],
        "distinct": len(rows),
        "truncated": not values.complete or len(rows) > len(rows[:top]),
        "counts_are_exact": values.complete,
        "total": total,
        "total_is_exact": True,
        "without_value": values.without,
        "uncounted": values.uncounted,
        "requests": client.requests_sent,
        **({"warnings": warnings} if warnings else {}),
    }


OPERATION = Operation(
    name="utmstack_property_values_info",
    options=options(
        READ_OPTIONS,
        field={"type": "str", "required": True},
        contains={"type": "str"},
        sort={"type": "str", "choices": list(ORDERS), "default": "-count"},
        top={"type": "int"},
    ),
    run=run,
    takes_empty_query=True,
)
