# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply the plan of an incident: link and mark alerts, change the incident, and restore alerts after the cascade.

An incident is stored in two places: the database holds the incident and its links, the search engine holds the mark in
each alert. Both are written and read back separately, links first, so that the next run completes an interrupted one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...client.client import Client
from ...client.incidents import alerts_of, change_incident, incident_numbered
from ...errors import ChangedMeanwhile, IncompleteAnswer, Repeat, UtmstackError
from ...model.alert import Alert
from ...model.incident import Incident
from ...writing.apply import apply
from ...writing.change import AlertChange
from ...writing.one_object import ObjectChange, write_object
from ...writing.plan import Edit, State, Write
from ...writing.receipts import RecordedIncident
from ...writing.script_pace import ScriptPace
from .cascade import Cascade
from .linking import link
from .planning import SET_BY_CREATING, IncidentPlan
from .progress import Progress
from .recording import Record


def apply_incident_plan(client: Client, planned: IncidentPlan, record: Record, pace: ScriptPace) -> Progress:
    """Apply an incident plan; an error never hides earlier writes.

    :param record: where the state of the alerts is recorded before the incident is changed.
    :param pace: waits for the server to compile scripts.
    """
    progress = Progress.of(planned)
    try:
        link(client, planned, progress)
        if progress.incident is not None:
            _mark_alerts(client, planned, progress, progress.incident, pace)
            _check_birth(planned, progress.incident)
        if progress.incident is not None and not progress.errors and (planned.changes or planned.closes):
            _change(client, planned, progress, progress.incident, record, pace)
    except UtmstackError as error:
        progress.problem = error
    return progress


def _check_birth(planned: IncidentPlan, incident: Incident) -> None:
    """Check the fields of a new incident: another user may have opened one of the same name in the meantime."""
    if planned.situation.incident is None and any(incident.fields[n] != planned.target[n] for n in SET_BY_CREATING):
        raise ChangedMeanwhile(
            f"Incident {incident.id} of the same name was opened in the meantime, and the alerts were added to it. Run "
            "the task again to make the other changes."
        )


@dataclass(frozen=True)
class _MarkChange(AlertChange):
    """A change of the mark that names the incident in an alert."""

    mark: tuple[int, str]

    def state(self, alert: Alert) -> State:
        """The mark."""
        return {"mark": alert.mark}

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The same mark for every alert."""
        return [(alert.id, Write("mark", self.mark))]


def _mark_alerts(
    client: Client, planned: IncidentPlan, progress: Progress, incident: Incident, pace: ScriptPace
) -> None:
    """Mark the linked alerts that carry no mark."""
    mark = (str(incident.id), incident.name)
    edits = [
        Edit(edit.alert, {"mark": None}, {"mark": mark})
        for edit in planned.alerts.edits
        if not edit.before["marked"] and edit.after["marked"] and progress.is_linked(edit.alert.id, incident)
    ]
    for alert_id, outcome in apply(client, _MarkChange((incident.id, incident.name)), edits, pace).items():
        if outcome.after is None:
            progress.states[alert_id] = None
        else:
            progress.see(alert_id, marked=outcome.after["mark"] is not None)
        if reason := outcome.error or outcome.skipped:
            progress.errors[alert_id] = f"The alert belongs to the incident, but was not marked. {reason}"


def _change(
    client: Client, planned: IncidentPlan, progress: Progress, incident: Incident, record: Record, pace: ScriptPace
) -> None:
    """Change the fields of the incident, then close or restore its alerts."""
    cascade = Cascade(client, planned, alerts_of(client, incident.id), record, pace)
    current = _unchanged(client, planned, incident) if planned.changes else incident
    fields = {**current.fields, **{name: planned.target[name] for name in planned.changes}}
    written = {"status": fields["status"], "observation": fields["solution"]} if planned.changes else None
    recorded = RecordedIncident(incident.id, incident.name, current.fields, fields, written)
    record.describe(recorded, planned.digest)
    cascade.record()
    failure: UtmstackError | None = None
    if written is not None:
        try:
            label = f"Changing {' and '.join(planned.changes)} of incident {incident.id}"
            change = _IncidentWrite(incident.id, planned.changes, fields, cascade, written)
            progress.incident = write_object(client, label, change, current, pace)
        except UtmstackError as error:
            # The server writes the alerts before the incident, so they may have been overwritten despite the error.
            failure = error
    may_still_run = failure is not None and failure.repeat is Repeat.PERHAPS_RUNNING
    seen = cascade.settle(progress.errors, written, planned.closes and failure is None, may_still_run)
    if planned.closes:
        for alert_id in list(progress.states):
            if alert_id in seen:
                progress.see(alert_id, **seen[alert_id])
            else:
                progress.states[alert_id] = None
    progress.echoes_changed = cascade.echoes_changed(seen)
    if failure is not None:
        raise failure


def _unchanged(client: Client, planned: IncidentPlan, incident: Incident) -> Incident:
    """Read the incident again before it is changed.

    :raises ChangedMeanwhile: a field that the task changes has changed since it was read.
    """
    current = _current(client, incident.id)
    # An incident that this task opened is known since then.
    before = planned.situation.incident or incident
    known = {name: (before.fields[name], planned.target[name]) for name in planned.changes}
    foreign = [name for name, values in known.items() if current.fields[name] not in values]
    if foreign:
        since = "in the meantime; nothing was written"
        if planned.situation.incident is None:
            since = "since the task opened it, and its fields were left as they are"
        raise ChangedMeanwhile(
            f"Incident {incident.id}: {' and '.join(foreign)} changed on the server {since}. Run the task again."
        )
    return current


@dataclass(frozen=True)
class _IncidentWrite(ObjectChange[Incident]):
    """A change of an incident's fields; the server expects the whole row."""

    number: int
    changes: Sequence[str]
    fields: Mapping[str, Any]
    cascade: Cascade
    written: State

    # It sets off a cascade over the alerts, which would overwrite what an analyst wrote after the first one.
    is_idempotent = False

    def look(self, client: Client) -> Incident:
        """Read the incident."""
        return _current(client, self.number)

    def send(self, client: Client, seen: Incident) -> None:
        """Write the row read last, with the changes.

        :raises ChangedMeanwhile: the row changed while the alerts were read again.
        """
        while self.cascade.look_again(self.written):
            waited = client.backoff.waited
            if self.look(client) != seen:
                raise ChangedMeanwhile(
                    "It changed on the server in the meantime; nothing was sent. Run the task again."
                )
            if client.backoff.waited == waited:
                break
        change_incident(client, seen, self.fields)

    def is_stored(self, seen: Incident) -> bool:
        """Whether each changed field holds its new value."""
        return all(seen.fields[name] == self.fields[name] for name in self.changes)


def _current(client: Client, number: int) -> Incident:
    current = incident_numbered(client, number)
    if current is None:
        raise IncompleteAnswer(f"Incident {number} no longer exists on the server.")
    return current
