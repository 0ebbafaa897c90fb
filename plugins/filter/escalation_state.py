# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: escalation_state
short_description: Find the remaining work of an escalation
version_added: 1.0.0
description:
  - Compares an incident with the alerts to link to it, for the role C(utmstack.siem.alert_escalation).
positional: _input, alert_ids, matching, opened
options:
  _input:
    description: C(incidents) of M(utmstack.siem.utmstack_incident_info) for the incident of that name, with C(alerts) and C(notes).
    type: list
    elements: dict
    required: true
  alert_ids:
    description: IDs of the alerts to escalate. Without them, O(matching) is used.
    type: list
    elements: str
  matching:
    description: Number of alerts that match the query.
    type: int
    default: 0
  opened:
    description: C(alerts) of the result of M(utmstack.siem.utmstack_incident), after it ran.
    type: list
    elements: dict
    default: []
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Count new alerts
  vars:
    incidents:
      - {id: 7, status: open, alerts: [{id: a1, status: open}], notes: []}
  ansible.builtin.assert:
    that: (incidents | utmstack.siem.escalation_state(['a1', 'a2'])).new == 1
"""

RETURN = r"""
_value:
  description:
    - C(status) of the incident (V(none) if it does not exist), the number of C(new) alerts, C(is_finished), and C(has_work).
    - Sorted alert IDs. C(linked) are all of the incident, C(added) those linked by this run, and C(to_mark) those that still exist.
    - C(notice), the note that records a notification about these alerts, and C(is_notified), whether the incident has it.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.escalation import escalation_state


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"escalation_state": escalation_state}
