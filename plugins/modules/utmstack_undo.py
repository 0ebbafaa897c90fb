#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_undo
short_description: Undo the changes of a run to UTMStack alerts
version_added: 0.1.0
description:
  - Reads the receipt of an earlier run (O(utmstack.siem.utmstack_triage#module:receipt) and the other modules that change alerts) and restores the status,
    observation, tags and notes of its alerts.
  - Restores only alerts that have not been changed since that run. All others are skipped and listed. A second run changes nothing.
  - Alerts that were added to an incident stay in it, because UTMStack cannot remove them.
  - The receipt of M(utmstack.siem.utmstack_incident) restores the alerts of the incident. The incident itself is not changed back, because UTMStack would
    overwrite its alerts again. A warning and RV(incident) tell what it was before the run.
  - Also works with the receipt of a run that was killed. Whatever that run had written is restored.
  - A receipt that is incomplete or was edited is refused before anything is written.
  - Each field is restored on its own. A value that UTMStack cannot store again, such as a status unknown to this collection, is named and does not keep the
    other fields from being restored.
  - If the receipt of a M(utmstack.siem.utmstack_triage) run with a O(utmstack.siem.utmstack_triage#module:run_id) is lost, O(from_marks) restores what the
    marks in the observations and the server's history show. What they do not show stays as it is, and RV(uncertain) lists it.
options:
  receipt:
    description:
      - The receipt (change journal) of the run - its file, the directory that holds it, or its content.
      - Paths are on the host that runs the task. On the controller, a relative path starts in the directory in which C(ansible-playbook) was started. In a
        directory, O(run_id) or O(last) chooses among the receipts of this server.
      - Content is what a run returned as RV(utmstack.siem.utmstack_triage#module:receipt_content), or the lines of a file.
      - Without it, O(run_id) or O(last) chooses from the O(state_directory).
    type: str
  state_directory:
    description:
      - Directory in which runs keep their receipts.
      - If not set, the environment variable E(UTMSTACK_STATE_DIR) of the controller is used. A blank one counts as not set.
    type: path
  run_id:
    description:
      - Undo the run with this O(utmstack.siem.utmstack_triage#module:run_id). If several receipts of the directory have it, the error lists them, and O(last)
        takes the newest of them.
    type: str
  last:
    description: Undo the newest receipt of the directory.
    type: bool
    default: false
  from_marks:
    description:
      - Undo the run O(run_id) without its receipt. The mark at the end of an observation names the run that closed the alert. Only closures carry a mark, so
        alerts that the run set to in review, tagged or added to an incident are not found.
      - Status and observation are restored if the server's history has an entry of the closure. It records the first ten alerts of a call, and no echoes. On
        11.2, it has no entry for an alert with an event without a log. Echoes keep what they hold, and so do notes.
      - An alert is skipped if its status, its observation or its history shows a later change.
      - Any user of UTMStack can write to the history. Prefer a receipt.
    type: bool
    default: false
  run_began:
    description:
      - When the run began, such as V(2026-11-29T05:30:00Z), for O(from_marks). From then on until the closure, changes of the tags by the same login are
        taken for those of the run, and are undone as well. Without it, tags stay as they are.
      - Set it only if the automation has a login of its own. An age, a day or an ISO 8601 time, in UTC without an offset.
    type: str
  other_server:
    description:
      - Accept a receipt whose server has a different address, for example because the same server is reached through an alias or a tunnel.
      - Without it, the task fails before anything is written, because an alert ID of one server may name a different alert on another.
    type: bool
    default: false
  max_affected:
    description: Fail before anything is written if more alerts than this would change, echoes included. Without it, there is no limit.
    type: int
  script_wait:
    description:
      - Seconds that the task may wait because UTMStack compiles only 75 update scripts in 5 minutes. Each different observation, tag list or note needs a
        script of its own, however many alerts get it.
      - Fail before anything is written if the changes need more scripts than the server compiles in this time. Check mode fails as well.
    type: int
    default: 0
  concurrency:
    description:
      - Maximum number of parallel requests.
    type: int
    default: 4
  rows:
    description:
      - Alerts that RV(alerts) lists. RV(summary) always counts all of them, and C(changed) takes all of them into account.
      - V(all) lists every alert of the receipt, V(changed) those that changed, failed or were skipped, and V(failed) those that failed or were skipped.
    type: str
    choices: [all, changed, failed]
    default: all
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.writer.plan
attributes:
  check_mode:
    description: Returns the alerts that would be restored without sending a write request.
    support: full
  diff_mode:
    description: Returns one line for each restored field of each alert.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
seealso:
  - module: utmstack.siem.utmstack_alert_status
  - module: utmstack.siem.utmstack_alert_tags
  - module: utmstack.siem.utmstack_alert_notes
  - module: utmstack.siem.utmstack_triage
  - module: utmstack.siem.utmstack_incident
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Close alerts of the authorized scanner and keep a receipt
  utmstack.siem.utmstack_alert_status:
    query: {source_ip: [10.0.0.5]}
    status: completed
    receipt: "{{ receipt_path | default('/tmp/scan-' ~ now(utc=true).strftime('%Y%m%dT%H%M%S%f') ~ '.jsonl') }}"
  register: closed

- name: Plan the undo of the run for approval
  utmstack.siem.utmstack_undo:
    receipt: "{{ closed.receipt }}"
  check_mode: true
  register: undo_plan
  when: closed.receipt is not none

- name: Undo the run as approved
  utmstack.siem.utmstack_undo:
    receipt: "{{ closed.receipt }}"
    plan: "{{ undo_plan.plan }}"
  when: closed.receipt is not none

- name: Close alerts and return the receipt, on a host without a directory of its own
  utmstack.siem.utmstack_alert_status:
    query: {source_ip: [10.0.0.5]}
    status: completed
    receipt_in_result: true
  register: closed_again

- name: Undo the run from the content of its receipt
  utmstack.siem.utmstack_undo:
    receipt: "{{ closed_again.receipt_content }}"
  when: closed_again.receipt_content is not none

- name: Undo a run whose receipt is lost, as far as its marks and the server's history show what was there
  utmstack.siem.utmstack_undo:
    run_id: "4711"
    from_marks: true
    run_began: 24h
  register: from_marks

- name: Show what could not be restored
  ansible.builtin.debug:
    msg: "{{ from_marks.uncertain | length }} fields remain as they are."
"""

RETURN = r"""
alerts:
  description: Result for each alert that O(rows) lists, in the order of the receipt.
  returned: when the alerts could be selected
  type: list
  elements: dict
  sample:
    - id: ac713700-444e-5f3c-8c74-17e1d77ff50d
      name: Vulnerability probe against a web application
      changed: true
      before: {status: completed, observation: Planned scan, tags: [False positive]}
      after: {status: open, observation: This alert has been evaluated by the tag rules engine, tags: []}
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
  sample: {matched: 162, changed: 162, unchanged: 0, skipped: 0, failed: 0, requests: 6}
plan_digest:
  description: SHA-256 of the planned changes. A check run and a run that makes the same changes return the same digest.
  returned: when the alerts could be selected
  type: str
  sample: 660a7780d9b649578ee2ea12525f497984ca6cebf618914bff6a4497074b00fb
plan:
  description:
    - The plan of a check run in compressed form, to be approved and passed on as O(plan). It holds names and texts of alerts.
    - The filter P(utmstack.siem.plan_document#filter) makes a dictionary of it. Null if an alert in it contains a secret of the task.
  returned: in check mode, when the alerts could be selected
  type: str
  sample: H4sIAAAAAAACA+1dy44duI39lUKtzYSSSFH0B8x6FsEsJgga...
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
incident:
  description: The incident that the run changed, as it was right before that change and as it is now. Null for the receipt of any other module.
  returned: when the alerts could be selected
  type: dict
  sample:
    id: 134
    name: INC-2026-017 malware on desktop-07
    before: {description: "", assigned_to: null, status: open, solution: ""}
    now: {description: "", assigned_to: "1", status: completed, solution: Reinstalled}
  contains:
    id:
      description: Number of the incident.
      type: int
    name:
      description: Name of the incident.
      type: str
    before:
      description: Description, assignee, status and solution before the change.
      type: dict
    now:
      description: The same fields as the server holds them now. Null if the incident no longer exists.
      type: dict
scripts:
  description: Number of update scripts that the changes need, how many UTMStack compiles in 5 minutes, and the seconds until it has compiled the others.
  returned: when the alerts could be selected
  type: dict
  sample: {needed: 2, limit: 75, seconds: 0}
uncertain:
  description: Fields that O(from_marks) could not restore. Empty for a receipt.
  returned: when the alerts could be selected
  type: list
  elements: dict
  sample: []
  contains:
    id:
      description: ID of the alert or echo.
      type: str
    name:
      description: Name of the alert.
      type: str
    field:
      description: The field that may differ from what it was before the run - V(status), V(observation) or V(tags).
      type: str
    reason:
      description: Why it could not be restored.
      type: str
diff:
  description: One line for each changed field of each alert.
  returned: when the alerts could be selected
  type: dict
  sample: {prepared: "ac713700-444e-5f3c-8c74-17e1d77ff50d (Vulnerability probe against a web application) status: completed -> open\n"}
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import undo


def main() -> None:
    run_as_module(undo.OPERATION)


if __name__ == "__main__":
    main()
