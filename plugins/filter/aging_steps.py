# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: aging_steps
short_description: Sort alerts by the aging step that a run took
version_added: 1.0.0
description:
  - Sorts the alerts that a run of M(utmstack.siem.utmstack_triage) changed by the step of P(utmstack.siem.aging_rules#filter) that was due.
options:
  _input:
    description: C(alerts) of the result, such as RV(utmstack.siem.utmstack_triage#module:alerts).
    type: list
    elements: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find the escalated alerts
  vars:
    alerts:
      - {id: a1, changed: true, rules: [{name: "Stale high, escalate"}]}
      - {id: a2, changed: false, rules: [{name: "Stale low, remind"}]}
  ansible.builtin.assert:
    that:
      - (alerts | utmstack.siem.aging_steps).escalate == ['a1']
      - (alerts | utmstack.siem.aging_steps).remind == []
"""

RETURN = r"""
_value:
  description: IDs of the changed alerts by C(remind), C(escalate) and C(close).
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.aging import aging_steps


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"aging_steps": aging_steps}
