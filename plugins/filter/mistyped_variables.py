# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: mistyped_variables
short_description: Find misspelled variables of a role
version_added: 1.0.0
description:
  - Compares the variables that are set with those of a role, so that a misspelled guardrail does not go unnoticed.
  - A variable with the prefix of the role that resembles none of its variables is reported as a warning, once per run.
  - Variables that begin with the name of the role and C(_my_) are free for your own use.
positional: _input, specs, role
options:
  _input:
    description: Names of variables, such as those that the lookup P(ansible.builtin.varnames#lookup) finds.
    type: list
    elements: str
    required: true
  specs:
    description: Content of C(meta/argument_specs.yml) of the role.
    type: dict
    required: true
  role:
    description: Name of the role. Its variables begin with it.
    type: str
    required: true
  facts:
    description: Variables that the role itself sets, besides its name and C(_result).
    type: list
    elements: str
    default: []
  strict:
    description: Report every unknown variable, not only those that resemble one of the role.
    type: bool
    default: false
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find the misspelled variable
  vars:
    specs:
      argument_specs: {main: {options: {patching_max_hosts: {type: int}}}}
  ansible.builtin.assert:
    that:
      - (['patching_max_hots'] | utmstack.siem.mistyped_variables(specs, 'patching'))[0] is search('Did you mean patching_max_hosts')
      - (['patching_max_hosts', 'patching_my_ticket'] | utmstack.siem.mistyped_variables(specs, 'patching')) == []
"""

RETURN = r"""
_value:
  description: One message for each misspelled variable, with the intended variable.
  type: list
  elements: str
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible.utils.display import Display
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import close_names

# What follows the prefix of a role in variables that are the user's.
FREE = "my_"


def mistyped_variables(
    names: Iterable[str], specs: Mapping[str, Any], role: str, facts: Sequence[str] = (), strict: bool = False
) -> list[str]:
    """Messages about misspelled variables of a role; the other unknown ones are warnings, or messages if `strict`."""
    prefix = f"{role}_"
    options = {str(name).removeprefix(prefix) for name in specs["argument_specs"]["main"]["options"]}
    own = {"result", *(name.removeprefix(prefix) for name in facts)}
    given = {str(name).removeprefix(prefix) for name in names if str(name).startswith(prefix)}
    free = f"Variables of your own may begin with {prefix}{FREE}."
    mistyped = []
    for name in sorted(given - options - own):
        if name.startswith(FREE):
            continue
        # The prefix alone would make every name resemble every other.
        meant = ", ".join(prefix + word for word in close_names(name, options))
        if meant:
            mistyped.append(f"{role} has no variable {prefix}{name}. Did you mean {meant}? {free}")
        elif strict:
            mistyped.append(f"{role} has no variable {prefix}{name}. {free}")
        else:
            Display().warning(f"{role} has no variable {prefix}{name} and ignores it. {free}")
    return mistyped


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"mistyped_variables": mistyped_variables}
