# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: aging_rules
short_description: Make triage rules of an aging policy
version_added: 0.1.0
description:
  - Makes rules for M(utmstack.siem.utmstack_triage) that remind, escalate and close stale alerts.
positional: _input, steps, close_statuses, now, time_zone
options:
  _input:
    description: Ages at which C(remind), C(escalate) and C(close) are due, by severity. A step without an age is never taken.
    type: dict
    required: true
  steps:
    description: What each step does, with the keys of C(then) of a rule. Severity and age are added to notes and observations.
    type: dict
    required: true
  close_statuses:
    description: Alerts in another status are never closed.
    type: list
    elements: str
    default: [open]
  now:
    description: ISO 8601 time that ages count from. The default is the current time.
    type: str
  time_zone:
    description: Time zone of O(now) without an offset, as an IANA name such as V(Europe/Berlin).
    type: str
    default: UTC
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Close old alerts of low severity
  vars:
    policy:
      low: {close: 30d}
    steps:
      close: {status: completed, observation: Closed by age}
  ansible.builtin.assert:
    that:
      - (policy | utmstack.siem.aging_rules(steps))[0].when.until == '30d'
"""

RETURN = r"""
_value:
  description: Rules, the last step of each severity first.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.aging import aging_rules as rules_of
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import now_in
from ansible_collections.utmstack.siem.plugins.module_utils.times import instant
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def aging_rules(
    policy: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, Any]],
    close_statuses: Sequence[str] = ("open",),
    now: Any = None,
    time_zone: str = "UTC",
) -> list[dict[str, Any]]:
    """Return the policy as rules."""
    moment = instant(str(now), "now", now_in(time_zone)) if now else None
    return rules_of(policy, steps, close_statuses, moment)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"aging_rules": aging_rules}
