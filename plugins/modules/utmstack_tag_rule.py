#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag_rule
short_description: Manage UTMStack tag rules
version_added: 0.1.0
description:
  - Creates, changes or removes rules that tag new alerts. Every 30 seconds, the server runs its rules over the alerts in automatic review, in the order in
    which the rules were created. Rules never change alerts that are already open. Use M(utmstack.siem.utmstack_alert_tags) for those.
  - A rule that adds the tag C(False positive) also completes the alerts that it matches. Check RV(would_match) before you rely on it.
  - The server does not know the guardrails of a playbook. With O(protect) and O(hold_tags), they become conditions of the rule.
options:
  name:
    description:
      - Name of the rule, which identifies it. Names are case-sensitive.
      - Either O(name) or O(rule_id) is required. V(present) requires O(name).
    type: str
  rule_id:
    description:
      - ID of a rule to remove, for a rule that the server can no longer list. Requires O(state=absent).
      - Use it to remove a rule that was stored with a tag without an ID. Such a rule makes the server return 500 whenever rules are listed.
    type: int
  state:
    description:
      - Whether the rule exists.
      - V(present) requires O(query) and O(tags).
    type: str
    choices: [present, absent]
    default: present
  active:
    description:
      - Whether the rule is active.
      - UTMStack accepts a request to disable a rule but ignores it. With V(false), the module therefore removes the rule from the server, and its definition
        stays in the playbook. With V(true), the rule is created again and runs after all others.
    type: bool
    default: true
  description:
    description:
      - Purpose of the rule.
      - Without it, an existing rule keeps its description and a new rule uses its name.
    type: str
  tags:
    description:
      - Tags that the rule adds, by their names in the catalog.
      - A tag that is missing from the catalog is an error unless O(create_tags=true).
    type: list
    elements: raw
  create_tags:
    description: Whether to create tags that are missing from the catalog.
    type: bool
    default: false
  protect:
    description:
      - Queries for alerts that a rule with the tag C(False positive) must not close. Each becomes a condition of the rule. Other rules are not affected.
      - A query must consist of one condition that has an opposite, because the server cannot negate several conditions at once. Several query keys, networks,
        times and V(is_greater_than) are therefore an error, and no rule is stored.
      - A query for the status In review or Completed needs no condition, because new alerts have neither.
    type: list
    elements: dict
    default: []
  hold_tags:
    description:
      - Tags of alerts that a rule with the tag C(False positive) must not close, such as those that an earlier rule tags. Without it, no tag keeps the rule
        from closing an alert.
      - Case, spaces, hyphens and underscores are ignored. The server compares words, so a longer tag that contains all words in a row counts as well.
    type: list
    elements: raw
  strict:
    description:
      - Store nothing and fail if an entry of O(protect) or O(hold_tags) matches neither a stored alert nor an asset. Without it, the task warns of such entries
        once.
    type: bool
    default: false
  preview_since:
    description: Age or time, in the format of O(query.since) of other modules. The rule is tested against all alerts since then. See RV(would_match).
    type: str
    default: 7d
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection.time_zone
  - utmstack.siem.selection.rule
  - utmstack.siem.selection.keys
  - utmstack.siem.object_writer
seealso:
  - module: utmstack.siem.utmstack_tag_rule_info
  - module: utmstack.siem.utmstack_tag
  - module: utmstack.siem.utmstack_alert_tags
  - module: utmstack.siem.utmstack_triage
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Close new alerts of the authorized scanner automatically
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
    protect:
      - {target_host: [dc-01, dc-02]}
    hold_tags: [Hold]
  register: rule

- name: Show the preview
  ansible.builtin.debug:
    msg: "{{ rule.would_match }} alerts of the last week match the rule"

- name: Tag new alerts of a campaign
  utmstack.siem.utmstack_tag_rule:
    name: Campaign 42
    query:
      technique: [Brute force]
      target_host: [dc-01, dc-02]
    tags: [Campaign 42]
    create_tags: true

- name: Disable a rule
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
  description: The rule as read back from the server. In check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  sample:
    id: 502
    name: Authorized scanners
    description: Planned vulnerability scans
    conditions: [{operator: IS, field: adversary.ip.keyword, value: 10.20.0.5}]
    tags: [False positive]
    active: true
  contains:
    id:
      description: ID of the rule. Null if check mode would create it.
      type: int
    name:
      description: Name of the rule.
      type: str
    description:
      description: Purpose of the rule.
      type: str
    conditions:
      description: Conditions as the server stores them, each with C(field), C(operator) and usually C(value). All of them must match.
      type: list
      elements: dict
    tags:
      description: Tags that the rule adds. The server does not list tags that were removed from the catalog.
      type: list
      elements: str
    active:
      description: Whether the rule is active.
      type: bool
would_match:
  description: Number of alerts since O(preview_since) that match the conditions, whatever their status, echoes included. Null if the rule is absent.
  returned: success
  type: int
  sample: 420
completes_alerts:
  description: Whether the rule completes the alerts that it matches because it adds the tag C(False positive).
  returned: success
  type: bool
  sample: true
created_tags:
  description: Tags that were added to the catalog for the rule.
  returned: success
  type: list
  elements: str
  sample: [Pentest]
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 6
guardrails:
  description:
    - Number of alerts on the server, echoes included, that each entry of a guardrail matches, up to 50 entries. Empty if the rule closes no alerts or
      needs no change.
    - A warning names the entries that match no alert and no asset, or the task fails with O(strict=true).
  returned: if O(state=present)
  type: dict
  sample: {protect: [{entry: {target_host: [dc-01]}, matches: 32}], hold_tags: [{entry: Hold, matches: 0}]}
  contains:
    protect:
      description: The entries of O(protect), each with C(entry) and C(matches).
      type: list
      elements: dict
    hold_tags:
      description: The tags of O(hold_tags), each with C(entry) and C(matches).
      type: list
      elements: dict
diff:
  description: One line for each changed field.
  returned: success
  type: dict
  sample: {prepared: "Authorized scanners state: absent -> present\n"}
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on a failed request
  type: dict
  sample: {type: AccessDenied, status: 403, server_text: "", endpoint: GET /api/alert-tag-rules, repeat: useless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule


def main() -> None:
    run_as_module(tag_rule.OPERATION)


if __name__ == "__main__":
    main()
