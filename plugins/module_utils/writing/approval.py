# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the plan of a run within the approved one. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from ..conversion import is_blank
from ..errors import InvalidInput, PlanChanged
from ..printing import printable
from ..times import age, stored_time
from .change import AlertChange
from .families import spreads
from .plan import Edit, Plan, State, comparable_state
from .plan_document import PlanDocument, PlannedAlert, Source
from .plan_reading import is_digest, plan_document
from .selected import Selection

APPROVED, EXACT = "approved", "exact"
POLICIES = (APPROVED, EXACT)
DEFAULT_MAX_AGE = "24h"
# Clocks of two hosts may differ by so much.
_CLOCK_DIFFERENCE = timedelta(minutes=5)
_SHOWN = 5
GONE = "Gone from the server since the plan was made."


@dataclass(frozen=True)
class Approval:
    """What was approved.

    :param policy: APPROVED makes the approved changes that are still possible, EXACT all of them or none.
    :param digest: the digest of the approved plan.
    :param document: the plan; None if only its digest is known.
    """

    policy: str
    digest: str
    document: PlanDocument | None = None

    @functools.cached_property
    def alerts(self) -> Mapping[str, PlannedAlert]:
        """The approved alerts by ID, if each is approved by itself."""
        if self.document is None or self.policy == EXACT:
            return {}
        return {alert.alert_id: alert for alert in self.document.alerts}

    @property
    def made(self) -> datetime | None:
        """When the alerts were decided that are approved one by one; None if they are decided anew."""
        return stored_time(self.document.made) if self.document is not None and self.policy == APPROVED else None

    def as_result(self, left: int) -> dict[str, Any]:
        """The approval in the result of a task.

        :param left: the number of changes that the plan does not contain.
        """
        return {
            "policy": self.policy,
            "plan_digest": self.digest,
            "made": self.document.made if self.document is not None else None,
            "approved": sum(alert.changes for alert in self.document.alerts) if self.document is not None else None,
            "left": left,
        }


def approval_from(params: Mapping[str, Any]) -> Approval | None:
    """The approved plan in the options of a writer; None if the task needs none.

    :raises InvalidInput: the plan is blank, unreadable or too old, or the policy needs more than its digest.
    """
    given, policy = params["plan"], params["plan_policy"]
    if given is None:
        return None
    if is_blank(given) or given == {}:
        raise InvalidInput("`plan` is blank. Set the approved plan or its digest, or leave the option out.")
    if is_digest(given):
        if policy == APPROVED:
            raise InvalidInput(
                "`plan` is a digest, which does not say which alerts were approved. Pass the plan itself, or set "
                "`plan_policy: exact`."
            )
        return Approval(EXACT, given.strip())
    document = plan_document(given)
    _check_age(document, params["plan_max_age"])
    return Approval(policy or APPROVED, document.digest, document)


def _check_age(document: PlanDocument, max_age: str) -> None:
    now, most = datetime.now(timezone.utc), age(max_age, "plan_max_age")
    made = stored_time(document.made)
    if made is None or made > now + _CLOCK_DIFFERENCE:
        raise InvalidInput(
            f"The plan was made at {printable(document.made, 40)}, which is not in the past. Compare the clocks of the "
            "hosts, and make a new plan."
        )
    if now - made > most:
        raise InvalidInput(
            f"The plan was made at {document.made} and is older than `plan_max_age: {max_age}`. Nothing was written. "
            "Make a new plan, or raise the limit."
        )


def check_origin(approval: Approval | None, server: str, dialect: str, source: Source) -> None:
    """Check that a plan belongs to this task. :raises InvalidInput: it was made for something else."""
    document = approval.document if approval is not None else None
    if document is None:
        return
    if document.module != source.module:
        raise InvalidInput(
            f"The plan was made by {printable(document.module, 60)}, not by {source.module}. Apply it with the module "
            "that made it, or make a new plan."
        )
    if document.dialect != dialect:
        raise InvalidInput(
            f"The plan is for a {printable(document.dialect, 10)} server, but this server is {dialect}. Make a plan "
            "for this server."
        )
    if document.server != server:
        raise InvalidInput(
            f"The plan is for {printable(document.server)}, but this server is {printable(server)}. Make a plan for "
            "this server, or use the address of the plan."
        )
    if document.rules_digest != source.rules_digest:
        raise InvalidInput(
            f"The plan was made with other rules or options ({document.rules_digest[:12]}, now "
            f"{source.rules_digest[:12]}). Nothing was written. Restore them, or make a new plan."
        )


@dataclass(frozen=True)
class Limited:
    """A plan within the approved one.

    :param entering: by alert ID, the approved incident.
    """

    plan: Plan
    entering: Mapping[str, str] = field(default_factory=dict)


