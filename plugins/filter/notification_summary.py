# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: notification_summary
short_description: Summarize what became of notifications
version_added: 1.0.0
description:
  - Summarizes the outcomes of all notifiers, for the role C(utmstack.siem.notification), and warns about those that failed.
positional: _input, required
options:
  _input:
    description: Dictionaries with the C(name) of a notifier, what it C(did), V(sent), V(unchanged) or V(failed), and its C(error) and C(ticket).
    type: list
    elements: dict
    required: true
  required:
    description: Whether a failure is fatal. By default, those of task files are.
    type: bool
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Summarize a message that was sent
  ansible.builtin.assert:
    that: ([dict(name='slack', did='sent')] | utmstack.siem.notification_summary).notified
"""

RETURN = r"""
_value:
  description:
    - C(notified), whether a notification was sent and none failed.
    - C(complete), whether none failed. That is so, too, if there was nothing new for a ticket.
    - C(error), the reasons of all failures or V(none), C(fatal), those that are to fail the role, and C(tickets), numbers by notifier.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.utils.display import Display
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notifiers import summary_of


def notification_summary(outcomes: Sequence[Mapping[str, Any]], required: Any = None) -> dict[str, Any]:
    """What became of all notifications; failures are warnings, too."""
    # Before ansible-core 2.19, null may have become an empty text.
    summary = summary_of(outcomes, None if required in (None, "") else bool(required))
    if summary["error"] and not summary["fatal"]:
        Display().warning(f"The work is done, but the notification failed. {summary['error']}")
    return summary


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"notification_summary": notification_summary}
