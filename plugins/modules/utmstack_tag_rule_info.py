#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag_rule_info
short_description: List UTMStack tag rules
version_added: 0.1.0
description:
  - Lists the tag rules, or only those that match the given options. All options must match.
options:
  name:
    description: Exact names of the rules, case-sensitive. Without it, rules of any name match.
    type: list
    elements: str
  tags:
    description: Tags of which a rule must add at least one. Without it, rules with any tags match.
    type: list
    elements: str
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
notes:
  - A rule that was stored with a tag without an ID makes the server return 500 whenever rules are listed. The task then fails and explains how to remove the
    rule.
seealso:
  - module: utmstack.siem.utmstack_tag_rule
  - module: utmstack.siem.utmstack_tag_info
  - plugin: utmstack.siem.checked_tag_rules
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: List all rules
  utmstack.siem.utmstack_tag_rule_info:
  register: stored

- name: Show which rules close alerts
  ansible.builtin.debug:
    msg: "{{ stored.rules | selectattr('completes_alerts') | map(attribute='name') | join(', ') }}"

- name: List the rules that add a tag
  utmstack.siem.utmstack_tag_rule_info:
    tags: [Campaign 42]
"""

RETURN = r"""
rules:
  description: The rules in the order in which the server runs them.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 501
      name: Health checks
      description: The load balancer checks the web servers
      conditions: [{field: name, operator: IS, value: Health check of the load balancer}]
      tags: [False positive]
      active: true
      completes_alerts: true
  contains:
    id:
      description: ID of the rule.
      type: int
    name:
      description: Name of the rule.
      type: str
    description:
      description: Purpose of the rule.
      type: str
    conditions:
      description: Conditions as the server stores them, each with C(field), C(operator) and usually C(value). All of them must match.
      type: list
      elements: dict
    tags:
      description: Tags that the rule adds. The server does not list tags that were removed from the catalog.
      type: list
      elements: str
    active:
      description: Whether the rule is active.
      type: bool
    completes_alerts:
      description: Whether the rule completes the alerts that it matches because it adds the tag C(False positive).
      type: bool
total:
  description: Number of rules found.
  returned: success
  type: int
  sample: 1
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 2
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on a failed request
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: GET /api/alert-tag-rules, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule_info


def main() -> None:
    run_as_module(tag_rule_info.OPERATION)


if __name__ == "__main__":
    main()
