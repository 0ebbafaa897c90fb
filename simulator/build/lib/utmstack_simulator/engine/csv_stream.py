# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CSV export of 11.2, which streams: what fails after the heading ends the file without a sign."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .csv_export import BadCell, column_field, date_text, heading, list_text, quoted, steps, value_at
from .java import java_text

# A spreadsheet would take such a cell for a formula.
_DEFUSED = ("=", "+", "-", "@", "\t", "\r")
ECHOES = "echoes"


def stream(
    sources: Iterable[dict[str, Any]],
    columns: Sequence[dict[str, Any]],
    zone: str,
    echoes: Callable[[dict[str, Any]], int],
) -> bytes:
    """The file in ISO-8859-1, up to the first row with a cell that cannot be written.

    :param echoes: counts the echoes of an alert.
    """
    lines = [",".join(quoted(heading(column)) for column in columns)]
    for source in sources:
        try:
            lines.append(",".join(_cell(source, column, zone, echoes) for column in columns))
        except BadCell:
            break
    return "".join(line + "\r\n" for line in lines).encode("iso-8859-1", "replace")


def _cell(source: dict[str, Any], column: dict[str, Any], zone: str, echoes: Callable[[dict[str, Any]], int]) -> str:
    field = column_field(column)
    text = str(echoes(source)) if field == ECHOES else _text(_value(source, field), column.get("type"), zone)
    if text is None:
        return ""
    return quoted(f"'{text}" if text.startswith(_DEFUSED) else text)


def _value(source: dict[str, Any], field: str) -> Any:
    try:
        return value_at(source, steps(field))
    except BadCell:
        # An unreadable path finds nothing.
        return None


def _text(value: Any, kind: Any, zone: str) -> str | None:
    """A value in a cell, None for none. :raises BadCell: a text in a date column is no date."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if isinstance(value, list):
        return list_text(value)
    if not isinstance(value, str):
        return java_text(value)
    if kind == "date":
        return date_text(value, zone, "%Y-%m-%d %H:%M:%S %Z")
    return value.replace("\n", " ").replace("\t", " ")
