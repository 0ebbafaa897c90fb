# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: false_positive
short_description: Test whether an alert is marked as a false positive
version_added: 1.0.0
description:
  - Tests whether an alert has UTMStack's tag V(False positive), exactly so spelled, whatever its status is.
options:
  _input:
    description: An alert, as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alert#lookup) return it.
    type: dict
    required: true
seealso:
  - plugin: utmstack.siem.open
    plugin_type: test
  - plugin: utmstack.siem.in_review
    plugin_type: test
  - plugin: utmstack.siem.completed
    plugin_type: test
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: List the false positives of the last day
  vars:
    alerts: "{{ query('utmstack.siem.alerts', query={'status': ['completed'], 'since': '24h'}) }}"
  ansible.builtin.debug:
    msg: "{{ alerts | select('utmstack.siem.false_positive') | map(attribute='id') }}"
"""

RETURN = r"""
_value:
  description: Whether it is.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.alert_rows import is_false_positive
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing("utmstack.siem.false_positive")
def false_positive(alert: Any) -> bool:
    """Whether an alert is marked as a false positive."""
    return is_false_positive(alert)


class TestModule:
    """The test."""

    def tests(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"false_positive": false_positive}
