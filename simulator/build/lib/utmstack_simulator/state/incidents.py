# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Incidents, their links to alerts, notes and history, as PostgreSQL stores them (API facts, 7)."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..engine.clock import instant_text

STATUSES = {"OPEN": (2, "Open"), "IN_REVIEW": (3, "In review"), "COMPLETED": (5, "Completed"), "MERGED": (0, "none")}
MAX_DETAIL_LENGTH = 1000
MAX_LINK_TEXT_LENGTH = 255


@dataclass
class Incident:
    """A row of utm_incident."""

    id: int
    name: str
    description: str
    severity: int
    assigned_to: str | None = None
    status: str = "OPEN"
    created: str = field(default_factory=instant_text)
    solution: str | None = None

    def row(self) -> dict[str, Any]:
        """The incident as the API shows it."""
        return {
            "id": self.id,
            "incidentName": self.name,
            "incidentDescription": self.description,
            "incidentStatus": self.status,
            "incidentAssignedTo": self.assigned_to,
            "incidentSeverity": self.severity,
            "incidentCreatedDate": self.created,
            "incidentSolution": self.solution,
        }


@dataclass
class Link:
    """A row of utm_incident_alert, with what the client sent about the alert when it was linked."""

    id: int
    incident_id: int
    alert_id: str
    alert_name: str
    status: int
    severity: int

    def row(self) -> dict[str, Any]:
        """The link as the API shows it."""
        return {
            "id": self.id,
            "incidentId": self.incident_id,
            "alertId": self.alert_id,
            "alertName": self.alert_name,
            "alertStatus": self.status,
            "alertSeverity": self.severity,
        }


@dataclass(frozen=True)
class Note:
    """A row of utm_incident_note."""

    id: int
    incident_id: int
    text: str
    user: str
    date: str = field(default_factory=instant_text)

    def row(self) -> dict[str, Any]:
        """The note as the API shows it."""
        return {
            "id": self.id,
            "incidentId": self.incident_id,
            "noteText": self.text,
            "noteSendDate": self.date,
            "noteSendBy": self.user,
        }


@dataclass(frozen=True)
class Event:
    """A row of utm_incident_history."""

    id: int
    incident_id: int
    kind: str
    action: str
    detail: str
    user: str
    date: str = field(default_factory=instant_text)

    def row(self) -> dict[str, Any]:
        """The event as the API shows it."""
        return {
            "id": self.id,
            "incidentId": self.incident_id,
            "actionDate": self.date,
            "actionType": self.kind,
            "actionCreatedBy": self.user,
            "action": self.action,
            "actionDetail": self.detail,
        }


KINDS = (
    "INCIDENT_CREATED",
    "INCIDENT_ALERT_ADD",
    "INCIDENT_STATUS_CHANGE",
    "INCIDENT_ALERT_STATUS_CHANGED",
    "INCIDENT_NOTE_ADD",
)


class DetailTooLong(ValueError):
    """A history text that is longer than its column."""


class Incidents:
    """The four tables of incidents."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Empty the tables."""
        self.incidents: dict[int, Incident] = {}
        self.links: dict[int, Link] = {}
        self.notes: dict[int, Note] = {}
        self.events: dict[int, Event] = {}
        self._next = 101

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Roll back all changes if an exception is raised."""
        kept = copy.deepcopy((self.incidents, self.links, self.notes, self.events))
        try:
            yield
        except Exception:
            self.incidents, self.links, self.notes, self.events = kept
            raise

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def named(self, name: str) -> Incident | None:
        """The incident with exactly this name."""
        return next((incident for incident in self.incidents.values() if incident.name == name), None)

    def add(self, name: str, description: str, assigned_to: str | None, severity: int) -> Incident:
        """Add an open incident."""
        incident = Incident(self._number(), name, description, severity, assigned_to)
        self.incidents[incident.id] = incident
        return incident

    def seed(self, row: Mapping[str, Any]) -> None:
        """Add an incident as the API shows it, without `id`, and its alerts in `alertList`."""
        texts = (row["incidentName"], row["incidentDescription"], row["incidentAssignedTo"])
        incident = self.add(*texts, row["incidentSeverity"])
        incident.status, incident.solution = row["incidentStatus"], row["incidentSolution"]
        incident.created = row["incidentCreatedDate"]
        for alert in row["alertList"]:
            self.link(incident.id, alert["alertId"], alert["alertName"], alert["alertStatus"], alert["alertSeverity"])

    def linked(self, alert_id: str) -> Link | None:
        """The alert's link to an incident, of which there is at most one."""
        return next((link for link in self.links.values() if link.alert_id == alert_id), None)

    def links_of(self, incident_id: int) -> list[Link]:
        """The links of one incident."""
        return [link for link in self.links.values() if link.incident_id == incident_id]

    def link(self, incident_id: int, alert_id: str, name: str, status: int, severity: int) -> Link:
        """Add a link."""
        link = Link(self._number(), incident_id, alert_id, name, status, severity)
        self.links[link.id] = link
        return link

    def note(self, incident_id: int, text: str, user: str) -> Note:
        """Add a note."""
        note = Note(self._number(), incident_id, text, user)
        self.notes[note.id] = note
        return note

    def record(self, incident_id: int, kind: str, action: str, detail: str, user: str) -> None:
        """Add a row of history. :raises DetailTooLong: the text does not fit."""
        if len(detail) > MAX_DETAIL_LENGTH:
            raise DetailTooLong(detail[:40])
        event = Event(self._number(), incident_id, kind, action, detail, user)
        self.events[event.id] = event
