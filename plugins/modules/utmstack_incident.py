#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_incident
short_description: Manage UTMStack incidents
version_added: 0.1.0
description:
  - Opens incidents, adds alerts to them, assigns them and sets their status and description.
  - Options that are not set leave the incident as it is. Alerts are added and never removed.
  - An incident is stored in two places. The database holds the incident and its alerts, and each alert document carries a mark. Both are written and read
    back, so the next run completes an interrupted one and never opens a second incident.
  - An alert can belong to one incident only. In a O(query), set O(query.incident=false) to leave out alerts that already belong to one.
  - There is no C(state=absent), because UTMStack cannot delete incidents.
options:
  name:
    description:
      - Name of the incident, which identifies it. Names are case-sensitive. A task with the same name updates the same incident.
      - At most 250 characters, without double quotes and without a backslash followed by C(u).
    type: str
    required: true
  state:
    description: Desired state of the incident. UTMStack cannot delete incidents.
    type: str
    choices: [present]
    default: present
  alert_ids:
    description:
      - IDs of the alerts to add. An unknown ID is reported as an error.
      - If any alert cannot be added, because it does not exist or belongs to another incident, nothing is written.
      - Opening an incident requires at least one alert, from O(alert_ids) or O(query). An existing incident can be updated without alerts.
      - With an empty list, no alert is added.
    type: list
    elements: str
  description:
    description: Description of the incident, at most 2,000 characters. Line breaks are allowed. Without it, the description stays as it is.
    type: str
  assigned_to:
    description:
      - Login or number of the user to assign. An empty text or V(none) removes the assignee. Without it, the assignee stays as it is.
      - Logins are looked up, because UTMStack stores the number. A single incident with a login in its place makes the server return 500 whenever the
        assigned users are listed.
      - Administrators can name any user. Other users can name only themselves and users who already have an incident.
    type: str
  status:
    description: Status to set. Without it, an incident keeps its status and a new one is open.
    type: str
    choices: [open, in_review, completed]
  solution:
    description:
      - How the incident was solved. A single line of at most 900 characters, because the server also writes it to the alerts. Without it, the solution stays
        as it is.
    type: str
  close_alerts:
    description:
      - Whether to complete the alerts of the incident as well, with O(solution) as their observation. Requires O(status=completed). Alerts that are already
        completed keep their observation.
      - O(hold_tags) and O(protect) keep alerts from being completed. The incident is completed nevertheless, and RV(alerts[].skipped) names them.
      - Without it, the alerts stay as they are. On every change, the server writes the status and solution of the incident to all of its alerts (and their
        echoes on v11). The module therefore reads these values right before the change, records them on disk and restores them right after it. For that
        moment, alerts with one of O(hold_tags) have the status of the incident as well.
    type: bool
    default: false
  receipt:
    description:
      - File to which the receipt (change journal) is written, on the host that runs the task. Only its owner can read it.
      - M(utmstack.siem.utmstack_undo) restores status and observation of the alerts from it. It does not change the incident back, and it cannot remove alerts
        from the incident.
      - The receipt is complete before the incident is changed, so a run that was killed can be undone as well. No file is written if the task only opens the
        incident or adds alerts to it.
      - A directory that exists, or a path that ends in a slash, gets a new file named after the server, the incident and the time.
      - An existing file is never overwritten, except the receipt of a run on the same incident that was killed. The task continues such a receipt, also if it
        finds it in the directory, and first restores the alerts that the killed run left overwritten.
      - With or without this option, the module keeps a journal of its own in the O(state_directory), or else in E(XDG_STATE_HOME)C(/utmstack.siem), by
        default C(~/.local/state/utmstack.siem), until it has seen that all alerts are restored. The next task for the same incident on the same host finds it
        there. On a host that does not keep the home directory, such as an execution environment, set O(state_directory) to a directory that is kept.
    type: path
  reopen:
    description: Whether to reopen a completed or merged incident. Without it, the incident keeps its status and a warning is issued.
    type: bool
    default: false
  unsupported_text:
    description:
      - How to handle a O(solution) that the server would silently drop instead of writing it to the alerts, because it contains line breaks, control
        characters or backslash-u.
      - V(replace) uses spaces instead and issues a warning. V(fail) rejects the text.
    type: str
    choices: [replace, fail]
    default: replace
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
  - utmstack.siem.writer
  - utmstack.siem.writer.guardrails
  - utmstack.siem.writer.receipt_directory
seealso:
  - module: utmstack.siem.utmstack_incident_info
  - module: utmstack.siem.utmstack_incident_note
  - module: utmstack.siem.utmstack_undo
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Open an incident for the alerts of one server
  utmstack.siem.utmstack_incident:
    name: INC-2026-002 beacons from web-01
    description: Seen by the night shift
    query:
      status: [open]
      source_host: [web-01]
      incident: false
    assigned_to: admin

- name: Add an alert and set the incident to In review
  utmstack.siem.utmstack_incident:
    name: INC-2026-001 brute force on web-01
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    status: in_review

