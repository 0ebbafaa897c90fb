# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The single write path for planned changes of alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..client.client import Client
from ..printing import printable
from . import receipts
from .apply import apply
from .approval import require_exact
from .change import AlertChange
from .plan import check_max_affected
from .plan_document import plan_digest, planned_alerts
from .proposal import Proposal, returned_plan
from .receipts import NO_ANNOTATIONS, Annotations
from .result import Outcome, Written, left_alone, predicted
from .run_receipt import NOT_KEPT, NOT_WANTED, Keeping, RunReceipt, keeping_from
from .script_budget import TOO_MANY, ScriptNeed, check_scripts, scripts_of
from .script_pace import NO_PACE, ScriptPace
from .selected import Selection

# Queries are limited by default; with `alert_ids`, the user named every alert.
DEFAULT_MAX_AFFECTED = 500


@dataclass(frozen=True)
class Limits:
    """The limits of a write, and its receipt.

    :param max_affected: maximum number of alerts to change, echoes included; None for the default.
    :param keeping: how the receipt is kept.
    :param pace: waits for the server to compile scripts.
    """

    max_affected: int | None = None
    keeping: Keeping = NOT_WANTED
    pace: ScriptPace = NO_PACE

    def most(self, selection: Selection) -> int | None:
        """The maximum number of alerts to change, None for no limit."""
        if self.max_affected is None and selection.by_query:
            return DEFAULT_MAX_AFFECTED
        return self.max_affected


NO_LIMITS = Limits()


def limits_from(client: Client, params: Mapping[str, Any], report: Callable[[str], None]) -> Limits:
    """The limits in the options of a writer."""
    return Limits(params["max_affected"], keeping_from(params), pace_from(client, params, report))


def pace_from(client: Client, params: Mapping[str, Any], report: Callable[[str], None]) -> ScriptPace:
    """The pace of a task.

    :param report: shows a progress message.
    """
    return ScriptPace(params["script_wait"], client.backoff.pause, report)


def write(
    client: Client,
    change: AlertChange,
    proposal: Proposal,
    limits: Limits,
    check_mode: bool,
    warnings: Sequence[str] = (),
    annotations: Annotations = NO_ANNOTATIONS,
    further_scripts: int = 0,
) -> Written:
    """Check the limits, apply the plan and read it back; in check mode return the predicted outcomes and the plan.

    If the server cannot compile the scripts of the plan in time, nothing is written, and the result has a problem.

    :param warnings: warnings from planning.
    :param annotations: additional content of the receipt.
    :param further_scripts: scripts that the task needs beside those of the plan.
    :raises UtmstackError: nothing was written.
    """
    selection, plan = proposal.selection, proposal.plan
    alerts = planned_alerts(change, selection, plan, proposal.source)
    digest = plan_digest(client.dialect.name, proposal.source.rules_digest, alerts)
    require_exact(proposal.approval, digest, alerts)
    check_max_affected(selection, plan, limits.most(selection))
    need = ScriptNeed(len(scripts_of(change, plan.edits, client.dialect.has_echoes)) + further_scripts)
    outcomes = predicted(selection, plan, change.state)
    all_warnings = [*warnings, *plan.warnings]
    more: dict[str, Any] = {**NOT_KEPT, "approval": None, **need.as_result()}
    if proposal.approval is not None:
        more["approval"] = proposal.approval.as_result(proposal.left)
    if (problem := check_scripts(need, limits.pace.seconds)) is not None:
        return Written(left_alone(outcomes, TOO_MANY), digest, all_warnings, problem=problem, more=more)
    if check_mode:
        more["plan"], unreturned = returned_plan(client, proposal, alerts)
        all_warnings += unreturned
    receipt = None
    if limits.keeping.is_wanted and (plan.edits or annotations.unchanged_entries):
        receipt = RunReceipt(limits.keeping, client.settings.url)
    failures: list[str] = []
    if not check_mode:
        if receipt is not None:
            head = receipts.head_of(client.settings.url, client.dialect.name, digest, annotations.head)
            # Before the first write, so that a killed run can be undone.
            receipt.begin(head, receipts.entries_of(change, plan, {}, annotations))
        if plan.edits:
            # With an approved plan, an alert that is no longer as the plan saw it is skipped.
            done = apply(client, change, plan.edits, limits.pace, merges=proposal.approval is None)
            all_warnings += _overtaken_warning([one for one in done.values() if one.skipped])
            outcomes = [_as_planned(done.get(outcome.alert_id, outcome), outcome) for outcome in outcomes]
            if receipt is not None:
                failures = receipt.complete(receipts.entries_of(change, plan, done, annotations))
        if receipt is not None:
            succeeded = not failures and not any(outcome.error for outcome in outcomes)
            more.update(receipt.finish(succeeded, client.has_secret))
            all_warnings += receipt.warnings
    return Written(outcomes, digest, [*all_warnings, *need.warnings()], failures=failures, more=more)


def _overtaken_warning(skipped: Sequence[Outcome]) -> list[str]:
    """The warning about alerts that the task left alone because they changed after they were selected."""
    if not skipped:
        return []
    return [
        f"{len(skipped)} of the selected alerts changed on the server before they were written, and were left alone "
        f"(for example {printable(skipped[0].alert_id, 80)}: {skipped[0].skipped}) Check them and run the task again."
    ]


def _as_planned(outcome: Outcome, planned: Outcome) -> Outcome:
    """An outcome with what the plan already knew to be impossible or left alone."""
    if outcome.error or not (planned.error or planned.skipped):
        return outcome
    return replace(outcome, error=planned.error, skipped=outcome.skipped or planned.skipped)
