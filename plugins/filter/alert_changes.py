# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: alert_changes
short_description: Count what a run did to alerts
version_added: 0.1.0
description:
  - Counts the changes in the result of a module that changes alerts, for a summary.
positional: _input
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
- name: Count the closed alerts
  vars:
    alerts:
      - {id: a1, changed: true, before: {status: open}, after: {status: completed}}
      - {id: a2, changed: false, before: {status: open}, after: {status: open}}
  ansible.builtin.assert:
    that: (alerts | utmstack.siem.alert_changes).closed == 1
"""

RETURN = r"""
_value:
  description:
    - The counts C(closed), C(in_review), C(reopened), C(tagged) and C(noted). An alert can count in several.
    - The tag C(False positive) does not count as tagging.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.alert_changes import alert_changes


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"alert_changes": alert_changes}
