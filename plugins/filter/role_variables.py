# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: role_variables
short_description: Convert the variables of a role to their declared types
version_added: 1.0.0
description:
  - Surveys, C(-e name=value) and credentials of AWX know texts only. This filter converts and checks the variables of a role by its argument specification.
  - C(null), an empty text and spaces mean the default of the variable.
  - A text of JSON or YAML is a list or dictionary where one is declared. In other texts for a list, each line is an entry. Commas separate entries that cannot
    contain one, such as addresses, IDs and choices.
positional: _input, specs, role
options:
  _input:
    description: Values of the variables, by their names. Variables that are not set are left out.
    type: dict
    required: true
  specs:
    description: Content of C(meta/argument_specs.yml) of the role.
    type: dict
    required: true
  role:
    description: Name of the role. Its variables begin with it.
    type: str
    required: true
  defaults:
    description: Defaults that are templates in O(specs), by the name of the variable without that of the role.
    type: dict
    default: {}
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Convert the answers of a survey
  vars:
    specs:
      argument_specs:
        main:
          options:
            patching_hosts: {type: list, elements: str}
            patching_max_hosts: {type: int, default: 10}
            patching_reboot: {type: bool, default: false}
    answers: {patching_hosts: "web-01\nweb-02", patching_max_hosts: "", patching_reboot: "true"}
    converted: "{{ answers | utmstack.siem.role_variables(specs, 'patching') }}"
  ansible.builtin.assert:
    that:
      - converted.problems == []
      - converted.variables == dict(hosts=['web-01', 'web-02'], max_hosts=10, reboot=true)

- name: Find a wrong answer
  vars:
    specs: {argument_specs: {main: {options: {patching_max_hosts: {type: int}}}}}
  ansible.builtin.assert:
    that: (dict(patching_max_hosts='many') | utmstack.siem.role_variables(specs, 'patching')).problems[0] is search('patching_max_hosts')
"""

RETURN = r"""
_value:
  description:
    - C(variables), by their names without that of the role. A variable without a value and a default is null.
    - C(problems), one message for each wrong variable.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.role_variables import role_variables as read_variables


def role_variables(
    given: Mapping[str, Any], specs: Mapping[str, Any], role: str, defaults: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Convert the variables of a role."""
    options = specs["argument_specs"]["main"]["options"]
    variables, problems = read_variables(given, options, role, defaults or {})
    return {"variables": variables, "problems": problems}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"role_variables": role_variables}
