# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: absolute_path
short_description: Resolve a relative path from where ansible-playbook was started
version_added: 1.0.0
description:
  - Makes a path of the controller absolute. Ansible resolves relative paths of its own modules from the directory of the playbook, which is inside of the
    installed collection for the playbooks of a collection.
  - C(~) and environment variables are expanded. A slash at the end stays.
options:
  _input:
    description: A path.
    type: str
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Resolve a path
  ansible.builtin.assert:
    that:
      - ('/srv/../receipts/' | utmstack.siem.absolute_path) == '/receipts/'
      - ('receipts' | utmstack.siem.absolute_path) is match('/.*receipts$')
"""

RETURN = r"""
_value:
  description: The absolute path.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils import directories


def absolute_path(path: Any) -> str:
    """The path from the current directory of the controller."""
    return directories.absolute_path(str(path))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"absolute_path": absolute_path}
