# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the plan of a check run."""

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_document
short_description: Read the plan of a check run
version_added: 1.0.0
description:
  - Turns the plan of a check run into a dictionary that can be reviewed, saved or compared.
  - Fails if the plan was changed or cut off after the check run.
positional: _input
options:
  _input:
    description:
      - The RV(utmstack.siem.utmstack_triage#module:plan) of a check run, its whole result, JSON text, the dictionary itself, or the path of a file with one of
        these on the controller. A relative path starts in the current directory of Ansible.
    type: raw
    required: true
seealso:
  - module: utmstack.siem.utmstack_triage
  - module: utmstack.siem.utmstack_alert_status
  - plugin: utmstack.siem.plan_summary
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Plan
  utmstack.siem.utmstack_triage:
    query: {status: [open]}
    rules:
      - {name: Urgent, when: {severity: [high]}, then: {status: in_review}}
  check_mode: true
  register: planned

- name: Save the plan for review
  ansible.builtin.copy:
    content: "{{ planned.plan | utmstack.siem.plan_document | to_nice_json }}"
    dest: /tmp/plan.json
    mode: "0600"
  check_mode: false
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    plan_version:
      description: Version of this format.
      type: int
    module:
      description: The module that made the plan and that can apply it.
      type: str
    server:
      description: Address of the server.
      type: str
    dialect:
      description: Major version of the server.
      type: str
    made:
      description: When the plan was made, in UTC.
      type: str
    rules_digest:
      description: SHA-256 of the rules, or of the options that define the change. Guardrails are not part of it.
      type: str
    plan_digest:
      description: SHA-256 of the major version, the rules and the changes. Runs that plan the same have the same digest.
      type: str
    counts:
      description: Number of alerts that change, of echoes among their changes, and of alerts that are left out.
      type: dict
    alerts:
      description:
        - The alerts, each with C(id), C(name), C(before) and C(after), the C(echoes) that its change reaches, the C(incident) to which it is added, and C(why)
          a rule changes it.
        - C(cannot_be_undone) is the reason why M(utmstack.siem.utmstack_undo) cannot restore the alert, null otherwise.
      type: list
      elements: dict
    left_out:
      description: Alerts that a guardrail or an error keeps out of the plan, each with C(id), C(name) and C(reason).
      type: list
      elements: dict
    checksum:
      description: SHA-256 of the rest, which shows that nothing was changed or lost on the way. It is not a signature.
      type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.reviewing import document_content
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def plan_document(given: Any) -> dict[str, Any]:
    """Return the document of a plan."""
    return document_content(given)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"plan_document": plan_document}
