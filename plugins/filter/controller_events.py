# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: controller_events
short_description: List the objects of Event-Driven Ansible that the role controller_objects makes
version_added: 1.0.0
description:
  - Returns the names of the objects, the accounts of event sources, and the activations of all rulebooks as data. Nothing is sent.
positional: _input, data
options:
  _input:
    description: The variables of the role C(utmstack.siem.controller_objects), without its prefix.
    type: dict
    required: true
  data:
    description: The content of C(controller/objects/events.yml).
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the activations of an instance
  vars:
    settings:
      organization: SOC
      name_prefix: UTMStack
      instances: [{name: siem-1, url: 'https://siem-1.example.com'}]
    data:
      decision_environment: {title: decision environment}
      project: {title: rulebooks}
      credential: {title: launcher}
      credential_type: {title: event source}
      source: {title: events of}
      rulebooks:
        triage_job: {title: triage of, template: triage, description: Triages new alerts}
  ansible.builtin.debug:
    msg: "{{ (settings | utmstack.siem.controller_events(data)).activations }}"
"""

RETURN = r"""
_value:
  description:
    - C(names), the names of the objects by their kind.
    - C(sources), for each instance the name and the inputs of its credential.
    - C(activations), for each instance and rulebook the name of the activation, its description, rulebook, variables, and C(source), its credential.
    - C(data), the data as given. Its injectors hold templates of the controller, which are not for this run.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.events import event_objects
from ansible_collections.utmstack.siem.plugins.plugin_utils.untrusted import untrusted


def controller_events(settings: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The objects, and the data without trust."""
    found: dict[str, Any] = untrusted({**event_objects(settings, data), "data": data})
    return found


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"controller_events": controller_events}
