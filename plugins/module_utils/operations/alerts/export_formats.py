# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as the text of a file, piece by piece."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import InvalidInput

Rows = Iterable[Sequence[Any]]
_ENDINGS = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
# Spreadsheets take a cell that starts with one of these for a formula; the last four are the wide forms of the first.
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
# Without it spreadsheets take UTF-8 for something older.
BYTE_ORDER_MARK = "\ufeff"


def format_of(path: str, given: str | None) -> str:
    """The format that is given, or that the name of the file asks for.

    :raises InvalidInput: neither tells.
    """
    ending = os.path.splitext(path)[1].lower()
    if given is None and ending not in _ENDINGS:
        raise InvalidInput(
            f"The name of `path` ends with {ending or 'nothing'!r}, which is no known format; set `format`."
        )
    return given or _ENDINGS[ending]


def csv_text(headings: Sequence[str], rows: Rows) -> Iterator[str]:
    """Lines of a table (RFC 4180), the headings first."""
    # The writer returns what `write` returns: the line.
    writer: Any = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow([cell(heading) for heading in headings])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


class _Line:
    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """A value as a cell: texts that would act as a formula get an apostrophe in front, numbers stay numbers.

    Lists of plain values are joined by semicolons; objects, and lists that could not be told apart again, are JSON.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _defused(value)
    if isinstance(value, list) and all(isinstance(entry, (str, int, float)) for entry in value):
        texts = [entry if isinstance(entry, str) else json.dumps(entry) for entry in value]
        if not any(";" in text or text.startswith("[") for text in texts):
            return _defused("; ".join(texts))
    return json.dumps(value, ensure_ascii=False)


def _defused(text: str) -> str:
    # Programs end a text at a NUL; its picture keeps it visible.
    shown = text.replace("\0", "\u2400")
    return f"'{shown}" if shown.startswith(FORMULA_SIGNS) else shown


def json_lines_text(headings: Sequence[str], rows: Rows) -> Iterator[str]:
    """One object per line."""
    return (f"{_object(headings, row)}\n" for row in rows)


def json_text(headings: Sequence[str], rows: Rows) -> Iterator[str]:
    """A list of objects, one per line."""
    opening = "["
    for row in rows:
        yield f"{opening}\n{_object(headings, row)}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def _object(headings: Sequence[str], row: Sequence[Any]) -> str:
    # ASCII: half a surrogate pair, a line separator or a terminal's control sign in an alert is an escape in the file.
    return json.dumps(dict(zip(headings, row)))


FORMATS: Mapping[str, Callable[[Sequence[str], Rows], Iterator[str]]] = {
    "csv": csv_text,
    "json": json_text,
    "jsonl": json_lines_text,
}
