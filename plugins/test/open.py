# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: open
short_description: Test whether an alert is open
version_added: 1.0.0
description:
  - Tests whether the C(status) of an alert is V(open).
  - An alert in automatic review is not open yet.
options:
  _input:
    description: An alert, as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alert#lookup) return it.
    type: dict
    required: true
seealso:
  - plugin: utmstack.siem.in_review
    plugin_type: test
  - plugin: utmstack.siem.completed
    plugin_type: test
  - plugin: utmstack.siem.false_positive
    plugin_type: test
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Count the open alerts of a host
  vars:
    alerts: "{{ query('utmstack.siem.alerts', query={'source_host': ['web-01']}) }}"
  ansible.builtin.debug:
    msg: "{{ alerts | select('utmstack.siem.open') | length }}"
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


@refusing("utmstack.siem.open")
def is_open(alert: Any) -> bool:
    """Whether an alert is open."""
    return has_status(alert, "open")


class TestModule:
    """The test."""

    def tests(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"open": is_open}
