# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the changes of an incident and its alerts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import InvalidInput
from ...model.alert import Alert, severity_rank
from ...model.incident import Incident
from ...model.storable_text import storable_observation
from ...printing import printable
from ...writing.guardrails import NO_GUARDRAILS, NO_MATCHES, GuardrailMatches, Guardrails
from ...writing.plan import Edit, Plan, State, digest_of
from ...writing.result import Outcome, predicted
from ...writing.script_budget import ScriptNeed
from ...writing.selected import Selection
from ...writing.states import status_state

_CLOSED = ("completed", "merged")
# The defaults of a new incident.
_NEW: Mapping[str, Any] = {"description": "", "assigned_to": None, "status": "open", "solution": ""}
SET_BY_CREATING = ("description", "assigned_to")


@dataclass(frozen=True)
class Wanted:
    """The desired incident.

    :param fields: the fields set by the task; the others stay.
    :param close_alerts: complete the alerts together with the incident.
    :param reopen: allow a completed or merged incident to become open or in review.
    :param guardrails: the alerts that are not completed together with the incident.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    close_alerts: bool = False
    reopen: bool = False
    guardrails: Guardrails = NO_GUARDRAILS

    def assigned(self, user_id: str | None) -> Wanted:
        """A copy with an assignee."""
        return replace(self, fields={**self.fields, "assigned_to": user_id})

    def keeps_closed(self, incident: Incident | None) -> bool:
        """Whether the incident is closed and may not be reopened."""
        status = self.fields.get("status")
        if incident is None or incident.status not in _CLOSED or status in (None, incident.status):
            return False
        return not self.reopen

    def target(self, incident: Incident | None) -> dict[str, Any]:
        """The fields of the incident after the task."""
        wanted = dict(self.fields)
        if self.keeps_closed(incident):
            wanted.pop("status")
        return {**(incident.fields if incident else _NEW), **wanted}

    def changes(self, incident: Incident | None) -> list[str]:
        """The fields to change, beyond those set when the incident is created."""
        now: Mapping[str, Any] = incident.fields if incident else {**_NEW, **self._at_birth()}
        target = self.target(incident)
        return [name for name in target if target[name] != now[name]]

    def _at_birth(self) -> dict[str, Any]:
        return {name: self.fields[name] for name in SET_BY_CREATING if name in self.fields}


@dataclass(frozen=True)
class Situation:
    """The state of the incident and the alerts on the server.

    :param incident: the incident with the desired name, None if it does not exist.
    :param own: IDs of its linked alerts.
    :param elsewhere: by alert ID, the number of another incident that the alert is linked to.
    :param names: names of these other incidents.
    :param attached: alerts of the incident that the task did not select.
    :param attached_echoes: the echoes of these alerts, by alert ID (v11).
    :param matches: how often the guardrails matched.
    """

    incident: Incident | None
    selection: Selection
    own: frozenset[str] = frozenset()
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    attached: Sequence[Alert] = ()
    attached_echoes: Mapping[str, Sequence[Alert]] = field(default_factory=dict)
    matches: GuardrailMatches = NO_MATCHES

    @property
    def alerts(self) -> list[Alert]:
        """The alerts of the incident and those to add."""
        return [*self.selection.alerts, *self.attached]

    def restored(self, states: Mapping[str, State]) -> Situation:
        """A copy in which these alerts and echoes have the state that restoring would give them."""

        def one(alert: Alert) -> Alert:
            return replace(alert, **states[alert.id]) if alert.id in states else alert

        def families(echoes: Mapping[str, Sequence[Alert]]) -> dict[str, Sequence[Alert]]:
            return {alert_id: [one(echo) for echo in found] for alert_id, found in echoes.items()}

        alerts = [one(alert) for alert in self.selection.alerts]
        return replace(
            self,
            selection=replace(self.selection, alerts=alerts, echoes=families(self.selection.echoes or {})),
            attached=[one(alert) for alert in self.attached],
            attached_echoes=families(self.attached_echoes),
        )

    def echoes_of(self, alert_id: str) -> list[Alert]:
        """The echoes of one alert."""
        return [*self.selection.echoes_of(alert_id), *self.attached_echoes.get(alert_id, ())]


@dataclass(frozen=True)
class IncidentPlan:
    """The plan of an incident.

    :param target: the fields of the incident after the task.
    :param alerts: an edit for each alert to link, mark or close.
    :param changes: fields of the incident to change; a change triggers the server's cascade.
    :param states: the affected fields of each alert as read.
    """

    situation: Situation
    wanted: Wanted
    target: Mapping[str, Any]
    alerts: Plan
    changes: Sequence[str]
    states: Mapping[str, State]

    @property
    def fields(self) -> Sequence[str]:
        """The affected fields of the incident."""
        return list(self.wanted.fields) if self.situation.incident else list(_NEW)

    @property
    def closes(self) -> bool:
        """Whether the plan completes the alerts of the incident."""
        return self.wanted.close_alerts and self.target["status"] == "completed"

    @property
    def is_refused(self) -> bool:
        """Whether an alert cannot be added, so that nothing is written."""
        return bool(self.alerts.errors or self.situation.selection.unknown)

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.situation.incident is None or self.changes or self.alerts.edits)

    @property
    def script_need(self) -> ScriptNeed:
        """The scripts for the mark, for the server's cascade, and for closing or restoring its alerts."""
        edits = self.alerts.edits
        marks = any(edit.after["marked"] and not edit.before["marked"] for edit in edits)
        closing = {edit.alert.id for edit in edits if edit.before.get("status") != edit.after.get("status")}
        statuses = {(self.target["status"], self.target["solution"])} if self.changes or closing else set()
        if self.changes:
            family = [one for alert in self.situation.alerts for one in (alert, *self.situation.echoes_of(alert.id))]
            left = [one for one in family if one.id not in closing and one.parent_id not in closing]
            statuses |= {(state["status"], state["observation"]) for state in map(kept, left)}
        return ScriptNeed(marks + len(statuses))

    @property
    def foreseen(self) -> dict[str, Any]:
        """The predicted incident; the server sets the ID and the time of a new one."""
        incident = self.situation.incident
        if incident is not None:
            return {**incident.as_result(), **self.target}
        severity = max((a.severity for a in self.situation.alerts), key=severity_rank)
        return {"id": None, "name": self.wanted.name, **self.target, "severity": severity, "created_at": None}

    @property
    def digest(self) -> str:
        """SHA-256 over the plan: the same for a check run and the run that applies it."""
        incident = self.situation.incident
        before = {name: incident.fields[name] for name in self.changes} if incident else None
        after = {name: self.target[name] for name in self.changes} if incident else dict(self.target)
        return digest_of([self.wanted.name, before, after, self.alerts.digest])

    def subjects(self) -> Selection:
        """The alerts in the result: those selected, and others of the incident that change or are not closed."""
        affected = {edit.alert.id for edit in self.alerts.edits} | set(self.alerts.skipped)
        others = [alert for alert in self.situation.attached if alert.id in affected]
        selection = self.situation.selection
        return replace(selection, alerts=[*selection.alerts, *others])

    def predicted(self) -> list[Outcome]:
        """The planned outcome of each alert."""
        return predicted(self.subjects(), self.alerts, lambda alert: self.states[alert.id])


