# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: markdown_text
short_description: Show text literally in Markdown
version_added: 0.1.0
description:
  - Puts text into a code span, on one line, so that no part of it becomes a link, an image, HTML or other markup.
options:
  _input:
    description: Any text, such as the name of an alert.
    type: str
    required: true
  table:
    description:
      - The text stands in a cell of a table (of GitHub or GitLab), where vertical bars need a backslash also in code spans.
    type: bool
    default: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Write a name into a table
  ansible.builtin.debug:
    msg: "| {{ 'Port scan | <b>' | utmstack.siem.markdown_text }} | 12 |"
"""

RETURN = r"""
_value:
  description: The code span, or an empty text.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import code_span


def markdown_text(text: Any, table: bool = True) -> str:
    """The text as a code span."""
    return code_span(text, table)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"markdown_text": markdown_text}
