#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_count_info
short_description: Count UTMStack alerts
version_added: 0.1.0
description:
  - Counts open alerts the way the server does, and the alerts of a query by status, severity, tag, name or any other field.
  - The counts are exact, even above 10,000 alerts.
options:
  by:
    description:
      - What to count by. Takes keys of O(query), such as V(source_ip), V(tags) or V(technique), names of results, such as V(adversary.geolocation.country),
        and fields of the stored documents. An unknown name is looked up on the server and rejected with a suggestion if the server does not know it either.
      - An alert with several values, such as tags, counts once for each of them.
      - V(user) stands for two fields and is not supported. Use V(source_user) and V(target_user).
      - With an empty list, only the totals are counted.
    type: list
    elements: str
    default: [status, severity]
  top:
    description:
      - Maximum number of values for each field, most frequent first. V(0) returns all of them.
      - Without it, up to 10 values are returned, and the task warns if there are more.
    type: int
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
  - utmstack.siem.selection.echoes
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
notes:
  - Without O(query), the module counts all alerts that an empty query matches, completed alerts included.
  - Each number takes a request of its own. While new alerts arrive, the numbers of one result may differ slightly.
  - Values may be attacker-controlled. They are returned as unsafe text and are never templated.
seealso:
  - module: utmstack.siem.utmstack_alert_info
  - module: utmstack.siem.utmstack_property_values_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Count alerts by status and severity
  utmstack.siem.utmstack_alert_count_info:
  register: alerts

- name: Count open alerts of the last day by field
  utmstack.siem.utmstack_alert_count_info:
    query:
      status: [open]
      since: 24h
    by: [severity, name, source_ip, tags]
    top: 5
  register: day

- name: Show addresses with more than a hundred alerts
  ansible.builtin.debug:
    msg: "Busy addresses: {{ day.counts.source_ip | selectattr('count', '>', 100) | map(attribute='value') | join(', ') }}"
"""

RETURN = r"""
open:
  description:
    - Number of open alerts as the server shows it on its own pages, regardless of O(query).
    - Leaves out alerts tagged C(False positive) (any tag that contains both words) and, on v11, echoes.
  returned: success
  type: int
  sample: 574
total:
  description: Number of alerts that O(query) matches.
  returned: success
  type: int
  sample: 4158
total_is_exact:
  description: Whether RV(total) is exact. It always is in this version of the collection.
  returned: success
  type: bool
  sample: true
counts:
  description:
    - For each entry of O(by), a list of C(value) and C(count), most frequent value first.
    - Status and severity are returned as words, numbers and booleans with their own types, and everything else as text.
  returned: success
  type: dict
  sample:
    status: [{value: completed, count: 3484}, {value: open, count: 574}, {value: in_review, count: 100}]
    severity: [{value: medium, count: 2504}, {value: low, count: 1444}, {value: high, count: 210}]
rest:
  description:
    - For each entry of O(by), a dictionary about the alerts that its list does not show.
    - C(left_out) is the number of values beyond O(top), and C(count) the sum of their counts.
    - C(without_value) is the number of alerts without a value.
    - C(uncounted) is the number of alerts with a value that the server does not list, such as a text of more than 256 characters or a value whose type
      differs from that of most days. It is exact for fields that hold a single value and a lower bound for lists.
    - C(complete) is whether the server listed all values. It is false above 10,000 values, and counts may then be too low.
  returned: success
  type: dict
  sample:
    status: {left_out: 0, count: 0, without_value: 0, uncounted: 0, complete: true}
    severity: {left_out: 0, count: 0, without_value: 0, uncounted: 0, complete: true}
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 7
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: GET /api/utm-alerts/count-open-alerts, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_count_info


def main() -> None:
    run_as_module(alert_count_info.OPERATION)


if __name__ == "__main__":
    main()
