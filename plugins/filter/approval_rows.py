# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: approval_rows
short_description: Tabulate the plans or approvals of a run
version_added: 1.0.0
description:
  - Makes the last lines of a run that left plans or applied them, with one row for each instance.
positional: _input
options:
  _input:
    description: Pairs of an instance and what its role recorded as C(utmstack_approval). It is empty for an instance without a plan.
    type: list
    elements: list
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the plans of two instances
  vars:
    plans:
      - [siem-1, {kind: plan, digest: 60d7, alerts: 12, left_out: 1, place: /srv/plans/siem-1.plan.json}]
      - [siem-2, {}]
  ansible.builtin.debug:
    msg: "{{ plans | utmstack.siem.approval_rows | utmstack.siem.table }}"
"""

RETURN = r"""
_value:
  description: The rows with their headings. Empty if no instance has a plan.
  type: list
  elements: list
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

COLUMNS = {
    "plan": {"digest": "plan digest", "alerts": "to change", "left_out": "left out", "place": "plan"},
    "check": {
        "digest": "plan digest",
        "approved": "approved",
        "applied": "would be applied",
        "skipped": "skipped",
        "left": "left",
    },
    "applied": {
        "digest": "plan digest",
        "approved": "approved",
        "applied": "applied",
        "skipped": "skipped",
        "left": "left",
    },
}
NOTHING = {"plan": "no plan", "check": "no result", "applied": "no result"}


def approval_rows(recorded: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The rows of all instances."""
    kinds = {facts["kind"] for _instance, facts in recorded if facts}
    return [row for kind in COLUMNS if kind in kinds for row in _table(kind, recorded)]


def _table(kind: str, recorded: Sequence[Sequence[Any]]) -> Iterator[list[Any]]:
    """Yield the headings of a kind, and the row of each instance."""
    yield ["instance", *COLUMNS[kind].values()]
    for instance, facts in recorded:
        yield [instance, *_cells(kind, facts)]


def _cells(kind: str, facts: Mapping[str, Any]) -> list[Any]:
    if not facts or facts["kind"] != kind:
        return [NOTHING[kind], *[""] * (len(COLUMNS[kind]) - 1)]
    return ["unknown" if facts[name] is None else facts[name] for name in COLUMNS[kind]]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"approval_rows": approval_rows}
