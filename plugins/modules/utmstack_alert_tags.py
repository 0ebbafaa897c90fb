#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_tags
short_description: Manage the tags of UTMStack alerts
version_added: 0.1.0
description:
  - Adds tags to alerts, removes tags or sets the exact list of tags. Other tags stay, even though UTMStack itself can only replace all tags of an alert.
  - Echoes (v11) are not tagged together with their alert.
  - UTMStack treats an alert with the tag C(False positive) as closed. O(protect) and O(hold_tags) apply to tasks that add this tag, and to no others.
options:
  tags:
    description:
      - Tags to add, remove or set. They are case-sensitive. Put numbers and words such as C(yes) in quotes.
      - A tag with an apostrophe, a backslash or a control character is rejected, because the server would drop it or run it as a script.
      - On v11, C(False positive) causes a warning for an alert in automatic review, because UTMStack 11.2.9 and later never release such an alert.
        Use O(utmstack.siem.utmstack_alert_status#module:false_positive) to complete it as well.
      - A tag that differs from one in the server's catalog only in case, spaces or hyphens causes a warning.
    type: list
    elements: raw
    required: true
  state:
    description:
      - V(present) adds the tags, V(absent) removes them and V(set) makes them the only tags of the alert.
      - V(set) with an empty list removes all tags.
    type: str
    choices: [present, absent, set]
    default: present
  normalize:
    description:
      - Whether to normalize the spelling. A tag that the server's catalog knows takes the catalog's spelling. Any other tag is trimmed, its spaces are
        collapsed, and each word is capitalized.
      - Other spellings of the same tag on the alerts are replaced or removed as well.
    type: bool
    default: false
  replaces:
    description:
      - Tags to remove in the same write that adds O(tags). Use it to rename a tag.
      - Alerts that carry none of these tags are left unchanged, even if they lack O(tags).
      - Requires O(state=present). Cannot be combined with O(normalize) or O(create_rule).
    type: list
    elements: raw
  create_rule:
    description:
      - Whether to create tag rules as well, so that the server tags similar new alerts automatically. Requires O(state=present).
      - One rule is created for each distinct combination of the values of O(rule_on). An existing rule with the same effect is kept, whatever its name.
      - If one of the new rules would be too broad, nothing is written, neither tags nor rules. See O(rule_max_share).
      - Tags that are missing from the catalog are created, because a rule can only add catalog tags.
      - A rule that adds C(False positive) also completes the alerts that it matches. Conditions of the rule leave out what O(protect) and O(hold_tags) hold
        back. An existing rule of the same name without these conditions gets them.
      - If a rule cannot leave out what an entry of O(protect) describes, such as several query keys or a network, nothing is written.
      - O(rule_on), O(rule_name), O(rule_since), O(rule_max_share) and O(max_rules) configure the rules and are rejected without this option.
    type: bool
    default: false
  rule_name:
    description:
      - Name of the rule. If several rules are created, their values are appended.
      - Without it, the name is built from the tags and the values.
    type: str
  rule_since:
    description: Age or time, in the format of O(query.since). New rules are tested against all alerts since then.
    type: str
    default: 7d
  rule_max_share:
    description:
      - Maximum share of the alerts since O(rule_since) that a new rule may match, echoes and completed alerts included.
      - A rule that matches at most 10 alerts is never too broad.
    type: float
    default: 0.1
  max_rules:
    description: Fail before anything is written if the selected alerts have more combinations of values than this.
    type: int
    default: 20
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
  - utmstack.siem.writer
  - utmstack.siem.writer.plan
  - utmstack.siem.writer.receipt
  - utmstack.siem.writer.receipt_directory
  - utmstack.siem.writer.operator_guardrails
  - utmstack.siem.selection.rule_on
seealso:
  - module: utmstack.siem.utmstack_alert_status
  - module: utmstack.siem.utmstack_tag
  - module: utmstack.siem.utmstack_tag_rule
  - module: utmstack.siem.utmstack_undo
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Tag the alerts of a campaign
  utmstack.siem.utmstack_alert_tags:
    query:
      name: [Repeated failed logins]
      since: 24h
    tags: [Campaign 42, Brute force]

- name: Remove a tag from an alert
  utmstack.siem.utmstack_alert_tags:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    tags: [Campaign 42]
    state: absent

- name: Replace a misspelled tag with the catalog's spelling
  utmstack.siem.utmstack_alert_tags:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    tags: [false-positive]
    normalize: true

- name: Rename a tag on all alerts
  utmstack.siem.utmstack_alert_tags:
    query:
      tags: [Brute force]
    tags: [Password guessing]
    replaces: [Brute force]

- name: Plan which tags to rename
  utmstack.siem.utmstack_alert_tags:
    query: {tags: [Password guessing]}
    tags: [Brute force]
    replaces: [Password guessing]
  check_mode: true
  register: planned

- name: Rename the approved ones
  utmstack.siem.utmstack_alert_tags:
    query: {tags: [Password guessing]}
    tags: [Brute force]
    replaces: [Password guessing]
    plan: "{{ planned.plan }}"

- name: Tag alerts of the scanner and create rules for new ones
  utmstack.siem.utmstack_alert_tags:
    query:
      source_ip: [10.0.0.5]
    tags: [Planned scan]
    create_rule: true
    rule_on: [name, source_ip]
"""

RETURN = r"""
alerts:
  description: Result for each alert that O(rows) lists, in the order of O(alert_ids), or newest first for a O(query).
  returned: when the alerts could be selected
  type: list
  elements: dict
  sample:
    - id: d2fcc2f6-7082-5b99-982a-b9d0cc121a44
      name: Phishing link opened
      changed: true
      before: {tags: []}
      after: {tags: [Campaign 42]}
      skipped: null
      error: null
  contains:
    id:
      description: ID of the alert.
      type: str
    name:
      description: Name of the alert.
      type: str
    changed:
      description: Whether the alert changed, as read back from the server. In check mode, whether it would change.
      type: bool
    before:
      description: The affected fields before the change.
      type: dict
    after:
      description: The affected fields after the change. Null if they could not be read back.
      type: dict
    skipped:
      description: Why a requested change was not made. Null otherwise.
      type: str
    error:
      description: Why the alert failed. Null otherwise.
      type: str
summary:
  description: Number of alerts by result, and number of requests sent.
  returned: when the alerts could be selected
  type: dict
  sample: {matched: 105, changed: 105, unchanged: 0, skipped: 0, failed: 0, requests: 7}
plan_digest:
  description: SHA-256 of the planned changes. A check run and a run that makes the same changes return the same digest.
  returned: when the alerts could be selected
  type: str
  sample: 97ad2354bba92ff11077987de22d29b1b65cbee96e006eaa0e9260213d1bc424
plan:
  description:
    - The plan of a check run in compressed form, to be approved and passed on as O(plan). It holds names and texts of alerts.
    - The filter P(utmstack.siem.plan_document#filter) makes a dictionary of it. Null if an alert in it contains a secret of the task.
  returned: in check mode without O(create_rule), when the alerts could be selected
  type: str
  sample: H4sIAAAAAAACA9VcwY4kN479FSPPrRmRoiixr/MDe5jTGkaD...
approval:
  description: How much of the approved O(plan) was applied. Null without a plan.
  returned: when the alerts could be selected
  type: dict
  sample:
    policy: approved
    plan_digest: 97ad2354bba92ff11077987de22d29b1b65cbee96e006eaa0e9260213d1bc424
    made: "2026-11-29T20:31:56.709Z"
    approved: 105
    left: 0
    applied: 105
    unchanged: 0
    skipped: 0
    failed: 0
  contains:
    policy:
      description: The policy that applied.
      type: str
    plan_digest:
      description: Digest of the approved plan. RV(plan_digest) covers what this run does.
      type: str
    made:
      description: When the plan was made. Null for a digest.
      type: str
    approved:
      description: Number of alerts that the plan changes. Null for a digest.
      type: int
    applied:
      description: Number of alerts that changed.
      type: int
    unchanged:
      description: Number of alerts with nothing left to do.
      type: int
    skipped:
      description: Number of alerts that were skipped.
      type: int
    failed:
      description: Number of alerts that failed.
      type: int
    left:
      description: Number of alerts outside the plan that the task would change now. They are left for the next plan.
      type: int
echoes_changed:
  description: Always 0. This module does not change echoes.
  returned: when the alerts could be selected
  type: int
  sample: 0
receipt:
  description: Path of the receipt that was written. Null without O(receipt) and O(state_directory), and if there was nothing to change.
  returned: when the alerts could be selected
  type: str
  sample: /srv/utmstack/receipts/siem.example.com-20261129T203014Z.jsonl
receipt_content:
  description:
    - The receipt as compressed text, for O(utmstack.siem.utmstack_undo#module:receipt). Null without O(receipt_in_result), in check mode and if nothing had
      to change.
    - If it has more than 1,048,576 characters, it is null and a warning names its size. Set O(receipt) then. It is also null, with a warning, if an alert in it
      contains a secret of the task.
    - In the result of a failed task, it is cut, and complete in C(diff.receipt_content).
  returned: when the alerts could be selected
  type: str
  sample: H4sIAAAAAAACA81cvY6kxw3M9RSHjU2pyWazm5f6BRwosmEY...
removed_receipts:
  description: Paths of the old receipts that O(keep_days) removed.
  returned: when the alerts could be selected
  type: list
  elements: str
  sample: [/srv/utmstack/receipts/siem.example.com-20260830T203012Z.jsonl]
rules:
  description: Result for each rule, in the order in which its alerts were selected.
  returned: with O(create_rule=true), when the alerts could be selected
  type: list
  elements: dict
  sample:
    - id: 503
      name: "Tier 1: name 'Malware signature in a download', source_ip '192.0.2.80'"
      changed: true
      conditions:
        - {field: name.keyword, operator: IS, value: Malware signature in a download}
        - {field: adversary.ip.keyword, operator: IS, value: 192.0.2.80}
      would_match: 17
      recent: 995
      share: 0.0171
      error: null
  contains:
    id:
      description: ID of the rule. Null if check mode would create it or if it could not be created.
      type: int
    name:
      description: Name of the rule, or of the existing rule with the same effect.
      type: str
    changed:
      description: Whether the rule was created, as read back from the server. In check mode, whether it would be created.
      type: bool
    conditions:
      description: Conditions as the server stores them.
      type: list
      elements: dict
    would_match:
      description: Number of alerts since O(rule_since) that the rule matches.
      type: int
    recent:
      description: Number of alerts since O(rule_since).
      type: int
    share:
      description: RV(rules[].would_match) divided by RV(rules[].recent).
      type: float
    error:
      description: Why the rule failed. Null otherwise.
      type: str
created_tags:
  description: Tags that were added to the catalog for the rules.
  returned: with O(create_rule=true), when the alerts could be selected
  type: list
  elements: str
  sample: [Campaign 42]
scripts:
  description: Number of update scripts that the changes need, how many UTMStack compiles in 5 minutes, and the seconds until it has compiled the others.
  returned: when the alerts could be selected
  type: dict
  sample: {needed: 2, limit: 75, seconds: 0}
guardrails:
  description:
    - Number of alerts, echoes included, that each entry of a guardrail matches among the alerts that the task read.
    - An entry that matches none of them is looked for among all alerts and assets of the server, up to 50 entries a task. If there are none, a warning
      names it, or the task fails with O(strict=true).
  returned: when the alerts could be selected
  type: dict
  sample: {protect: [], hold_tags: [{entry: Hold, matches: 0}]}
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
  description: One line for each changed field of each alert and for each new rule.
  returned: when the alerts could be selected
  type: dict
  sample: {prepared: "d2fcc2f6-7082-5b99-982a-b9d0cc121a44 (Phishing link opened) tags: [] -> [Campaign 42]\n"}
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on a failed request
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: POST /api/elasticsearch/search, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_tags


def main() -> None:
    run_as_module(alert_tags.OPERATION)


if __name__ == "__main__":
    main()
