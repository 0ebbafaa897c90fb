# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: alerts
short_description: Find UTMStack alerts in an expression
version_added: 1.0.0
description:
  - Reads alerts by query, with the options and the results of M(utmstack.siem.utmstack_alert_info).
  - Use C(query) instead of C(lookup). Ansible turns the result of C(lookup) into the alert itself if there is only one.
options:
  query:
    required: true
  limit:
    description:
      - Maximum number of alerts, in the order of O(sort). V(0) returns all of them.
      - Without it, up to 1000 alerts are returned, with a warning if there are more.
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
    description: Sort order of the alerts. A leading V(-) sorts in descending order. The first entry takes precedence.
    type: list
    elements: str
    choices: [timestamp, -timestamp, severity, -severity, status, -status, name, -name]
    default: [-timestamp]
  raw:
    description: Whether to add the stored document to each alert.
    type: bool
    default: false
  concurrency:
    description: Maximum number of parallel requests.
    type: int
    default: 4
extends_documentation_fragment:
  - utmstack.siem.connection.plugin
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
  - utmstack.siem.selection.time_zone
  - utmstack.siem.selection.echoes
notes:
  - A lookup runs on the controller each time that its expression is evaluated. To use the alerts more than once, set a fact or register the result of
    M(utmstack.siem.utmstack_alert_info).
  - Lookups know no C(module_defaults) and no C(environment) of a task. Set the connection in the environment of ansible-playbook, or pass the options, such as
    C(**utmstack_connection).
  - Lookups and tasks of a run with the same connection share one login.
  - Alert text may be attacker-controlled. It is returned as unsafe text and is never templated.
seealso:
  - plugin: utmstack.siem.alert
    plugin_type: lookup
  - module: utmstack.siem.utmstack_alert_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: List the names of the open alerts of high severity
  ansible.builtin.debug:
    msg: "{{ query('utmstack.siem.alerts', query={'status': ['open'], 'severity': ['high']}) | map(attribute='name') }}"

- name: Close the alerts of authorized scanners, except those of high severity
  vars:
    scanned: "{{ query('utmstack.siem.alerts', query={'source_ip': ['scanners']}, networks={'scanners': ['10.0.0.0/24']}, fields=['id', 'severity']) }}"
  utmstack.siem.utmstack_alert_status:
    alert_ids: "{{ scanned | rejectattr('severity', 'equalto', 'high') | map(attribute='id') }}"
    false_positive: true

- name: Fail if an alert has been open for half an hour
  ansible.builtin.assert:
    that: "query('utmstack.siem.alerts', query={'status': ['open'], 'since': '24h', 'until': '30m'}, fields=['id']) == []"
"""

RETURN = r"""
_list:
  description: The alerts, each as in RV(utmstack.siem.utmstack_alert_info#module:alerts).
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.looked_up import ALERTS
from ansible_collections.utmstack.siem.plugins.plugin_utils.alert_lookup import AlertLookup


class LookupModule(AlertLookup):
    """The lookup."""

    operation = ALERTS
    needed = (("query", "Set what to look for; `all: true` selects every alert."),)

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Read the alerts of the query."""
        if terms:
            raise self.refusal("takes options only. Pass conditions as `query`, and IDs to utmstack.siem.alert.")
        alerts: list[Any] = self.read(kwargs, variables)["alerts"]
        return alerts
