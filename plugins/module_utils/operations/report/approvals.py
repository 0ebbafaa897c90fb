# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report what became of the plans of an instance in a workflow with an approval. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...time_zones import local_text, zone_named
from ...writing.plan import digest_of
from .artifacts import AppliedCounts, Artifact, PlannedCounts, key_part

ROLES = ("alert_triage", "false_positives", "stale_alerts")
PLAN, APPLIED = "utmstack_plan_", "utmstack_applied_"
MAX_SHOWN_REASONS = 5

OUTCOMES = {
    "applied": "Applied.",
    "incomplete": "The apply job failed. The figures are what it had applied by then.",
    "other_plan": "Another plan was applied than the one that the plan job of this workflow left.",
    "denied": "The approval was denied or timed out. Nothing was applied.",
    "no_result": "The apply job left no result. It may have applied a part of the plan: check its output.",
    "no_plan": "The plan job left no plan for this instance. Nothing was applied.",
}
_WITHOUT_RESULT = {
    "denied": "approval denied or timed out",
    "no_result": "no result of the apply job",
    "no_plan": "no plan",
}


@dataclass(frozen=True)
class Course:
    """What became of the plan of one role.

    :param outcome: a key of OUTCOMES.
    """

    role: str
    outcome: str
    plan: PlannedCounts | None = None
    applied: AppliedCounts | None = None

    def row(self, time_zone: str) -> dict[str, Any]:
        """The course as a row of the report. Reasons quote the server and must be escaped."""
        zone = zone_named(time_zone)
        plan, applied = self.plan, self.applied
        known = applied or plan
        reasons = list(applied.reasons.items()) if applied is not None else []
        reasons.sort(key=lambda item: (-item[1], item[0]))
        shown = reasons[:MAX_SHOWN_REASONS]
        further = applied.skipped - sum(count for _reason, count in shown) if applied is not None else 0
        return {
            "role": self.role,
            "outcome": self.outcome,
            "text": OUTCOMES[self.outcome],
            "plan_digest": known.digest if known is not None else None,
            "made": local_text(plan.made, zone) if plan is not None else None,
            "planned": plan.alerts if plan is not None else None,
            "left_out": plan.left_out if plan is not None else None,
            "ended": local_text(applied.ended, zone) if applied is not None else None,
            "approved": applied.approved if applied is not None else None,
            "applied": applied.applied if applied is not None else 0 if self.outcome in ("denied", "no_plan") else None,
            "skipped": applied.skipped if applied is not None else None,
            "failed": applied.failed if applied is not None else None,
            "left": applied.left if applied is not None else None,
            "reasons": [{"reason": reason, "alerts": count} for reason, count in shown],
            "further": max(further, 0),
        }


def approval_section(
    variables: Mapping[str, Any], instance: str, is_denied: bool, time_zone: str = "UTC"
) -> dict[str, Any]:
    """The section of a report about approvals: rows, a digest that changes with them, and one line for the headline.

    :param variables: the artifacts of earlier jobs by their keys; other variables are ignored.
    :param is_denied: whether an approver denied the plans, or let the time run out.
    :raises InvalidInput: an artifact of this instance is of another type or has wrong figures.
    """
    rows = [course.row(time_zone) for course in _courses(variables, instance, is_denied)]
    denied = OUTCOMES["denied"] if is_denied and all(row["ended"] is None for row in rows) else ""
    if not rows and not denied:
        return {"rows": [], "denied": "", "digest": "", "headline": ""}
    return {
        "rows": rows,
        "denied": denied,
        "digest": digest_of({"rows": rows, "denied": denied})[:12],
        "headline": _WITHOUT_RESULT["denied"] if denied else "; ".join(_line(row) for row in rows),
    }


def _courses(variables: Mapping[str, Any], instance: str, is_denied: bool) -> Iterator[Course]:
    for role in ROLES:
        planned = _of_instance(variables, f"{PLAN}{role}_{key_part(instance)}", instance)
        applied = _of_instance(variables, f"{APPLIED}{role}_{key_part(instance)}", instance)
        plan = planned.planned() if planned is not None else None
        if applied is not None:
            figures = applied.applied()
            is_other = plan is not None and plan.digest != figures.digest
            outcome = "other_plan" if is_other else "applied" if figures.finished else "incomplete"
            yield Course(role, outcome, plan, figures)
        elif plan is not None:
            yield Course(role, "denied" if is_denied else "no_result", plan)
        elif any(key.startswith(f"{PLAN}{role}_") for key in variables):
            yield Course(role, "no_plan")


def _of_instance(variables: Mapping[str, Any], key: str, instance: str) -> Artifact | None:
    """The artifact of an instance; None if there is none. The names of two hosts may give the same key."""
    if key not in variables:
        return None
    artifact = Artifact.of(key, variables[key])
    return artifact if artifact.instance == instance else None


def _line(row: Mapping[str, Any]) -> str:
    if row["ended"] is None:
        return _WITHOUT_RESULT[row["outcome"]]
    of = f" of {row['approved']}" if row["approved"] is not None else ""
    return f"{row['applied']}{of} approved changes applied, {row['skipped']} skipped"
