# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to happen to an incident and its alerts, from what the server holds and what a task wants. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import InvalidInput
from ...model.alert import Alert, severity_rank
from ...model.incident import Incident, can_be_marked, mark_of
from ...model.storable_text import storable_observation
from ...printing import printable
from ...writing.plan import Edit, Plan, State, digest_of
from ...writing.result import Outcome, predicted
from ...writing.selected import Selection
from ...writing.states import status_state

# A server with default settings compiles 75 new scripts in five minutes; each distinct status and text is one, and so
# are the cascade itself and the mark.
MAX_TEXTS = 70
_CLOSED = ("completed", "merged")
# What a new incident has before anything is said about it.
_NEW: Mapping[str, Any] = {"description": "", "assigned_to": None, "status": "open", "solution": ""}
SET_BY_CREATING = ("description", "assigned_to")


@dataclass(frozen=True)
class Wanted:
    """What the task asks for.

    :param fields: only the fields that the task names; the others stay.
    :param close_alerts: completing the incident completes its alerts.
    :param reopen: a completed or merged incident may become open or in review.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    close_alerts: bool = False
    reopen: bool = False

    def assigned(self, user_id: str | None) -> Wanted:
        """The same, with an assignee."""
        return replace(self, fields={**self.fields, "assigned_to": user_id})

    def keeps_closed(self, incident: Incident | None) -> bool:
        """Whether the incident is closed and may not be opened again."""
        status = self.fields.get("status")
        if incident is None or incident.status not in _CLOSED or status in (None, incident.status):
            return False
        return not self.reopen

    def target(self, incident: Incident | None) -> dict[str, Any]:
        """The incident's fields as they shall be."""
        wanted = dict(self.fields)
        if self.keeps_closed(incident):
            wanted.pop("status")
        return {**(incident.fields if incident else _NEW), **wanted}

    def changes(self, incident: Incident | None) -> list[str]:
        """The fields that take a change of the incident, beyond what creating it can say."""
        now: Mapping[str, Any] = incident.fields if incident else {**_NEW, **self._at_birth()}
        target = self.target(incident)
        return [name for name in target if target[name] != now[name]]

    def _at_birth(self) -> dict[str, Any]:
        return {name: self.fields[name] for name in SET_BY_CREATING if name in self.fields}


@dataclass(frozen=True)
class Situation:
    """What the server holds.

    :param incident: the incident of the wanted name, None when there is none yet.
    :param own: ids of the alerts that are linked to it.
    :param elsewhere: alert id to the number of another incident that it is linked to.
    :param names: names of these other incidents.
    :param attached: alerts of the incident that the task did not select.
    :param attached_echoes: for each of these that has any, its echoes (v11).
    """

    incident: Incident | None
    selection: Selection
    own: frozenset[str] = frozenset()
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    attached: Sequence[Alert] = ()
    attached_echoes: Mapping[str, Sequence[Alert]] = field(default_factory=dict)

    @property
    def alerts(self) -> list[Alert]:
        """The alerts that the incident has and shall have."""
        return [*self.selection.alerts, *self.attached]

    def echoes_of(self, alert_id: str) -> list[Alert]:
        """Echoes of one alert."""
        return [*self.selection.echoes_of(alert_id), *self.attached_echoes.get(alert_id, ())]


