#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_status
short_description: Set the status of UTMStack alerts
version_added: 0.1.0
description:
  - Opens alerts, sets them to In review, completes them or closes them as false positives. Adds tags and a note in the same task.
  - On v11, the status change also applies to the echoes of an alert. The plan and the result include them.
  - Tags and note are written before the status. If the server drops one of them, the status is not written.
options:
  status:
    description: Status to set. Required unless O(false_positive=true).
    type: str
    choices: [open, in_review, completed]
  observation:
    description:
      - Text to store together with a status change. Without it, each alert keeps its own observation.
      - Alerts that already have the status keep their observation unless O(update_observation=true).
    type: str
  update_observation:
    description: Whether to store O(observation) on alerts that already have the status as well.
    type: bool
    default: false
  false_positive:
    description: Whether to complete the alerts and their echoes and to add the tag C(False positive), which is built into UTMStack.
    type: bool
    default: false
  reopen:
    description: Whether to reopen completed alerts. Without it, they are skipped.
    type: bool
    default: false
  tags:
    description:
      - Tags to add. The other tags of an alert stay. Alerts that already have the status get the tags as well. An empty list adds none.
      - They are checked like those of M(utmstack.siem.utmstack_alert_tags). Put numbers and words such as C(yes) in quotes.
      - A tag that is not in the server's catalog and looks like one of it causes a warning.
      - Echoes (v11) do not get them. Use O(false_positive) to tag the echoes C(False positive) as well.
      - UTMStack treats an alert with the tag C(False positive) as closed, so O(protect) and O(hold_tags) apply to a task that adds it.
    type: list
    elements: raw
  note:
    description:
      - Text to append to the note after C( | ), unless the note already contains it. Alerts that already have the status get the note as well.
      - Works like C(mode=append) of M(utmstack.siem.utmstack_alert_notes), with one request per alert. Echoes (v11) do not get the note.
    type: str
  unsupported_text:
    description:
      - How to handle an observation or a note that the server would silently drop. An observation must not contain line breaks, control characters or
        backslash-u. A note is a single line of ASCII text.
      - V(replace) stores a similar text instead and issues a warning. In an observation, it uses spaces. It transliterates a note to ASCII and writes
        C( | ) for line breaks. V(fail) rejects the text.
    type: str
    choices: [replace, fail]
    default: replace
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
seealso:
  - module: utmstack.siem.utmstack_alert_tags
  - module: utmstack.siem.utmstack_alert_notes
  - module: utmstack.siem.utmstack_triage
  - module: utmstack.siem.utmstack_incident
  - module: utmstack.siem.utmstack_undo
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Acknowledge high-severity alerts
  utmstack.siem.utmstack_alert_status:
    query:
      status: [open]
      severity: [high]
    status: in_review
    observation: Acknowledged by the night shift

- name: Close alerts of the authorized vulnerability scanner
  utmstack.siem.utmstack_alert_status:
    query:
      source_ip: [10.0.0.5]
      since: 7d
    false_positive: true
    observation: Planned scan
    max_affected: 2000
    protect:
      - {target_host: [dc-01]}
    hold_tags: [Hold, Under investigation]

- name: Close, tag and annotate the alerts of a penetration test
  utmstack.siem.utmstack_alert_status:
    query:
      source_ip: [10.0.0.5]
      since: 7d
    status: completed
    observation: Authorized penetration test
    tags: [Pentest]
    note: "Change CHG-2041"

- name: Plan what to close
  utmstack.siem.utmstack_alert_status:
    query: {status: [open], severity: [low], since: 7d}
    status: completed
    observation: Reviewed in bulk
  check_mode: true
  register: planned

- name: Close what was approved
  utmstack.siem.utmstack_alert_status:
    query: {status: [open], severity: [low], since: 7d}
    status: completed
    observation: Reviewed in bulk
    plan: "{{ planned.plan }}"

- name: Reopen an alert
  utmstack.siem.utmstack_alert_status:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    status: open
    reopen: true
    observation: Customer reported the activity again
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
      before: {status: open, observation: This alert has been evaluated by the tag rules engine, tags: []}
      after: {status: completed, observation: Planned scan, tags: [False positive]}
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
  sample: {matched: 162, changed: 162, unchanged: 0, skipped: 0, failed: 0, requests: 9}
plan_digest:
  description: SHA-256 of the planned changes. A check run and a run that makes the same changes return the same digest.
  returned: when the alerts could be selected
  type: str
  sample: 714797a5d3b732184dbf2dc3f5df11acc4fe43bac4135462f69ea02b0911ae17
plan:
  description:
    - The plan of a check run in compressed form, to be approved and passed on as O(plan). It holds names and texts of alerts.
    - The filter P(utmstack.siem.plan_document#filter) makes a dictionary of it. Null if an alert in it contains a secret of the task.
  returned: in check mode, when the alerts could be selected
  type: str
  sample: H4sIAAAAAAACA+1d0W4duI39FcPPYUtKoijmA/Z5H4p92KII...
approval:
  description: How much of the approved O(plan) was applied. Null without a plan.
  returned: when the alerts could be selected
  type: dict
  sample:
    policy: approved
    plan_digest: 714797a5d3b732184dbf2dc3f5df11acc4fe43bac4135462f69ea02b0911ae17
    made: "2026-11-29T20:31:55.988Z"
    approved: 162
    left: 0
    applied: 162
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
  sample: H4sIAAAAAAACA+19QY8lNo7efX9Fo8/LXVEiRdE/IOccFjkk...
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
  sample: {needed: 2, limit: 75, seconds: 0}
guardrails:
  description:
    - Number of alerts, echoes included, that each entry of a guardrail matches among the alerts that the task read.
    - An entry that matches none of them is looked for among all alerts and assets of the server, up to 50 entries a task. If there are none, a warning
      names it, or the task fails with O(strict=true).
  returned: when the alerts could be selected
  type: dict
  sample: {protect: [{entry: {target_host: [dc-01]}, matches: 0}], hold_tags: [{entry: Hold, matches: 0}]}
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
  description: One line for each changed field of each alert.
  returned: when the alerts could be selected
  type: dict
  sample: {prepared: "ac713700-444e-5f3c-8c74-17e1d77ff50d (Vulnerability probe against a web application) status: open -> completed\n"}
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status


def main() -> None:
    run_as_module(alert_status.OPERATION)


if __name__ == "__main__":
    main()
