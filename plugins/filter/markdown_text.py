# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: markdown_text
short_description: Escape text for Markdown
version_added: 0.1.0
description:
  - Escapes text so that Markdown (CommonMark and the tables of GitHub and GitLab) shows it literally, on one line.
options:
  _input:
    description: Any text, such as the name of an alert.
    type: str
    required: true
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
  description: The escaped text.
  type: str
"""

import re
from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

# Besides signs of markup: what would begin a list, and what makes an address of a text.
_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>#|&~@$^]|:(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):|^[-+=](?=\s|=|$)|(?<=^\d)[.)]", re.IGNORECASE
)


def markdown_text(text: Any) -> str:
    """The text, escaped."""
    line = printable("" if text is None else str(text), 10_000)
    # HTML's own escapes are the ones that all kinds of Markdown know inside a table, too.
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", line)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"markdown_text": markdown_text}