def limited(
    approval: Approval,
    change: AlertChange,
    selection: Selection,
    plan: Plan,
    entering: Mapping[str, str],
    causes: Mapping[str, str] | None = None,
) -> Limited:
    """The approved changes whose alerts still are as the approved plan saw them; the others are skipped with a reason.

    :param selection: the approved alerts as they are now.
    :param plan: what the task would do to them now.
    :param entering: by alert ID, the incident to which the task would add the alert.
    :param causes: by alert ID, why the task no longer makes the approved change, as far as it is known.
    """
    causes = causes or {}
    edits = {edit.alert.id: edit for edit in plan.edits}
    skipped, errors = dict(plan.skipped), dict(plan.errors)
    for alert in selection.alerts:
        approved = approval.alerts[alert.id]
        now = edits.get(alert.id)
        is_left = (now is not None and now.changes) or alert.id in entering or alert.id in skipped
        is_in = approved.incident is None or alert.is_marked_for(approved.incident)
        is_done = comparable_state(change.state(alert)) == comparable_state(approved.after)
        if not is_left and is_done and (is_in or alert.id not in causes):
            # The plan was applied before, or an analyst made the same change.
            continue
        reason = skipped.get(alert.id) or _change_since(approved, change.state(alert))
        if reason is None and alert.id not in errors:
            state, edit = change.state(alert), edits.get(alert.id)
            reason = _objection(approved, change, state, edit, entering.get(alert.id), causes.get(alert.id))
        if reason is not None:
            skipped[alert.id] = reason
            errors.pop(alert.id, None)
    skipped.update({key: GONE for key in selection.unknown if key in approval.alerts})
    kept = [edit for edit in plan.edits if edit.alert.id not in skipped]
    # A status also reaches the echoes that were approved by themselves and are left alone now.
    while taken := {edit.alert.id: echo for edit in kept if (echo := _taken_echo(edit, selection, skipped))}:
        skipped.update({key: f"Its echo {printable(echo)} is left alone; not written." for key, echo in taken.items()})
        kept = [edit for edit in kept if edit.alert.id not in skipped]
    inside = {key: name for key, name in entering.items() if key not in skipped and key not in errors}
    beside = [key for key in plan.beside if key in inside]
    return Limited(replace(plan, edits=kept, skipped=skipped, errors=errors, beside=beside), inside)


def _change_since(approved: PlannedAlert, state: State) -> str | None:
    """What changed about an alert since the plan was made; None if it is the same."""
    if state == approved.before:
        return None
    return f"Changed since the plan was made: {_difference(approved.before, state)}."


def _objection(
    approved: PlannedAlert,
    change: AlertChange,
    state: State,
    edit: Edit | None,
    incident: str | None,
    cause: str | None,
) -> str | None:
    """The reason not to change an alert although it did not change since the plan was made."""
    if incident is not None and incident != approved.incident:
        return f"It would now be added to the incident {_shown(incident)}, which was not approved."
    if edit is None:
        if cause is not None and incident is None:
            return f"The task no longer makes the approved change: {cause}."
        is_nothing_left = comparable_state(state) == comparable_state(approved.after)
        return None if is_nothing_left else "The task no longer makes the approved change."
    if comparable_state(edit.after) != comparable_state(approved.after):
        return f"The task would now make a different change: {_difference(approved.after, edit.after)}."
    for echo_id, (before, after) in change.echo_states(edit).items():
        echo = f"echo {printable(echo_id)}"
        if echo_id not in approved.echoes:
            if before != after:
                return f"Its {echo} arrived since the plan was made."
            continue
        was, becomes = approved.echoes[echo_id]
        if before != was:
            return f"Its {echo} changed since the plan was made: {_difference(was, before)}."
        if comparable_state(after) != comparable_state(becomes):
            return f"The task would now change its {echo} differently: {_difference(becomes, after)}."
    return None


def _taken_echo(edit: Edit, selection: Selection, skipped: Mapping[str, str]) -> str | None:
    """An echo that is left alone although the status of its alert would overwrite it."""
    if not spreads(edit):
        return None
    return next((echo.id for echo in selection.echoes_of(edit.alert.id) if echo.id in skipped), None)


def _difference(was: State, becomes: State) -> str:
    """The first field that differs."""
    was, becomes = comparable_state(was), comparable_state(becomes)
    for name, value in becomes.items():
        if was.get(name) != value:
            return f"{name} is {_shown(value)} instead of {_shown(was.get(name))}"
    return "a field is gone"


def _shown(value: Any) -> str:
    return printable(str(value), 60) or "empty"


def require_exact(approval: Approval | None, digest: str, alerts: Sequence[PlannedAlert]) -> None:
    """Refuse a plan that differs from the approved one, if that is approved as a whole.

    :raises PlanChanged: alerts or their state differ; nothing was written.
    """
    if approval is None or approval.policy != EXACT or digest == approval.digest:
        return
    differences = list(_differences(approval.document, alerts)) if approval.document is not None else []
    named = "".join(f" {line}." for line in differences[:_SHOWN])
    more = " See `error.differences` for the rest." if differences[_SHOWN:] else ""
    raise PlanChanged(
        f"The plan differs from the approved one ({approval.digest[:12]}, now {digest[:12]}).{named}{more} "
        "Nothing was written. Review a new check run.",
        differences,
    )


def _differences(document: PlanDocument, alerts: Sequence[PlannedAlert]) -> Iterator[str]:
    """Yield a line for each alert that differs."""
    approved = {alert.alert_id: alert for alert in document.alerts}
    found = {alert.alert_id: alert for alert in alerts}
    for alert_id, was in approved.items():
        label = f"{printable(alert_id, 60)} ({printable(was.name, 60)})"
        now = found.get(alert_id)
        if now is None:
            yield f"{label} was planned, but needs no change now or may not be changed"
        elif comparable_state(now.before) != comparable_state(was.before):
            yield f"{label} has changed: {_difference(was.before, now.before)}"
        elif comparable_state(now.after) != comparable_state(was.after):
            yield f"{label} would change differently: {_difference(was.after, now.after)}"
        elif now.incident != was.incident:
            yield f"{label} would be added to the incident {_shown(now.incident)} instead of {_shown(was.incident)}"
        elif {key: two[0] for key, two in now.echoes.items()} != {key: two[0] for key, two in was.echoes.items()}:
            yield f"{label} has different echoes"
    for alert_id, one in found.items():
        if alert_id not in approved:
            yield f"{printable(alert_id, 60)} ({printable(one.name, 60)}) was not planned"
