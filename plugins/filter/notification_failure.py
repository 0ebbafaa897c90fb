# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: notification_failure
short_description: Explain in one sentence why a notification failed
version_added: 1.0.0
description:
  - Explains the result of C(ansible.builtin.uri) or C(community.general.mail) without quoting it, because addresses of webhooks and messages of servers may
    contain secrets.
positional: _input, notifier
options:
  _input:
    description: The registered result of the task.
    type: dict
    required: true
  notifier:
    description: The ready notifier.
    type: str
    choices: [slack, teams, mattermost, mail, servicenow, jira]
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Explain a failure
  ansible.builtin.assert:
    that:
      - (dict(status=500) | utmstack.siem.notification_failure('slack')) is match('Slack answered 500')
      - (dict(status=200) | utmstack.siem.notification_failure('slack')) == ''
"""

RETURN = r"""
_value:
  description: The reason, empty if the notification was sent.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notifiers import failure_of


def notification_failure(response: Mapping[str, Any], notifier: str) -> str:
    """Why a notification failed."""
    return failure_of(response, notifier)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"notification_failure": notification_failure}
