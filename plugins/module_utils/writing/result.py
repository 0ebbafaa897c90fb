# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outcomes of a write and their conversion into the result of a task. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import UtmstackError
from ..model.alert import Alert
from ..printing import field_lines, printable
from .plan import Edit, Plan, State
from .selected import Selection

_NAMED_FAILURES = 3
# What became of the alerts that a result shows, by the option `rows`.
ROWS: Mapping[str, Sequence[str]] = {
    "all": ("changed", "unchanged", "skipped", "failed"),
    "changed": ("changed", "skipped", "failed"),
    "failed": ("skipped", "failed"),
}


@dataclass(frozen=True)
class Outcome:
    """The outcome of one alert.

    :param after: the state read back from the server, None if that failed; in check mode the prediction.
    :param more: further keys of the alert's entry in the result.
    :param edit: the edit as it was applied: it may have been merged into what others added since it was planned.
    """

    alert_id: str
    name: str
    before: State
    after: State | None
    echoes_changed: int = 0
    skipped: str | None = None
    error: str | None = None
    changed: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)
    edit: Edit | None = None

    @property
    def became(self) -> str:
        """The outcome in one word; a partly stored change counts as failed."""
        if self.error or self.skipped:
            return "failed" if self.error else "skipped"
        return "changed" if self.changed else "unchanged"

    def as_result(self) -> dict[str, Any]:
        """The alert's entry in the task's result."""
        return {
            "id": self.alert_id,
            "name": printable(self.name),
            "changed": self.changed,
            "before": dict(self.before),
            "after": None if self.after is None else dict(self.after),
            "skipped": self.skipped,
            "error": self.error,
            **self.more,
        }

    def lines(self) -> list[str]:
        """The alert's part of a diff: one compact line per changed field."""
        if not self.changed or self.after is None:
            return []
        label = f"{printable(self.alert_id, 80)} ({printable(self.name, 60)})"
        lines = field_lines(label, self.before, self.after)
        if self.echoes_changed:
            lines.append(f"{label} echoes: {self.echoes_changed} follow\n")
        return lines


def outcome_of(
    edit: Edit,
    after: State | None,
    before: State | None = None,
    echoes_changed: int = 0,
    skipped: str | None = None,
    error: str | None = None,
) -> Outcome:
    """The outcome of an edit.

    :param before: the state before the task; None for the one that the plan saw.
    """
    before = edit.before if before is None else before
    changed = after is not None and (after != before or echoes_changed > 0)
    name = edit.alert.name
    return Outcome(edit.alert.id, name, before, after, echoes_changed, skipped, error, changed, edit=edit)


@dataclass(frozen=True)
class Written:
    """The effects of a write: an outcome per alert, and changes of other objects.

    :param digest: the digest of the plan.
    :param changed: whether another object than the alerts changed.
    :param lines: diff lines of the other objects, before and after those of the alerts.
    :param problem: the error that ended the task early.
    :param failures: sentences about further failures.
    :param more: further keys of the result.
    """

    outcomes: Sequence[Outcome]
    digest: str
    warnings: Sequence[str] = ()
    changed: bool = False
    lines: tuple[Sequence[str], Sequence[str]] = ((), ())
    problem: UtmstackError | None = None
    failures: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def with_more(self, **more: Any) -> Written:
        """A copy with further keys of the result."""
        return replace(self, more={**self.more, **more})

    @property
    def has_changed(self) -> bool:
        """Whether anything changed, or would change in check mode."""
        return self.changed or any(outcome.changed for outcome in self.outcomes)

    @property
    def message(self) -> str | None:
        """All failures in sentences; None if there were none."""
        problem = [self.problem.message] if self.problem else []
        return " ".join([*problem, *_failed_alerts(self.outcomes), *self.failures]) or None


def predicted(selection: Selection, plan: Plan, state: Callable[[Alert], State]) -> list[Outcome]:
    """The planned outcome of every selected alert, and an error for every unknown ID."""
    edits = {edit.alert.id: edit for edit in plan.edits}
    outcomes = []
    for alert in selection.alerts:
        edit = edits.get(alert.id)
        before = state(alert) if edit is None else edit.before
        outcomes.append(
            Outcome(
                alert.id,
                alert.name,
                before,
                edit.after if edit else before,
                echoes_changed=len(edit.echoes) if edit else 0,
                skipped=plan.skipped.get(alert.id),
                error=plan.errors.get(alert.id),
                changed=edit is not None and edit.changes,
            )
        )
    unknown = "No alert has this ID. The server would have returned 200 without writing anything."
    return outcomes + [
        # An alert that was planned and is gone since is skipped.
        Outcome(key, "", {}, {}, skipped=plan.skipped.get(key), error=None if key in plan.skipped else unknown)
        for key in selection.unknown
    ]


def left_alone(outcomes: Sequence[Outcome], reason: str) -> list[Outcome]:
    """The planned outcomes of a task that writes nothing.

    :param reason: why an alert that would change does not.
    """
    return [
        outcome
        if outcome.error or not outcome.changed
        else Outcome(outcome.alert_id, outcome.name, outcome.before, outcome.before, skipped=reason)
        for outcome in outcomes
    ]


def finish(written: Written, requests: int, rows: str = "all", diff: bool = True) -> dict[str, Any]:
    """Build the result of a module that writes to alerts.

    :param requests: the number of requests that the task sent.
    :param rows: the alerts to show, by ROWS; all of them are counted.
    :param diff: whether to show the differences.
    """
    by_word = dict.fromkeys(("changed", "unchanged", "skipped", "failed"), 0)
    for outcome in written.outcomes:
        by_word["changed"] += outcome.changed
        by_word["unchanged"] += outcome.became == "unchanged"
        by_word["skipped"] += outcome.skipped is not None
        by_word["failed"] += outcome.error is not None
    result: dict[str, Any] = {
        "changed": written.has_changed,
        "alerts": [outcome.as_result() for outcome in written.outcomes if outcome.became in ROWS[rows]],
        "summary": {"matched": len(written.outcomes), **by_word, "requests": requests},
        "echoes_changed": sum(outcome.echoes_changed for outcome in written.outcomes),
        "plan_digest": written.digest,
        "warnings": list(written.warnings),
        **written.more,
    }
    if result.get("approval") is not None:
        counted = {name: by_word[name] for name in ("unchanged", "skipped", "failed")}
        result["approval"] = {**result["approval"], "applied": by_word["changed"], **counted}
    if diff:
        before, after = written.lines
        lines = [*before, *(line for outcome in written.outcomes for line in outcome.lines()), *after]
        result["diff"] = {"prepared": "".join(lines)}
    if written.message is not None:
        result.update(failed=True, msg=written.message)
    if written.problem is not None:
        result["error"] = written.problem.as_result()
    return result


def _failed_alerts(outcomes: Sequence[Outcome]) -> list[str]:
    failed = [outcome for outcome in outcomes if outcome.error]
    if not failed:
        return []
    named = failed[:_NAMED_FAILURES]
    shown = "; ".join(f"{printable(one.alert_id, 80)}: {printable(str(one.error), 500).rstrip('.')}" for one in named)
    rest = len(failed) - _NAMED_FAILURES
    more = f"; and {rest} more, see `alerts`" if rest > 0 else ""
    return [f"{len(failed)} of {len(outcomes)} alerts failed. {shown}{more}"]
