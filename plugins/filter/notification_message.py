# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: notification_message
short_description: Write the notification about a result for a medium
version_added: 1.0.0
description:
  - Makes the content of a message or ticket from the result of a role, for the role C(utmstack.siem.notification) and for tasks of your own.
  - It contains the headline, counts, the incident and the most frequent names of alerts. It never contains logs, observations or secrets.
  - Names of alerts may be attacker-controlled. In each medium they are plain text on one line, and no mention, link, markup or template.
positional: _input, medium, instance
options:
  _input:
    description:
      - C(result), the result of a role, and C(role), its name without the collection.
      - C(alerts), rows with a C(name). Of rows with C(changed), only changed ones count.
    type: dict
    required: true
  medium:
    description:
      - V(slack), V(teams) and V(mattermost) give the body of a webhook, V(mail) gives C(subject) and C(body).
      - V(servicenow) and V(jira) give the body that creates a ticket, V(servicenow_update) and V(jira_update) the one that updates it.
      - V(ticket) gives C(correlation), which identifies the incident, and C(state), a digest of what a ticket says about it.
    type: str
    choices: [slack, teams, mattermost, mail, servicenow, servicenow_update, jira, jira_update, ticket]
    required: true
  instance:
    description: Name of the UTMStack server in the message.
    type: str
    default: UTMStack
  fields:
    description: "Further fields of a new ticket, such as V({assignment_group: SOC})."
    type: dict
    default: {}
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Write a message
  vars:
    subject:
      role: alert_triage
      result: {headline: 3 closed, closed: 3}
      alerts: [{name: "<!here> scan", changed: true}]
  ansible.builtin.assert:
    that:
      - (subject | utmstack.siem.notification_message('slack', 'siem-1')).blocks[1].text.text is search('&lt;!here&gt; scan')
      - "(subject | utmstack.siem.notification_message('mail', 'siem-1')).subject == '[UTMStack siem-1] Triage: 3 closed'"
"""

RETURN = r"""
_value:
  description: The content for the medium.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notice import notice_of
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notice_media import message_for
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def notification_message(
    subject: Mapping[str, Any], medium: str, instance: str = "UTMStack", fields: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The content of a notification for a medium."""
    return message_for(medium, notice_of(subject, instance), fields or {})


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"notification_message": notification_message}
