# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How PostgreSQL compares and sorts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

Row = TypeVar("Row")


def like(text: str, folded: bool = True) -> Callable[[Any], bool]:
    """A test whether texts contain `text`, in which ``%`` and ``_`` are wildcards unless a backslash precedes them.

    :param folded: ignore letter case.
    """
    pieces = re.findall(r"\\.|[^\\]|\\$", text, re.S)
    wild = {"%": ".*", "_": "."}
    shape = "".join(wild.get(piece, re.escape(piece[-1])) for piece in pieces)
    pattern = re.compile(shape, re.S | (re.I if folded else re.NOFLAG))
    return lambda value: value is not None and pattern.search(str(value)) is not None


def in_order(rows: Iterable[Row], orders: Sequence[tuple[str, bool]], read: Callable[[Row, str], Any]) -> list[Row]:
    """Rows sorted by several columns, ``True`` for descending; missing values count as the largest.

    :raises KeyError: `read` knows no such column.
    """
    found = list(rows)
    for name, descending in reversed(orders):
        keyed = [(read(row, name), row) for row in found]
        keyed.sort(key=lambda pair: (pair[0] is None, 0 if pair[0] is None else pair[0]), reverse=descending)
        found = [row for _value, row in keyed]
    return found
