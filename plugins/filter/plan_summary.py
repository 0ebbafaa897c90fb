# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_summary
short_description: Summarize a plan for its approver
version_added: 1.0.0
description:
  - Describes a plan on one page, with counts and up to ten examples for each rule, the alerts that a hold tag or C(protect) keeps out, the changes that cannot
    be undone, and how to apply it.
  - Names of alerts and other texts of the server are shown literally and shortened. No part of them becomes markup or acts on a terminal.
  - The page has at most 120 lines, however large the plan is. With more than four rules, each of them has fewer examples.
positional: _input
options:
  _input:
    description: A plan document, as P(utmstack.siem.plan_document#filter) returns it.
    type: dict
    required: true
  format:
    description: Format of the page.
    type: str
    choices: [markdown, text]
    default: markdown
  name:
    description: Name of the server for the title, such as C(inventory_hostname). Empty for its address.
    type: str
    default: ""
  variable:
    description: Variable that takes the approved plan.
    type: str
    default: plan
  from_stats:
    description: Variable that takes the plan from an earlier job of a workflow. Empty if there is none.
    type: str
    default: ""
  file:
    description: File that holds the plan. Empty if there is none.
    type: str
    default: ""
  max_age:
    description: How long the plan can be applied, such as V(24h).
    type: str
    default: 24h
  time_zone:
    description: Time zone of the times on the page, as an IANA name such as V(Europe/Berlin).
    type: str
    default: UTC
  remarks:
    description: Sentences about what is not part of the plan.
    type: list
    elements: str
    default: []
seealso:
  - plugin: utmstack.siem.plan_document
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show what an approver reads
  vars:
    plan:
      plan_version: 1
      module: utmstack_triage
      server: https://siem.example.com
      dialect: v11
      made: "2026-11-29T05:30:00.000Z"
      rules_digest: 5e1f
      plan_digest: 60d7
      counts: {alerts: 1, echoes: 0, left_out: 0}
      alerts:
        - id: a1
          name: Large transfer by a backup job
          before: {status: open}
          after: {status: completed}
          echoes: []
          incident: null
          cannot_be_undone: null
          why: {rule: Nightly backup, rules: [{name: Nightly backup, why: {name: Large transfer by a backup job}}]}
      left_out: []
  ansible.builtin.debug:
    msg: "{{ (plan | utmstack.siem.plan_summary('text', name='siem')).splitlines() }}"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.plan_summary import Application, plan_page
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def plan_summary(
    document: Mapping[str, Any],
    format: str = "markdown",
    name: str = "",
    variable: str = "plan",
    from_stats: str = "",
    file: str = "",
    max_age: str = "24h",
    time_zone: str = "UTC",
    remarks: Sequence[str] = (),
) -> str:
    """The page about a plan."""
    try:
        page = plan_page(document, Application(variable, file or "", from_stats, max_age), name, time_zone, remarks)
    except (KeyError, TypeError, AttributeError) as error:
        raise AnsibleFilterError(
            "plan_summary takes a plan document. Pass the plan through utmstack.siem.plan_document first."
        ) from error
    if format not in ("markdown", "text"):
        raise AnsibleFilterError(f"plan_summary: `format` is {format!a}. Use markdown or text.")
    return page.markdown() if format == "markdown" else page.text()


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"plan_summary": plan_summary}
