# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out a plan for an incident: link, mark, change, and keep the alerts out of the server's cascade.

An incident lives in two stores. The database has the incident and its links, the search engine has the mark in each
alert's document; each is written and read back by itself, the links first, so that what a run left half done is
completed by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...client.client import Client
from ...client.incidents import (
    add_alerts,
    alerts_of,
    change_incident,
    create_incident,
    incident_named,
    incident_numbered,
    incidents_of,
    mark_alerts,
    names_of,
)
from ...errors import ChangedMeanwhile, IncompleteAnswer, Repeat, UtmstackError
from ...model.alert import Alert
from ...model.incident import Incident, link_item, mark_of, row_with
from ...printing import printable
from ...writing.apply import MAX_ROUNDS, apply
from ...writing.plan import Edit, Outcome, Plan, State, Subject, Write
from .cascade import Cascade
from .planning import SET_BY_CREATING, IncidentPlan

# Each call to mark alerts is a new script for the server, so there are few of them.
MARKS_PER_WRITE = 4000


@dataclass
class Progress:
    """What was done so far, as it was read back.

    :param states: the fields in question of each alert, None when it could not be read back.
    :param errors: alert id to what went wrong with it.
    :param problem: what ended the run early.
    :param echoes_changed: alert id to how many of its echoes followed.
    """

    incident: Incident | None
    states: dict[str, dict[str, Any] | None]
    errors: dict[str, str] = field(default_factory=dict)
    problem: UtmstackError | None = None
    echoes_changed: dict[str, int] = field(default_factory=dict)

    def see(self, alert_id: str, **fields: Any) -> None:
        """Remember what an alert was seen to hold."""
        self.states[alert_id] = {**(self.states[alert_id] or {}), **fields}

    def outcomes(self, planned: IncidentPlan) -> list[Outcome]:
        """What became of each alert."""
        return [self._outcome(outcome) for outcome in planned.predicted()] + self._others(planned)

    def _outcome(self, foreseen: Outcome) -> Outcome:
        alert_id = foreseen.alert_id
        if alert_id not in self.states:
            return foreseen
        state, error = self.states[alert_id], self.errors.get(alert_id)
        if error is None and state != foreseen.after:
            reason = self.problem.message if self.problem else "Other alerts of the task failed."
            error = f"Not completed. {reason}"
        echoes = self.echoes_changed.get(alert_id, 0)
        changed = state is not None and (state != foreseen.before or echoes > 0)
        return Outcome(alert_id, foreseen.name, foreseen.before, state, echoes, error=error, changed=changed)

    def _others(self, planned: IncidentPlan) -> list[Outcome]:
        """Alerts that had no part in the plan, and that the cascade did not leave as they were."""
        listed = {alert.id for alert in planned.subjects().alerts}
        lost = [alert_id for alert_id in self.errors if alert_id not in listed]
        names = {alert.id: alert.name for alert in planned.situation.attached}
        return [Outcome(i, names.get(i, ""), {}, None, error=self.errors[i]) for i in lost]


def carry_out(client: Client, planned: IncidentPlan) -> Progress:
    """Do what the plan says; an error never hides what was done before it."""
    states: dict[str, dict[str, Any] | None] = {a: dict(state) for a, state in planned.states.items()}
    progress = Progress(planned.situation.incident, states)
    try:
        _link(client, planned, progress)
        if progress.incident is not None:
            _mark(client, planned, progress, progress.incident)
            _check_birth(planned, progress.incident)
        if progress.incident is not None and not progress.errors and (planned.changes or planned.closes):
            _change(client, planned, progress, progress.incident)
    except UtmstackError as error:
        progress.problem = error
    return progress


