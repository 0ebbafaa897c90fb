# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: in_review
short_description: Test whether an alert is in review
version_added: 1.0.0
description:
  - Tests whether the C(status) of an alert is V(in_review).
  - An alert in automatic review is not in review.
options:
  _input:
    description: An alert, as M(utmstack.siem.utmstack_alert_info) and P(utmstack.siem.alert#lookup) return it.
    type: dict
    required: true
seealso:
  - plugin: utmstack.siem.open
    plugin_type: test
  - plugin: utmstack.siem.completed
    plugin_type: test
  - plugin: utmstack.siem.false_positive
    plugin_type: test
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Leave alone what an analyst works on
  vars:
    alert: "{{ lookup('utmstack.siem.alert', 'a0000001-0000-4000-8000-000000000001') }}"
  ansible.builtin.debug:
    msg: An analyst works on it.
  when: alert is utmstack.siem.in_review
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


@refusing("utmstack.siem.in_review")
def is_in_review(alert: Any) -> bool:
    """Whether an alert is in review."""
    return has_status(alert, "in_review")


class TestModule:
    """The test."""

    def tests(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"in_review": is_in_review}
