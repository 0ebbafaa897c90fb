# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: notification_ticket
short_description: Read the ticket from a response of ServiceNow or Jira
version_added: 1.0.0
description:
  - Reads the response to a search by correlation, or to the creation of a ticket, for the role C(utmstack.siem.notification).
positional: _input, notifier
options:
  _input:
    description: The registered result of C(ansible.builtin.uri).
    type: dict
    required: true
  notifier:
    description: The ready notifier.
    type: str
    choices: [servicenow, jira]
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Read the number of a ticket
  vars:
    response: {status: 201, json: {result: {sys_id: a1, number: INC0010001}}}
  ansible.builtin.assert:
    that: (response | utmstack.siem.notification_ticket('servicenow')).number == 'INC0010001'
"""

RETURN = r"""
_value:
  description:
    - C(id) and C(number) of the ticket, empty if there is none, and C(state), the digest that was last written to it.
    - C(error), if the response says nothing about a ticket.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notifiers import ticket_in


def notification_ticket(response: Mapping[str, Any], notifier: str) -> dict[str, str]:
    """The ticket in a response."""
    return ticket_in(response, notifier).result()


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"notification_ticket": notification_ticket}