@dataclass(frozen=True)
class IncidentPlan:
    """What is to be done.

    :param target: the incident's fields as they shall be.
    :param alerts: an edit for each alert that is to be linked, marked or closed.
    :param changes: fields that take a change of the incident, which sets off the server's cascade.
    :param states: the fields in question of each alert as it was seen.
    """

    situation: Situation
    wanted: Wanted
    target: Mapping[str, Any]
    alerts: Plan
    changes: Sequence[str]
    states: Mapping[str, State]

    @property
    def fields(self) -> Sequence[str]:
        """The incident's fields in question."""
        return list(self.wanted.fields) if self.situation.incident else list(_NEW)

    @property
    def closes(self) -> bool:
        """Whether the incident's alerts are to be completed."""
        return self.wanted.close_alerts and self.target["status"] == "completed"

    @property
    def is_refused(self) -> bool:
        """Whether some alert cannot be added, so that nothing is written."""
        return bool(self.alerts.errors or self.situation.selection.unknown)

    @property
    def has_changes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.situation.incident is None or self.changes or self.alerts.edits)

    @property
    def foreseen(self) -> dict[str, Any]:
        """The incident as results will show it; the server gives a new one its number and time."""
        incident = self.situation.incident
        if incident is not None:
            return {**incident.as_result(), **self.target}
        severity = max((a.severity for a in self.situation.alerts), key=severity_rank)
        return {"id": None, "name": self.wanted.name, **self.target, "severity": severity, "created_at": None}

    @property
    def digest(self) -> str:
        """Equal for a check run and the run that then does it."""
        incident = self.situation.incident
        before = {name: incident.fields[name] for name in self.changes} if incident else None
        after = {name: self.target[name] for name in self.changes} if incident else dict(self.target)
        return digest_of([self.wanted.name, before, after, self.alerts.digest])

    def subjects(self) -> Selection:
        """The alerts that a result lists: those selected, and others of the incident that change."""
        edited = {edit.alert.id for edit in self.alerts.edits}
        others = [alert for alert in self.situation.attached if alert.id in edited]
        selection = self.situation.selection
        return replace(selection, alerts=[*selection.alerts, *others])

    def predicted(self) -> list[Outcome]:
        """What becomes of each alert."""
        return predicted(self.subjects(), self.alerts, lambda alert: self.states[alert.id])


def plan_incident(situation: Situation, wanted: Wanted) -> IncidentPlan:
    """Edits that link, mark and close what is not yet so.

    :raises InvalidInput: the incident cannot be changed as wanted without losing something.
    """
    incident = situation.incident
    target, changes = wanted.target(incident), wanted.changes(incident)
    closes = wanted.close_alerts and target["status"] == "completed"
    states: dict[str, State] = {}
    edits: list[Edit] = []
    errors: dict[str, str] = {}
    for alert in situation.alerts:
        before = alert_state(alert, situation, wanted, closes)
        states[alert.id] = before
        if alert.id in situation.elsewhere:
            errors[alert.id] = belongs_to(situation.elsewhere[alert.id], situation.names)
            continue
        after = {**before, "incident": wanted.name, "marked": before["marked"] or can_be_marked(alert)}
        if closes and alert.status != "completed":
            after.update(status="completed", observation=target["solution"])
        if after != before:
            edits.append(Edit(alert, before, after))
    own = {alert.id for alert in situation.alerts}
    edits = [replace(edit, echoes=tuple(_following(edit, situation, own))) for edit in edits]
    _check(situation, target, changes, edits, closes)
    warnings = _incident_warnings(situation, wanted, errors)
    if incident is not None and {incident.status, target["status"]} <= set(_CLOSED) and not closes:
        warnings += _added_to_closed(incident, edits)
    if changes:
        warnings += _rewritten(situation)
    if engine := [edit.alert.id for edit in edits if edit.before.get("status") == "automatic_review"]:
        warnings.append(
            f"{len(engine)} alerts to be closed are in automatic review ({engine[0]} for one): the server's rule "
            "engine owns them for up to 40 seconds and may overwrite their status and observation."
        )
    return IncidentPlan(situation, wanted, target, Plan(edits, errors=errors, warnings=warnings), changes, states)


def belongs_to(number: int, names: Mapping[int, str]) -> str:
    """Why an alert of another incident cannot be added."""
    name = printable(names.get(number, "unknown"), 80)
    return f"The alert belongs to incident {number} ({name}); an alert can be in one only."


def alert_state(alert: Alert, situation: Situation, wanted: Wanted, closes: bool) -> State:
    """The fields in question: which incident the alert is linked to, whether it is marked, and what closing writes."""
    linked_to = None
    if alert.id in situation.own:
        linked_to = wanted.name
    elif alert.id in situation.elsewhere:
        linked_to = situation.names.get(situation.elsewhere[alert.id])
    state = {"incident": linked_to, "marked": mark_of(alert) is not None}
    return {**state, **status_state(alert)} if closes else state


