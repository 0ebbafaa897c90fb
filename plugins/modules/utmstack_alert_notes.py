#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_notes
short_description: Manage the notes of UTMStack alerts
version_added: 0.1.0
description:
  - Writes, appends to or removes the note of alerts. An alert has one note, which is a single line of ASCII text.
  - UTMStack has no bulk call for notes. The module sends one request per alert, up to O(concurrency) in parallel.
  - Echoes (v11) do not get the note of their alert.
options:
  note:
    description: Text of the note. Required with O(state=present).
    type: str
  state:
    description:
      - V(present) stores the text. V(absent) removes the text of O(note) from the note, or the whole note if O(note) is not set.
      - The server cannot store an empty note. A removed note is stored as a single space, and blank notes are treated as absent.
    type: str
    choices: [present, absent]
    default: present
  mode:
    description: V(replace) replaces the whole note. V(append) appends the text after C( | ), unless the note already contains it.
    type: str
    choices: [replace, append]
    default: replace
  unsupported_text:
    description:
      - How to handle a text that the server would silently drop because it contains line breaks or non-ASCII characters.
      - V(replace) transliterates it to ASCII, writes C( | ) for line breaks and issues a warning. V(fail) rejects the text.
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
seealso:
  - module: utmstack.siem.utmstack_alert_status
  - module: utmstack.siem.utmstack_incident_note
  - module: utmstack.siem.utmstack_undo
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Write a note
  utmstack.siem.utmstack_alert_notes:
    query:
      source_host: [web-01]
      status: [open]
    note: "Ticket INC-1042: host isolated"

- name: Append to a note
  utmstack.siem.utmstack_alert_notes:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    note: Confirmed with the owner
    mode: append

- name: Plan which notes to extend
  utmstack.siem.utmstack_alert_notes:
    query: {source_host: [web-01]}
    note: Host rebuilt
    mode: append
  check_mode: true
  register: planned

- name: Extend the approved ones
  utmstack.siem.utmstack_alert_notes:
    query: {source_host: [web-01]}
    note: Host rebuilt
    mode: append
    plan: "{{ planned.plan }}"

- name: Remove a note
  utmstack.siem.utmstack_alert_notes:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    state: absent
"""

RETURN = r"""
alerts:
  description: Result for each alert that O(rows) lists, in the order of O(alert_ids), or newest first for a O(query).
  returned: when the alerts could be selected
  type: list
  elements: dict
  sample:
    - id: 285ec2cd-4777-56d0-8b2d-256a0aee4f6f
      name: Malware signature in a download
      changed: true
      before: {notes: ""}
      after: {notes: Ticket SOC-4711}
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
  sample: {matched: 39, changed: 39, unchanged: 0, skipped: 0, failed: 0, requests: 43}
plan_digest:
  description: SHA-256 of the planned changes. A check run and a run that makes the same changes return the same digest.
  returned: when the alerts could be selected
  type: str
  sample: 9fd67b1a214d4c6bf2d89a4aa4f1f532dbacd444c668fce1df89974cee35f2cf
plan:
  description:
    - The plan of a check run in compressed form, to be approved and passed on as O(plan). It holds names and texts of alerts.
    - The filter P(utmstack.siem.plan_document#filter) makes a dictionary of it. Null if an alert in it contains a secret of the task.
  returned: in check mode, when the alerts could be selected
  type: str
  sample: H4sIAAAAAAACA9VZ224jNxL9lYGezYRVZPGi131e7MPmKUFg...
approval:
  description: How much of the approved O(plan) was applied. Null without a plan.
  returned: when the alerts could be selected
  type: dict
  sample:
    policy: approved
    plan_digest: 9fd67b1a214d4c6bf2d89a4aa4f1f532dbacd444c668fce1df89974cee35f2cf
    made: "2026-11-29T20:31:57.025Z"
    approved: 39
    left: 0
    applied: 39
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
  sample: H4sIAAAAAAACA81YwY4ktw29+ysGfQ5jkRIlca4+Bz7YpwRB...
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
  sample: {needed: 1, limit: 75, seconds: 0}
diff:
  description: One line for each changed field of each alert.
  returned: when the alerts could be selected
  type: dict
  sample: {prepared: "285ec2cd-4777-56d0-8b2d-256a0aee4f6f (Malware signature in a download) notes: \"\" -> Ticket SOC-4711\n"}
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_notes


def main() -> None:
    run_as_module(alert_notes.OPERATION)


if __name__ == "__main__":
    main()
