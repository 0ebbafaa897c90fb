# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: group_like
short_description: Group like alerts
version_added: 1.0.0
description:
  - Groups alerts of the same name, from the same source and about the same asset. The largest group is the first one.
  - The source is the address of the adversary, or else its host or user. The asset is the host of the target, or else its address or the data source of
    the alert.
positional: _input
options:
  _input:
    description: Alerts, as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alerts#lookup) return them.
    type: list
    elements: dict
    required: true
  at_least:
    description: Smallest number of alerts of a group. Smaller groups are left out.
    type: int
    default: 1
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Acknowledge the largest group of like alerts
  vars:
    alerts: "{{ query('utmstack.siem.alerts', query={'status': ['open']}) }}"
    largest: "{{ alerts | utmstack.siem.group_like | first }}"
  utmstack.siem.utmstack_alert_status:
    alert_ids: "{{ largest.alert_ids }}"
    status: in_review
    observation: Burst of {{ largest.count }} like alerts
"""

RETURN = r"""
_value:
  description:
    - The groups, each with the C(name) of its alerts, their C(source) and C(asset) (empty if the alerts name none), C(count), the highest C(severity), the
      times C(first) and C(last) (null for alerts without a time), and C(alert_ids), the oldest alert first.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.like import like_groups
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing
from ansible_collections.utmstack.siem.plugins.plugin_utils.untrusted import untrusted


@refusing("utmstack.siem.group_like")
def group_like(alerts: Any, at_least: Any = 1) -> list[dict[str, Any]]:
    """The groups of like alerts."""
    groups: list[dict[str, Any]] = untrusted(like_groups(alerts, at_least))
    return groups


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"group_like": group_like}
