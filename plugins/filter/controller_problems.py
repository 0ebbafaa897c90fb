# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: controller_problems
short_description: Find objects that a controller would refuse
version_added: 1.0.0
description:
  - Checks objects of an AWX or automation controller without one, for the role C(utmstack.siem.controller_objects).
  - A rule stands for what a controller refuses, drops or silently takes in another sense.
positional: _input, project
options:
  _input:
    description:
      - Objects, each with C(kind), the name of the module of the collection C(awx.awx), and C(arguments), the arguments of that module.
    type: list
    elements: dict
    required: true
  project:
    description: What is known of the project. C(playbooks) are the names of its playbooks. If they are not given, names of playbooks are not compared.
    type: dict
    default: {}
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find a template without a playbook
  vars:
    objects:
      - {kind: job_template, arguments: {name: Triage, playbook: utmstack.siem.triage, project: SOC, inventory: SIEMs}}
  ansible.builtin.assert:
    that: (objects | utmstack.siem.controller_problems)[0].rule == 'playbook-by-collection-name'
"""

RETURN = r"""
_value:
  description: One dictionary for each problem, with C(rule), C(object) and C(message).
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.checks import problems


def controller_problems(
    objects: Sequence[Mapping[str, Any]], project: Mapping[str, Any] | None = None
) -> list[dict[str, str]]:
    """The problems as dictionaries."""
    return [asdict(problem) for problem in problems(objects, project or {})]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"controller_problems": controller_problems}
