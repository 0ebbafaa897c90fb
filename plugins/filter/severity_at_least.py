# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: severity_at_least
short_description: Choose alerts by their lowest severity
version_added: 1.0.0
description:
  - Returns the alerts of at least a severity, in their order.
  - An alert whose severity UTMStack has no word for is below all of them.
positional: _input, severity
options:
  _input:
    description: Alerts, as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alerts#lookup) return them.
    type: list
    elements: dict
    required: true
  severity:
    description: Lowest severity.
    type: str
    choices: [low, medium, high]
    required: true
seealso:
  - module: utmstack.siem.utmstack_alert_info
  - plugin: utmstack.siem.in_cidr
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: List the alerts of medium and high severity
  vars:
    alerts: "{{ query('utmstack.siem.alerts', query={'status': ['open']}, fields=['id', 'severity']) }}"
  ansible.builtin.debug:
    msg: "{{ alerts | utmstack.siem.severity_at_least('medium') | map(attribute='id') }}"
"""

RETURN = r"""
_value:
  description: The chosen alerts.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.alert_rows import severe_rows
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing("utmstack.siem.severity_at_least")
def severity_at_least(alerts: Any, severity: Any) -> list[Any]:
    """The alerts of at least a severity."""
    return list(severe_rows(alerts, severity))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"severity_at_least": severity_at_least}