def plan_incident(situation: Situation, wanted: Wanted) -> IncidentPlan:
    """Plan the links, marks and closures that are still missing.

    :raises InvalidInput: the change of the incident would lose data.
    """
    incident = situation.incident
    target, changes = wanted.target(incident), wanted.changes(incident)
    closes = wanted.close_alerts and target["status"] == "completed"
    states: dict[str, State] = {}
    edits: list[Edit] = []
    errors: dict[str, str] = {}
    held: dict[str, str] = {}
    for alert in situation.alerts:
        before = alert_state(alert, situation, wanted, closes)
        states[alert.id] = before
        if alert.id in situation.elsewhere:
            errors[alert.id] = belongs_to(situation.elsewhere[alert.id], situation.names)
            continue
        after = {**before, "incident": wanted.name, "marked": before["marked"] or alert.can_be_marked}
        if closes and alert.status != "completed":
            closed = {"status": "completed", "observation": target["solution"]}
            followers = [(echo, closed) for echo in situation.echoes_of(alert.id)]
            reason = wanted.guardrails.against_closing(alert, closed, followers)
            if reason is None:
                after.update(closed)
            else:
                held[alert.id] = f"Not closed. {reason}"
        if after != before:
            edits.append(Edit(alert, before, after))
    own = {alert.id for alert in situation.alerts}
    edits = [replace(edit, echoes=tuple(_following(edit, situation, own))) for edit in edits]
    _check(target, changes, edits, closes)
    warnings = _incident_warnings(situation, wanted, errors)
    if incident is not None and {incident.status, target["status"]} <= set(_CLOSED) and not closes:
        warnings += _added_to_closed(incident, edits)
    if changes:
        warnings += _rewritten(situation)
    if held:
        warnings.append(
            f"{len(held)} alerts of the incident are not closed because of `hold_tags` or `protect` (for example "
            f"{printable(min(held))})."
        )
    elif not (closes or changes):
        warnings += _perhaps_overwritten(situation, wanted, target)
    if engine := [edit.alert.id for edit in edits if edit.before.get("status") == "automatic_review"]:
        warnings.append(
            f"{len(engine)} alerts to close are in automatic review (for example {engine[0]}). For up to 40 seconds, "
            "the server's rule engine may overwrite their status and observation."
        )
    plan = Plan(edits, held, errors, warnings)
    return IncidentPlan(situation, wanted, target, plan, changes, states)


