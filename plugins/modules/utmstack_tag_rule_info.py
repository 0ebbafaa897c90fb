#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag_rule_info
short_description: List the rules by which UTMStack tags new alerts
version_added: 0.1.0
description:
  - Reads the tag rules, all of them or those that fit. All options must hold.
options:
  name:
    description: Only the rules of exactly these names, letter case included.
    type: list
    elements: str
  tags:
    description: Only rules that give at least one of these tags.
    type: list
    elements: str
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Only reads.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
notes:
  - A rule that was stored with a tag without ID makes the server answer 500 to everybody who asks for any rules.
    The task fails then and says how to remove it.
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Every rule, in the order in which the server runs them
  utmstack.siem.utmstack_tag_rule_info:
  register: stored

- name: Show which rules close alerts
  ansible.builtin.debug:
    msg: "{{ stored.rules | selectattr('completes_alerts') | map(attribute='name') | join(', ') }}"

- name: Rules that give one tag
  utmstack.siem.utmstack_tag_rule_info:
    tags: [Campaign 42]
"""

RETURN = r"""
rules:
  description: The rules in the order in which the server runs them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the rule.
      type: int
    name:
      description: Name of the rule.
      type: str
    description:
      description: What the rule is for.
      type: str
    conditions:
      description: Conditions in the server's own words, each with C(field), C(operator) and mostly C(value). All must hold.
      type: list
      elements: dict
    tags:
      description: Tags that the rule gives. Tags that were removed from the catalogue are not shown by the server.
      type: list
      elements: str
    active:
      description: Whether the rule acts.
      type: bool
    completes_alerts:
      description: Whether the rule completes the alerts that it meets, because it gives them the tag C(False positive).
      type: bool
total:
  description: Number of rules found.
  returned: success
  type: int
  sample: 3
requests:
  description: Number of requests sent.
  returned: success
  type: int
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule_info


def main() -> None:
    run_as_module(tag_rule_info.OPERATION)


if __name__ == "__main__":
    main()
