#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_property_values_info
short_description: List the values of a field of UTMStack alerts
version_added: 0.1.0
description:
  - Lists the values of a field among the alerts of a query, with the number of alerts for each value.
  - Text values are listed in full. The module picks the server field that supports this (C(.keyword)).
options:
  field:
    description:
      - Field to list. Takes a key of O(query), such as V(source_ip), V(tags) or V(technique), a name of results, such as V(adversary.geolocation.country), or
        a field of the stored documents, such as V(lastEvent.action).
      - An unknown name is looked up on the server and rejected with a suggestion if the server does not know it either.
    type: str
    required: true
  contains:
    description: Text that the values must contain, in any case. Without it, all values are listed.
    type: str
  sort:
    description: Order of the values. A leading V(-) sorts in descending order. Ties are ordered by value.
    type: str
    choices: [-count, count, value, -value]
    default: -count
  top:
    description:
      - Maximum number of values, in the order of O(sort). V(0) returns all values that the server lists, which is up to 10,000.
      - Without it, up to 100 values are returned, and the task warns if there are more.
    type: int
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
  - utmstack.siem.selection.echoes
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
notes:
  - Without O(query), the module lists the values of all alerts that an empty query matches, completed alerts included.
  - Values may be attacker-controlled. They are returned as unsafe text and are never templated.
seealso:
  - module: utmstack.siem.utmstack_alert_count_info
  - module: utmstack.siem.utmstack_alert_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: List the names of open alerts, most frequent first
  utmstack.siem.utmstack_property_values_info:
    field: name
    query:
      status: [open]
  register: names

- name: List source addresses of one network in the last week
  utmstack.siem.utmstack_property_values_info:
    field: source_ip
    contains: "10.0.0."
    sort: value
    top: 0
    query:
      since: 7d

- name: List all tags in use
  utmstack.siem.utmstack_property_values_info:
    field: tags
"""

RETURN = r"""
field:
  description: The field of the stored documents that was listed.
  returned: success
  type: str
  sample: adversary.ip
property_values:
  description:
    - Values and the number of alerts with each value. An alert with several values counts once for each of them.
    - Status and severity are returned as words, numbers and booleans with their own types, and everything else as text.
  returned: success
  type: list
  elements: dict
  sample: [{value: 10.20.0.5, count: 162}, {value: 10.10.1.5, count: 69}]
  contains:
    value:
      description: The value.
      type: raw
    count:
      description: Number of alerts.
      type: int
distinct:
  description: Number of distinct values, whether returned or not. With O(contains), only values that contain the text are counted.
  returned: success
  type: int
  sample: 32
truncated:
  description: Whether there are more values than RV(property_values) holds.
  returned: success
  type: bool
  sample: false
counts_are_exact:
  description: Whether the counts are exact and RV(distinct) is complete. Above 10,000 values, the server lists only some of them.
  returned: success
  type: bool
  sample: true
total:
  description: Number of alerts that O(query) matches, with or without a value.
  returned: success
  type: int
  sample: 574
total_is_exact:
  description: Whether RV(total) is exact. It always is in this version of the collection.
  returned: success
  type: bool
  sample: true
without_value:
  description: Number of alerts without a value.
  returned: success
  type: int
  sample: 0
uncounted:
  description:
    - Number of alerts with a value that the server does not list, such as a text of more than 256 characters or a value whose type differs from that of most
      days.
    - Exact for fields that hold a single value. A lower bound for lists.
  returned: success
  type: int
  sample: 0
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 4
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: POST /api/elasticsearch/property/values-with-count, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import property_values_info


def main() -> None:
    run_as_module(property_values_info.OPERATION)


if __name__ == "__main__":
    main()
