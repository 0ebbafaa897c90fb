# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a plan for an incident: link, mark, change, and keep the alerts out of the server's cascade.

An incident lives in two stores. The database has the incident and its links, the search engine has the mark in each
alert's document; each is written and read back by itself, the links first, so that what a run left half done is
completed by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...client.client import Client
from ...client.incidents import alerts_of, change_incident, incident_numbered
from ...errors import ChangedMeanwhile, IncompleteAnswer, UtmstackError
from ...model.alert import Alert
from ...model.incident import Incident, mark_of
from ...writing.apply import apply
from ...writing.change import AlertChange
from ...writing.one_object import ObjectChange, write_object
from ...writing.plan import Edit, State, Write
from .cascade import Cascade
from .linking import link
from .planning import SET_BY_CREATING, IncidentPlan
from .progress import Progress


def apply_incident_plan(client: Client, planned: IncidentPlan) -> Progress:
    """Do what the plan says; an error never hides what was done before it."""
    progress = Progress.of(planned)
    try:
        link(client, planned, progress)
        if progress.incident is not None:
            _mark_alerts(client, planned, progress, progress.incident)
            _check_birth(planned, progress.incident)
        if progress.incident is not None and not progress.errors and (planned.changes or planned.closes):
            _change(client, planned, progress, progress.incident)
    except UtmstackError as error:
        progress.problem = error
    return progress


def _check_birth(planned: IncidentPlan, incident: Incident) -> None:
    """A new incident has what it was created with, unless another one of the same name was opened meanwhile."""
    if planned.situation.incident is None and any(incident.fields[n] != planned.target[n] for n in SET_BY_CREATING):
        raise ChangedMeanwhile(
            f"Incident {incident.id} of the same name was opened meanwhile; the alerts were added to it. Run the task "
            "again to make the other changes."
        )


@dataclass(frozen=True)
class _MarkChange(AlertChange):
    """The mark in an alert's document that says which incident it belongs to."""

    mark: tuple[int, str]

    def state(self, alert: Alert) -> State:
        """The mark."""
        return {"mark": mark_of(alert)}

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The same mark for every alert."""
        return [(alert.id, Write("mark", self.mark))]


def _mark_alerts(client: Client, planned: IncidentPlan, progress: Progress, incident: Incident) -> None:
    """Mark the documents of alerts that are linked and carry no mark."""
    mark = (str(incident.id), incident.name)
    edits = [
        Edit(edit.alert, {"mark": None}, {"mark": mark})
        for edit in planned.alerts.edits
        if not edit.before["marked"] and edit.after["marked"] and progress.is_linked(edit.alert.id, incident)
    ]
    for alert_id, outcome in apply(client, _MarkChange((incident.id, incident.name)), edits).items():
        if outcome.after is None:
            progress.states[alert_id] = None
        else:
            progress.see(alert_id, marked=outcome.after["mark"] is not None)
        if reason := outcome.error or outcome.skipped:
            progress.errors[alert_id] = f"The alert belongs to the incident, and its document was not marked. {reason}"


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
            label = f"Changing {' and '.join(planned.changes)} of incident {incident.id}"
            change = _IncidentWrite(incident.id, planned.changes, fields)
            progress.incident = write_object(client, label, change, current)
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

    :raises ChangedMeanwhile: a field that the task is about to change was changed since it was read.
    """
    current, before = _current(client, incident.id), planned.situation.incident
    if before is not None:
        known = {name: (before.fields[name], planned.target[name]) for name in planned.changes}
        foreign = [name for name, values in known.items() if current.fields[name] not in values]
        if foreign:
            raise ChangedMeanwhile(
                f"{' and '.join(foreign)} of the incident changed since it was read; it was not touched. Run the task "
                "again."
            )
    return current


@dataclass(frozen=True)
class _IncidentWrite(ObjectChange[Incident]):
    """The fields of an incident; the server takes the whole row."""

    number: int
    changes: Sequence[str]
    fields: Mapping[str, Any]

    def look(self, client: Client) -> Incident:
        """The incident with this number."""
        return _current(client, self.number)

    def send(self, client: Client, seen: Incident) -> None:
        """Write the row back as it was seen last, apart from the changes."""
        change_incident(client, seen, self.fields)

    def is_stored(self, seen: Incident) -> bool:
        """Whether each changed field is as wanted."""
        return all(seen.fields[name] == self.fields[name] for name in self.changes)


def _current(client: Client, number: int) -> Incident:
    current = incident_numbered(client, number)
    if current is None:
        raise IncompleteAnswer(f"Incident {number} is gone.")
    return current
