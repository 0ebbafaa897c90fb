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

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import aligned


def table(rows: Sequence[Sequence[Any]] | Mapping[str, Any]) -> list[str]:
    """The rows as aligned lines."""
    return aligned(rows)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"table": table}
