#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_shadow_info
short_description: Compare what watched triage rules would have closed with what people closed
version_added: 0.1.0
description:
  - Reads the receipt of a run of M(utmstack.siem.utmstack_triage) with rules in shadow mode, and looks at what became of its alerts since.
  - Tells for each rule how often people agreed with it (precision) and how much of what they closed it would have closed for them (recall).
  - Alerts that a rule of this collection closed meanwhile are counted apart. They carry its mark.
options:
  receipt:
    description:
      - The receipt, on the host that runs the task.
    type: path
    required: true
  concurrency:
    description:
      - How many requests may be under way at the same time.
    type: int
    default: 4
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Reads only.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Watch a rule
  utmstack.siem.utmstack_triage:
    query: {status: [open]}
    rules:
      - name: Failed logins
        when: {name: [Repeated failed logins]}
        then: {status: completed}
        mode: shadow
    receipt: "{{ receipt_path | default('/tmp/shadow-' ~ now(utc=true).strftime('%Y%m%dT%H%M%S%f') ~ '.jsonl') }}"
  register: watched

- name: Ask some days later whether people agreed with it
  utmstack.siem.utmstack_shadow_info:
    receipt: "{{ watched.receipt }}"
  when: watched.receipt is not none
"""

RETURN = r"""
rules:
  description: The rules in shadow mode.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the rule.
      type: str
    would_close:
      description: Number of alerts that it would have closed and that still exist.
      type: int
    closed_by_people:
      description: Number of these that were closed without the mark of this collection.
      type: int
    closed_by_automation:
      description: Number of these that another rule closed.
      type: int
    left_by_people:
      description: IDs of these that are not closed.
      type: list
      elements: str
    precision:
      description: Share of what it would have closed, without what other rules closed, that people closed. Null when there is nothing to judge by.
      type: float
    recall:
      description: Share of what people closed that it would have closed. Null when people closed nothing.
      type: float
summary:
  description: Numbers of candidate alerts of the run that were not completed yet, and what became of them.
  returned: success
  type: dict
  sample: {candidates: 212, closed_by_people: 31, closed_by_automation: 4, gone: 0}
requests:
  description: Number of requests sent.
  returned: success
  type: int
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info


def main() -> None:
    run_as_module(shadow_info.OPERATION)


if __name__ == "__main__":
    main()
