# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: printable
short_description: Make text safe for a terminal
version_added: 1.0.0
description:
  - Returns text on one line, in which control and format characters stand as their escapes, so that it cannot change what a terminal shows.
  - Use it for the labels of loops over names from a server.
options:
  _input:
    description: Any text, such as the name of an alert or a tag.
    type: str
    required: true
  limit:
    description: Maximum number of characters. Longer text is cut and ends with an ellipsis.
    type: int
    default: 80
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show a name
  ansible.builtin.debug:
    msg: "{{ 'Port scan' | utmstack.siem.printable }}"
"""

RETURN = r"""
_value:
  description: The text on one line.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils import printing


def printable(text: Any, limit: int = 80) -> str:
    """The text as a terminal may show it."""
    return printing.printable(str(text), limit)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"printable": printable}