- name: Complete the incident and its alerts
  utmstack.siem.utmstack_incident:
    name: INC-2026-001 brute force on web-01
    status: completed
    solution: Address blocked at the firewall
    close_alerts: true
    hold_tags: [Hold, Legal hold]
    protect:
      - target_host: [dc-01]
    receipt: "{{ receipt_path | default('/tmp/incident-' ~ now(utc=true).strftime('%Y%m%dT%H%M%S%f') ~ '.jsonl') }}"
"""

RETURN = r"""
incident:
  description:
    - The incident as read back from the server. In check mode, as it would be.
    - Null if it does not exist because nothing was written.
  returned: when the alerts could be selected
  type: dict
  sample:
    id: 134
    name: INC-2026-017 malware on desktop-07
    description: Seen by the night shift
    assigned_to: "3"
    status: in_review
    solution: ""
    severity: high
    created_at: "2026-11-29T20:31:57.198Z"
    assigned_login: m.keller
  contains:
    id:
      description: Number of the incident. Null if check mode would open it.
      type: int
    name:
      description: Name of the incident.
      type: str
    description:
      description: Description of the incident.
      type: str
    assigned_to:
      description: Number of the assigned user as text. Null if the incident is unassigned.
      type: str
    assigned_login:
      description: Login of the assigned user if the task looked it up. Null otherwise.
      type: str
    status:
      description: V(open), V(in_review), V(completed) or V(merged).
      type: str
    severity:
      description:
        - V(low), V(medium) or V(high). The highest severity of the alerts that the incident was opened with. UTMStack ignores alerts that are added later.
      type: str
    created_at:
      description: Time at which the incident was opened.
      type: str
    solution:
      description: How the incident was solved. Empty if there is no solution.
      type: str
alerts:
  description:
    - Result for each alert that O(rows) lists, in the order of O(alert_ids) or newest first, followed by other alerts of the incident that changed or were
      not closed because of O(hold_tags) or O(protect).
    - RV(alerts[].before) and RV(alerts[].after) hold the incident that the alert is linked to and whether its document is marked. If alerts are to be closed,
      they also hold status and observation.
  returned: when the alerts could be selected
  type: list
  elements: dict
  sample:
    - id: 9916ecb5-512b-5bec-a481-88612a1ff311
      name: Malware signature in a download
      changed: true
      before: {incident: null, marked: false}
      after: {incident: INC-2026-017 malware on desktop-07, marked: true}
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
      description: Why a requested change was not made, such as the closure of an alert with one of O(hold_tags). Null otherwise.
      type: str
    error:
      description: Why the alert failed. Null otherwise.
      type: str
summary:
  description: Number of alerts by result, and number of requests sent.
  returned: when the alerts could be selected
  type: dict
  sample: {matched: 13, changed: 2, unchanged: 11, skipped: 0, failed: 0, requests: 21}
plan_digest:
  description: SHA-256 of the planned changes to the incident and its alerts. A check run and a run that makes the same changes return the same digest.
  returned: when the alerts could be selected
  type: str
  sample: ead84a230cdd15d6e7f17ee49081cdce01cb1c56f3256c2739042560c96ac693
echoes_changed:
  description: Number of echoes (v11) that were closed together with their alerts.
  returned: when the alerts could be selected
  type: int
  sample: 0
receipt:
  description:
    - Path of the receipt. Null without O(receipt) and O(state_directory), in check mode, or if neither the incident nor the status of an alert had to
      change.
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
  sample: H4sIAAAAAAACA+2XS2/cNhDH7/kUgs5lwvdjrz310F6aU4vC...
removed_receipts:
  description: Paths of the old receipts that O(keep_days) removed.
  returned: when the alerts could be selected
  type: list
  elements: str
  sample: [/srv/utmstack/receipts/siem.example.com-20260830T203012Z.jsonl]
recovered:
  description:
    - IDs of alerts and echoes that an earlier task had left with the status and solution of the incident because it was killed. Their own status and
      observation were restored from its receipt or journal. In check mode, they would be.
  returned: when the alerts could be selected
  type: list
  elements: str
  sample: [a0000001-0000-4000-8000-000000000001]
scripts:
  description: Number of update scripts that the changes need, how many UTMStack compiles in 5 minutes, and the seconds until it has compiled the others.
  returned: when the alerts could be selected
  type: dict
  sample: {needed: 3, limit: 75, seconds: 0}
guardrails:
  description:
    - Number of alerts, echoes included, that each entry of a guardrail matches among the alerts that the task read.
    - An entry that matches none of them is looked for among all alerts and assets of the server, up to 50 entries a task. If there are none, a warning
      names it, or the task fails with O(strict=true).
  returned: when the incident and the alerts could be read
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
  description: One line for each changed field of the incident and of each alert.
  returned: when the alerts could be selected
  type: dict
  sample: {prepared: "incident (INC-2026-017 malware on desktop-07) status: open -> in_review\n"}
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on a failed request
  type: dict
  sample: {type: AccessDenied, status: 403, server_text: "", endpoint: GET /api/utm-incidents, repeat: useless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident


def main() -> None:
    run_as_module(incident.OPERATION)


if __name__ == "__main__":
    main()
