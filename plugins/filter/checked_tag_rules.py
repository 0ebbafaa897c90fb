# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a list of tag rules before the first of them is stored."""

from __future__ import annotations

DOCUMENTATION = r"""
name: checked_tag_rules
short_description: Check tag rules before they are stored
version_added: 1.0.0
description:
  - Fails if the server cannot carry out one of the rules, for example because it names a network.
  - The role C(utmstack.siem.tag_rules) checks its list with it, so that it stores all rules or none.
positional: _input
options:
  _input:
    description: Rules, each with C(name) and C(query) as M(utmstack.siem.utmstack_tag_rule) takes them.
    type: list
    elements: dict
    required: true
  networks:
    description: Lists of addresses by name, for C(source_ip) and C(target_ip) of the queries.
    type: dict
seealso:
  - module: utmstack.siem.utmstack_tag_rule
  - module: utmstack.siem.utmstack_tag_rule_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Check the rules of a file
  vars:
    rules:
      - {name: Planned scans, query: {source_ip: [scanners]}, tags: [Planned scan]}
    checked: "{{ rules | utmstack.siem.checked_tag_rules(networks={'scanners': ['10.0.0.5', '10.0.0.6']}) }}"
  ansible.builtin.assert:
    that: checked[0].query.source_ip == ['10.0.0.5', '10.0.0.6']
"""

RETURN = r"""
_value:
  description: The rules, with addresses in place of the names of networks.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.written_rules import checked_rules
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def checked_tag_rules(
    rules: Sequence[Mapping[str, Any]], networks: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the rules if all of them can be stored."""
    return checked_rules(rules, networks)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"checked_tag_rules": checked_tag_rules}