def belongs_to(number: int, names: Mapping[int, str]) -> str:
    """Explain that an alert of another incident cannot be added."""
    name = printable(names.get(number, "unknown"), 80)
    return f"The alert belongs to incident {number} ({name}); an alert can be in one incident only."


def alert_state(alert: Alert, situation: Situation, wanted: Wanted, closes: bool) -> State:
    """The affected fields of an alert: its incident, its mark and, if it is closed, status and observation."""
    linked_to = None
    if alert.id in situation.own:
        linked_to = wanted.name
    elif alert.id in situation.elsewhere:
        linked_to = situation.names.get(situation.elsewhere[alert.id])
    state = {"incident": linked_to, "marked": alert.mark is not None}
    return {**state, **status_state(alert)} if closes else state


def _following(edit: Edit, situation: Situation, own: set[str]) -> list[Alert]:
    """The echoes to close together with their alert."""
    if edit.before.get("status") == edit.after.get("status"):
        return []
    closed = {"status": edit.after["status"], "observation": edit.after["observation"]}
    echoes = situation.echoes_of(edit.alert.id)
    return [echo for echo in echoes if echo.id not in own and status_state(echo) != closed]


def kept(alert: Alert) -> State:
    """The state to restore after the cascade, for an alert that the task does not close."""
    return {"status": alert.status, "observation": storable_observation(alert.observation, "replace").text}


def _check(target: Mapping[str, Any], changes: Sequence[str], edits: Sequence[Edit], closes: bool) -> None:
    """Refuse a plan that could not be completed."""
    if closes and not target["solution"].strip() and any("status" in edit.after for edit in edits):
        raise InvalidInput("`close_alerts: true` requires a `solution`, which becomes the observation of the alerts.")
    if changes and target["status"] not in ("open", "in_review", "completed"):
        raise InvalidInput(
            f"The incident is {target['status']}, and UTMStack refuses to change such an incident while it has alerts. "
            "Set another `status` and `reopen: true`."
        )


def _rewritten(situation: Situation) -> list[str]:
    """Warn about observations that cannot be restored unchanged after the cascade."""
    family = [document for alert in situation.alerts for document in (alert, *situation.echoes_of(alert.id))]
    lost = [document.id for document in family if kept(document) != status_state(document)]
    if not lost:
        return []
    return [
        f"{len(lost)} alerts have an observation that UTMStack cannot store again unchanged (for example "
        f"{printable(lost[0])}). Its line breaks, control characters and backslash-u are replaced by spaces."
    ]


def _perhaps_overwritten(situation: Situation, wanted: Wanted, target: Mapping[str, Any]) -> list[str]:
    """Warn about alerts that a killed run may have left with the incident's words, if nothing else says so."""
    words = {"status": "completed", "observation": target["solution"]}
    if wanted.fields.get("status") != "completed" or target["status"] != "completed" or not target["solution"].strip():
        return []
    same = [alert.id for alert in situation.alerts if alert.id in situation.own and status_state(alert) == words]
    if not same:
        return []
    return [
        f"{len(same)} alerts have the status and the solution of the incident (for example {printable(same[0])}). If "
        "an earlier run was killed while it completed the incident, it overwrote their own status and observation. "
        "Restore them with utmstack_undo and the receipt of that run."
    ]


def _added_to_closed(incident: Incident, edits: Sequence[Edit]) -> list[str]:
    """Warn about unfinished alerts that are added to a closed incident."""
    added = [edit.alert for edit in edits if edit.before["incident"] != edit.after["incident"]]
    unfinished = [alert.id for alert in added if alert.status != "completed"]
    if not unfinished:
        return []
    return [
        f"The incident is {incident.status}, but {len(unfinished)} alerts to add are not completed (for example "
        f"{printable(unfinished[0])}). Their status stays. Set another `status` with `reopen: true`, or handle these "
        "alerts separately."
    ]


def _incident_warnings(situation: Situation, wanted: Wanted, errors: Mapping[str, str]) -> list[str]:
    warnings = []
    incident = situation.incident
    if incident is not None and wanted.keeps_closed(incident):
        warnings.append(f"The incident is {incident.status}. Set `reopen: true` to reopen it.")
    number = str(incident.id) if incident else None
    alerts = [alert for alert in situation.alerts if alert.id not in errors]
    marks = [(alert.id, mark) for alert in alerts if (mark := alert.mark) is not None and mark[0] != number]
    if marks:
        alert_id, (other, name) = marks[0]
        warnings.append(
            f"{len(marks)} alerts carry the mark of another incident and keep it (for example {printable(alert_id)}: "
            f"incident {printable(other, 20)}, {printable(name, 60)}). UTMStack cannot remove a mark."
        )
    unmarked = [alert.id for alert in alerts if alert.mark is None and not alert.can_be_marked]
    if unmarked:
        warnings.append(
            f"{len(unmarked)} alerts have no field `isIncident` (for example {printable(unmarked[0])}), so UTMStack "
            "cannot mark them. They belong to the incident nevertheless."
        )
    return warnings
