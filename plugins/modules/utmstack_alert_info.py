#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_info
short_description: Find UTMStack alerts
version_added: 0.1.0
description:
  - Reads alerts by ID or by query. The answer is complete, also beyond the server's window of 10,000 rows, or the task fails.
  - Alerts of v10 and v11 servers come back under the same names.
options:
  limit:
    description:
      - At most this many alerts of a O(query), the first ones in the order of O(sort). V(0) means all. The default is 1000.
    type: int
  fields:
    description: Names to return for each alert. By default all.
    type: list
    elements: str
    choices:
      - id
      - parent_id
      - timestamp
      - name
      - status
      - severity
      - category
      - technique
      - description
      - solution
      - reference
      - data_type
      - data_source
      - adversary
      - target
      - tags
      - notes
      - observation
      - is_incident
      - incident
  sort:
    description: Order of the alerts of a O(query). A leading V(-) means descending; the first entry counts most.
    type: list
    elements: str
    choices: [timestamp, -timestamp, severity, -severity, status, -status, name, -name]
    default: [-timestamp]
  include_echoes:
    description: Whether to return also the echoes of alerts (v11), which are repetitions with a C(parent_id).
    type: bool
    default: false
  raw:
    description: Whether to add the document as the server stores it.
    type: bool
    default: false
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
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
  - Text of alerts is written by attackers, too. It is returned as unsafe text that is never templated.
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Open alerts of high severity of the last day
  utmstack.siem.utmstack_alert_info:
    query:
      status: [open]
      severity: [high]
      since: 24h
    fields: [id, name, timestamp, adversary]
  register: urgent

- name: Everything that two scanners set off
  utmstack.siem.utmstack_alert_info:
    query:
      source_ip: [10.0.0.5, 10.0.0.6]
      without_tags: [False positive]
    limit: 0

- name: Alerts by ID, with the stored documents
  utmstack.siem.utmstack_alert_info:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    include_echoes: true
    raw: true

- name: Alerts whose name tells of a login, the most severe first
  utmstack.siem.utmstack_alert_info:
    query:
      where:
        - {field: name, operator: contain, value: login}
    sort: [-severity, -timestamp]
    limit: 20
"""

RETURN = r"""
alerts:
  description: The alerts.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the alert.
      type: str
    parent_id:
      description: ID of the alert that this one repeats (v11), null otherwise.
      type: str
    timestamp:
      description: Time of the alert as the server stores it.
      type: str
    name:
      description: Name of the alert.
      type: str
    status:
      description: One of C(automatic_review), C(open), C(in_review), C(completed).
      type: str
    severity:
      description: One of C(low), C(medium), C(high).
      type: str
    category:
      description: Category of the alert.
      type: str
    technique:
      description: ATT&CK technique (v11) or tactic (v10).
      type: str
    description:
      description: What the rule says about it.
      type: str
    solution:
      description: What the rule proposes.
      type: str
    reference:
      description: Links.
      type: list
      elements: str
    data_type:
      description: Type of the log.
      type: str
    data_source:
      description: Host or device that sent the log.
      type: str
    adversary:
      description: Adversary (v11) or source (v10). The members are the server's; places stand under C(geolocation).
      type: dict
    target:
      description: Target (v11) or destination (v10), likewise.
      type: dict
    tags:
      description: Tags.
      type: list
      elements: str
    notes:
      description: Note.
      type: str
    observation:
      description: Observation of the last status change.
      type: str
    is_incident:
      description: Whether the alert belongs to an incident.
      type: bool
    incident:
      description: Its incident with C(id), C(name), C(created_by), C(created_at) and C(source); null without one.
      type: dict
    raw:
      description: The stored document, with O(raw=true).
      returned: with O(raw=true)
      type: dict
missing:
  description: IDs that no alert carries.
  returned: success
  type: list
  elements: str
total:
  description: How many alerts match, returned or not.
  returned: success
  type: int
  sample: 1200
total_is_exact:
  description: Whether RV(total) is exact. It always is with the requests this version sends.
  returned: success
  type: bool
truncated:
  description: Whether more alerts match than are returned.
  returned: success
  type: bool
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_info


def main() -> None:
    run_as_module(alert_info.OPERATION)


if __name__ == "__main__":
    main()
