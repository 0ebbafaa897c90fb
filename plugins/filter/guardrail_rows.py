# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: guardrail_rows
short_description: List the matches of guardrails for a table
version_added: 1.0.0
description:
  - Turns C(guardrails) of the result of M(utmstack.siem.utmstack_triage) and other modules into rows for P(utmstack.siem.table#filter).
options:
  _input:
    description: Number of matches by option and entry, such as RV(utmstack.siem.utmstack_triage#module:guardrails).
    type: dict
    required: true
  rules:
    description: What the rules are called. Without it, they are left out.
    type: str
    default: ""
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show how often each guardrail matched
  vars:
    guardrails:
      protect: [{entry: {target_host: [dc-01]}, matches: 2}]
      hold_tags: [{entry: Hold, matches: 0}]
      unless: [{rule: Scans, entry: {severity: [high]}, matches: 1}]
  ansible.builtin.debug:
    msg: "{{ guardrails | utmstack.siem.guardrail_rows | utmstack.siem.table }}"
"""

RETURN = r"""
_value:
  description: A row with a label and the number of matches for each entry, up to 20 of each option.
  type: list
  elements: list
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

MAX_ROWS = 20
MAX_LABEL_LENGTH = 80


def guardrail_rows(guardrails: Mapping[str, Sequence[Mapping[str, Any]]], rules: str = "") -> list[list[Any]]:
    """The rows of all options."""
    found: list[list[Any]] = []
    for option, rows in guardrails.items():
        if option == "rules" and not rules:
            continue
        found += [[_label(option, row, rules), row["matches"]] for row in rows[:MAX_ROWS]]
        if len(rows) > MAX_ROWS:
            found.append([f"{len(rows) - MAX_ROWS} more of {option}", "see the result"])
    return found


def _label(option: str, row: Mapping[str, Any], rules: str) -> str:
    entry = row["entry"]
    given = entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False, default=str)
    label = {
        "protect": f"protected {given}",
        "hold_tags": f"hold tag {given}",
        "unless": f"exceptions of rule {row.get('rule')}",
        "rules": f"{rules} {row.get('rule')}",
    }.get(option, f"{option} {given}")
    return printable(label, MAX_LABEL_LENGTH)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"guardrail_rows": guardrail_rows}
