# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: missing_modules
short_description: Find modules that are not installed
version_added: 1.0.0
description:
  - Returns those of some modules that Ansible does not find, so that a role can name the collection to install before it uses one of them.
positional: _input
options:
  _input:
    description: Full names of modules.
    type: list
    elements: str
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find a module that is not installed
  ansible.builtin.assert:
    that: (['ansible.builtin.uri', 'example.none.such'] | utmstack.siem.missing_modules) == ['example.none.such']
"""

RETURN = r"""
_value:
  description: The modules that are not installed.
  type: list
  elements: str
"""

from collections.abc import Callable, Sequence
from typing import Any

from ansible.plugins.loader import module_loader


def missing_modules(names: Sequence[str]) -> list[str]:
    """The modules that are not installed."""
    return [name for name in names if not module_loader.has_plugin(name)]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"missing_modules": missing_modules}
