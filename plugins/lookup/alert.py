# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: alert
short_description: Read UTMStack alerts by ID in an expression
version_added: 1.0.0
description:
  - Reads alerts by ID, with the results of M(utmstack.siem.utmstack_alert_info). The result is one dictionary for each ID, in the order of the IDs.
  - An unknown ID is an error that names it. With C(errors='warn') or C(errors='ignore'), Ansible returns nothing instead.
options:
  _terms:
    description: IDs of the alerts, or lists of IDs. Without any, no request is sent.
    type: list
    elements: str
    required: true
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
  raw:
    description: Whether to add the stored document to each alert.
    type: bool
    default: false
extends_documentation_fragment:
  - utmstack.siem.connection.plugin
notes:
  - A lookup runs on the controller each time that its expression is evaluated. To use an alert more than once, set a fact or register the result of
    M(utmstack.siem.utmstack_alert_info).
  - Lookups know no C(module_defaults) and no C(environment) of a task. Set the connection in the environment of ansible-playbook, or pass the options, such as
    C(**utmstack_connection).
  - Lookups and tasks of a run with the same connection share one login.
  - Alert text may be attacker-controlled. It is returned as unsafe text and is never templated.
seealso:
  - plugin: utmstack.siem.alerts
    plugin_type: lookup
  - module: utmstack.siem.utmstack_alert_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the status of an alert
  ansible.builtin.debug:
    msg: "{{ lookup('utmstack.siem.alert', 'a0000001-0000-4000-8000-000000000001').status }}"

- name: Show the names of several alerts
  vars:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
  ansible.builtin.debug:
    msg: "{{ query('utmstack.siem.alert', alert_ids, fields=['name']) | map(attribute='name') }}"

- name: Go on without an alert that has been deleted
  ansible.builtin.debug:
    msg: "{{ lookup('utmstack.siem.alert', 'deleted', errors='ignore') | default('no such alert', true) }}"
"""

RETURN = r"""
_list:
  description: The alerts, each as in RV(utmstack.siem.utmstack_alert_info#module:alerts).
  type: list
  elements: dict
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.conversion import checked_text
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.looked_up import ALERT
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable
from ansible_collections.utmstack.siem.plugins.plugin_utils.alert_lookup import AlertLookup


class LookupModule(AlertLookup):
    """The lookup."""

    operation = ALERT

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Read the alert of each ID."""
        if "alert_ids" in kwargs or "query" in kwargs:
            raise self.refusal("takes IDs and no `alert_ids` or `query`. Pass conditions to utmstack.siem.alerts.")
        try:
            ids = [checked_text(term, "ID") for term in _flat(terms)]
        except InvalidInput as error:
            raise self.refusal(error.message) from None
        if not all(map(str.strip, ids)):
            raise self.refusal("an ID is blank. Pass the ID of an alert.")
        if not ids:
            return []
        result = self.read({**kwargs, "alert_ids": ids}, variables)
        if result["missing"]:
            names = ", ".join(printable(name) for name in result["missing"])
            raise self.refusal(f"no alert has the ID {names}. Check it, or set errors='ignore'.")
        alerts: list[Any] = result["alerts"]
        return alerts


def _flat(terms: Iterable[Any]) -> Iterable[Any]:
    for term in terms:
        yield from term if isinstance(term, (list, tuple)) else [term]
