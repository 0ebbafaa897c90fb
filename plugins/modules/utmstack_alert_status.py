#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_status
short_description: Set the status of UTMStack alerts
version_added: 0.1.0
description:
  - Opens alerts, takes them in review, completes them, or completes them as false positives.
  - On v11 the server writes the status of an alert's echoes, too. They are part of the plan and of the result.
options:
  status:
    description: The status that the alerts shall have. Needed unless O(false_positive=true).
    type: str
    choices: [open, in_review, completed]
  observation:
    description:
      - Text to store together with a status change. Without it, the alert's own observation stays.
      - An alert whose status is as wanted keeps the words that an analyst left, unless O(update_observation=true).
    type: str
  update_observation:
    description: Store O(observation) also on alerts whose status is as wanted.
    type: bool
    default: false
  false_positive:
    description: Complete the alerts and add the server's own tag C(False positive), to their echoes, too.
    type: bool
    default: false
  reopen:
    description: Whether alerts that are completed may become open or in review. Without it they are skipped.
    type: bool
    default: false
  unsupported_text:
    description:
      - What to do with an observation that the server would throw away while answering 200, that is one with line breaks, control characters or backslash-u.
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
  - utmstack.siem.writer.receipt
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Take the urgent ones in review
  utmstack.siem.utmstack_alert_status:
    query:
      status: [open]
      severity: [high]
    status: in_review
    observation: Taken by the night shift

- name: Close what the vulnerability scanner sets off
  utmstack.siem.utmstack_alert_status:
    query:
      source_ip: [10.0.0.5]
      since: 7d
    false_positive: true
    observation: Planned scan
    max_affected: 2000

- name: Open one alert again
  utmstack.siem.utmstack_alert_status:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    status: open
    reopen: true
    observation: The customer saw it again
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
  description: How many echoes (v11) changed together with their alerts.
  returned: when the selection could be read
  type: int
  sample: 3
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status


def main() -> None:
    run_as_module(alert_status.OPERATION)


if __name__ == "__main__":
    main()
