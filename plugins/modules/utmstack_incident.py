#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_incident
short_description: Open UTMStack incidents, add alerts to them, assign and close them
version_added: 0.1.0
description:
  - Sees to it that an incident of a name exists, holds the alerts that the task points at, and has the description, assignee and status it names.
  - What the task does not name stays as it is. Alerts are added and never removed.
  - An incident lives in two stores. The database has the incident and its alerts, and each alert's document carries a mark. Both are written and read back,
    so that a run that was cut off is completed by the next one, and never opens a second incident.
  - An alert can belong to one incident only. With a O(query), O(query.incident=false) leaves out those that belong to one already.
  - There is no C(state=absent), because UTMStack cannot delete incidents.
options:
  name:
    description:
      - Name of the incident, letter case included. It tells one incident from another, so that a task with the same name goes on with the same incident.
      - At most 250 characters, without double quotes and without a backslash followed by C(u).
    type: str
    required: true
  state:
    description: The incident shall exist. UTMStack has no way to delete one.
    type: str
    choices: [present]
    default: present
  alert_ids:
    description:
      - IDs of the alerts that the incident shall hold. An ID that no alert carries is an error of its own.
      - If one of them cannot be added, because there is no such alert or because it belongs to another incident, nothing is written at all.
      - Opening an incident takes at least one alert, by O(alert_ids) or O(query). An incident that exists needs none.
      - An empty list is nothing to add.
    type: list
    elements: str
  description:
    description: What happened. At most 2,000 characters, line breaks included.
    type: str
  assigned_to:
    description:
      - Login or number of the user who works on the incident. Nothing, or V(none), assigns it to nobody.
      - UTMStack wants the number, and one incident with a login in its place makes it answer 500 to everybody who lists the assigned users. So a login is
        looked up. Administrators can name any user; others only themselves and users who have an incident already.
    type: str
  status:
    description: The status that the incident shall have. A new one is open.
    type: str
    choices: [open, in_review, completed]
  solution:
    description:
      - How the incident was solved. One line of at most 900 characters, because the server writes it into the alerts, too.
    type: str
  close_alerts:
    description:
      - Together with O(status=completed), complete the incident's alerts with O(solution) as their observation. Alerts that are completed already
        keep their words.
      - Without it the alerts stay as they are. The server writes the incident's status and solution into all of its alerts (and their echoes on v11) at every
        change, so that what they held is read right before and written back right after.
    type: bool
    default: false
  reopen:
    description: Whether an incident that is completed or merged may become open or in review. Without it, it keeps its status, with a warning.
    type: bool
    default: false
  unsupported_text:
    description:
      - What to do with a O(solution) that the server would not write into the alerts while answering 200, that is one with line breaks, control
        characters or backslash-u.
      - V(replace) stores it with blanks instead and warns, V(fail) refuses it.
    type: str
    choices: [replace, fail]
    default: replace
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.words
  - utmstack.siem.writer
seealso:
  - module: utmstack.siem.utmstack_incident_info
  - module: utmstack.siem.utmstack_incident_note
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Open an incident for what one server sets off
  utmstack.siem.utmstack_incident:
    name: INC-2026-002 beacons from web-01
    description: Seen by the night shift
    query:
      status: [open]
      source_host: [web-01]
      incident: false
    assigned_to: admin

- name: Add an alert and take the incident in review
  utmstack.siem.utmstack_incident:
    name: INC-2026-001 brute force on web-01
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    status: in_review

- name: Complete it together with its alerts
  utmstack.siem.utmstack_incident:
    name: INC-2026-001 brute force on web-01
    status: completed
    solution: Address blocked at the firewall
    close_alerts: true
"""

RETURN = r"""
incident:
  description:
    - The incident as read back from the server; in check mode, as it would be.
    - Null when it does not exist, because nothing was written.
  returned: when the alerts could be selected
  type: dict
  contains:
    id:
      description: Number of the incident. Null in check mode when it would be new.
      type: int
    name:
      description: Name of the incident.
      type: str
    description:
      description: What happened.
      type: str
    assigned_to:
      description: Number of the assigned user as text, null for nobody.
      type: str
    assigned_login:
      description: Login of the assigned user, where the task looked it up, null otherwise.
      type: str
    status:
      description: V(open), V(in_review), V(completed) or V(merged).
      type: str
    severity:
      description: V(low), V(medium) or V(high). The highest of the alerts that the incident was opened with; later ones do not count for UTMStack.
      type: str
    created_at:
      description: When the incident was opened.
      type: str
    solution:
      description: How it was solved, empty when nothing is said.
      type: str
alerts:
  description:
    - What became of each alert, in the order of the IDs or newest first, and then of other alerts of the incident that changed.
    - RV(alerts[].before) and RV(alerts[].after) hold the incident that the alert is linked to, whether its document is marked, and, where alerts are
      to be closed,
      status and observation.
  returned: when the alerts could be selected
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
      description: The fields in question before.
      type: dict
      sample: {incident: null, marked: false}
    after:
      description: The fields in question afterwards. Null when they could not be read back.
      type: dict
      sample: {incident: INC-2026-001 brute force on web-01, marked: true}
    skipped:
      description: Why a wanted change was not made, null otherwise.
      type: str
    error:
      description: What went wrong, null otherwise.
      type: str
summary:
  description: Numbers of alerts by what became of them, and of requests sent.
  returned: when the alerts could be selected
  type: dict
  sample: {matched: 12, changed: 10, unchanged: 2, skipped: 0, failed: 0, requests: 11}
plan_digest:
  description: SHA-256 over the planned changes of the incident and its alerts. A check run and the run that does the same have the same one.
  returned: when the alerts could be selected
  type: str
echoes_changed:
  description: How many echoes (v11) were closed together with their alerts.
  returned: when the alerts could be selected
  type: int
  sample: 3
diff:
  description: One line for each changed field of the incident and of each alert.
  returned: when the alerts could be selected
  type: dict
error:
  description: What went wrong when a request failed - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident


def main() -> None:
    run_as_module(incident.OPERATION)


if __name__ == "__main__":
    main()
