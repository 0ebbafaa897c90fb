#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag_rule
short_description: Manage the rules by which UTMStack tags new alerts
version_added: 0.1.0
description:
  - Creates, changes or removes a rule that gives tags to new alerts. The server runs its rules over alerts in automatic review, every 30 seconds,
    in the order in which they were created. Alerts that are open already are never touched by a rule; use M(utmstack.siem.utmstack_alert_tags) for them.
  - A rule that gives the tag C(False positive) also completes the alerts that it meets. See RV(would_match) before you leave it alone with them.
options:
  name:
    description:
      - Name of the rule, compared exactly. It is what a rule is known by.
      - One of O(name) and O(rule_id) is needed, and O(name) for V(present).
    type: str
  rule_id:
    description:
      - ID of a rule to remove, for a rule that the server cannot show any more. Only with O(state=absent).
      - A rule that was stored with a tag without ID makes the server answer 500 to everybody who asks for any rules. It is removed this way.
    type: int
  state:
    description:
      - Whether the rule shall be there.
      - V(present) needs O(query) and O(tags).
    type: str
    choices: [present, absent]
    default: present
  active:
    description:
      - Whether the rule shall act.
      - UTMStack has no way to switch a rule off, it only pretends to. So with V(false) the rule is removed from the server and its definition stays
        in the playbook. With V(true) it is created anew, as the last one that the server runs.
    type: bool
    default: true
  description:
    description:
      - What the rule is for.
      - If not set, an existing rule keeps its own and a new one has its name as description.
    type: str
  tags:
    description:
      - Tags that the rule gives, by their names in the catalogue.
      - A tag that is not in the catalogue is an error, unless O(create_tags=true).
    type: list
    elements: str
  create_tags:
    description:
      - Create tags that the catalogue lacks.
    type: bool
    default: false
  preview_since:
    description:
      - The rule is tried on the alerts since this age or time, see RV(would_match). It is written as O(query.since) of other modules.
    type: str
    default: 7d
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection.rule
  - utmstack.siem.selection.words
  - utmstack.siem.object_writer
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Close what the scanner sets off, from now on
  utmstack.siem.utmstack_tag_rule:
    name: Planned scans
    description: The scanner of the security team, change 4711
    query:
      source_ip: [10.0.0.5]
      where:
        - field: name
          operator: start_with
          value: Port scan
    tags: [False positive]
  register: rule

- name: Show how much it would have closed
  ansible.builtin.debug:
    msg: "{{ rule.would_match }} alerts of the last week"

- name: Tag the alerts of a campaign
  utmstack.siem.utmstack_tag_rule:
    name: Campaign 42
    query:
      technique: [Brute force]
      target_host: [dc-01, dc-02]
    tags: [Campaign 42]
    create_tags: true

- name: Keep the rule in the playbook, and take it off the server
  utmstack.siem.utmstack_tag_rule:
    name: Campaign 42
    active: false
    query:
      technique: [Brute force]
      target_host: [dc-01, dc-02]
    tags: [Campaign 42]

- name: Remove a rule
  utmstack.siem.utmstack_tag_rule:
    name: Planned scans
    state: absent
"""

RETURN = r"""
rule:
  description: The rule as read back from the server, or as it would be in check mode. Null when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the rule. Null for a rule that check mode would create.
      type: int
    name:
      description: Name of the rule.
      type: str
    description:
      description: What the rule is for.
      type: str
    conditions:
      description: Conditions in the server's own words, each with C(field), C(operator) and mostly C(value). All must hold.
      type: list
      elements: dict
    tags:
      description: Tags that the rule gives. Tags that were removed from the catalogue are not shown by the server.
      type: list
      elements: str
    active:
      description: Whether the rule acts.
      type: bool
would_match:
  description: How many alerts since O(preview_since) meet the conditions, whatever their status, echoes included. Null for a rule that is absent.
  returned: success
  type: int
  sample: 12
completes_alerts:
  description: Whether the rule completes the alerts that it meets, because it gives them the tag C(False positive).
  returned: success
  type: bool
created_tags:
  description: Tags that were created for the rule.
  returned: success
  type: list
  elements: str
requests:
  description: Number of requests sent.
  returned: success
  type: int
diff:
  description: One line for each changed field.
  returned: success
  type: dict
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule


def main() -> None:
    run_as_module(tag_rule.OPERATION)


if __name__ == "__main__":
    main()
