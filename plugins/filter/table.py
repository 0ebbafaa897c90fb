# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: table
short_description: Align rows for the terminal
version_added: 0.1.0
description:
  - Formats each row as one line with aligned columns. Numbers are aligned to the right, and control characters are escaped.
positional: _input
options:
  _input:
    description: Rows, each a list of cells, or a dictionary of labels and cells.
    type: raw
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Align two rows
  ansible.builtin.assert:
    that: ([['closed', 12], ['in review', 7]] | utmstack.siem.table) == ['closed     12', 'in review   7']
"""

RETURN = r"""
_value:
  description: One text per row.
  type: list
  elements: str
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

MAX_CELL_LENGTH = 200


def table(rows: Sequence[Sequence[Any]] | Mapping[str, Any]) -> list[str]:
    """The rows as aligned lines."""
    cells = [list(row) for row in (rows.items() if isinstance(rows, Mapping) else rows)]
    texts = [[printable(str(cell), MAX_CELL_LENGTH) for cell in row] for row in cells]
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


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"table": table}
