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
  - Lists the values that a field has among the alerts of a query, and how many alerts have each.
  - Texts are listed whole. The module picks the server's field for that (C(.keyword)).
options:
  field:
    description:
      - The field. A word of O(query) such as V(source_ip), V(tags) or V(technique), a name of results such as V(adversary.geolocation.country),
        or a field of the stored documents such as V(lastEvent.action).
      - A name that is not known is looked up on the server, and refused with a suggestion where it is unknown there, too.
    type: str
    required: true
  contains:
    description: Only values that hold this text, whatever the case of its letters.
    type: str
  sort:
    description: Order of the values. A leading V(-) means descending. Values of the same count are in the order of values.
    type: str
    choices: [-count, count, value, -value]
    default: -count
  top:
    description: At most this many values, the first ones in the order of O(sort). V(0) means all that the server lists, which are up to 10,000.
    type: int
    default: 100
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection.echoes
  - utmstack.siem.selection.query
  - utmstack.siem.selection.words
attributes:
  check_mode:
    description: Only reads.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
notes:
  - Without O(query) the values of all alerts are listed that an empty one finds, completed ones included.
  - Values are written by attackers, too. They are returned as unsafe text that is never templated.
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Names of the open alerts, the most frequent first
  utmstack.siem.utmstack_property_values_info:
    field: name
    query:
      status: [open]
  register: names

- name: Addresses of one network that set off alerts in the last week
  utmstack.siem.utmstack_property_values_info:
    field: source_ip
    contains: "10.0.0."
    sort: value
    top: 0
    query:
      since: 7d

- name: Tags in use
  utmstack.siem.utmstack_property_values_info:
    field: tags
"""

RETURN = r"""
field:
  description: The field of the stored documents that O(field) means on this server.
  returned: success
  type: str
  sample: adversary.ip
values:
  description:
    - Values and the number of alerts that have each. An alert with several values counts for each of them.
    - Status and severity are words, numbers and booleans are what they are, everything else is text.
  returned: success
  type: list
  elements: dict
  contains:
    value:
      description: The value.
      type: raw
    count:
      description: Number of alerts.
      type: int
  sample:
    - value: 10.0.0.5
      count: 12
distinct:
  description: How many values there are, shown or not, and with O(contains) how many hold the text.
  returned: success
  type: int
truncated:
  description: Whether there are more values than RV(values) holds.
  returned: success
  type: bool
counts_are_exact:
  description: Whether the counts are exact and RV(distinct) is all. With more than 10,000 values the server lists only a part of them.
  returned: success
  type: bool
total:
  description: How many alerts the O(query) finds, with a value or not.
  returned: success
  type: int
total_is_exact:
  description: Whether RV(total) is exact. It always is with the requests this version sends.
  returned: success
  type: bool
without_value:
  description: Alerts that hold no value.
  returned: success
  type: int
uncounted:
  description:
    - Alerts that hold a value which the server does not list - a text of more than 256 characters, or a value of another type than most days hold.
    - Exact for fields that are no lists. For lists at least this many.
  returned: success
  type: int
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 6
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import property_values_info


def main() -> None:
    run_as_module(property_values_info.OPERATION)


if __name__ == "__main__":
    main()
