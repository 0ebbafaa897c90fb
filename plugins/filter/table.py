# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: table
short_description: Align rows for people who read in a terminal
version_added: 0.1.0
description:
  - Makes one line of each row, with aligned columns. Numbers stand to the right, and what a terminal would obey is written out.
positional: _input
options:
  _input:
    description: Rows, each a list of cells, or a dictionary with a cell beside each label.
    type: raw
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Align
  ansible.builtin.assert:
    that: "[['closed', 12], ['in review', 7]] | utmstack.siem.table == ['closed     12', 'in review   7']"
"""

RETURN = r"""
_value:
  description: One text for each row.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.errors import printable

LONGEST_CELL = 200


def table(rows: Sequence[Sequence[Any]] | Mapping[str, Any]) -> list[str]:
    """The rows as aligned lines."""
    cells = [list(row) for row in (rows.items() if isinstance(rows, Mapping) else rows)]
    texts = [[printable(str(cell), LONGEST_CELL) for cell in row] for row in cells]
    columns = max((len(row) for row in texts), default=0)
    widths = [max(len(row[column]) for row in texts if column < len(row)) for column in range(columns)]
    return ["  ".join(map(_aligned, row, text, widths)).rstrip() for row, text in zip(cells, texts)]


def _aligned(cell: Any, text: str, width: int) -> str:
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return text.rjust(width) if is_number else text.ljust(width)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"table": table}
