#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_incident_note
short_description: Add a note to a UTMStack incident
version_added: 0.1.0
description:
  - Adds a note to an incident in the name of the caller. If the same user has already added the same text, nothing is added.
  - Incident notes cannot be changed or deleted.
options:
  incident:
    description:
      - Name of the incident, case-sensitive.
      - Either O(incident) or O(incident_id) is required.
    type: str
  incident_id:
    description: Number of the incident.
    type: int
  note:
    description: Text of the note, at most 1,000 characters. Line breaks and Unicode are stored unchanged.
    type: str
    required: true
  state:
    description: Desired state of the note. The module does not delete notes.
    type: str
    choices: [present]
    default: present
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Returns the predicted change without sending a write request.
    support: full
  diff_mode:
    description: Returns the note that is added.
    support: full
  idempotent:
    description: A second run adds nothing.
    support: full
seealso:
  - module: utmstack.siem.utmstack_incident
  - module: utmstack.siem.utmstack_alert_notes
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Document the containment
  utmstack.siem.utmstack_incident_note:
    incident: INC-2026-001 brute force on web-01
    note: |
      web-01 isolated at the switch.
      Owner called, waiting for the disk image.
"""

RETURN = r"""
incident:
  description: The incident - C(id), C(name), C(description), C(assigned_to), C(status), C(solution), C(severity) and C(created_at).
  returned: success
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
note:
  description: The note as read back from the server. In check mode, as it would be.
  returned: success
  type: dict
  sample: {id: 152, note: Isolated desktop-07, user: m.keller, sent_at: "2026-11-29T20:31:57.323Z"}
  contains:
    id:
      description: Number of the note. Null if check mode would add it.
      type: int
    note:
      description: Text of the note.
      type: str
    user:
      description: Login of the author.
      type: str
    sent_at:
      description: Time at which the note was sent. Null if check mode would add it.
      type: str
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 6
diff:
  description: One line with the note that is added.
  returned: success
  type: dict
  sample: {prepared: "incident (INC-2026-017 malware on desktop-07) note: (none) -> Isolated desktop-07\n"}
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: failure
  type: dict
  sample: {type: AccessDenied, status: 403, server_text: "", endpoint: GET /api/utm-incidents, repeat: useless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident_note


def main() -> None:
    run_as_module(incident_note.OPERATION)


if __name__ == "__main__":
    main()
