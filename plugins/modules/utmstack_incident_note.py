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
  - Adds a note in the caller's name. A note of exactly the same text that the same user has sent before is not added again.
  - Notes of incidents cannot be changed or deleted.
options:
  incident:
    description:
      - Name of the incident, letter case included.
      - One of O(incident) and O(incident_id) is needed.
    type: str
  incident_id:
    description: Number of the incident.
    type: int
  note:
    description: The text, at most 1,000 characters. Line breaks and any Unicode are stored as they are.
    type: str
    required: true
  state:
    description: The note shall be there. UTMStack is not asked to delete notes.
    type: str
    choices: [present]
    default: present
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Can run in check mode and return what would be changed, without sending a writing request.
    support: full
  diff_mode:
    description: Returns the note that is added.
    support: full
  idempotent:
    description: Run again, the task adds nothing.
    support: full
seealso:
  - module: utmstack.siem.utmstack_incident
  - module: utmstack.siem.utmstack_alert_notes
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Say what was done
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
note:
  description: The note as read back from the server; in check mode, as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: Number of the note. Null in check mode when it would be new.
      type: int
    note:
      description: The text.
      type: str
    user:
      description: Login of who sent it.
      type: str
    sent_at:
      description: When it was sent. Null in check mode when it would be new.
      type: str
requests:
  description: Number of HTTP requests that were sent.
  returned: success
  type: int
diff:
  description: One line with the note that is added.
  returned: success
  type: dict
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident_note


def main() -> None:
    run_as_module(incident_note.OPERATION)


if __name__ == "__main__":
    main()
