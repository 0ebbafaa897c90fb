# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: file_name
short_description: Make a safe file name of any name
version_added: 1.0.0
description:
  - For files that are named after a host of the inventory, whose name may contain spaces, colons or slashes.
  - A name of letters, digits, dots, underscores and hyphens stays. Anything else becomes an underscore, and a digest of the name follows, so that two
    different names never share a file.
options:
  _input:
    description: Any text, such as C(inventory_hostname).
    type: str
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Make file names of host names
  ansible.builtin.assert:
    that:
      - ('siem-1.example.com' | utmstack.siem.file_name) == 'siem-1.example.com'
      - ('Customer 7' | utmstack.siem.file_name) is match('Customer_7-[0-9a-f]{12}$')
"""

RETURN = r"""
_value:
  description: The file name, without a directory and without an extension of its own.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils import directories


def file_name(name: Any) -> str:
    """The file name for a name."""
    return directories.file_name(str(name))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"file_name": file_name}
