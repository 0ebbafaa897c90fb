#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_triage
short_description: Triage UTMStack alerts with rules
version_added: 0.1.0
description:
  - Runs a decision table over alerts. Each candidate is checked against the rules from top to bottom, and all decisions are planned together and written in
    bulk.
  - The candidates are read once and matched by the module with the semantics of a query, so a plan and the run that follows it decide the same way.
  - A closed alert carries a mark at the end of its observation that names the rule, the version of the rule set and the run.
options:
  rules:
    description:
      - List of rules, each a dictionary. At least one rule is required, here or in O(rules_files). Rules from files come first.
      - C(name) (required) identifies the rule in results, marks and receipts.
      - C(when) (required) selects the alerts with the keys of O(query). C(unless) excludes some of them and must not be empty.
      - C(during) limits the rule to days and hours of O(time_zone), by the time of the alert. It is a dictionary with C(days), such as V(mon-fri), and
        C(hours), such as V(08:00-18:00), or a list of them. Hours over midnight, such as V(22:00-06:00), belong to the day on which they begin. Without
        C(days), every day counts. Without C(hours), whole days count.
      - >-
        C(asset) compares the asset of the alert. C(group), C(name), C(type) and C(os_platform) each take a value or a list of them, compared in full and
        with letter case. C(severity) takes numbers, or bounds such as V({at_least: 7}), because UTMStack stores the severity of an asset as a number. One
        asset must meet all of it. C(side) is V(any) (the default), V(source), V(target) or V(data_source). A host name or address of the alert finds an asset
        by its name or address, and by an alias or further address that no other asset has. An alert without an asset matches no such rule. A C(group) that
        no asset is in is refused, other values that no asset has are warned of. The assets are read once per run, if a rule has C(asset).
      - >-
        C(group) limits the rule to alerts of a large group, such as V({by: [source_ip, name], at_least: 5, within: 1h}). C(by) names query keys whose values
        the alerts share. C(at_least) is the size, from 2. With C(within), only alerts count that lie in a time window of this length with enough alerts.
        A group consists of the selected alerts that match the rule otherwise, even if a rule further up decides them.
      - C(then) (required) holds the actions. C(status) is V(open), V(in_review) or V(completed). C(false_positive) completes the alert and adds the tag
        C(False positive). C(observation) is stored with the status. C(tags) are added and C(remove_tags) are removed. C(note) is appended once. C(incident)
        names the incident to which the alert is added, and which is opened if it does not exist. An alert that belongs to another incident is left unchanged
        and reported. An empty C(then) leaves the alerts unchanged.
      - C(stop) (default V(true)) ends the evaluation at this rule. With V(false), rules further down may add to its actions but not contradict them.
      - C(mode) (default V(apply)) can be V(shadow). A shadow rule is reported where it matches, changes nothing and does not stop the evaluation.
      - C(expires) is the last day of the rule, such as V(2026-12-31), or an ISO 8601 time. Days and times without an offset are in O(time_zone). An expired
        rule decides nothing. Without it, the rule does not end.
      - C(owner) and C(ticket) say who answers for the rule, each in one line of up to 100 characters. RV(lifecycle) repeats them.
      - C(description) is a comment for readers of the rules.
    type: list
    elements: dict
    default: []
  rules_files:
    description:
      - YAML files with rules, read on the controller. A relative path is searched for like other files of a playbook or role, and then in the directory in
        which C(ansible-playbook) was started.
      - A file holds a list of rules, or a dictionary with such a list under C(rules). It may be encrypted with Ansible Vault.
      - The files are not templated. A text with C({{) is warned of, or refused with O(strict=true).
      - An error names file, line and column. It never quotes a file that holds no rules.
    type: list
    elements: str
    default: []
  also:
    description:
      - Further alerts with rules of their own, in the same plan. An alert that is selected twice is left to O(rules) if one of them matches.
      - Use it instead of a second task if both may select the same alerts, because the second task of a check run cannot know what the first one would change.
    type: dict
    suboptions:
      alert_ids:
        description: IDs of the further alerts.
        type: list
        elements: str
      query:
        description: Keys of O(query) that select the further alerts. Either O(also.alert_ids) or O(also.query) is required.
        type: dict
      rules:
        description: Rules for the further alerts, as in O(rules).
        type: list
        elements: dict
        required: true
  remind_days:
    description: Number of days before its last day that RV(lifecycle) names a rule as ending.
    type: int
    default: 14
  idle_days:
    description:
      - Name the rules in RV(lifecycle) that match no alert of the task and none of the last days, as many as this number. V(0) does not look for them.
      - Each rule without a match among the alerts of the task costs a request or more, for up to 50 rules.
    type: int
    default: 0
  max_share:
    description:
      - Fail before anything is written if more than this share of all open alerts would change, such as V(0.2). Without it, there is no such limit.
      - Alerts that are only added to an incident count toward this limit and O(max_affected). Echoes count toward O(max_affected) only.
    type: float
  report_unmatched:
    description:
      - Also count the rules themselves in RV(guardrails), and treat a rule that matches neither a stored alert nor an asset like such an entry of O(protect).
        For lists of rules of which each is meant to match, such as suppressions.
    type: bool
    default: false
  run_id:
    description:
      - ID of the run for the mark and the receipt, such as an AWX job ID. Up to 40 ASCII characters without double quotes, backslashes or closing brackets.
        Without it, the mark names no run.
    type: str
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
  - utmstack.siem.writer
  - utmstack.siem.writer.plan
  - utmstack.siem.writer.receipt
  - utmstack.siem.writer.receipt_directory
  - utmstack.siem.writer.guardrails
seealso:
  - module: utmstack.siem.utmstack_alert_status
  - module: utmstack.siem.utmstack_shadow_info
  - module: utmstack.siem.utmstack_rule_suggestions_info
  - module: utmstack.siem.utmstack_undo
  - plugin: utmstack.siem.triage_rules
    plugin_type: lookup
  - plugin: utmstack.siem.rule_backtest
    plugin_type: lookup
  - plugin: utmstack.siem.plan_document
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Triage open alerts with inline rules
  utmstack.siem.utmstack_triage:
    query:
      status: [open]
      since: 24h
    rules:
      - name: Authorized scanners
        when: {source_ip: [scanners]}
        unless: {severity: [high]}
        then:
          false_positive: true
          observation: Authorized vulnerability scan
      - name: Urgent
        when: {severity: [high]}
        then: {status: in_review, tags: [Tier 1], note: Acknowledged by triage rules, incident: Urgent alerts of the night shift}
    networks:
      scanners: [10.0.0.0/28, 10.0.1.5]
      crown_jewels: [10.9.0.1-10.9.0.20]
    protect:
      - {target_host: [dc-01]}
      - {target_ip: [crown_jewels]}
    max_share: 1.0
    run_id: "4711"
    receipt: "/tmp/triage-{{ now(utc=true).strftime('%Y%m%dT%H%M%S%f') }}.jsonl"
  register: triaged

- name: Acknowledge severe alerts of servers
  utmstack.siem.utmstack_triage:
    query: {status: [open]}
    rules:
      - name: Servers
        when: {severity: [high]}
        asset: {type: [SERVER], side: target}
        then: {status: in_review, tags: [Tier 1]}

- name: Open one incident for a burst of alerts from the same source
  utmstack.siem.utmstack_triage:
    query: {status: [open, in_review], since: 24h}
    lists:
      login_failures: [Repeated failed logins, Brute force attempt]
    rules:
      - name: Burst of failed logins
        when: {name: [{list: login_failures}]}
        group: {by: [source_ip], at_least: 5, within: 1h}
        then: {status: in_review, incident: Burst of failed logins}

- name: Show the coverage of the rules
  ansible.builtin.debug:
    msg: "{{ triaged.coverage.uncovered | length }} alerts matched no rule. Rules without a match: {{ triaged.coverage.never_hit }}"

- name: Plan
  utmstack.siem.utmstack_triage: &review
    query: {status: [open]}
    rules:
      - {name: Failed logins, when: {name: [Repeated failed logins]}, then: {status: in_review}}
  check_mode: true
  register: planned

- name: Save the plan for review
  ansible.builtin.copy:
    content: "{{ planned.plan | utmstack.siem.plan_document | to_nice_json }}"
    dest: /tmp/plan.json
    mode: "0600"
  check_mode: false

- name: Apply what was approved
  utmstack.siem.utmstack_triage:
    <<: *review
    plan: /tmp/plan.json

- name: Run a new rule in shadow mode
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
  description: Result for each alert that O(rows) lists, in the order of O(alert_ids), or newest first for a O(query).
  returned: when the alerts could be selected
  type: list
  elements: dict
  sample:
    - id: ac713700-444e-5f3c-8c74-17e1d77ff50d
      name: Vulnerability probe against a web application
      changed: true
      before: {status: open, observation: This alert has been evaluated by the tag rules engine, tags: [], notes: ""}
      after:
        status: completed
        observation: Authorized vulnerability scan [utmstack.siem rule="Authorized scanners" rules=86b8b8d9]
        tags: [False positive]
        notes: ""
      skipped: null
      error: null
      rule: Authorized scanners
      rules: [{name: Authorized scanners, why: {adversary.ip: 10.20.0.5}}]
      shadow_rules: []
    - id: 3a8f42e5-d9ed-56cc-be4c-c2eff095bc1f
      name: Service stopped unexpectedly
      changed: false
      before: {status: open, observation: This alert has been evaluated by the tag rules engine, tags: [], notes: ""}
      after: {status: open, observation: This alert has been evaluated by the tag rules engine, tags: [], notes: ""}
      skipped: null
      error: null
      rule: null
      rules: []
      shadow_rules: [{name: Services of servers, why: {name: Service stopped unexpectedly}, status: completed, false_positive: false}]
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
      description:
        - The affected fields before the change.
        - If a rule adds the alert to an incident, C(incident) is the incident that it is linked to, and C(marked) is whether its document carries a mark.
      type: dict
    after:
      description: The same fields after the change. Null if they could not be read back.
      type: dict
    skipped:
      description: Why a requested change was not made. Null otherwise.
      type: str
    error:
      description: Why the alert failed. Null otherwise.
      type: str
    rule:
      description: The rule that set the status, or the first rule that matched. Null if no rule matched.
      type: str
    rules:
      description: The matching rules that act, each with C(name) and C(why), which holds the values of the alert that matched.
      type: list
      elements: dict
    shadow_rules:
      description:
        - The matching shadow rules, each with C(name), C(why), the C(status) that the rule would have set, and whether it would have closed the alert as a
          C(false_positive).
      type: list
      elements: dict
summary:
  description: Number of alerts by result, and number of requests sent.
  returned: when the alerts could be selected
  type: dict
  sample: {matched: 270, changed: 168, unchanged: 94, skipped: 8, failed: 0, requests: 22}
plan_digest:
  description: SHA-256 of the planned changes. A check run and a run that makes the same changes return the same digest.
  returned: when the alerts could be selected
  type: str
  sample: 1210d34a934dc2143035d42df2fd08992123e16563dfb91cf2d8ed454f896ddc
plan:
  description:
    - The plan of a check run in compressed form, to be approved and passed on as O(plan). It holds names and texts of alerts.
    - The filter P(utmstack.siem.plan_document#filter) makes a dictionary of it. Null if an alert in it contains a secret of the task.
  returned: in check mode, when the alerts could be selected
  type: str
  sample: H4sIAAAAAAACA+2dT2+dOa6nv8rBWc0AxVxREiUxg7sYDDBA...
approval:
  description: How much of the approved O(plan) was applied. Null without a plan.
  returned: when the alerts could be selected
  type: dict
  sample:
    policy: approved
    plan_digest: 665da4a3a4a34142d6d049f7d08009dd9de2748f04d2cd59fb2602dfeecfc736
    made: "2026-11-29T20:32:05.554Z"
    approved: 1
    left: 0
    applied: 1
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
  description: Number of echoes (v11) that changed together with their alerts.
  returned: when the alerts could be selected
  type: int
  sample: 18
receipt:
  description: Path of the receipt that was written. Null without O(receipt) and O(state_directory), and if there was no change that can be undone.
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
  sample: H4sIAAAAAAACA+19Ta8luXHl3r/iodamTAY/gtGAF7MZwBtv...
removed_receipts:
  description: Paths of the old receipts that O(keep_days) removed.
  returned: when the alerts could be selected
  type: list
  elements: str
  sample: [/srv/utmstack/receipts/siem.example.com-20260830T203012Z.jsonl]
scripts:
  description: Number of update scripts that the changes need, how many UTMStack compiles in 5 minutes, and the seconds until it has compiled the others.
  returned: when the alerts could be selected
  type: dict
  sample: {needed: 5, limit: 75, seconds: 0}
guardrails:
  description:
    - Number of alerts, echoes included, that each entry of a guardrail matches among the alerts that the task read.
    - An entry that matches none of them is looked for among all alerts and assets of the server, up to 50 entries a task. If there are none, a warning
      names it, or the task fails with O(strict=true).
  returned: when the alerts could be selected
  type: dict
  sample:
    protect: [{entry: {target_host: [dc-01]}, matches: 32}]
    hold_tags: [{entry: Hold, matches: 0}]
    unless: [{rule: Authorized scanners, entry: {severity: [high]}, matches: 14}]
    rules: []
  contains:
    protect:
      description: The entries of O(protect), each with C(entry) and C(matches).
      type: list
      elements: dict
    hold_tags:
      description: The tags of O(hold_tags), each with C(entry) and C(matches).
      type: list
      elements: dict
    unless:
      description: The C(unless) of each rule that has one, with C(rule), C(entry) and C(matches).
      type: list
      elements: dict
    rules:
      description: With O(report_unmatched=true), the C(when) of each rule, with C(rule), C(entry) and C(matches). Empty otherwise.
      type: list
      elements: dict
diff:
  description: One line for each changed field of each alert and of each new incident.
  returned: when the alerts could be selected
  type: dict
  sample: {prepared: "b1546c95-931a-5256-af43-c9d57bafcd0b (New administrator in a privileged group) status: open -> in_review\n"}
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on a failed request
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: POST /api/elasticsearch/search, repeat: harmless}
incidents:
  description: Result for each incident that the rules name.
  returned: when the alerts could be selected
  type: list
  elements: dict
  sample: [{name: Urgent alerts of the night shift, id: 154, changed: true, alerts: [b1546c95-931a-5256-af43-c9d57bafcd0b], error: null}]
  contains:
    name:
      description: Name of the incident.
      type: str
    id:
      description: Number of the incident. Null if check mode would open it.
      type: int
    changed:
      description: Whether the incident was opened or alerts were added. In check mode, whether this would happen.
      type: bool
    alerts:
      description: IDs of the alerts that were added to the incident.
      type: list
      elements: str
    error:
      description: Why the incident failed. Null otherwise.
      type: str
rules_digest:
  description:
    - SHA-256 of the rules, which serves as the version of the rule set. Marks contain its first eight digits.
    - It does not cover C(description), C(owner) and C(ticket), by which no rule decides.
  returned: when the alerts could be selected
  type: str
  sample: 86b8b8d9f88bfb023972b59c70ae7ce46d106e17fbfe47028819e4327e40cd84
coverage:
  description: How the rules cover the candidates. Expired rules are left out.
  returned: when the alerts could be selected
  type: dict
  sample:
    hits: {Authorized scanners: 162, Services of servers: 29, Urgent: 14}
    never_hit: []
    uncovered: [d2fcc2f6-7082-5b99-982a-b9d0cc121a44]
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
lifecycle:
  description:
    - The rules that end within O(remind_days), those that have expired, and those without a match.
    - Each has C(name), C(expires), C(days_left), C(owner) and C(ticket). C(days_left) is 0 on the last day.
  returned: when the alerts could be selected
  type: dict
  sample:
    ending: [{name: Authorized scanners, expires: "2026-12-06", days_left: 7, owner: null, ticket: SOC-4711}]
    expired: []
    idle_days: null
    idle: null
    unchecked: null
  contains:
    ending:
      description: The rules that end soon, the earliest end first.
      type: list
      elements: dict
    expired:
      description: The rules that have expired and decide nothing.
      type: list
      elements: dict
    idle_days:
      description: The O(idle_days) of the task. Null if it is 0.
      type: int
    idle:
      description:
        - The rules whose C(when), without status and time, matches no alert of the task and none that was raised within O(idle_days), whatever its status.
        - Null without O(idle_days).
      type: list
      elements: dict
    unchecked:
      description:
        - The rules for which O(idle_days) was not checked, because more than 50 had no match, or because a network has too many addresses.
        - Null without O(idle_days).
      type: list
      elements: dict
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage


def main() -> None:
    run_as_module(triage.OPERATION)


if __name__ == "__main__":
    main()
