#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_incident_info
short_description: Find UTMStack incidents
version_added: 0.1.0
description:
  - Lists all incidents that match every given option, newest first.
  - The module checks each option against the response again, because UTMStack ignores unknown conditions and then returns the whole list.
options:
  ids:
    description: Numbers of the incidents. An empty list returns none. Without it, incidents of any number match.
    type: list
    elements: int
  name:
    description: Exact name of the incident, case-sensitive.
    type: str
  name_contains:
    description: Part of the name, in any case.
    type: str
  status:
    description: Status of the incident. Any entry may match.
    type: list
    elements: str
    choices: [open, in_review, completed, merged]
  severity:
    description: Severity of the incident. Any entry may match.
    type: list
    elements: str
    choices: [low, medium, high]
  assigned_to:
    description: Login or number of the assigned user, as in M(utmstack.siem.utmstack_incident). An empty text or V(none) matches unassigned incidents.
    type: str
  since:
    description:
      - Earliest time of opening. An age (V(90m), V(24h), V(7d), V(2w)), V(today), V(yesterday), a day or an ISO 8601 time.
      - Days and times without an offset are in O(time_zone).
    type: str
  until:
    description: Latest time of opening, in the format of O(since). A day without a time counts to its end.
    type: str
  include:
    description:
      - Additional data to read for each incident. Without it, only the incidents are read.
      - V(alerts) are read from the alert documents, because UTMStack does not keep the incident's own copy of them up to date.
    type: list
    elements: str
    choices: [alerts, notes, history]
    default: []
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
seealso:
  - module: utmstack.siem.utmstack_incident
  - module: utmstack.siem.utmstack_incident_note
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find unassigned high-severity incidents of this week
  utmstack.siem.utmstack_incident_info:
    status: [open]
    severity: [high]
    assigned_to: none
    since: 7d
  register: waiting

- name: Read an incident with its alerts, notes and history
  utmstack.siem.utmstack_incident_info:
    name: INC-2026-001 brute force on web-01
    include: [alerts, notes, history]
"""

RETURN = r"""
incidents:
  description: The incidents, newest first.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 134
      name: INC-2026-017 malware on desktop-07
      description: Seen by the night shift
      assigned_to: "3"
      status: in_review
      solution: ""
      severity: high
      created_at: "2026-11-29T20:31:57.198Z"
      alerts:
        - id: 285ec2cd-4777-56d0-8b2d-256a0aee4f6f
          name: Malware signature in a download
          status: open
          severity: high
          observation: This alert has been evaluated by the tag rules engine
          marked: true
      notes: [{id: 152, note: Isolated desktop-07, user: m.keller, sent_at: "2026-11-29T20:31:57.323Z"}]
      history:
        - {id: 146, action: Incident Created, detail: Incident created with 11 alerts, user: m.keller, at: "2026-11-29T20:31:57.198Z"}
        - id: 149
          action: New alerts added to incident
          detail: New 2 alerts added to incident
          user: m.keller
          at: "2026-11-29T20:31:57.237Z"
  contains:
    id:
      description: Number of the incident.
      type: int
    name:
      description: Name of the incident.
      type: str
    description:
      description: Description of the incident.
      type: str
    assigned_to:
      description: Number of the assigned user as text, or several numbers separated by commas. Null if the incident is unassigned.
      type: str
    status:
      description: V(open), V(in_review), V(completed) or V(merged).
      type: str
    solution:
      description: How the incident was solved. Empty if there is no solution.
      type: str
    severity:
      description: V(low), V(medium) or V(high).
      type: str
    created_at:
      description: Time at which the incident was opened.
      type: str
    alerts:
      description:
        - Current state of the alerts of the incident - C(id), C(name), C(status), C(severity), C(observation) and C(marked), which is whether the document
          states that it belongs to an incident. All but C(id) and C(name) are null if the document no longer exists.
      returned: with O(include)
      type: list
      elements: dict
    notes:
      description: Notes, oldest first - C(id), C(note), C(user) and C(sent_at).
      returned: with O(include)
      type: list
      elements: dict
    history:
      description: Events of the incident, oldest first - C(id), C(action), C(detail), C(user) and C(at).
      returned: with O(include)
      type: list
      elements: dict
total:
  description: Number of incidents found.
  returned: success
  type: int
  sample: 1
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 6
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: GET /api/utm-incidents, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident_info


def main() -> None:
    run_as_module(incident_info.OPERATION)


if __name__ == "__main__":
    main()
