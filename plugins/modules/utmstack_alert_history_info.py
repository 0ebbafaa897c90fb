#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_history_info
short_description: Read the status history of UTMStack alerts
version_added: 0.1.0
description:
  - Reads who set which status on which alert, and when, from the history that the server keeps.
  - The history has gaps. For a bulk change, the server records only the first ten alerts. It records neither echoes nor what its own rule engine completes.
    UTMStack 11.2 records nothing for an alert with an event without a log. RV(coverage) counts what is missing.
options:
  since:
    description:
      - Earliest time of the change. An age (V(90m), V(24h), V(7d), V(2w)), V(today), V(yesterday), a day or an ISO 8601 time.
      - Days and times without an offset are in O(time_zone).
    type: str
    default: 7d
  alert_ids:
    description: IDs of the alerts. Without it, the changes of all alerts are returned. An empty list returns none.
    type: list
    elements: str
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
notes:
  - Every UTMStack user can write to this history, so it is not proof of who did what.
  - Observations may be attacker-controlled. They are returned as unsafe text and are never templated.
seealso:
  - module: utmstack.siem.utmstack_alert_info
  - module: utmstack.siem.utmstack_shadow_info
  - module: utmstack.siem.utmstack_rule_suggestions_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: List status changes of the last day
  utmstack.siem.utmstack_alert_history_info:
    since: 24h
  register: history

- name: Show how much is missing
  ansible.builtin.debug:
    msg: "{{ history.coverage.missing }} of {{ history.coverage.touched }} alerts have no entry."

- name: List the status changes of one alert
  utmstack.siem.utmstack_alert_history_info:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    since: 4w
"""

RETURN = r"""
entries:
  description: The changes, oldest first.
  returned: success
  type: list
  elements: dict
  sample:
    - alert_id: 7d62ae60-10e7-5c19-8fab-f8de871da468
      at: "2026-11-23T00:47:52.993Z"
      user: t.nakamura
      status: completed
      observation: Handled with the owner of the host
      message: "The user t.nakamura changed alert status from Open to Completed with the observation: Handled with the owner of the host"
  contains:
    alert_id:
      description: ID of the alert.
      type: str
    at:
      description: Time of the change.
      type: str
    user:
      description: Login of the user who made the change.
      type: str
    status:
      description: The status that was set, such as V(in_review) or V(completed). Null if the entry does not state it.
      type: str
    observation:
      description: The observation that was stored.
      type: str
    message:
      description: The server's message about the change.
      type: str
coverage:
  description: How complete the history is for the alerts raised since O(since), echoes excluded. With O(alert_ids), only these alerts count.
  returned: success
  type: dict
  sample: {touched: 656, recorded: 370, missing: 286}
  contains:
    touched:
      description: Number of these alerts that are in review or completed.
      type: int
    recorded:
      description: Number of these with an entry.
      type: int
    missing:
      description: Number of these without an entry. Do not compute times from the history if many are missing.
      type: int
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 4
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: POST /api/elasticsearch/search, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_history_info


def main() -> None:
    run_as_module(alert_history_info.OPERATION)


if __name__ == "__main__":
    main()
