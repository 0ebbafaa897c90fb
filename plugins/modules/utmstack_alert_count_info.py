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
  - Counts the open alerts as the server counts them, and the alerts of a query by status, severity, tag, name or any other field.
  - The counts are exact, also above 10,000 alerts.
options:
  by:
    description:
      - What to count by. Words of O(query) such as V(source_ip), V(tags) or V(technique), names of results such as V(adversary.geolocation.country),
        or fields of the stored documents. A name that is not known is looked up on the server, and refused with a suggestion where it is unknown there, too.
      - An alert with several values, such as tags, counts once for each of them.
      - V(user) stands for two fields and cannot be counted by; use V(source_user) and V(target_user).
      - An empty list counts only the alerts as a whole.
    type: list
    elements: str
    default: [status, severity]
  top:
    description: At most this many values for each field, the most frequent ones. V(0) means all.
    type: int
    default: 10
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
  - Without O(query) all alerts are counted that an empty one finds, completed ones included.
  - Each number is a request of its own. While alerts arrive, the numbers of one result may differ by a few.
  - Values are written by attackers, too. They are returned as unsafe text that is never templated.
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: How many alerts are open, in which status, and how severe
  utmstack.siem.utmstack_alert_count_info:
  register: alerts

- name: What was open in the last day
  utmstack.siem.utmstack_alert_count_info:
    query:
      status: [open]
      since: 24h
    by: [severity, name, source_ip, tags]
    top: 5
  register: day

- name: Raise the alarm when one address makes more than a hundred alerts
  ansible.builtin.debug:
    msg: "Busy addresses: {{ day.counts.source_ip | selectattr('count', '>', 100) | map(attribute='value') | join(', ') }}"
"""

RETURN = r"""
open:
  description:
    - The open alerts as the server counts them for its own pages, whatever the O(query).
    - It leaves out alerts tagged C(False positive) (any tags that hold both words) and, on v11, echoes.
  returned: success
  type: int
  sample: 17
total:
  description: How many alerts the O(query) finds.
  returned: success
  type: int
  sample: 1212
total_is_exact:
  description: Whether RV(total) is exact. It always is with the requests this version sends.
  returned: success
  type: bool
counts:
  description:
    - For each entry of O(by) a list of C(value) and C(count), the most frequent value first.
    - Status and severity are words, numbers and booleans are what they are, everything else is text.
  returned: success
  type: dict
  sample:
    status:
      - value: completed
        count: 1000
      - value: open
        count: 212
rest:
  description:
    - For each entry of O(by) a dictionary that tells what its list does not show.
    - C(values) is the number of values beyond O(top), C(count) the sum of their counts.
    - C(without_value) is the number of alerts that hold no value.
    - C(uncounted) is the number of alerts that hold a value which the server does not list - a text of more than 256 characters, or a value of
      another type than most days hold. It is exact for fields that are no lists. For lists it is at least this many.
    - C(complete) tells whether the server listed all values. With more than 10,000 of them it does not, and counts may be too low.
  returned: success
  type: dict
  sample:
    status: {values: 0, count: 0, without_value: 0, uncounted: 0, complete: true}
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_count_info


def main() -> None:
    run_as_module(alert_count_info.OPERATION)


if __name__ == "__main__":
    main()
