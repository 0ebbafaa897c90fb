#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_shadow_info
short_description: Compare shadow rules with what analysts decided
version_added: 0.1.0
description:
  - Reads the receipt of a M(utmstack.siem.utmstack_triage) run with shadow rules and looks up the current state of its alerts.
  - Returns the precision and recall of each rule. Precision is the share of its closures that analysts agreed with, recall the share of the analysts'
    closures that it would have made.
  - Alerts that another rule of this collection closed in the meantime carry the mark of the collection and are counted separately.
options:
  receipt:
    description: Path of the receipt (change journal), on the host that runs the task.
    type: path
    required: true
  concurrency:
    description:
      - Maximum number of parallel requests.
    type: int
    default: 4
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: The module only reads and behaves the same in check mode.
    support: full
  diff_mode:
    description: The module changes nothing, so there is no diff.
    support: none
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Run a rule in shadow mode
  utmstack.siem.utmstack_triage:
    query: {status: [open]}
    rules:
      - name: Failed logins
        when: {name: [Repeated failed logins]}
        then: {status: completed}
        mode: shadow
    receipt: "{{ receipt_path | default('/tmp/shadow-' ~ now(utc=true).strftime('%Y%m%dT%H%M%S%f') ~ '.jsonl') }}"
  register: watched

- name: Compare the rule with the analysts' decisions some days later
  utmstack.siem.utmstack_shadow_info:
    receipt: "{{ watched.receipt }}"
  when: watched.receipt is not none
"""

RETURN = r"""
rules:
  description: The shadow rules.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the rule.
      type: str
    would_close:
      description: Number of alerts that the rule would have closed and that still exist.
      type: int
    closed_by_people:
      description: Number of these alerts that were closed without the mark of this collection.
      type: int
    closed_by_automation:
      description: Number of these alerts that another rule closed.
      type: int
    left_by_people:
      description: IDs of these alerts that are not closed.
      type: list
      elements: str
    precision:
      description: Share of the alerts that the rule would have closed, minus those that other rules closed, that analysts closed. Null if there are none.
      type: float
    recall:
      description: Share of the alerts that analysts closed that the rule would have closed. Null if analysts closed none.
      type: float
summary:
  description:
    - Number of candidate alerts of the run that were not completed at the time, and what became of them.
    - C(without_history) counts the closed ones without an entry in the server's history since the run. Only their observation shows who closed them.
  returned: success
  type: dict
  sample: {candidates: 212, closed_by_people: 31, closed_by_automation: 4, without_history: 6, gone: 0}
requests:
  description: Number of requests sent.
  returned: success
  type: int
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only tells of C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info


def main() -> None:
    run_as_module(shadow_info.OPERATION)


if __name__ == "__main__":
    main()
