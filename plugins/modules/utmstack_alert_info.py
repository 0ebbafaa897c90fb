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
  - Reads alerts by ID or by query. The result is complete, even beyond the server's window of 10,000 rows. If it cannot be complete, the task fails.
  - Alerts of v10 and v11 servers are returned with the same names.
options:
  limit:
    description:
      - Maximum number of alerts that a O(query) returns, in the order of O(sort). V(0) returns all of them.
      - Without it, up to 1000 alerts are returned, and the task warns if there are more.
    type: int
  fields:
    description: Fields to return for each alert. Without it, all fields are returned.
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
    description: Sort order of the alerts of a O(query). A leading V(-) sorts in descending order. The first entry takes precedence.
    type: list
    elements: str
    choices: [timestamp, -timestamp, severity, -severity, status, -status, name, -name]
    default: [-timestamp]
  include_echoes:
    description: Whether to return the echoes of alerts (v11) as well. Echoes are repetitions of an alert and have a C(parent_id).
    type: bool
    default: false
  raw:
    description: Whether to add the stored document to each alert.
    type: bool
    default: false
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
notes:
  - Alert text may be attacker-controlled. It is returned as unsafe text and is never templated.
seealso:
  - module: utmstack.siem.utmstack_alert_count_info
  - module: utmstack.siem.utmstack_property_values_info
  - module: utmstack.siem.utmstack_alert_wait
  - module: utmstack.siem.utmstack_alert_export
  - plugin: utmstack.siem.alerts
    plugin_type: lookup
  - plugin: utmstack.siem.alert
    plugin_type: lookup
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find open high-severity alerts of the last day
  utmstack.siem.utmstack_alert_info:
    query:
      status: [open]
      severity: [high]
      since: 24h
    fields: [id, name, timestamp, adversary]
  register: urgent

- name: Find alerts of a network and of an authorized scanner
  utmstack.siem.utmstack_alert_info:
    query:
      source_ip: [10.0.0.0/24, 10.0.1.5]
      without_tags: [False positive]
    limit: 0

- name: Find an alert by ID, with its stored document
  utmstack.siem.utmstack_alert_info:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    include_echoes: true
    raw: true

- name: Find login alerts by name, most severe first
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
  sample:
    - id: f8d780af-34ab-5f5e-a865-0ea92cf0fc01
      parent_id: null
      timestamp: "2026-11-10T04:42:24.703Z"
      name: Vulnerability probe against a web application
      status: completed
      severity: medium
      category: Initial access
      technique: Exploit Public-Facing Application
      description: Requests with known exploit patterns
      solution: ""
      reference: ['https://attack.mitre.org/']
      data_type: nginx
      data_source: web-01
      adversary: {ip: 10.10.3.7, port: 46263}
      target: {ip: 10.10.0.11, host: web-01, port: 443}
      tags: []
      notes: ""
      observation: Workstation was reinstalled
      is_incident: true
      incident: {id: "101", name: Intrusion through desktop-07, created_by: m.keller, created_at: "2026-11-11T22:31:52.397Z", source: UTMStack}
      raw:
        "@timestamp": "2026-11-10T04:42:24.703Z"
        id: f8d780af-34ab-5f5e-a865-0ea92cf0fc01
        status: 5
        statusLabel: Completed
        severity: 2
        severityLabel: Medium
        name: Vulnerability probe against a web application
        dataType: nginx
        dataSource: web-01
  contains:
    id:
      description: ID of the alert.
      type: str
    parent_id:
      description: ID of the alert that this echo repeats (v11). Null otherwise.
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
      description: Description from the detection rule.
      type: str
    solution:
      description: Solution proposed by the detection rule.
      type: str
    reference:
      description: Reference links.
      type: list
      elements: str
    data_type:
      description: Log type.
      type: str
    data_source:
      description: Host or device that sent the log.
      type: str
    adversary:
      description: Adversary (v11) or source (v10). The members are the server's. The location is under C(geolocation).
      type: dict
    target:
      description: Target (v11) or destination (v10), in the same format.
      type: dict
    tags:
      description: Tags of the alert.
      type: list
      elements: str
    notes:
      description: Note of the alert.
      type: str
    observation:
      description: Observation of the last status change.
      type: str
    is_incident:
      description: Whether the alert belongs to an incident.
      type: bool
    incident:
      description: Incident of the alert with C(id), C(name), C(created_by), C(created_at) and C(source). Null if there is none.
      type: dict
    raw:
      description: The stored document.
      returned: with O(raw=true)
      type: dict
missing:
  description: Unknown IDs in O(alert_ids).
  returned: success
  type: list
  elements: str
  sample: [a0000001-0000-4000-8000-000000000001]
total:
  description: Number of alerts that match, whether returned or not.
  returned: success
  type: int
  sample: 1565
total_is_exact:
  description: Whether RV(total) is exact. It always is in this version of the collection.
  returned: success
  type: bool
  sample: true
truncated:
  description: Whether more alerts match than were returned.
  returned: success
  type: bool
  sample: false
dialect:
  description: Major version of the server, which tells the fields of C(raw).
  returned: success
  type: str
  sample: v11
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 2
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_info


def main() -> None:
    run_as_module(alert_info.OPERATION)


if __name__ == "__main__":
    main()
