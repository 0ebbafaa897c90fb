#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_rule_suggestions_info
short_description: Suggest triage rules from what analysts closed as false positives
version_added: 1.0.0
description:
  - Reads the alerts of a period and the server's history, and finds groups of alerts that analysts always close as false positives. Each group is returned with
    its evidence and a rule in shadow mode, ready for M(utmstack.siem.utmstack_triage).
  - A group is defined by the name of its alerts and by whichever of source, target and user all of them share. Only false positives with the tag
    C(False positive) count as such.
  - A suggestion is never broader than its evidence. A rule with fewer keys is suggested only if analysts agreed about each kind of alert that it matches. True
    positives and alerts in incidents count against a rule, and so do alerts in review. Open alerts count neither way, but a rule that matches an open alert
    with a source, target or user that no closed alert has is not suggested.
  - Alerts that this collection closed, which carry its mark, or that a tag rule of the server closed on arrival are no evidence.
  - The same alerts always give the same suggestions, in the same order.
options:
  since:
    description:
      - Earliest time of the alerts. An age (V(90m), V(24h), V(7d), V(2w)), V(today), V(yesterday), a day or an ISO 8601 time.
      - Days and times without an offset are in O(time_zone).
    type: str
    default: 30d
  minimum_alerts:
    description: Minimum number of alerts of a group that analysts closed as false positives and that no rule of O(rules) and O(rules_files) closes.
    type: int
    default: 20
  minimum_days:
    description: Minimum number of different days, in O(time_zone), on which analysts closed them.
    type: int
    default: 3
  minimum_agreement:
    description: Minimum share of these alerts among those of the group that analysts decided, from V(0.5) to V(1).
    type: float
    default: 0.99
  rules:
    description:
      - Rules that exist already, as in M(utmstack.siem.utmstack_triage). Groups that they close are not suggested, whatever their C(mode).
      - Rules with C(asset) or C(group) are not compared, because they depend on more than the alert.
    type: list
    elements: dict
    default: []
  rules_files:
    description:
      - YAML files with such rules, read on the controller, as in M(utmstack.siem.utmstack_triage).
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
notes:
  - Keys of O(query) that tell what analysts decided, such as C(status), C(tags) and C(incident), are refused. They would hide the alerts that speak against a
    rule. The other keys become part of each suggested rule.
  - Alerts in automatic review and echoes are not read.
  - One request reads 2,000 alerts or 2,000 entries of the history.
  - Names and values may be attacker-controlled. They are returned as unsafe text and are never templated.
seealso:
  - module: utmstack.siem.utmstack_triage
  - module: utmstack.siem.utmstack_shadow_info
  - module: utmstack.siem.utmstack_alert_recording
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Suggest rules from the last 30 days
  utmstack.siem.utmstack_rule_suggestions_info:
  register: found

- name: Show the rules, ready to paste
  ansible.builtin.debug:
    msg: "{{ found.rules_yaml.splitlines() }}"

- name: Suggest rules for alerts of one source, except for what rules close already
  utmstack.siem.utmstack_rule_suggestions_info:
    since: 12w
    query: {data_type: [wineventlog]}
    minimum_alerts: 50
    minimum_days: 10
    rules:
      - name: Failed logins of the backup
        when: {name: [Repeated failed logins], source_user: [svc-backup]}
        then: {false_positive: true}
