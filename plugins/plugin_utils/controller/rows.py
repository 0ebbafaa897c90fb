# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as data and as lines for the terminal. Pure."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

from .accounts import without_accounts
from .details import details
from .steps import BY_HAND, PERHAPS_BY_HAND, REMOVE, UPDATE, Plan, Step, title_of

_MAX_VALUE = 80
# How much of what two long texts have in common is shown in front of what differs.
_MAX_COMMON = 20
_NOT_SET = "(not set)"
_HANDS = {BY_HAND: "edited by hand, is overwritten", PERHAPS_BY_HAND: "perhaps edited by hand, is overwritten"}


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan for the tasks of the role."""
    writes: dict[str, list[dict[str, Any]]] = {}
    removals: dict[str, list[dict[str, Any]]] = {}
    for step in plan.steps:
        steps = (removals if step.action == REMOVE else writes).setdefault(step.kind, [])
        steps.append({"name": step.name, "arguments": dict(step.arguments)})
    return {
        "steps": [_step_data(step) for step in plan.steps],
        "writes": writes,
        "removals": removals,
        "unchanged": plan.unchanged,
        "stays": [{"kind": stay.kind, "name": stay.name, "reason": stay.reason} for stay in plan.stays],
        "rows": _rows(plan),
        "differences": _difference_rows(plan),
        "problems": list(plan.problems),
    }


def _step_data(step: Step) -> dict[str, Any]:
    return {
        "action": step.action,
        "kind": step.kind,
        "name": step.name,
        "fields": [difference.field for difference in step.differences],
        "by_hand": step.by_hand,
    }


def _rows(plan: Plan) -> list[list[Any]]:
    """A row for each object that changes or is left alone, and one for those that are as they should be."""
    rows: list[list[Any]] = [[step.action, title_of(step.kind, step.name), _about(step)] for step in plan.steps]
    rows.extend(["stays", title_of(stay.kind, stay.name), stay.reason] for stay in plan.stays)
    return [*rows, ["unchanged", f"{plan.unchanged} objects"]]


def _about(step: Step) -> str:
    names = ", ".join(difference.field for difference in step.differences)
    note = _HANDS.get(step.by_hand, "") if step.action == UPDATE else ""
    return f"{names} ({note})" if note else names


def _difference_rows(plan: Plan) -> list[list[str]]:
    """A row for each part of a field that changes: object, field, before, after."""
    return [
        [title_of(step.kind, step.name), item.field, *_shown(item.before, item.after)]
        for step in plan.steps
        for difference in step.differences
        for item in details(difference)
    ]


def _shown(before: Any, after: Any) -> list[str]:
    old, new = _text(before), _text(after)
    common = next((at for at, pair in enumerate(zip(old, new)) if pair[0] != pair[1]), min(len(old), len(new)))
    if max(len(old), len(new)) > _MAX_VALUE and common > _MAX_COMMON:
        old, new = (f"…{text[common - _MAX_COMMON :]}" for text in (old, new))
    return [printable(old, _MAX_VALUE), "->", printable(new, _MAX_VALUE)]


def _text(value: Any) -> str:
    if value is None:
        return _NOT_SET
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return without_accounts(text)
