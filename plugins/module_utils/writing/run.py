# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way from a writer's options to its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..atomic_file import Content
from ..client.client import Client
from ..errors import InvalidInput
from ..printing import field_lines, printable
from . import receipts
from .apply import apply
from .plan import Outcome, Plan, Subject, check_max_affected, predicted
from .receipts import NO_ANNOTATIONS, Annotations, Entry
from .selected import Selection
from .selection import select

# Queries are bounded unless the task says otherwise; ids were named by the user one by one.
DEFAULT_MAX_AFFECTED = 500


def run_writer(
    client: Client,
    params: Mapping[str, Any],
    subject: Subject,
    check_mode: bool,
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Select, plan, guard, apply and verify; the same result shape in check mode and in earnest.

    :param params: the selection options, `max_affected`, `receipt` and what the subject needs.
    :param warnings: what is already known to deserve one.
    """
    selection = select(client, params, subject.takes_echoes)
    return write_selected(client, params, subject, selection, check_mode, warnings)


def write_selected(
    client: Client,
    params: Mapping[str, Any],
    subject: Subject,
    selection: Selection,
    check_mode: bool,
    warnings: Sequence[str],
    story: Annotations = NO_ANNOTATIONS,
) -> dict[str, Any]:
    """The same for alerts that are selected already.

    :param story: what the receipt shall say besides.
    """
    plan = subject.plan(selection)
    limit = params["max_affected"]
    check_max_affected(selection, plan, DEFAULT_MAX_AFFECTED if limit is None and selection.by_query else limit)
    outcomes = predicted(selection, plan, subject.state)
    path = params.get("receipt") if plan.edits or story.watched else None
    problem: str | None = None
    if path:
        receipts.check_path(path)
    if not check_mode:
        head = receipts.head_of(client.settings.url, client.dialect.name, plan, story) if path else {}
        begun: Content | None = None
        if path:
            # Before the first write: what it says can be undone even if this run is killed.
            begun = receipts.create(path, head, receipts.entries_of(subject, plan, {}, story))
        if plan.edits:
            done = apply(client, subject, plan.edits)
            outcomes = [done.get(outcome.alert_id, outcome) for outcome in outcomes]
            if path and begun is not None:
                problem = _completed(path, head, receipts.entries_of(subject, plan, done, story), begun)
    written = path if path and not check_mode else None
    result = {**result_of(client, plan, outcomes, [*warnings, *plan.warnings]), "receipt": written}
    if problem is not None:
        result.update(failed=True, msg=f"{result['msg']} {problem}" if "msg" in result else problem)
    return result


def _completed(path: str, head: Mapping[str, Any], entries: Sequence[Entry], begun: Content) -> str | None:
    """Complete a receipt; what went wrong. The alerts are written already, and their results must not be lost."""
    try:
        receipts.complete(path, head, entries, begun)
    except InvalidInput as error:
        return (
            f"{error.message} The alerts were written, see `alerts`. Where the receipt is still there, it says what "
            "was about to be written, and utmstack_undo understands it."
        )
    return None


def result_of(client: Client, plan: Plan, outcomes: Sequence[Outcome], warnings: Sequence[str]) -> dict[str, Any]:
    """The result of a task, from what became of each alert."""
    failed = [outcome for outcome in outcomes if outcome.error]
    skipped = [outcome for outcome in outcomes if outcome.skipped]
    changed = [outcome for outcome in outcomes if outcome.changed]
    result: dict[str, Any] = {
        "changed": bool(changed),
        "alerts": [outcome.as_result() for outcome in outcomes],
        "summary": {
            "matched": len(outcomes),
            "changed": len(changed),
            "unchanged": sum(1 for o in outcomes if not (o.changed or o.skipped or o.error)),
            "skipped": len(skipped),
            "failed": len(failed),
            "requests": client.requests_sent,
        },
        "echoes_changed": sum(outcome.echoes_changed for outcome in outcomes),
        "plan_digest": plan.digest,
        "diff": {"prepared": "".join(line for outcome in outcomes for line in diff_lines(outcome))},
        "warnings": list(warnings),
    }
    if failed:
        result["failed"] = True
        result["msg"] = _message(failed, len(outcomes))
    return result


def _message(failed: Sequence[Outcome], total: int) -> str:
    shown = "; ".join(f"{printable(outcome.alert_id)}: {str(outcome.error).rstrip('.')}" for outcome in failed[:3])
    more = f"; and {len(failed) - 3} more, see `alerts`" if len(failed) > 3 else ""
    return f"{len(failed)} of {total} alerts failed. {shown}{more}"


def diff_lines(outcome: Outcome) -> list[str]:
    """One compact line per changed field; alert text cannot act on the terminal."""
    if not outcome.changed or outcome.after is None:
        return []
    label = f"{outcome.alert_id} ({printable(outcome.name, 60)})"
    lines = field_lines(label, outcome.before, outcome.after)
    if outcome.echoes_changed:
        lines.append(f"{label} echoes: {outcome.echoes_changed} follow\n")
    return lines
