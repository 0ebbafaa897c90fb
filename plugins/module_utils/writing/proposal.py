# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task is about to write: its plan, or what was approved of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..client.client import Client
from ..compressed import compressed
from .approval import APPROVED, Approval, check_origin, limited
from .change import AlertChange
from .plan import Plan
from .plan_document import PlannedAlert, Source, document_of
from .selected import Selection, joined
from .selection import select_ids


@dataclass(frozen=True)
class Proposal:
    """What a task is about to write.

    :param approval: the approved plan within which `plan` stays; None if none is needed.
    :param left: the number of further changes, which the approved plan does not contain.
    """

    selection: Selection
    plan: Plan
    source: Source
    approval: Approval | None = None
    left: int = 0


def propose(
    client: Client,
    change: AlertChange,
    source: Source,
    approval: Approval | None,
    selection: Selection,
    plan_of: Callable[[Selection], Plan],
) -> Proposal:
    """Plan the change of the selected alerts, or what was approved of it.

    :raises InvalidInput: the approved plan was made for something else.
    """
    check_origin(approval, client.settings.url, client.dialect.name, source)
    chosen, rest = by_approval(client, approval, selection, change.takes_echoes)
    plan = plan_of(chosen)
    if approval is not None and approval.policy == APPROVED:
        plan = limited(approval, change, chosen, plan, {}).plan
    return Proposal(chosen, plan, source, approval, plan_of(rest).affected)


def by_approval(
    client: Client, approval: Approval | None, selection: Selection, with_echoes: bool
) -> tuple[Selection, Selection]:
    """The approved alerts, also those that the task no longer selects, and the other alerts of the selection.

    :param approval: approves alert by alert; otherwise there are no other alerts.
    """
    if approval is None or approval.policy != APPROVED:
        return selection, replace(selection, alerts=(), unknown=())
    named = approval.alerts
    known = {alert.id for alert in selection.alerts}
    missing = [alert_id for alert_id in named if alert_id not in known]
    everything = joined(selection, select_ids(client, missing, with_echoes))
    by_id = {alert.id: alert for alert in everything.alerts}
    chosen = [by_id[alert_id] for alert_id in named if alert_id in by_id]
    rest = [alert for alert in selection.alerts if alert.id not in named]
    return replace(everything, alerts=chosen), replace(everything, alerts=rest, unknown=())


def returned_plan(
    client: Client, proposal: Proposal, alerts: Sequence[PlannedAlert]
) -> tuple[str | None, Sequence[str]]:
    """The compressed plan for the result of a check run, or a warning why it is not returned."""
    plan = proposal.plan
    reasons = {**plan.skipped, **plan.errors}
    left_out = {one.id: (one.name, reasons[one.id]) for one in proposal.selection.alerts if one.id in reasons}
    text = document_of(client.settings.url, client.dialect.name, proposal.source, alerts, left_out).text()
    if client.has_secret(text):
        # Without it, the plan would not be the one that is applied.
        return None, [
            "The plan is not returned, because an alert in it contains a password, key or token of this task. Change "
            "the secret. `plan_digest` approves the plan as a whole."
        ]
    return compressed(text), ()
