# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open an incident or add alerts to it, and check that the database has every link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...client.client import Client
from ...client.incidents import add_alerts, alerts_of, create_incident, incident_named, incidents_of, names_of
from ...errors import ChangedMeanwhile, Repeat, UtmstackError
from ...model.alert import Alert
from ...model.incident import Incident
from ...printing import printable
from ...writing.one_object import ObjectChange, write_object
from .planning import IncidentPlan
from .progress import Progress


@dataclass(frozen=True)
class _Linked:
    """The incident, None if it does not exist, and the IDs of its linked alerts."""

    incident: Incident | None
    alert_ids: frozenset[str]


@dataclass(frozen=True)
class _Links(ObjectChange[_Linked]):
    """Links of alerts to an incident; `progress` collects their state."""

    planned: IncidentPlan
    progress: Progress
    alerts: Sequence[Alert]

    @property
    def is_idempotent(self) -> bool:
        """Links are unique; an incident that is being opened twice is not."""
        return self.progress.incident is not None

    def look(self, client: Client) -> _Linked:
        """Read the incident and its links.

        :raises UtmstackError: reading failed; the state of the alerts is unknown.
        """
        progress, name = self.progress, self.planned.wanted.name
        try:
            if progress.incident is None:
                progress.incident = incident_named(client, name)
            linked = frozenset(alerts_of(client, progress.incident.id) if progress.incident else ())
        except UtmstackError:
            progress.states.update({alert.id: None for alert in self.alerts})
            raise
        for alert in self.alerts:
            if alert.id in linked:
                progress.see(alert.id, incident=name)
        taken = self._taken_by_others(client, [alert.id for alert in self.alerts if alert.id not in linked])
        progress.errors.update(taken)
        return _Linked(progress.incident, linked)

    def _taken_by_others(self, client: Client, missing: Sequence[str]) -> dict[str, str]:
        """Find alerts that were added to another incident in the meantime: with them, the server refuses all alerts."""
        taken = incidents_of(client, missing)
        names = names_of(client, sorted(set(taken.values())))
        shown = {number: printable(names.get(number, "unknown"), 80) for number in taken.values()}
        return {
            alert_id: f"The alert was added to incident {number} ({shown[number]}) in the meantime."
            for alert_id, number in taken.items()
        }

    def send(self, client: Client, seen: _Linked) -> None:
        """Create the incident or add the missing alerts; the server adds all or none."""
        missing = [alert for alert in self.alerts if alert.id not in seen.alert_ids]
        target = self.planned.target
        if seen.incident is None:
            create_incident(client, self.planned.wanted.name, target["description"], target["assigned_to"], missing)
        else:
            add_alerts(client, seen.incident.id, missing)

    def is_stored(self, seen: _Linked) -> bool:
        """Whether every alert is linked."""
        return seen.alert_ids >= {alert.id for alert in self.alerts}

    def may_repeat(self, before: _Linked, seen: _Linked, error: UtmstackError) -> bool:
        """Allow a repeat unless another incident took alerts; unique names and links prevent duplicates."""
        return error.repeat is not Repeat.USELESS and not self.progress.errors


def link(client: Client, planned: IncidentPlan, progress: Progress) -> None:
    """Create the incident or add alerts to it.

    :param progress: collects the state of the alerts, and an error for each alert that is not linked.
    :raises UtmstackError: the incident does not exist, or reading it back failed.
    """
    missing = [edit.alert for edit in planned.alerts.edits if edit.before["incident"] != edit.after["incident"]]
    if not missing:
        return
    incident = progress.incident
    before = _Linked(incident, planned.situation.own)
    name = printable(planned.wanted.name, 60)
    label = f"Adding alerts to incident {incident.id}" if incident else f"Opening the incident {name!r}"
    try:
        write_object(client, label, _Links(planned, progress, missing), before)
    except UtmstackError as error:
        unseen = [alert.id for alert in missing if progress.states[alert.id] is None]
        if progress.incident is None and progress.errors:
            raise ChangedMeanwhile(
                "The incident was not created, because alerts were added to other incidents in the meantime."
            ) from error
        if progress.incident is None or unseen:
            raise
        if not progress.errors:
            left = [alert.id for alert in missing if not progress.is_linked(alert.id, progress.incident)]
            progress.errors.update(dict.fromkeys(left, f"The server did not link the alert. {error.message}"))
