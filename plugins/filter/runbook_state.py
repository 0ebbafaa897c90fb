# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: runbook_state
short_description: Tell how far a runbook is
version_added: 0.1.0
description:
  - Sums up what the tasks of the role C(utmstack.siem.incident_runbook) returned so far.
positional: _input, check_mode
options:
  _input:
    description:
      - C(found), the result of M(utmstack.siem.utmstack_incident_info), and C(alerts), the alerts as last read.
      - C(opened), C(came) and C(closed), the results of M(utmstack.siem.utmstack_incident) in the phases open, eradicate and close, empty before.
    type: dict
    required: true
  check_mode:
    description: Whether to count what would be done, because the server does not hold it.
    type: bool
    default: false
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
    - C(incident), in check mode also one that would be opened, and C(alert_ids), those linked to it or to be linked.
    - The numbers C(added) and C(closed), and C(plan_digest) of the opening.
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
