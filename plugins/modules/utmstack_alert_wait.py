#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_wait
short_description: Wait for UTMStack alerts
version_added: 1.0.0
description:
  - Waits until a query finds the expected number of alerts, and fails if it does not find it in time.
  - In a detection test, it checks that an attack raises an alert, or that harmless activity raises none. In a runbook, it waits for an alert or for
    its end.
  - Each look counts the alerts with one request, at first every two seconds and later every O(wait_sleep) seconds. Five minutes take about 25 requests.
    A query with V(user) takes two requests for each look, and one with networks or with fields of log lines one more.
options:
  query:
    required: true
  at_least:
    description:
      - Minimum number of alerts. The task succeeds as soon as the query finds them.
      - Without O(at_least) and O(at_most), it is V(1).
    type: int
  at_most:
    description:
      - Maximum number of alerts, V(0) for none. The same value as O(at_least) means exactly this number.
      - The task fails as soon as the query finds more. It succeeds only at the end of O(wait_timeout), because more alerts may arrive until then.
      - Alerts in automatic review count too before the task succeeds, because UTMStack is about to release them.
      - With O(stable_for), more alerts do not fail the task as long as their number may still decrease in time.
    type: int
  stable_for:
    description:
      - Number of seconds for which O(at_least) and O(at_most) must hold without interruption before the task succeeds. V(0) succeeds as soon as they hold.
      - Use it to wait until alerts are gone, for example because analysts completed them.
      - Changes that last shorter than the time between two looks are not seen.
      - Without it, O(at_least) must be reached once, and O(at_most) holds until the end of O(wait_timeout).
    type: int
  wait_timeout:
    description:
      - Number of seconds from the first look to the last one. V(0) looks once.
      - The connection option O(timeout) applies to each request. A last look that is answered slowly makes the task end later.
    type: int
    default: 300
  wait_sleep:
    description: Maximum number of seconds between two looks.
    type: int
    default: 15
  limit:
    description:
      - Maximum number of alerts to return, oldest first. V(0) returns all of them.
      - Without it, up to 10 alerts are returned.
    type: int
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
  - utmstack.siem.selection.echoes
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
attributes:
  check_mode:
    description: In check mode, the module looks once, does not wait and does not fail if the number of alerts is another one.
    support: full
notes:
  - A query without any key is refused. It would find alerts that have nothing to do with the test.
  - Set O(query.since) to the time before the attack, or alerts of earlier tests match. Ages such as V(10m) count from the start of the task.
    O(query.since=0m) means from now on.
  - Alerts have the time of the server's clock. The task warns if it differs from this host's clock by more than five seconds and the query names a time.
  - New alerts stay in automatic review for up to 40 seconds. They match once UTMStack has released them. To see them earlier, add V(automatic_review)
    to O(query.status). Their tags, and on some releases their status, may still change.
  - Refused or broken connections and the responses 429, 502, 503 and 504 do not end the wait, nor does a restart of the server. A wait time requested by the
    server (C(Retry-After)) is respected. O(retry_budget) is not used up. After the first answer, the same holds for a response 500. Refused credentials end the
    task at once.
  - Alert text may be attacker-controlled. It is returned as unsafe text and is never templated.
seealso:
  - module: utmstack.siem.utmstack_alert_info
  - module: utmstack.siem.utmstack_alert_status
  - module: utmstack.siem.utmstack_alert_count_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Wait up to five minutes for an alert
  utmstack.siem.utmstack_alert_wait:
    query:
      name: [Repeated failed logins]
      severity: [medium, high]
      since: 10m
  register: detected

- name: Check that the authorized scanner raises no alert for two minutes
  utmstack.siem.utmstack_alert_wait:
    query:
      source_ip: [10.20.0.5]
      since: 0m
    at_most: 0
    wait_timeout: 120

- name: Wait up to an hour until no alert of a host is open
  utmstack.siem.utmstack_alert_wait:
    query:
      status: [open]
      source_host: [build-17]
    at_most: 0
    stable_for: 0
    wait_timeout: 3600
    wait_sleep: 60
"""

RETURN = r"""
met:
  description: Whether the number of alerts is as expected. In check mode, whether it is at the moment.
  returned: always
  type: bool
  sample: true
alerts:
  description:
    - The first alerts that match, oldest first, up to O(limit).
    - They have the members that RV(utmstack.siem.utmstack_alert_info#module:alerts) has.
  returned: always
  type: list
  elements: dict
  sample:
    - id: 03e1e4c5-5e86-4a30-b520-7cc945fb7cf8
      parent_id: null
      timestamp: "2026-11-29T20:31:44.278Z"
      name: Port scan from an internal host
      status: open
      severity: low
      category: Discovery
      technique: Network Service Discovery
      description: One host connected to many ports within a short time
      solution: ""
      reference: ['https://attack.mitre.org/']
      data_type: firewall
      data_source: web-01
      adversary: {ip: 10.20.0.5, port: 40000}
      target: {ip: 10.10.0.10, host: web-01, port: 22}
      tags: []
      notes: ""
      observation: This alert has been evaluated by the tag rules engine
      is_incident: false
      incident: null
total:
  description: Number of alerts that the last look found. Null if the server answered no look.
  returned: always
  type: int
  sample: 1
in_automatic_review:
  description:
    - Number of alerts in automatic review that will match as well when UTMStack releases them. Null if the server answered no look.
    - Zero if O(query.status) includes V(automatic_review), or does not include V(open).
  returned: always
  type: int
  sample: 0
lag:
  description:
    - Seconds from the time of the first alert in RV(alerts) until a look found an alert, on the server's clock.
    - Includes the pause between two looks, and the time before the task if the alert is older. Null without an alert.
  returned: always
  type: float
  sample: 15.0
elapsed:
  description: Seconds from the first look until the answer to the last one.
  returned: always
  type: float
  sample: 0.0
looks:
  description: Number of looks.
  returned: always
  type: int
  sample: 1
failed_looks:
  description: Number of looks that the server did not answer.
  returned: always
  type: int
  sample: 0
requests:
  description: Number of requests sent.
  returned: always
  type: int
  sample: 3
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: POST /api/elasticsearch/search, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, did not wait. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_wait


def main() -> None:
    run_as_module(alert_wait.OPERATION)


if __name__ == "__main__":
    main()
