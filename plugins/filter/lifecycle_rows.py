# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: lifecycle_rows
short_description: List the rules that end soon, have expired or matched nothing
version_added: 1.0.0
description:
  - Makes table rows of RV(utmstack.siem.utmstack_triage#module:lifecycle), for the filter P(utmstack.siem.table#filter) and for reports.
  - A rule that ends soon and matched nothing has two rows.
positional: _input
options:
  _input:
    description: The C(lifecycle) of M(utmstack.siem.utmstack_triage) or of P(utmstack.siem.suppressions#filter).
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the rules that end soon
  vars:
    lifecycle:
      ending:
        - {name: Authorized scanners, expires: "2026-12-31", days_left: 4, owner: Blue team, ticket: SEC-1234}
  ansible.builtin.assert:
    that: (lifecycle | utmstack.siem.lifecycle_rows)[0] == ['Authorized scanners', 'ends in 4 days (2026-12-31)', 'Blue team', 'SEC-1234']
"""

RETURN = r"""
_value:
  description: A row with name, state, owner and ticket for each rule, up to 20 of each state. The last row of a longer list has the number of the others.
  type: list
  elements: list
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

MAX_ROWS = 20
_MAX_LENGTH = 100


def lifecycle_rows(lifecycle: Mapping[str, Any]) -> list[list[str]]:
    """The rows of all states."""
    period = f"the last {_days(lifecycle.get('idle_days') or 0)}"
    found: list[list[str]] = []
    for key, label, state in (
        ("ending", "ending", _ending),
        ("expired", "expired", lambda row: f"expired ({row['expires']})"),
        ("idle", "without a match", lambda _row: f"no alert of {period} matches"),
        ("unchecked", "not checked", lambda _row: f"not checked for matches in {period}"),
    ):
        rows = lifecycle.get(key) or []
        found += [_row(row, state(row)) for row in rows[:MAX_ROWS]]
        if len(rows) > MAX_ROWS:
            found.append([f"{len(rows) - MAX_ROWS} more {label}", "see the result", "", ""])
    return found


def _ending(row: Mapping[str, Any]) -> str:
    when = f"in {_days(row['days_left'])}" if row["days_left"] else "today"
    return f"ends {when} ({row['expires']})"


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _row(row: Mapping[str, Any], state: str) -> list[str]:
    return [printable(str(text or ""), _MAX_LENGTH) for text in (row["name"], state, row["owner"], row["ticket"])]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"lifecycle_rows": lifecycle_rows}
