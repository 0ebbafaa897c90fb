# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: suppressions
short_description: Find active and expired suppressions
version_added: 0.1.0
description:
  - Checks the suppressions of the role C(utmstack.siem.false_positives) and separates active from expired ones.
positional: _input
options:
  _input:
    description:
      - Suppressions, each with C(name), C(query) and C(expires), and optionally C(during), C(observation), C(tags), C(tag_rule), C(reason), C(owner) and
        C(ticket).
      - C(expires) is the last day, or an ISO 8601 time. Days and times without an offset are in O(time_zone).
    type: list
    elements: dict
    required: true
  prefix:
    description: Prefix of the names of tag rules.
    type: str
    default: "Suppression: "
  observation:
    description: Observation for suppressions without their own.
    type: str
    default: Known benign
  protect:
    description: Queries for alerts that no tag rule may close. An error names the suppression whose tag rule cannot leave them out.
    type: list
    elements: dict
    default: []
  hold_tags:
    description: Tags of alerts that no tag rule may close.
    type: list
    elements: str
    default: []
  networks:
    description: Lists of addresses, networks and ranges by name, for C(source_ip) and C(target_ip) of the queries.
    type: dict
  lists:
    description: 'Lists of texts by name, for entries C({list: NAME}) of the queries.'
    type: dict
  remind_days:
    description: Number of days before its last day that a suppression is listed as ending.
    type: int
    default: 14
  now:
    description: ISO 8601 time to evaluate them at. The default is the current time.
    type: str
  time_zone:
    description: Time zone of days and times without an offset, as an IANA name such as V(Europe/Berlin).
    type: str
    default: UTC
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find active suppressions
  vars:
    known:
      - {name: Planned scans, query: {source_ip: [10.0.0.5]}, expires: 2026-12-31}
      - {name: Old proxy, query: {source_host: [proxy-1]}, expires: 2026-06-30}
    sorted: "{{ known | utmstack.siem.suppressions(now='2026-11-25') }}"
  ansible.builtin.assert:
    that:
      - sorted.active == ['Planned scans']
      - sorted.expired == ['Old proxy']
"""

RETURN = r"""
_value:
  description:
    - C(active) and C(expired), names of suppressions. C(rules), rules for M(utmstack.siem.utmstack_triage).
    - C(lifecycle), with C(ending) and C(expired) as in RV(utmstack.siem.utmstack_triage#module:lifecycle).
    - C(tag_rules), the tag rules to store, and C(ended_tag_rules), the names of those to remove.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suppressions import sort_out
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import reference_time
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def suppressions(
    given: Sequence[Any],
    prefix: str = "Suppression: ",
    observation: str = "Known benign",
    now: Any = None,
    protect: Sequence[Mapping[str, Any]] = (),
    hold_tags: Sequence[str] = (),
    time_zone: str = "UTC",
    networks: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    remind_days: int = 14,
) -> dict[str, Any]:
    """Separate active from expired suppressions."""
    moment = reference_time(now or None, time_zone)
    return sort_out(given, moment, prefix, observation, protect, hold_tags, networks, remind_days, lists)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"suppressions": suppressions}
