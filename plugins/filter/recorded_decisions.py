# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: recorded_decisions
short_description: Read what analysts decided about alerts
version_added: 0.1.0
description:
  - Tells from stored alerts and the server's history what was decided about each alert, and by whom, for a recording on which rules are tested.
  - Closures of this collection and of the server's tag rules are no decisions of analysts.
positional: _input, entries
options:
  _input:
    description: Stored alerts, or what M(utmstack.siem.utmstack_alert_info) returned with O(utmstack.siem.utmstack_alert_info#module:raw=true).
    type: list
    elements: dict
    required: true
  entries:
    description:
      - What M(utmstack.siem.utmstack_alert_history_info) returned with O(utmstack.siem.utmstack_alert_history_info#module:include_tags=true).
    type: list
    elements: dict
    default: []
  dialect:
    description: Major version of the server that the alerts come from.
    type: str
    choices: [v10, v11]
    default: v11
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show what was decided
  vars:
    alerts:
      - {id: a1, name: Port scan, status: 5, severity: 1, tags: [False positive]}
    entries:
      - {alert_id: a1, at: "2026-11-20T10:00:00Z", user: alice, status: completed}
    found: "{{ alerts | utmstack.siem.recorded_decisions(entries) }}"
  ansible.builtin.assert:
    that:
      - found.decisions.a1.by == 'alice'
      - found.decisions.a1.source == 'analyst'
      - found.decisions.a1.false_positive
"""

RETURN = r"""
_value:
  description:
    - C(decisions) by alert ID, and C(server_history), which is true if the history shows a change of one of these alerts.
    - A decision has C(status), C(false_positive), C(incident), C(source) (V(analyst), V(collection), V(tag_rule) or V(undecided)), C(by) and C(at), which are
      null if the history does not show them, and C(tags_added), the tags that a person added, if there are any.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recorded_decisions import (
    recorded_decisions as decided,
)


def recorded_decisions(
    documents: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]] = (), dialect: str = "v11"
) -> dict[str, Any]:
    """What was decided about these alerts."""
    try:
        return decided(documents, entries, dialect)
    except InvalidInput as error:
        raise AnsibleFilterError(error.message) from None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"recorded_decisions": recorded_decisions}