def _link(client: Client, planned: IncidentPlan, progress: Progress) -> None:
    """Create the incident or add alerts to it, until the database has every link.

    A repeat cannot make a second incident or link: names and alerts are unique there.
    """
    missing = [edit.alert for edit in planned.alerts.edits if edit.before["incident"] != edit.after["incident"]]
    attempt = 0
    while missing:
        attempt += 1
        failure = _send_links(client, planned, progress, missing)
        missing = _read_back(client, planned, progress, missing, failure)
        if not missing:
            return
        missing = _without_taken(client, progress, missing)
        if progress.errors:
            # As before the first write: all alerts, or none of them.
            break
        if failure is None or failure.repeat is Repeat.USELESS or attempt >= MAX_ROUNDS:
            if progress.incident is None and failure is not None:
                raise failure
            said = failure.message if failure else "It answered as if it had."
            progress.errors.update({alert.id: f"The server did not link the alert. {said}" for alert in missing})
            break
        client.backoff.wait(failure, attempt)
    if progress.incident is None:
        raise ChangedMeanwhile("The incident was not created: alerts of it were put into other incidents meanwhile.")


def _send_links(
    client: Client, planned: IncidentPlan, progress: Progress, missing: Sequence[Alert]
) -> UtmstackError | None:
    items = [link_item(alert) for alert in missing]
    target = planned.target
    try:
        if progress.incident is None:
            create_incident(client, planned.wanted.name, target["description"], target["assigned_to"], items)
        else:
            add_alerts(client, progress.incident.id, items)
    except UtmstackError as error:
        return error
    return None


def _read_back(
    client: Client, planned: IncidentPlan, progress: Progress, sent: Sequence[Alert], failure: UtmstackError | None
) -> list[Alert]:
    """The alerts that are still not linked."""
    try:
        if progress.incident is None:
            progress.incident = incident_named(client, planned.wanted.name)
        linked = set(alerts_of(client, progress.incident.id)) if progress.incident else set()
    except UtmstackError as error:
        progress.states.update({alert.id: None for alert in sent})
        said = f" The server had answered: {failure.message}" if failure else ""
        raise IncompleteAnswer(
            "The incident and its alerts were sent, and it could not be read back what was stored. "
            f"{error.message}{said} Run the task again: it goes on from what it finds.",
            status=error.status,
            endpoint=error.endpoint,
        ) from error
    if progress.incident is None and failure is None:
        raise IncompleteAnswer("The server answered as if it had created the incident, and has none of this name.")
    for alert in sent:
        if alert.id in linked:
            progress.see(alert.id, incident=planned.wanted.name)
    return [alert for alert in sent if alert.id not in linked]


def _without_taken(client: Client, progress: Progress, missing: Sequence[Alert]) -> list[Alert]:
    """Without the alerts that somebody put into another incident meanwhile: they let the server refuse all."""
    taken = incidents_of(client, [alert.id for alert in missing])
    names = names_of(client, sorted(set(taken.values())))
    for alert_id, number in taken.items():
        name = printable(names.get(number, "unknown"), 80)
        progress.errors[alert_id] = f"The alert was put into incident {number} ({name}) meanwhile."
    return [alert for alert in missing if alert.id not in taken]


def _check_birth(planned: IncidentPlan, incident: Incident) -> None:
    """A new incident has what it was created with, unless somebody else opened one of the same name meanwhile."""
    if planned.situation.incident is None and any(incident.fields[n] != planned.target[n] for n in SET_BY_CREATING):
        raise ChangedMeanwhile(
            f"Somebody else opened incident {incident.id} of the same name meanwhile; the alerts were added to it. Run "
            "the task again to make the other changes."
        )


def _mark_state(alert: Alert) -> State:
    return {"mark": mark_of(alert)}


