# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: in_cidr
short_description: Choose alerts or addresses by networks
version_added: 1.0.0
description:
  - Returns the alerts that have an address in one of the networks, in their order, or of a list of addresses those that are in one.
  - An IPv6 address is found however it is spelled, and an IPv4 address also in its IPv6 form. What is no address is in no network.
positional: _input, networks
options:
  _input:
    description: Alerts, as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alerts#lookup) return them, or addresses.
    type: list
    elements: raw
    required: true
  networks:
    description: Networks such as V(10.0.0.0/8), ranges such as V(10.0.0.1-10.0.0.20), and addresses.
    type: list
    elements: str
    required: true
  side:
    description: Where an alert must have the address. V(source) is its adversary, and V(any) either side.
    type: str
    choices: [any, source, target]
    default: any
seealso:
  - module: utmstack.siem.utmstack_alert_info
  - plugin: utmstack.siem.severity_at_least
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Choose addresses
  ansible.builtin.assert:
    that: (['10.0.0.5', '192.0.2.7', none] | utmstack.siem.in_cidr(['10.0.0.0/8'])) == ['10.0.0.5']

- name: List alerts with a source in the networks of the scanners
  vars:
    alerts: "{{ query('utmstack.siem.alerts', query={'status': ['open']}) }}"
    scanners: [10.0.0.0/28, 10.0.1.5]
  ansible.builtin.debug:
    msg: "{{ alerts | utmstack.siem.in_cidr(scanners, side='source') | map(attribute='id') }}"
"""

RETURN = r"""
_value:
  description: The chosen alerts or addresses.
  type: list
  elements: raw
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.alert_rows import rows_in_networks
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing("utmstack.siem.in_cidr")
def in_cidr(values: Any, networks: Any, side: Any = "any") -> list[Any]:
    """The alerts or addresses in networks."""
    return rows_in_networks(values, networks, side)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"in_cidr": in_cidr}
