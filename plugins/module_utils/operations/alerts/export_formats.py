# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Format rows as CSV, JSON or JSON Lines, piece by piece."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...conversion import shown
from ...errors import InvalidInput

Rows = Iterable[Sequence[Any]]
_ENDINGS = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
# Spreadsheets read a cell that starts with one of these as a formula; the last four are full-width forms.
# Where a cell may begin, whatever separates the columns, and what makes a formula of it there.
_FORMULA = re.compile(r"(^|[;\t\r\n])([^\S;\t\r\n]*)(?=[=+\-@＝＋－＠])")
_SEMICOLON_BEFORE_FORMULA = re.compile(r";(?=[^\S;\t\r\n]*[=+\-@＝＋－＠])")
# Most cells: text in which nothing needs a closer look.
_PLAIN_TEXT = re.compile(r"[^\s=+\-@＝＋－＠;\0][^;\t\r\n\0]*")
_BLANK_SIGNS = ("\t", "\r", "\n")
# Without it, spreadsheets do not recognize UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def format_of(path: str, given: str | None) -> str:
    """The given format, else the format of the file name.

    :raises InvalidInput: no format is given, and the file name has no known extension.
    """
    ending = os.path.splitext(path)[1].lower()
    if given is None and ending not in _ENDINGS:
        raise InvalidInput(
            f"`path`: the extension {ending!r} is no known format. Set `format`, or use one of {', '.join(_ENDINGS)}."
        )
    return given or _ENDINGS[ending]


def csv_text(headings: Sequence[str], rows: Rows, escape: bool = True) -> Iterator[str]:
    """Yield CSV lines (RFC 4180), the headings first.

    :param escape: keep spreadsheets from running text as a formula.
    """
    # `writerow` returns the result of `write`: the line.
    writer: Any = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow([cell(heading, escape) for heading in headings])
    for row in rows:
        yield writer.writerow([cell(value, escape) for value in row])


class _Line:
    def write(self, line: str) -> str:
        return line


def cell(value: Any, escape: bool = True) -> str:
    """Format a value as a cell; numbers stay numbers.

    Lists of plain values are joined by semicolons; objects and ambiguous lists are JSON.

    :param escape: put an apostrophe before what a spreadsheet would run as a formula.
    """
    if value is None or value == []:
        return ""
    if isinstance(value, str):
        return value if not value or _PLAIN_TEXT.fullmatch(value) else _text(value, escape)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(entry, (str, int, float)) for entry in value):
        texts = [entry if isinstance(entry, str) else json.dumps(entry) for entry in value]
        if not any(";" in text or text.startswith("[") for text in texts):
            return _text("; ".join(texts), escape)
    written = json.dumps(value, ensure_ascii=False)
    # A semicolon inside JSON stands in a string, where its escape means the same.
    return _SEMICOLON_BEFORE_FORMULA.sub(r"\\u003b", written) if escape else written


def safe_cell(value: Any) -> str:
    """The cell of any value that a playbook may hold.

    :raises InvalidInput: it has no form in JSON.
    """
    try:
        return cell(value)
    except (TypeError, ValueError):
        raise InvalidInput(f"{shown(value)} cannot be a cell. Pass a text, a number, a list or a dictionary.") from None


def _text(text: str, escape: bool) -> str:
    # Many programs end a text at a NUL; its symbol keeps it visible.
    shown = text.replace("\0", "\u2400")
    if not escape:
        return shown
    shown = _FORMULA.sub(r"\1\2'", shown)
    return f"'{shown}" if shown.startswith(_BLANK_SIGNS) else shown


def json_lines_text(headings: Sequence[str], rows: Rows) -> Iterator[str]:
    """Yield one JSON object per line."""
    return (f"{_object(headings, row)}\n" for row in rows)


def json_text(headings: Sequence[str], rows: Rows) -> Iterator[str]:
    """Yield a JSON list of objects, one per line."""
    opening = "["
    for row in rows:
        yield f"{opening}\n{_object(headings, row)}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def _object(headings: Sequence[str], row: Sequence[Any]) -> str:
    # ASCII escapes lone surrogates, line separators and terminal control characters.
    return json.dumps(dict(zip(headings, row)))


FORMATS: Mapping[str, Callable[[Sequence[str], Rows], Iterator[str]]] = {
    "csv": csv_text,
    "json": json_text,
    "jsonl": json_lines_text,
}
