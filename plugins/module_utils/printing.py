# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server text made safe for terminals and for Markdown, aligned rows, and the compact lines that ``--diff`` shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_MAX_CODE_LENGTH = 10_000
_MAX_CELL_LENGTH = 200


def printable(text: str, limit: int = 500) -> str:
    """One line of `text` that cannot act on a terminal: controls and format characters become their escapes."""
    if len(text) <= limit and text.isprintable():
        return text
    shown = "".join(_escaped(character) for character in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit] + "…"


def _escaped(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape").decode("ascii")
    return character


def code_span(text: Any, table: bool = True, limit: int = _MAX_CODE_LENGTH) -> str:
    """A text as code of Markdown on one line, so that no part of it is markup; an empty one stays empty.

    :param table: the text stands in a cell of a table, where vertical bars need a backslash also in code.
    """
    line = printable("" if text is None else str(text), limit)
    if not line:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    # Markdown takes one space away on both sides, and a backtick beside the fence would belong to it.
    space = " " if {line[0], line[-1]} & {" ", "`"} else ""
    inside = line.replace("|", "\\|") if table else line
    return f"{fence}{space}{inside}{space}{fence}"


def aligned(rows: Sequence[Sequence[Any]] | Mapping[str, Any]) -> list[str]:
    """Rows as lines with aligned columns, numbers to the right.

    :param rows: lists of cells, or a dictionary of labels and cells.
    """
    cells = [list(row) for row in (rows.items() if isinstance(rows, Mapping) else rows)]
    texts = [[printable(str(cell), _MAX_CELL_LENGTH) for cell in row] for row in cells]
    columns = range(max((len(row) for row in texts), default=0))
    widths = [max(len(row[column]) for row in texts if column < len(row)) for column in columns]
    numbers = [_longest_number(row[column] for row in cells if column < len(row)) for column in columns]
    return ["  ".join(map(_aligned, row, text, widths, numbers)).rstrip() for row, text in zip(cells, texts)]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _longest_number(cells: Iterable[Any]) -> int:
    return max((len(str(cell)) for cell in cells if _is_number(cell)), default=0)


def _aligned(cell: Any, text: str, width: int, number_width: int) -> str:
    return (text.rjust(number_width) if _is_number(cell) else text).ljust(width)


def field_lines(label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """One line per field of `after` that `before` has not or has otherwise; no text can act on the terminal."""
    return [
        f"{label} {name}: {_shown(before.get(name))} -> {_shown(value)}\n"
        for name, value in after.items()
        if name not in before or before[name] != value
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list):
        return "[" + ", ".join(printable(str(item), 80) for item in value) + "]"
    return printable(str(value), 120) or '""'
