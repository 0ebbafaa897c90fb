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
  - Writes the note of alerts, appends to it, or removes it. An alert has one note, a line of ASCII text.
  - UTMStack has no bulk call for notes. One request per alert is sent, O(concurrency) at a time.
  - Echoes (v11) do not get the note of their alert.
options:
  note:
    description: The text. Needed with O(state=present).
    type: str
  state:
    description:
      - V(present) stores the text. V(absent) removes the text of O(note) from the note, or the whole note when no O(note) is given.
      - The server cannot store an empty note. A blank takes its place, and blank notes count as none.
    type: str
    choices: [present, absent]
    default: present
  mode:
    description: V(replace) makes the text the whole note. V(append) adds it after C( | ), unless the note holds it already.
    type: str
    choices: [replace, append]
    default: replace
  unsupported_text:
    description:
      - What to do with a text that the server would throw away while answering 200, that is one with line breaks or characters outside ASCII.
      - V(replace) writes it with ASCII letters, and C( | ) for line breaks, and warns. V(fail) refuses it.
    type: str
    choices: [replace, fail]
    default: replace
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.words
  - utmstack.siem.writer
  - utmstack.siem.writer.receipt
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Leave a note
  utmstack.siem.utmstack_alert_notes:
    query:
      source_host: [web-01]
      status: [open]
    note: "Ticket INC-1042: host isolated"

- name: Add a line to what is there
  utmstack.siem.utmstack_alert_notes:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    note: Confirmed with the owner
    mode: append

- name: Remove the note
  utmstack.siem.utmstack_alert_notes:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    state: absent
"""

RETURN = r"""
alerts:
  description: What became of each alert, in the order of the IDs or newest first.
  returned: when the selection could be read
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
    after:
      description: The fields in question afterwards. Null when they could not be read back.
      type: dict
    skipped:
      description: Why a wanted change was not made, null otherwise.
      type: str
    error:
      description: What went wrong, null otherwise.
      type: str
summary:
  description: Numbers of alerts by what became of them, and of requests sent.
  returned: when the selection could be read
  type: dict
  sample: {matched: 12, changed: 10, unchanged: 1, skipped: 1, failed: 0, requests: 5}
plan_digest:
  description: SHA-256 over the planned changes. A check run and the run that does the same have the same one.
  returned: when the selection could be read
  type: str
echoes_changed:
  description: Always 0, because echoes do not follow here.
  returned: when the selection could be read
  type: int
  sample: 0
receipt:
  description: The receipt that was written, null when none was asked for or nothing was to be changed.
  returned: when the selection could be read
  type: str
diff:
  description: One line for each changed field of each alert.
  returned: when the selection could be read
  type: dict
error:
  description: What went wrong when nothing could be selected - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_notes


def main() -> None:
    run_as_module(alert_notes.OPERATION)


if __name__ == "__main__":
    main()