"""

RETURN = r"""
suggestions:
  description: The suggested rules, those with the most evidence first.
  returned: success
  type: list
  elements: dict
  sample:
    - rule:
        name: Large outbound transfer from 10.30.0.10 by svc-backup
        description: >-
          Analysts closed 435 of 435 alerts as false positives on 29 days (2026-10-31 to 2026-11-28), 3 logins, 15 still open.
          Precision at least 99.38 %.
        mode: shadow
        when: {name: [Large outbound transfer], source_ip: [10.30.0.10], source_user: [svc-backup]}
        then: {false_positive: true}
      evidence:
        alerts: 450
        agreed: 435
        decided: 435
        precision: 1.0
        precision_lower_bound: 0.9938
        otherwise: 0
        otherwise_ids: []
        open: 15
        automated: 0
        days: 29
        closers: 3
        without_history: 0
        first: "2026-10-31T01:04:12.786Z"
        last: "2026-11-28T03:57:45.287Z"
  contains:
    rule:
      description: The rule. Its C(name) differs from the names of O(rules) and O(rules_files), and its C(description) sums up the evidence.
      type: dict
    evidence:
      description: What analysts decided about the alerts that the rule matches.
      type: dict
      contains:
        alerts:
          description: Number of alerts.
          type: int
        agreed:
          description: Number of these alerts that analysts closed as false positives.
          type: int
        decided:
          description: Number of these alerts that analysts decided in any way.
          type: int
        precision:
          description: Share of C(agreed) in C(decided).
          type: float
        precision_lower_bound:
          description: The precision that so many decisions prove, at a confidence of 95 %.
          type: float
        otherwise:
          description: Number of alerts that analysts closed as true positives, put in an incident, or have in review.
          type: int
        otherwise_ids:
          description: IDs of the first 20 of these.
          type: list
          elements: str
        open:
          description: Number of open alerts.
          type: int
        automated:
          description: Number of alerts that this collection or a tag rule of the server closed.
          type: int
        days:
          description: Number of days on which analysts closed false positives. A closure without history counts on the day of the alert.
          type: int
        closers:
          description: Number of different logins that closed them, as far as the history shows them.
          type: int
        without_history:
          description: Number of C(agreed) alerts whose closure the history lacks.
          type: int
        first:
          description: Time of the first alert that was closed as a false positive.
          type: str
        last:
          description: Time of the last one.
          type: str
rules_yaml:
  description: The suggested rules as YAML for a file of O(utmstack.siem.utmstack_triage#module:rules_files). Empty without suggestions.
  returned: success
  type: str
  sample: |
    - name: "Large outbound transfer from 10.30.0.10 by svc-backup"
      description: "Analysts closed 435 of 435 alerts as false positives on 29 days (2026-10-31 to 2026-11-28), ..."
      mode: shadow
      when:
        name: ["Large outbound transfer"]
        source_ip: ["10.30.0.10"]
        source_user: ["svc-backup"]
      then:
        false_positive: true
summary:
  description: What was read.
  returned: success
  type: dict
  sample:
    alerts: 4158
    open: 574
    decided_by_analysts: 2984
    closed_as_false_positives: 2537
    closed_by_collection: 300
    closed_by_tag_rules: 300
    covered_by_rules: 0
    since: "2026-10-30T20:31:55.142Z"
    first_alert: "2026-10-30T22:13:49.009Z"
    days: 29
    not_expressible: 0
    history:
      closures: 2884
      recorded: 1430
      missing: 1454
      share_missing: 0.5042
      reason: >-
        v10 and v11 record only the first ten alerts of a bulk action, and 11.2 no alert with an event without a log. These closures count
        as an analyst's, on the day of the alert.
  contains:
    alerts:
      description: Number of alerts of the period.
      type: int
    open:
      description: Number of open alerts.
      type: int
    decided_by_analysts:
      description: Number of alerts that analysts closed, put in an incident, or have in review.
      type: int
    closed_as_false_positives:
      description: Number of alerts that analysts closed as false positives.
      type: int
    closed_by_collection:
      description: Number of alerts with the mark of this collection.
      type: int
    closed_by_tag_rules:
      description: Number of alerts that a tag rule of the server closed on arrival.
      type: int
    covered_by_rules:
      description: Number of C(closed_as_false_positives) alerts that O(rules) and O(rules_files) close.
      type: int
    since:
      description: Begin of the period.
      type: str
    first_alert:
      description: Time of its oldest alert. Null if there is none.
      type: str
    days:
      description: Number of days on which analysts closed false positives.
      type: int
    not_expressible:
      description: Number of groups that no rule can hold, because a value is too long for one.
      type: int
    history:
      description:
        - How many closures by analysts (C(closures)) the server's history has (C(recorded)) and lacks (C(missing)), the share that is missing
          (C(share_missing)), and why that can be (C(reason)).
      type: dict
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 5
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import rule_suggestions_info


def main() -> None:
    run_as_module(rule_suggestions_info.OPERATION)


if __name__ == "__main__":
    main()
