# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: mitre_technique
short_description: Extract the MITRE ATT&CK techniques of alerts
version_added: 1.0.0
description:
  - Returns the IDs of techniques and sub-techniques that alerts name, such as V(T1110) and V(T1110.001). Each ID is returned once, in the order of the alerts.
  - Reads C(technique) (the tactic on v10), and the pages of attack.mitre.org in C(reference).
positional: _input
options:
  _input:
    description: An alert as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alert#lookup) return it, a text, or a list of these.
    type: raw
    required: true
seealso:
  - module: utmstack.siem.utmstack_alert_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Extract a sub-technique
  ansible.builtin.assert:
    that: ('T1110.001 - Password guessing' | utmstack.siem.mitre_technique) == ['T1110.001']

- name: List the techniques of all open alerts
  ansible.builtin.debug:
    msg: "{{ query('utmstack.siem.alerts', query={'status': ['open']}) | utmstack.siem.mitre_technique }}"
"""

RETURN = r"""
_value:
  description: The IDs of the techniques.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.techniques import techniques_in
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing("utmstack.siem.mitre_technique")
def mitre_technique(value: Any) -> list[str]:
    """The IDs of the techniques."""
    return techniques_in(value)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"mitre_technique": mitre_technique}
