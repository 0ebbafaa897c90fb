# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: controller_plan
short_description: Plan how a controller gets the objects that it should have
version_added: 1.0.0
description:
  - Compares the objects of P(utmstack.siem.controller_objects#filter) with what P(utmstack.siem.controller_state#lookup) read. Nothing is sent.
positional: _input, state, settings
options:
  _input:
    description: The objects that the controller should have.
    type: list
    elements: dict
    required: true
  state:
    description: What the controller holds.
    type: dict
    required: true
  settings:
    description: The variables of the role C(utmstack.siem.controller_objects), without its prefix.
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Plan for an empty controller
  vars:
    desired: [{kind: organization, arguments: {name: SOC}}]
    empty:
      {version: 24.6.1, username: admin, is_superuser: true, may_edit: null, objects: [], missing: [], ambiguous: [], playbooks: null, users: {}}
    plan: "{{ desired | utmstack.siem.controller_plan(empty, dict(organization='SOC', name_prefix='UTMStack')) }}"
  ansible.builtin.assert:
    that: plan.steps[0].action == 'create'
"""

RETURN = r"""
_value:
  description:
    - C(steps), each with C(action) (V(create), V(update) or V(remove)), C(kind), C(name), C(fields) (names of those that differ) and C(by_hand) (V(yes), V(no)
      or V(perhaps)), in the order in which they can be done. C(writes) and C(removals) hold their C(name) and C(arguments) by kind.
    - The number of objects that are C(unchanged), and C(stays) (C(kind), C(name) and C(reason) of objects that are left alone).
    - C(rows) and C(differences), rows for P(utmstack.siem.table#filter).
    - C(problems), one message for each reason why nothing may be written.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.existing import inventory_of
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.marks import setup_of
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.plan import Options, present_plan
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.removal import absent_plan
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.rows import plan_data
from ansible_collections.utmstack.siem.plugins.plugin_utils.untrusted import untrusted


def controller_plan(
    desired: Sequence[Mapping[str, Any]], state: Mapping[str, Any], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """What a run does. Injectors and the objects of the controller hold templates, which are not for this run."""
    inventory = inventory_of(state)
    setup = setup_of(str(settings["organization"]), str(settings["name_prefix"]))
    minimum = str(settings.get("minimum_version") or "")
    if settings.get("state") == "absent":
        planned = absent_plan(inventory, setup, minimum)
    else:
        options = Options(setup, bool(settings.get("update_secrets")), bool(settings.get("adopt")), minimum)
        planned = present_plan(desired, inventory, options)
    plan: dict[str, Any] = untrusted(plan_data(planned))
    return plan


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"controller_plan": controller_plan}
