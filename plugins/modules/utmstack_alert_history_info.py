#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_history_info
short_description: Read the history of status changes of UTMStack alerts
version_added: 0.1.0
description:
  - Reads which status alerts were given, when and by whom, from the history that the server keeps.
  - That history has gaps. Of a change to many alerts at once the server notes the first ten only, and neither echoes nor what its own rule engine completes.
options:
  since:
    description: Earliest time of the change. An age (V(90m), V(24h), V(7d), V(2w)) or an ISO 8601 time, which is UTC without an offset.
    type: str
    default: 7d
  alert_ids:
    description: Only changes of these alerts. An empty list finds none.
    type: list
    elements: str
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Only reads.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
notes:
  - Every user of UTMStack can write to this history. It is no proof of who did what.
  - Observations are written by anybody. They are returned as unsafe text that is never templated.
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Status changes of the last day
  utmstack.siem.utmstack_alert_history_info:
    since: 24h
  register: history

- name: What became of one alert
  utmstack.siem.utmstack_alert_history_info:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    since: 4w
"""

RETURN = r"""
entries:
  description: The changes, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    alert_id:
      description: ID of the alert.
      type: str
    at:
      description: Time of the change.
      type: str
    user:
      description: Who changed it.
      type: str
    status:
      description: The status that it was given, as V(in_review) or V(completed); null where the entry does not tell.
      type: str
    observation:
      description: The observation that was left.
      type: str
    message:
      description: The server's sentence about it.
      type: str
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 1
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_history_info


def main() -> None:
    run_as_module(alert_history_info.OPERATION)


if __name__ == "__main__":
    main()
