# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: completed
short_description: Test whether an alert is completed
version_added: 1.0.0
description:
  - Tests whether the C(status) of an alert is V(completed).
options:
  _input:
    description: An alert, as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alert#lookup) return it.
    type: dict
    required: true
seealso:
  - plugin: utmstack.siem.open
    plugin_type: test
  - plugin: utmstack.siem.in_review
    plugin_type: test
  - plugin: utmstack.siem.false_positive
    plugin_type: test
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: List the alerts that are not completed
  vars:
    alerts: "{{ query('utmstack.siem.alerts', query={'since': '24h'}) }}"
  ansible.builtin.debug:
    msg: "{{ alerts | reject('utmstack.siem.completed') | map(attribute='id') }}"
"""

RETURN = r"""
_value:
  description: Whether it is.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.alert_rows import has_status
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing("utmstack.siem.completed")
def is_completed(alert: Any) -> bool:
    """Whether an alert is completed."""
    return has_status(alert, "completed")


class TestModule:
    """The test."""

    def tests(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"completed": is_completed}
