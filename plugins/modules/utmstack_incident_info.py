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
  - Lists the incidents that meet all given conditions, the newest first, completely.
  - Every condition is tested once more after the server's answer, because UTMStack ignores conditions that it does not know and answers with the whole list.
options:
  ids:
    description: Numbers of incidents. An empty list finds none.
    type: list
    elements: int
  name:
    description: The whole name, letter case included.
    type: str
  name_contains:
    description: A part of the name, in any letter case.
    type: str
  status:
    description: Status of the incident; any of these.
    type: list
    elements: str
    choices: [open, in_review, completed, merged]
  severity:
    description: Severity of the incident; any of these.
    type: list
    elements: str
    choices: [low, medium, high]
  assigned_to:
    description: Login or number of the user who works on it, as for M(utmstack.siem.utmstack_incident). Nothing, or V(none), finds those of nobody.
    type: str
  since:
    description: Earliest time of opening. An age (V(90m), V(24h), V(7d), V(2w)) or an ISO 8601 time, which is UTC without an offset.
    type: str
  until:
    description: Latest time of opening, written as O(since).
    type: str
  include:
    description:
      - What to read in addition, for each incident.
      - V(alerts) are read from the alerts' documents. What the incident itself keeps about an alert is not kept up to date by UTMStack.
    type: list
    elements: str
    choices: [alerts, notes, history]
    default: []
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Reads only, and does the same in check mode.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
seealso:
  - module: utmstack.siem.utmstack_incident
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Which high incidents of this week does nobody work on
  utmstack.siem.utmstack_incident_info:
    status: [open]
    severity: [high]
    assigned_to: none
    since: 7d
  register: waiting

- name: Everything about one incident
  utmstack.siem.utmstack_incident_info:
    name: INC-2026-001 brute force on web-01
    include: [alerts, notes, history]
"""

RETURN = r"""
incidents:
  description: The incidents found, the newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Number of the incident.
      type: int
    name:
      description: Name of the incident.
      type: str
    description:
      description: What happened.
      type: str
    assigned_to:
      description: Number of the assigned user as text, null for nobody. UTMStack can hold several, separated by commas.
      type: str
    status:
      description: V(open), V(in_review), V(completed) or V(merged).
      type: str
    solution:
      description: How it was solved, empty when nothing is said.
      type: str
    severity:
      description: V(low), V(medium) or V(high).
      type: str
    created_at:
      description: When the incident was opened.
      type: str
    alerts:
      description:
        - The alerts of the incident as their documents are now - C(id), C(name), C(status), C(severity), C(observation), and C(marked), whether the
          document says
          that it belongs to an incident. All but C(id) and C(name) are null when the document is gone.
      returned: with O(include)
      type: list
      elements: dict
    notes:
      description: Notes, the oldest first - C(id), C(note), C(user) and C(sent_at).
      returned: with O(include)
      type: list
      elements: dict
    history:
      description: What happened to the incident, the oldest first - C(id), C(action), C(detail), C(user) and C(at).
      returned: with O(include)
      type: list
      elements: dict
total:
  description: Number of incidents found.
  returned: success
  type: int
  sample: 3
requests:
  description: Number of HTTP requests that were sent.
  returned: success
  type: int
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident_info


def main() -> None:
    run_as_module(incident_info.OPERATION)


if __name__ == "__main__":
    main()