def _following(edit: Edit, situation: Situation, own: set[str]) -> list[Alert]:
    """The echoes that are closed together with their alert."""
    if edit.before.get("status") == edit.after.get("status"):
        return []
    closed = {"status": edit.after["status"], "observation": edit.after["observation"]}
    echoes = situation.echoes_of(edit.alert.id)
    return [echo for echo in echoes if echo.id not in own and status_state(echo) != closed]


def kept(alert: Alert) -> State:
    """What an alert shall hold after the cascade that it has nothing to do with: what it held before."""
    return {"status": alert.status, "observation": storable_observation(alert.observation, "replace").text}


def _check(
    situation: Situation, target: Mapping[str, Any], changes: Sequence[str], edits: Sequence[Edit], closes: bool
) -> None:
    """Stop before anything is written that could not be completed."""
    if closes and not target["solution"].strip() and any("status" in edit.after for edit in edits):
        raise InvalidInput("`close_alerts: true` needs a `solution`: it becomes the observation of the alerts.")
    if not changes:
        return
    if target["status"] not in ("open", "in_review", "completed"):
        raise InvalidInput(
            f"The incident is {target['status']}, and UTMStack refuses to change such a one while it has alerts. Give "
            "it another `status`, with `reopen: true`."
        )
    closing = {edit.alert.id for edit in edits if edit.before.get("status") != edit.after.get("status")}
    family = [echo for alert in situation.alerts for echo in (alert, *situation.echoes_of(alert.id))]
    written = (target["status"], target["solution"])
    texts = {
        (alert.status, alert.observation)
        for alert in family
        if alert.id not in closing and alert.parent_id not in closing
    } - {written}
    if len(texts) > MAX_TEXTS:
        raise InvalidInput(
            f"Changing the incident lets UTMStack overwrite status and observation of its alerts, and {len(texts)} "
            f"different ones would have to be written back; a server with default settings takes {MAX_TEXTS} in five "
            "minutes. Nothing was written. Change the incident in UTMStack, or bring the alerts to fewer texts first."
        )


def _rewritten(situation: Situation) -> list[str]:
    """Texts that the cascade overwrites and that cannot be sent back as they are."""
    family = [document for alert in situation.alerts for document in (alert, *situation.echoes_of(alert.id))]
    lost = [document.id for document in family if kept(document) != status_state(document)]
    if not lost:
        return []
    return [
        f"{len(lost)} alerts have an observation that UTMStack cannot store again as it is ({printable(lost[0])} for "
        "one); its line breaks, controls and backslash-u are replaced by blanks."
    ]


def _added_to_closed(incident: Incident, edits: Sequence[Edit]) -> list[str]:
    """Alerts that may be overlooked, because their incident counts as done."""
    added = [edit.alert for edit in edits if edit.before["incident"] != edit.after["incident"]]
    unfinished = [alert.id for alert in added if alert.status != "completed"]
    if not unfinished:
        return []
    return [
        f"The incident is {incident.status}, and {len(unfinished)} alerts that are added to it are not completed "
        f"({printable(unfinished[0])} for one). They stay as they are; give the incident another `status` with "
        "`reopen: true`, or see to the alerts by themselves."
    ]


def _incident_warnings(situation: Situation, wanted: Wanted, errors: Mapping[str, str]) -> list[str]:
    warnings = []
    incident = situation.incident
    if incident is not None and wanted.keeps_closed(incident):
        warnings.append(f"The incident is {incident.status}; set `reopen: true` to take it up again.")
    number = str(incident.id) if incident else None
    alerts = [alert for alert in situation.alerts if alert.id not in errors]
    marks = [(alert.id, mark) for alert in alerts if (mark := mark_of(alert)) is not None and mark[0] != number]
    if marks:
        alert_id, (other, name) = marks[0]
        warnings.append(
            f"{len(marks)} alerts carry the mark of another incident and keep it ({printable(alert_id)}: incident "
            f"{printable(other, 20)}, {printable(name, 60)}): UTMStack has no way to take a mark off."
        )
    unmarked = [alert.id for alert in alerts if mark_of(alert) is None and not can_be_marked(alert)]
    if unmarked:
        warnings.append(
            f"{len(unmarked)} alerts have no field `isIncident` ({printable(unmarked[0])} for one), so that UTMStack "
            "cannot mark them; the incident has them nevertheless."
        )
    return warnings
