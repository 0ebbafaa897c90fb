# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: anonymized_alerts
short_description: Replace addresses, hosts and users in recorded alerts
version_added: 1.0.0
description:
  - Replaces addresses, hosts and users in stored alerts consistently, so that rules can be tested on a recording that others may read.
  - An address becomes another one of its /24 network (IPv6 - /64). Networks and ranges in the rules keep their addresses, and values that the rules name
    are kept, so that the rules decide as before.
  - Names of hosts and users are learned from the fields that hold them, and replaced in all other texts, too, such as raw log lines and notes, in any
    letter case. Names of alerts stay, and texts that an analyst wrote, countries and cities may still give something away. Read the recording before you pass
    it on.
positional: _input, rules
options:
  _input:
    description: Stored alerts, or what M(utmstack.siem.utmstack_alert_info) returned with O(utmstack.siem.utmstack_alert_info#module:raw=true).
    type: list
    elements: dict
    required: true
  rules:
    description: The rules that will be tested, as M(utmstack.siem.utmstack_triage) takes them.
    type: list
    elements: dict
    default: []
  key:
    description: A secret. The same key gives the same replacements. Without it, each call takes a random one, and nothing leads back.
    type: str
    default: ""
  dialect:
    description: Major version of the server that the alerts come from.
    type: str
    choices: [v10, v11]
    default: v11
  networks:
    description: Lists of addresses, networks and ranges by name, as M(utmstack.siem.utmstack_triage) takes them.
    type: dict
  lists:
    description: 'Lists of texts by name, for entries C({list: NAME}) of the rules.'
    type: dict
seealso:
  - module: utmstack.siem.utmstack_alert_recording
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Replace what an alert tells about the network
  vars:
    alerts:
      - {id: a1, name: Port scan, status: 2, severity: 1, adversary: {ip: 10.0.0.5, host: scanner-1}, notes: scanner-1 again}
    rules:
      - name: Authorized scanners
        when: {source_ip: [10.0.0.0/28]}
        then: {false_positive: true}
    made: "{{ alerts | utmstack.siem.anonymized_alerts(rules, key='a secret') }}"
  ansible.builtin.assert:
    that:
      - made.alerts[0].adversary.ip is match('10[.]0[.]0[.]')
      - made.alerts[0].adversary.ip != '10.0.0.5'
      - "'scanner' not in made.alerts[0].notes"
      - made.decided_differently == []
"""

RETURN = r"""
_value:
  description:
    - The stored C(alerts), the numbers C(replaced) of C(addresses), C(hosts) and C(users), the number of C(unchanged_addresses), which no other address can
      stand for because the rules single them out, and C(decided_differently), the IDs of alerts about which the rules no longer decide as before.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.anonymizing import anonymized
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def anonymized_alerts(
    documents: Sequence[Mapping[str, Any]],
    rules: Sequence[Mapping[str, Any]] = (),
    key: str = "",
    dialect: str = "v11",
    networks: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The alerts with their replacements."""
    return anonymized(documents, rules, str(key), dialect, networks, lists)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"anonymized_alerts": anonymized_alerts}
