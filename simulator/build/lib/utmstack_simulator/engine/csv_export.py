# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents as CSV, with the gaps and quotes of the real export (API facts, 4.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .java import instant, java_text

_STEP = re.compile(r"(?:^|\.)([^.\[\]]+)|\[(\d+|\*)\]")


class BadCell(ValueError):
    """A cell that cannot be written, which fails the whole export."""


def heading(column: dict[str, Any]) -> str:
    """The heading of a column: its label, or its field without the keyword suffix."""
    label = column.get("label")
    return str(label) if label and str(label).strip() else column_field(column)


def column_field(column: dict[str, Any]) -> str:
    """The field of a column without the keyword suffix."""
    field = str(column.get("field") or "")
    return field[: -len(".keyword")] if field.endswith(".keyword") else field


def steps(path: str) -> list[str | int | None]:
    """A JSON path as names, positions, and None for all entries. :raises BadCell: it cannot be parsed."""
    found: list[str | int | None] = []
    path = path.removeprefix("$.")
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if not match:
            break
        found.append(match[1] or (None if match[2] == "*" else int(match[2])))
        position = match.end()
    if not path.strip() or position < len(path):
        raise BadCell(f"Could not compile the path {path!r}")
    return found


def value_at(source: Any, path: Sequence[str | int | None]) -> Any:
    """The value at a path, None if it is missing, a list of values after ``[*]``."""
    if not path:
        return source
    step, rest = path[0], path[1:]
    if step is None:
        found = [value_at(item, rest) for item in source] if isinstance(source, list) else []
        return [value for value in found if value is not None]
    if isinstance(step, int):
        return value_at(source[step], rest) if isinstance(source, list) and step < len(source) else None
    return value_at(source[step], rest) if isinstance(source, dict) and step in source else None


def cell(source: dict[str, Any], column: dict[str, Any], zone: str) -> str:
    """One cell; anything but texts and lists is left out.

    :raises BadCell: a text without a type, or a text in a date column that is not a date.
    """
    value = value_at(source, steps(column_field(column)))
    if isinstance(value, list):
        return quoted(list_text(value))
    if not isinstance(value, str):
        return ""
    kind = column.get("type")
    if kind is None:
        raise BadCell(f"no type for {column_field(column)}")
    if kind == "date":
        return quoted(date_text(value, zone, "%Y-%m-%d %H:%M:%S"))
    return quoted(value.replace("\n", " ").replace("\t", " "))


def date_text(text: str, zone: str, form: str) -> str:
    """A date and time in the zone. :raises BadCell: the text is none."""
    try:
        seconds = instant(text) // 1000
    except ValueError:
        raise BadCell(f"{text!r} is not a date and time") from None
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).strftime(form)


def quoted(text: str) -> str:
    """Quote a cell."""
    return '"' + text.replace('"', '""') + '"'


def list_text(values: Sequence[Any]) -> str:
    """A list in a cell."""
    return ",".join(_java(item) for item in values)


def _java(value: Any) -> str:
    """An entry of a list as Java prints it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_java(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_java(item) for item in value) + "]"
    return java_text(value)


def table(sources: Sequence[dict[str, Any]], columns: Sequence[dict[str, Any]], zone: str) -> bytes:
    """The whole file in ISO-8859-1, with question marks for other characters."""
    lines = [",".join(quoted(heading(column)) for column in columns)]
    lines += [",".join(cell(source, column, zone) for column in columns) for source in sources]
    return "".join(line + "\r\n" for line in lines).encode("iso-8859-1", "replace")
