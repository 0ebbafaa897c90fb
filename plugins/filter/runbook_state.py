# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: runbook_state
short_description: Summarize the progress of a runbook
version_added: 1.0.0
description:
  - Summarizes the results of the tasks of the role C(utmstack.siem.incident_runbook).
positional: _input, check_mode, hold_tags
options:
  _input:
    description:
      - C(found), the result of M(utmstack.siem.utmstack_incident_info), and C(alerts), the alerts as read last.
      - C(opened), C(came) and C(closed), the results of M(utmstack.siem.utmstack_incident) in the phases open, eradicate and close; empty before they ran.
    type: dict
    required: true
  check_mode:
    description: Whether to include changes that the server does not store in check mode.
    type: bool
    default: false
  hold_tags:
    description: Tags of alerts that are not closed.
    type: list
    elements: str
    default: []
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Count the alerts of an incident that was opened
  vars:
    results:
      found: {incidents: []}
      alerts: []
      opened: {incident: {id: null, status: open}, alerts: [{id: a1}], summary: {changed: 1}, plan_digest: 4f0c}
      came: {}
      closed: {}
  ansible.builtin.assert:
    that:
      - (results | utmstack.siem.runbook_state(true)).alert_ids == ['a1']
      - (results | utmstack.siem.runbook_state(true)).incident.status == 'open'
"""

RETURN = r"""
_value:
  description:
    - C(incident), which in check mode may be one that would be opened, and C(alert_ids), the alerts that are or would be linked.
    - The counts C(added) and C(closed), C(held), the alerts that are not closed because of a hold tag or C(protect), and C(plan_digest) of the phase open.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.runbook import runbook_state


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"runbook_state": runbook_state}
