# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: percent
short_description: Show a share in percent
version_added: 1.0.0
description:
  - Writes a share, such as the RV(utmstack.siem.utmstack_shadow_info#module:rules[].precision) of a rule, in percent with up to two decimals.
  - A dash stands for a share that is null because nothing was counted.
positional: _input
options:
  _input:
    description: The share, from 0 to 1, or null.
    type: float
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show precisions
  ansible.builtin.assert:
    that: ([0.9836, 1.0, none] | map('utmstack.siem.percent')) == ['98.36 %', '100 %', '–']
"""

RETURN = r"""
_value:
  description: The percentage.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.precision import percent


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"percent": percent}
