#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_undo
short_description: Take back what a run changed on UTMStack alerts
version_added: 0.1.0
description:
  - Reads the receipt of a run (O(utmstack.siem.utmstack_triage#module:receipt) and the other modules that change alerts) and restores status,
    observation, tags and notes.
  - Only alerts that still are as the run left them are restored. Those that somebody changed since are skipped and named. Run again, it changes nothing.
  - An alert that entered an incident stays in it, because UTMStack cannot take it out.
  - The receipt of a run that was killed is understood, too. What had been written is taken back, what had not been needs nothing.
options:
  receipt:
    description:
      - The receipt, on the host that runs the task.
    type: path
    required: true
  max_affected:
    description:
      - Fail before anything is written when more alerts than this would change, echoes included. There is no limit unless one is set.
    type: int
  concurrency:
    description:
      - How many requests may be under way at the same time.
    type: int
    default: 4
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Can run in check mode and return what would be restored, without sending a writing request.
    support: full
  diff_mode:
    description: Returns one line for each restored field of each alert.
    support: full
  idempotent:
    description: Run again, the task changes nothing.
    support: full
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Close what the scanner set off, and keep a receipt
  utmstack.siem.utmstack_alert_status:
    query: {source_ip: [10.0.0.5]}
    status: completed
    receipt: "{{ receipt_path | default('/tmp/scan-' ~ now(utc=true).strftime('%Y%m%dT%H%M%S%f') ~ '.jsonl') }}"
  register: closed

- name: Take it back
  utmstack.siem.utmstack_undo:
    receipt: "{{ closed.receipt }}"
  when: closed.receipt is not none
"""

RETURN = r"""
alerts:
  description: What became of each alert, in the order of the receipt.
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
  description: Number of echoes (v11) that change together with their alerts.
  returned: when the selection could be read
  type: int
  sample: 0
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import undo


def main() -> None:
    run_as_module(undo.OPERATION)


if __name__ == "__main__":
    main()
