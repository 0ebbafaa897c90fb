#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_shadow_info
short_description: Compare shadow rules with what analysts decided
version_added: 0.1.0
description:
  - Reads the receipts of M(utmstack.siem.utmstack_triage) runs with shadow rules and looks up what became of their alerts.
  - Returns the precision of each rule, with what the decisions prove about it, and advises to promote, withdraw or watch it. Precision is the share of its
    closures that analysts agreed with. An analyst agrees who closed the alert too, as a false positive if the rule would have, and outside of an incident.
  - Alerts that analysts have not decided, and those that the collection or a tag rule closed, do not count. They are shown separately. Neither do alerts that
    a shadow run itself set to in review or added to an incident, as long as they are as the run left them.
  - Over several runs, an alert counts once for a rule. Only runs in which the rule decided the same as now count.
options:
  receipt:
    description:
      - The receipt (change journal) of a run - its file, a directory of receipts, or its content.
      - Paths are on the host that runs the task. On the controller, a relative path starts in the directory in which C(ansible-playbook) was started.
      - In a directory, all receipts of this server with shadow rules count. O(since), O(run_id) and O(last) choose among them.
      - Content is what a run returned as RV(utmstack.siem.utmstack_triage#module:receipt_content), or the lines of a file.
      - Without it, the O(state_directory) is used.
    type: str
  state_directory:
    description:
      - Directory in which runs keep their receipts.
      - If not set, the environment variable E(UTMSTACK_STATE_DIR) of the controller is used. A blank one counts as not set.
    type: path
  run_id:
    description: Use the runs of the directory with this O(utmstack.siem.utmstack_triage#module:run_id).
    type: str
  last:
    description: Use the newest run of the directory with shadow rules.
    type: bool
    default: false
  since:
    description: Use the runs of the directory that began since then. An age such as V(30d), a day, or an ISO 8601 time.
    type: str
  other_server:
    description:
      - Accept receipts whose server has a different address, for example because the same server is reached through an alias or a tunnel.
      - Without it, the task fails, because an alert ID of one server may name a different alert on another.
    type: bool
    default: false
  rules:
    description:
      - The rules as they are now, as M(utmstack.siem.utmstack_triage) takes them. With them, a rule that has changed since its shadow run is only watched.
      - A change counts if it is in C(when), C(unless), C(during), C(asset), C(group) or C(then), or in a list of O(networks) or O(lists) that these use.
    type: list
    elements: dict
  rules_files:
    description: YAML files with O(rules), read on the controller, where M(utmstack.siem.utmstack_triage) finds them. Their rules come first.
    type: list
    elements: str
    default: []
  networks:
    description: Lists of addresses, networks and ranges by name that O(rules) use, as in the run.
    type: dict
  lists:
    description: Lists of texts by name that O(rules) use, as in the run.
    type: dict
  minimum_precision:
    description:
      - Promote a rule if its precision is proven to be at least this, that is, if RV(rules[].precision_lower_bound) reaches it. Above 0 and below 1.
      - If all analysts agree, V(0.98) takes 133 decisions, V(0.95) takes 52, and V(0.9) takes 25.
    type: float
    default: 0.98
  minimum_decisions:
    description: Watch a rule until analysts have decided so many of the alerts that it would have closed.
    type: int
    default: 20
  withdraw_below:
    description:
      - Withdraw a rule if its precision is proven to be below this, at the same confidence. At most O(minimum_precision).
    type: float
    default: 0.9
  concurrency:
    description:
      - Maximum number of parallel requests.
    type: int
    default: 4
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
seealso:
  - module: utmstack.siem.utmstack_triage
  - module: utmstack.siem.utmstack_rule_suggestions_info
  - plugin: utmstack.siem.rules_patch
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Run a rule in shadow mode
  utmstack.siem.utmstack_triage:
    query: {status: [open]}
    rules:
      - name: Failed logins
        when: {name: [Repeated failed logins]}
        then: {status: completed}
        mode: shadow
    receipt: "{{ receipt_path | default('/tmp/shadow-' ~ now(utc=true).strftime('%Y%m%dT%H%M%S%f') ~ '.jsonl') }}"
  register: watched

- name: Compare the rule with the analysts' decisions some days later
  utmstack.siem.utmstack_shadow_info:
    receipt: "{{ watched.receipt }}"
  when: watched.receipt is not none

- name: Look for rules to promote, over all runs of a directory if there is one
  utmstack.siem.utmstack_shadow_info:
    receipt: "{{ receipt_directory | default(watched.receipt) }}"
    minimum_precision: 0.95
    rules:
      - name: Failed logins
        when: {name: [Repeated failed logins]}
        then: {status: completed}
        mode: shadow
  when: watched.receipt is not none
  register: compared

- name: Show them
  ansible.builtin.debug:
    msg: "{{ compared.rules | default([]) | selectattr('advice', 'equalto', 'promote') | map(attribute='name') }}"
"""

RETURN = r"""
rules:
  description: The shadow rules of the runs.
  returned: success
  type: list
  elements: dict
  sample:
    - name: Services of servers
      advice: watch
      reason: Analysts agreed with 26 of 27 closures. It takes 194 more that they agree with.
      missing_decisions: 194
      rule_changed: null
      runs: 1
      matched: 29
      would_close: 29
      agreed: 26
      decided: 27
      precision: 0.963
      precision_lower_bound: 0.8499
      recall: 1.0
      undecided: 2
      automated: 0
      otherwise:
        - id: b313b911-57c5-5c19-b4af-231e2031a12a
          name: Service stopped unexpectedly
          decision: in review
          by: m.keller
          at: "2026-11-29T20:31:58.007Z"
      otherwise_total: 1
      other_runs: 0
  contains:
    name:
      description: Name of the rule.
      type: str
    advice:
      description:
        - V(promote), V(withdraw) or V(watch). A rule is watched until at least O(minimum_decisions) alerts are decided and they prove one of the two.
      type: str
    reason:
      description: Why, in one or two sentences.
      type: str
    missing_decisions:
      description:
        - Number of further decisions that agree with the rule and with which it could be promoted. Null for advice other than V(watch), and if no decision
          helps.
      type: int
    rule_changed:
      description:
        - Whether the rule in O(rules) or O(rules_files) decides differently from the shadow run. Null if that is unknown, because the task was not given
          the rule or the receipt is from an earlier version.
      type: bool
    runs:
      description: Number of runs that count.
      type: int
    other_runs:
      description: Number of runs in which the rule decided something else. They do not count.
      type: int
    matched:
      description: Number of alerts that the rule matched and that still exist.
      type: int
    would_close:
      description: Number of these that the rule would have closed.
      type: int
    agreed:
      description: Number of these that an analyst closed as the rule would have.
      type: int
    decided:
      description: Number of these that an analyst decided in any way.
      type: int
    precision:
      description: Share of C(agreed) in C(decided). Null if there are none.
      type: float
    precision_lower_bound:
      description: The precision that the decisions prove with a confidence of 95 % (lower bound of the Wilson score interval). Null if there are none.
      type: float
    recall:
      description: Share of the alerts that analysts closed that the rule would have closed. Null if analysts closed none.
      type: float
    undecided:
      description: Number of alerts that the rule would have closed and that no analyst has decided.
      type: int
    automated:
      description: Number of alerts that the rule would have closed and that the collection or a tag rule of the server closed.
      type: int
    otherwise:
      description: Up to 50 alerts that the rule would have closed and that an analyst decided otherwise.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the alert.
          type: str
        name:
          description: Name of the alert.
          type: str
        decision:
          description: What the analyst decided.
          type: str
        by:
          description: Login of the analyst. Null if the server's history does not show it.
          type: str
        at:
          description: Time of the decision. Null if the server's history does not show it.
          type: str
    otherwise_total:
      description: Number of all such alerts.
      type: int
not_run:
  description: Shadow rules in O(rules) and O(rules_files) that were in none of the runs.
  returned: success
  type: list
  elements: str
  sample: [Failed logins of one user]
summary:
  description:
    - Number of candidate alerts of the runs that were not completed at the time, and what became of them.
    - C(without_history) counts decisions of analysts that the server's history does not show. Only the alerts show what was decided.
    - C(receipts) counts the receipts that were read. The others of the directory have no shadow rules or are from other servers.
  returned: success
  type: dict
  sample:
    candidates: 270
    decided_by_analysts: 41
    closed_by_analysts: 26
    closed_by_automation: 162
    without_history: 8
    gone: 0
    receipts: 1
    receipts_without_shadow_rules: 0
    receipts_of_other_servers: 0
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 3
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: POST /api/elasticsearch/search, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info


def main() -> None:
    run_as_module(shadow_info.OPERATION)


if __name__ == "__main__":
    main()