def _mark(client: Client, planned: IncidentPlan, progress: Progress, incident: Incident) -> None:
    """Mark the documents of alerts that are linked and carry no mark."""
    mark = (str(incident.id), incident.name)
    edits = [
        Edit(edit.alert, {"mark": None}, {"mark": mark})
        for edit in planned.alerts.edits
        if not edit.before["marked"] and edit.after["marked"] and _is_linked(progress, edit.alert.id, incident)
    ]
    subject = Subject(
        state=_mark_state,
        plan=lambda _selection: Plan(edits),
        writes=lambda edit, alert, _echoes: [(alert.id, Write("mark", mark))],
        send=lambda ids, _write: mark_alerts(client, ids, incident.id, incident.name),
        ids_per_write=MARKS_PER_WRITE,
    )
    for alert_id, outcome in apply(client, subject, edits).items():
        if outcome.after is None:
            progress.states[alert_id] = None
        else:
            progress.see(alert_id, marked=outcome.after["mark"] is not None)
        if reason := outcome.error or outcome.skipped:
            progress.errors[alert_id] = f"The alert belongs to the incident, and its document was not marked. {reason}"


def _is_linked(progress: Progress, alert_id: str, incident: Incident) -> bool:
    state = progress.states[alert_id]
    return state is not None and state["incident"] == incident.name


def _change(client: Client, planned: IncidentPlan, progress: Progress, incident: Incident) -> None:
    """Change the incident's own fields, then see to its alerts."""
    cascade = Cascade(client, planned, alerts_of(client, incident.id))
    written: State | None = None
    failure: UtmstackError | None = None
    if planned.changes:
        current = _unchanged(client, planned, incident)
        fields = {**current.fields, **{name: planned.target[name] for name in planned.changes}}
        written = {"status": fields["status"], "observation": fields["solution"]}
        try:
            progress.incident = _store(client, planned, current, fields)
        except UtmstackError as error:
            # The alerts may have been overwritten nevertheless: the server writes them before the incident.
            failure = error
    seen = cascade.settle(progress.errors, written, closes=planned.closes and failure is None)
    if planned.closes:
        for alert_id in set(seen) & set(progress.states):
            progress.see(alert_id, **seen[alert_id])
    progress.echoes_changed = cascade.echoes_changed(seen)
    if failure is not None:
        raise failure


def _unchanged(client: Client, planned: IncidentPlan, incident: Incident) -> Incident:
    """The incident as it is now.

    :raises ChangedMeanwhile: somebody else changed a field that the task is about to change.
    """
    current, before = _current(client, incident), planned.situation.incident
    if before is not None:
        known = {name: (before.fields[name], planned.target[name]) for name in planned.changes}
        foreign = [name for name, values in known.items() if current.fields[name] not in values]
        if foreign:
            raise ChangedMeanwhile(
                f"Somebody else changed {' and '.join(foreign)} of the incident since it was read; it was not touched."
            )
    return current


def _store(client: Client, planned: IncidentPlan, current: Incident, fields: Mapping[str, Any]) -> Incident:
    """Write the incident back whole, and look at what is stored.

    :raises UtmstackError: it is not stored, with what the server said.
    """
    attempt = 0
    while True:
        attempt += 1
        failure: UtmstackError | None = None
        try:
            change_incident(client, row_with(current, fields))
        except UtmstackError as error:
            failure = error
        stored = _stored(client, current, failure)
        differing = [name for name in planned.changes if stored.fields[name] != fields[name]]
        if not differing:
            return stored
        if failure is None or failure.repeat is Repeat.USELESS or attempt >= MAX_ROUNDS:
            raise failure or IncompleteAnswer(
                f"The server answered as if it had changed {' and '.join(differing)} of the incident, and did not."
            )
        client.backoff.wait(failure, attempt)


def _current(client: Client, incident: Incident) -> Incident:
    current = incident_numbered(client, incident.id)
    if current is None:
        raise IncompleteAnswer(f"Incident {incident.id} is gone.")
    return current


def _stored(client: Client, incident: Incident, failure: UtmstackError | None) -> Incident:
    """The incident after it was written."""
    try:
        return _current(client, incident)
    except UtmstackError as error:
        said = f" The server had answered: {failure.message}" if failure else ""
        raise IncompleteAnswer(
            f"The change of incident {incident.id} was sent, and it could not be read back whether it was stored. "
            f"{error.message}{said} Run the task again.",
            status=error.status,
            endpoint=error.endpoint,
        ) from error
