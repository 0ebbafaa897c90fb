#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_triage
short_description: Decide by rules what becomes of UTMStack alerts
version_added: 0.1.0
description:
  - A decision table in one task. The rules are asked from top to bottom about each candidate alert, and what they decide is planned as a whole and
    written in bulk.
  - The candidates are read once. The rules are matched here, with the words and the meaning of a query, so that a plan and the run that follows decide alike.
  - An alert is closed with a mark at the end of its observation that names the rule, the version of the rules and the run.
options:
  rules:
    description:
      - Rules, each a dictionary. Either this or O(rules_files) is needed; the rules of files come first.
      - C(name) (needed) names the rule in results, marks and receipts.
      - C(when) (needed) says which alerts it is about, in the words of O(query). C(unless) takes some of them out again, and must not be empty.
      - C(then) (needed) says what becomes of them. C(status) is V(open), V(in_review) or V(completed), C(false_positive) closes and tags as the product does,
        C(observation) is stored with the status, C(tags) are added, C(remove_tags) are removed, C(note) is appended once,
        C(incident) names an incident that is opened where there is none, and that they are added to; an alert of another incident is left alone and reported.
        With an empty one the alerts are left as they are.
      - C(stop) (default V(true)) ends the questions at this rule. With V(false) the rules below may add to it, but not contradict it.
      - C(mode) (default V(apply)) can be V(shadow). Such a rule is reported where it matches, changes nothing and stops nobody.
      - C(description) is for you.
    type: list
    elements: dict
    default: []
  rules_files:
    description:
      - YAML files with rules, read on the controller and searched like files of a playbook or role. Each holds a list of rules, or C(rules) with such a list.
      - They are not templated.
    type: list
    elements: str
    default: []
  protect:
    description:
      - Queries. Alerts that one of them finds are never closed by a rule, nor with the alert that they are an echo of.
        These queries find alerts of any status unless they name one, and echoes.
    type: list
    elements: dict
    default: []
  hold_tags:
    description:
      - Alerts with one of these tags are left alone. Letter case, blanks and hyphens do not count.
        An alert with such an echo keeps its status.
    type: list
    elements: str
    default: [Hold]
  max_share:
    description:
      - Fail before anything is written when more than this share of all open alerts would be changed, such as V(0.2).
        Alerts that are only added to an incident count here and for O(max_affected), echoes only there.
    type: float
  run_id:
    description:
      - Name of the run for the mark and the receipt, such as the number of an AWX job; up to 40 ASCII characters, no quotes, backslashes and brackets.
    type: str
  plan:
    description:
      - Fail before anything is written when the plan is no longer the one that was approved.
      - The RV(plan_digest) of a check run, or a file on the host that runs the task that holds the result of a check run as JSON.
        With a file the error lists what differs.
    type: str
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.words
  - utmstack.siem.writer
  - utmstack.siem.writer.receipt
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Triage what is open, by rules that stand here
  utmstack.siem.utmstack_triage:
    query:
      status: [open]
      since: 24h
    rules:
      - name: Own scanners
        when: {source_ip: [10.0.0.5]}
        unless: {severity: [high]}
        then:
          false_positive: true
          observation: Set off by our own vulnerability scanner
      - name: Urgent
        when: {severity: [high]}
        then: {status: in_review, tags: [Tier 1], note: Taken up by the triage rules, incident: Urgent alerts of the night}
    protect:
      - {target_host: [dc-01]}
    max_share: 1.0
    run_id: "4711"
    receipt: "/tmp/triage-{{ now(utc=true).strftime('%Y%m%dT%H%M%S%f') }}.jsonl"
  register: triaged

- name: Tell what no rule covers
  ansible.builtin.debug:
    msg: "{{ triaged.coverage.uncovered | length }} alerts are covered by no rule; never hit: {{ triaged.coverage.never_hit }}"

- name: Watch a new rule before it acts
  utmstack.siem.utmstack_triage:
    query: {status: [open]}
    rules:
      - name: Failed logins of one user
        when: {name: [Repeated failed logins]}
        then: {status: completed}
        mode: shadow
"""

RETURN = r"""
alerts:
  description: What became of each alert, in the order of the IDs or newest first.
  returned: when the selection could be read
  type: list
  elements: dict
  contains:
    id:
      description: ID of the alert.
      type: str
    name:
      description: Name of the alert.
      type: str
    changed:
      description: Whether this alert changed, as read back from the server; in check mode, whether it would.
      type: bool
    before:
      description:
        - The fields in question before.
        - Where a rule wants the alert in an incident, C(incident) is the one it is linked to, and C(marked) says whether its document carries a mark.
      type: dict
    after:
      description: The same fields afterwards. Null when they could not be read back.
      type: dict
    skipped:
      description: Why a wanted change was not made, null otherwise.
      type: str
    error:
      description: What went wrong, null otherwise.
      type: str
    rule:
      description: The rule that decided about the status, or the first one that matched. Null when none did.
      type: str
    rules:
      description: The rules that matched and act, each with C(name) and C(why), the alert's values that made it match.
      type: list
      elements: dict
    shadow_rules:
      description: The rules in shadow mode that matched, each with C(name), C(why) and the C(status) it would have given.
      type: list
      elements: dict
summary:
  description: Numbers of alerts by what became of them, and of requests sent.
  returned: when the selection could be read
  type: dict
  sample: {matched: 12, changed: 10, unchanged: 1, skipped: 1, failed: 0, requests: 5}
plan_digest:
  description: SHA-256 over the planned changes. A check run and the run that does the same have the same one.
  returned: when the selection could be read
  type: str
echoes_changed:
  description: Number of echoes (v11) that change together with their alerts.
  returned: when the selection could be read
  type: int
  sample: 0
receipt:
  description: The receipt that was written, null when none was asked for or nothing was to be changed that can be taken back.
  returned: when the selection could be read
  type: str
diff:
  description: One line for each changed field of each alert, and of an incident that is opened.
  returned: when the selection could be read
  type: dict
error:
  description: What went wrong when nothing could be selected - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
incidents:
  description: What became of each incident that rules name.
  returned: when the selection could be read
  type: list
  elements: dict
  contains:
    name:
      description: Name of the incident.
      type: str
    id:
      description: Its number, null when check mode would open it.
      type: int
    changed:
      description: Whether it was opened or got alerts; in check mode, whether it would.
      type: bool
    alerts:
      description: IDs of the alerts that were added to it.
      type: list
      elements: str
    error:
      description: What went wrong, null otherwise.
      type: str
rules_digest:
  description: SHA-256 over the rules, the version of the rule set. Its first eight digits stand in the mark of a closure.
  returned: when the selection could be read
  type: str
coverage:
  description: How far the rules cover the candidates.
  returned: when the selection could be read
  type: dict
  contains:
    hits:
      description: Number of alerts that each rule matched.
      type: dict
    never_hit:
      description: Rules that matched no alert.
      type: list
      elements: str
    uncovered:
      description: IDs of the alerts that no rule matched.
      type: list
      elements: str
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage


def main() -> None:
    run_as_module(triage.OPERATION)


if __name__ == "__main__":
    main()
