# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: notification_problems
short_description: Find out why notifications could not be sent
version_added: 1.0.0
description:
  - Checks ready notifiers, their variables and task files before anything is written, for the role C(utmstack.siem.notification).
positional: _input, settings, subject
options:
  _input:
    description: Names of ready notifiers and paths of task files.
    type: list
    elements: str
    required: true
  settings:
    description: The variables of the role, without its prefix.
    type: dict
    required: true
  subject:
    description: C(variable), which holds the names, and C(role), which is to be reported on.
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find a missing variable
  ansible.builtin.assert:
    that: (['slack'] | utmstack.siem.notification_problems({}, {}))[0] is search('notification_slack_url')
"""

RETURN = r"""
_value:
  description: One message for each problem.
  type: list
  elements: str
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.plugins.loader import module_loader
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notifiers import (
    MAIL_MODULE,
    notifier_problems,
)


def notification_problems(names: Sequence[str], settings: Mapping[str, Any], subject: Mapping[str, Any]) -> list[str]:
    """One message for each reason why the notifications could not be sent."""
    return notifier_problems(names, settings, subject, os.path.isfile, _has_mail_module)


def _has_mail_module() -> bool:
    """Whether the controller has the module that sends mails, which belongs to another collection."""
    return bool(module_loader.has_plugin(MAIL_MODULE))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"notification_problems": notification_problems}
