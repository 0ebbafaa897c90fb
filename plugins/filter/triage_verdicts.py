# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: triage_verdicts
short_description: Test triage rules on recorded alerts, without a server
version_added: 0.1.0
description:
  - Evaluates the rules of M(utmstack.siem.utmstack_triage) on recorded alerts. Finds rules that never match and alerts without a matching rule.
  - Guardrails such as O(utmstack.siem.utmstack_triage#module:protect) and O(utmstack.siem.utmstack_triage#module:hold_tags) belong to the task.
    They are not tested.
positional: _input, rules, expected
options:
  _input:
    description: Stored alerts, or what M(utmstack.siem.utmstack_alert_info) returned with O(utmstack.siem.utmstack_alert_info#module:raw=true).
    type: list
    elements: dict
    required: true
  rules:
    description: Rules as M(utmstack.siem.utmstack_triage) takes them.
    type: list
    elements: dict
    required: true
  expected:
    description:
      - By alert ID, the name of the expected rule, null for none, or a dictionary with any of C(rule), C(status) and C(tags).
    type: dict
  dialect:
    description: Major version of the server that the alerts come from.
    type: str
    choices: [v10, v11]
    default: v11
  now:
    description: ISO 8601 time that ages in the rules count from. The default is the current time.
    type: str
  time_zone:
    description:
      - Time zone of the task that will apply the rules, as an IANA name such as V(Europe/Berlin). Days, times without an offset and business hours in the
        rules are in it, and so is O(now).
    type: str
    default: UTC
  networks:
    description: Lists of addresses, networks and ranges by name, for C(source_ip) and C(target_ip) of the rules.
    type: dict
  lists:
    description: 'Lists of texts by name, for entries C({list: NAME}) of the rules.'
    type: dict
  assets:
    description:
      - Assets as M(utmstack.siem.utmstack_asset_info) returns them, for rules with C(asset). The playbook C(utmstack.siem.record) records them. Without
        them, such a rule is refused.
    type: list
    elements: dict
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Test the rules on recorded alerts
  vars:
    alerts:
      - {id: a1, name: Port scan, status: 2, severity: 1, adversary: {ip: 10.0.0.5}}
      - {id: a2, name: Impossible travel, status: 2, severity: 3}
    rules:
      - name: Authorized scanners
        when: {source_ip: [10.0.0.5]}
        then: {false_positive: true}
    rehearsal: "{{ alerts | utmstack.siem.triage_verdicts(rules, {'a1': 'Authorized scanners', 'a2': none}) }}"
  ansible.builtin.assert:
    that: rehearsal.differences == []
    fail_msg: "{{ rehearsal.differences | join('; ') }}"
"""

RETURN = r"""
_value:
  description:
    - C(verdicts) by alert ID, C(coverage) (C(hits), C(never_hit), C(uncovered), the number C(decided) of alerts that an acting rule matches and their
      C(share)), C(warnings) about the rules, and C(differences), one line per unmet expectation.
    - C(lifecycle) names the rules that have expired at O(now) and decide nothing, and those that end within 14 days, as in
      RV(utmstack.siem.utmstack_triage#module:lifecycle).
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rehearsal import rehearse
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def triage_verdicts(
    documents: Sequence[Mapping[str, Any]],
    rules: Sequence[Mapping[str, Any]],
    expected: Mapping[str, Any] | None = None,
    dialect: str = "v11",
    now: str | datetime | None = None,
    time_zone: str = "UTC",
    networks: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    assets: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Evaluate the rules on these alerts."""
    return rehearse(documents, rules, expected, dialect, now, time_zone, networks, lists, assets)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"triage_verdicts": triage_verdicts}
