# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: controller_objects
short_description: List the objects of a controller that the role controller_objects makes
version_added: 1.0.0
description:
  - Returns organization, credential type, credentials, project, inventory, hosts, job templates, workflow, schedules and notification template as data, in the
    order in which they are made. Nothing is sent.
positional: _input, data
options:
  _input:
    description: The variables of the role C(utmstack.siem.controller_objects), without its prefix.
    type: dict
    required: true
  data:
    description: The files of C(controller/objects) by their names without the ending. C(surveys) holds those of its folder by playbook.
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the hosts of an inventory
  vars:
    settings:
      organization: SOC
      name_prefix: UTMStack
      playbooks: []
      instances: [{name: siem-1, url: 'https://siem-1.example.com'}]
    data:
      credential_type: {name: UTMStack}
      job_templates: []
      workflows: []
      surveys: {}
  ansible.builtin.debug:
    msg: "{{ settings | utmstack.siem.controller_objects(data) | selectattr('kind', 'equalto', 'host') }}"
"""

RETURN = r"""
_value:
  description:
    - For each object, C(kind), the name of the module of C(awx.awx), and C(arguments), its arguments without those of the connection.
    - The description of each object ends with a mark, by which a later run recognizes it.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects
from ansible_collections.utmstack.siem.plugins.plugin_utils.untrusted import untrusted


def controller_objects(settings: Mapping[str, Any], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects. Injectors hold templates of the controller, which are not for this run."""
    objects: list[dict[str, Any]] = untrusted(desired_objects(settings, data))
    return objects


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"controller_objects": controller_objects}
