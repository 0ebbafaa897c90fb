# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export alerts to a file, row by row.

The server's own export omits numbers and booleans, replaces characters beyond Latin-1 by question marks and stops at
10,000 rows. This export uses the search instead.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...atomic_file import check_place, permissions, write_file
from ...client.client import Client
from ...errors import InvalidInput
from ...model.alert import COMMON_FIELDS, Alert, in_time_order
from ...printing import field_lines, printable
from ...time_zones import now_in
from ...writing.selection import iterate_query, select_ids
from ..operation import Operation, Task
from ..options import SELECTION_OPTIONS, SELECTION_RULES, options
from .export_columns import TABLE_COLUMNS, columns_named, values_in
from .export_formats import BYTE_ORDER_MARK, FORMATS, csv_text, format_of

SORTS = ("-timestamp", "timestamp")
REPORT_EVERY = 5000


class Followed:
    """An iterator over alerts that counts them and reports progress."""

    def __init__(self, alerts: Iterable[Alert], report: Callable[[int], None]) -> None:
        self._alerts = alerts
        self._report = report
        self.count = 0

    def __iter__(self) -> Iterator[Alert]:
        for alert in self._alerts:
            self.count += 1
            if self.count % REPORT_EVERY == 0:
                self._report(self.count)
            yield alert


def alerts_by_id(client: Client, ids: Sequence[str], newest_first: bool, echoes: bool) -> tuple[list[Alert], list[str]]:
    """Read the alerts with these IDs, with `echoes` also their echoes, and list the IDs without an alert."""
    selection = select_ids(client, ids, echoes)
    found = {(alert.id, alert.timestamp): alert for alert in selection.alerts}
    for parent in selection.alerts:
        found.update({(echo.id, echo.timestamp): echo for echo in selection.echoes_of(parent.id)})
    return in_time_order(found.values(), newest_first), list(selection.unknown)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Write the file, or predict it in check mode."""
    kind, mode = format_of(params["path"], params["format"]), permissions(params["mode"])
    if params["excel"] and kind != "csv":
        raise InvalidInput(f"`excel` is for CSV files, but the format is {kind}. Leave it out, or set `format: csv`.")
    if params["formulas"] is not None and kind != "csv":
        raise InvalidInput(
            f"`formulas` is for CSV files, but the format is {kind}, which is never altered. Leave it out."
        )
    if params["limit"] is not None and params["limit"] < 1:
        raise InvalidInput("`limit` must be at least 1.")
    path = os.path.abspath(params["path"])
    check_place(path)
    usual = TABLE_COLUMNS if kind == "csv" else tuple(COMMON_FIELDS)
    names = usual if params["columns"] is None else params["columns"]
    columns = columns_named(names, params["headings"] or {}, client.dialect, lambda: client.stored.types)
    newest_first, echoes = params["sort"] == "-timestamp", params["include_echoes"]
    missing: list[str] = []
    alerts: Iterable[Alert]
    if params["alert_ids"] is not None:
        alerts, missing = alerts_by_id(client, params["alert_ids"], newest_first, echoes)
    else:
        now = now_in(params["time_zone"])
        alerts = iterate_query(client, params["query"] or {}, newest_first, params["limit"], echoes, now)
    followed = Followed(alerts, lambda count: task.report(f"{printable(path)}: {count} alerts so far"))
    rows = (values_in(alert, columns) for alert in followed)
    headings = [column.heading for column in columns]
    write = functools.partial(csv_text, escape=False) if params["formulas"] == "keep" else FORMATS[kind]
    pieces = itertools.chain([BYTE_ORDER_MARK] if params["excel"] else [], write(headings, rows))
    before, after = write_file(path, pieces, mode, task.check_mode)
    lines = field_lines(printable(path), before.as_result() if before else {}, after.as_result())
    return {
        "changed": before != after,
        "path": path,
        "format": kind,
        "columns": headings,
        "rows": followed.count,
        "missing": missing,
        **after.as_result(),
        "diff": {"prepared": "".join(lines)},
        "requests": client.requests_sent,
        **({"warnings": [_warning(missing)]} if missing else {}),
    }


def _warning(missing: Sequence[str]) -> str:
    named = ", ".join(printable(item, 80) for item in missing[:5])
    return f"{len(missing)} of `alert_ids` do not exist on the server and are missing from the file: {named}."


OPERATION = Operation(
    name="utmstack_alert_export",
    options=options(
        SELECTION_OPTIONS,
        path={"type": "path", "required": True},
        format={"type": "str", "choices": list(FORMATS)},
        columns={"type": "list", "elements": "str"},
        headings={"type": "dict"},
        sort={"type": "str", "choices": list(SORTS), "default": "-timestamp"},
        include_echoes={"type": "bool", "default": False},
        excel={"type": "bool", "default": False},
        formulas={"type": "str", "choices": ["escape", "keep"]},
        mode={"type": "raw", "default": "0600"},
    ),
    rules=SELECTION_RULES,
    run=run,
    takes_empty_query=True,
    on_controller=True,
)
