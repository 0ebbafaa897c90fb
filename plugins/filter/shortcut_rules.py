# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: shortcut_rules
short_description: Make triage rules of common decisions
version_added: 1.0.0
description:
  - Makes rules for M(utmstack.siem.utmstack_triage). They close alerts of authorized scanners and known-benign alerts, tag alerts by category, and set
    severe alerts to in review.
  - The role C(utmstack.siem.alert_triage) appends them to the rules of its files.
options:
  _input:
    description:
      - Any of C(scanners) (addresses), C(scanner_observation), C(benign_names) (names of alerts), C(benign_observation), C(tags) (each with
        C(categories) and C(tags)), C(review_severities), C(review_observation) and C(note). An empty list makes no rule.
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Close alerts of authorized scanners
  vars:
    decisions: {scanners: [10.0.0.5], scanner_observation: Planned scan}
  ansible.builtin.assert:
    that:
      - (decisions | utmstack.siem.shortcut_rules)[0].name == 'Authorized scanners'
      - (decisions | utmstack.siem.shortcut_rules)[0].when.source_ip == ['10.0.0.5']
"""

RETURN = r"""
_value:
  description: The rules, closing ones first.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.shortcuts import (
    shortcut_rules as rules_of,
)


def shortcut_rules(decisions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The decisions as rules."""
    return rules_of(**decisions)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"shortcut_rules": shortcut_rules}
