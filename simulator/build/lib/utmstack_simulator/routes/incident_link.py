# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links of incidents to alerts, notes and history (API facts, 7); both major versions send errors in a header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from ..backend.alerts import LABELS
from ..spring.answers import ServerError, alert_headers, empty, json_answer, problem
from ..spring.binding import (
    check_present,
    id_member,
    int_member,
    json_object,
    list_member,
    page_answer,
    path_id,
    resource_error,
    sorted_rows,
    text_member,
)
from ..spring.context import principal, world
from ..spring.criteria import EQUALITY, ORDER, Criterion, integer, moment, narrowed, one_of
from ..state.incidents import KINDS, Link

LINKS, NOTES, EVENTS = "/api/utm-incident-alerts", "/api/utm-incident-notes", "/api/utm-incident-histories"
_LINK_CRITERIA = {
    "id": Criterion(lambda link: link.id, integer, ORDER),
    "incidentId": Criterion(lambda link: link.incident_id, integer, ORDER),
    "alertId": Criterion(lambda link: link.alert_id),
    "alertName": Criterion(lambda link: link.alert_name),
    "alertStatus": Criterion(lambda link: link.status, integer, ORDER),
    "alertSeverity": Criterion(lambda link: link.severity, integer, ORDER),
}
_NOTE_CRITERIA = {
    "id": Criterion(lambda note: note.id, integer, ORDER),
    "incidentId": Criterion(lambda note: note.incident_id, integer, ORDER),
    "noteText": Criterion(lambda note: note.text),
    "noteSendDate": Criterion(lambda note: moment(note.date), moment, ORDER),
    "noteSendBy": Criterion(lambda note: note.user),
}
_EVENT_CRITERIA = {
    "id": Criterion(lambda event: event.id, integer, ORDER),
    "incidentId": Criterion(lambda event: event.incident_id, integer, ORDER),
    "actionDate": Criterion(lambda event: moment(event.date), moment, ORDER),
    "actionType": Criterion(lambda event: event.kind, one_of(KINDS), EQUALITY),
    "actionCreatedBy": Criterion(lambda event: event.user),
    "action": Criterion(lambda event: event.action),
    "actionDetail": Criterion(lambda event: event.detail),
}


def _page(request: web.Request, rows: Sequence[Any], criteria: dict[str, Criterion], where: str) -> web.Response:
    shown = [row.row() for row in narrowed(request, rows, criteria)]
    try:
        return page_answer(request, sorted_rows(request, shown, tuple(criteria)))
    except KeyError as error:
        raise resource_error(500, f"{where}: No property {error} found") from None


def _checked_link(request: web.Request, body: dict[str, Any]) -> Link:
    link = Link(
        id=id_member(request, body) or 0,
        incident_id=id_member(request, body, "incidentId") or 0,
        alert_id=text_member(request, body, "alertId") or "",
        alert_name=text_member(request, body, "alertName") or "",
        status=int_member(request, body, "alertStatus"),
        severity=int_member(request, body, "alertSeverity"),
    )
    names = ("incidentId", "alertId", "alertName", "alertStatus", "alertSeverity")
    check_present(request, "utmIncidentAlert", body, names)
    return link


async def list_links(request: web.Request) -> web.Response:
    """GET /api/utm-incident-alerts."""
    links = list(world(request).incidents.links.values())
    return _page(request, links, _LINK_CRITERIA, "UtmIncidentAlertResource.getAllUtmIncidentAlerts")


async def create_link(request: web.Request) -> web.Response:
    """POST /api/utm-incident-alerts: a row without a history entry."""
    body = await json_object(request)
    wanted, incidents = _checked_link(request, body), world(request).incidents
    where = "UtmIncidentAlertResource.createUtmIncidentAlert"
    if wanted.id or wanted.incident_id not in incidents.incidents or incidents.linked(wanted.alert_id):
        raise resource_error(500, f"{where}: could not execute statement")
    link = incidents.link(wanted.incident_id, wanted.alert_id, wanted.alert_name, wanted.status, wanted.severity)
    headers = {"Location": f"{LINKS}/{link.id}", **alert_headers("utmIncidentAlert.created", link.id)}
    return json_answer(link.row(), 201, headers)


async def change_link(request: web.Request) -> web.Response:
    """PUT /api/utm-incident-alerts."""
    wanted, incidents = _checked_link(request, await json_object(request)), world(request).incidents
    namesake = incidents.linked(wanted.alert_id)
    taken = namesake is not None and namesake.id != wanted.id
    if wanted.id not in incidents.links or wanted.incident_id not in incidents.incidents or taken:
        raise resource_error(500, "UtmIncidentAlertResource.updateUtmIncidentAlert: could not execute statement")
    incidents.links[wanted.id] = wanted
    return json_answer(wanted.row(), headers=alert_headers("utmIncidentAlert.updated", wanted.id))


async def delete_link(request: web.Request) -> web.Response:
    """DELETE /api/utm-incident-alerts/{id}: frees the alert for another incident."""
    link_id = path_id(request)
    if world(request).incidents.links.pop(link_id, None) is None:
        raise resource_error(500, "UtmIncidentAlertResource.deleteUtmIncidentAlert: No class entity exists")
    return empty(200, alert_headers("utmIncidentAlert.deleted", link_id))


async def update_link_status(request: web.Request) -> web.Response:
    """POST /api/utm-incident-alerts/update-status: changes any number of links by alert, in PostgreSQL only."""
    body = await json_object(request)
    ids, status = list_member(request, body, "alertIds"), int_member(request, body, "status")
    incident_id = id_member(request, body, "incidentId") or 0
    names = ("incidentId", "alertIds", "status")
    check_present(request, "alertIncidentStatusChangeDTO", body, names)
    incidents = world(request).incidents
    where = "UtmIncidentAlertResource.updateIncidentAlertStatus"
    if not ids or incident_id not in incidents.incidents:
        raise resource_error(500, f"{where}: could not execute statement")
    for alert_id in ids:
        link = incidents.linked(str(alert_id))
        if link is not None:
            link.status = status
    detail = f"Alerts changed to {LABELS.get(status, 'none')}"
    user = principal(request).login
    incidents.record(incident_id, "INCIDENT_ALERT_STATUS_CHANGED", "Alert status changed", detail, user)
    return empty()


async def list_notes(request: web.Request) -> web.Response:
    """GET /api/utm-incident-notes."""
    notes = list(world(request).incidents.notes.values())
    return _page(request, notes, _NOTE_CRITERIA, "UtmIncidentNoteResource.getAllUtmIncidentNotes")


async def create_note(request: web.Request) -> web.Response:
    """POST /api/utm-incident-notes."""
    body = await json_object(request)
    text, incident_id = text_member(request, body, "noteText") or "", id_member(request, body, "incidentId") or 0
    check_present(request, "newIncidentNoteDTO", body, ("incidentId", "noteText"))
    incidents, user = world(request).incidents, principal(request).login
    if len(text) > 1000:
        # The error text has line breaks, so it cannot go into a header.
        raise ServerError(problem(request, 500, "Invalid characters (CR/LF) in header X-UtmStack-error"))
    if incident_id not in incidents.incidents:
        raise resource_error(500, "UtmIncidentNoteResource.createUtmIncidentNote: could not execute statement")
    note = incidents.note(incident_id, text, user)
    incidents.record(incident_id, "INCIDENT_NOTE_ADD", "Note added", "New note added to incident", user)
    headers = {"Location": f"{NOTES}/{note.id}", **alert_headers("utmIncidentNote.created", note.id)}
    return json_answer(note.row(), 201, headers)


async def list_events(request: web.Request) -> web.Response:
    """GET /api/utm-incident-histories."""
    events = list(world(request).incidents.events.values())
    return _page(request, events, _EVENT_CRITERIA, "UtmIncidentHistoryResource.getAllUtmIncidentHistories")


async def count_events(request: web.Request) -> web.Response:
    """GET /api/utm-incident-histories/count."""
    return json_answer(len(narrowed(request, list(world(request).incidents.events.values()), _EVENT_CRITERIA)))


async def show_event(request: web.Request) -> web.Response:
    """GET /api/utm-incident-histories/{id}."""
    event = world(request).incidents.events.get(path_id(request))
    if event is None:
        raise resource_error(500, "UtmIncidentHistoryResource.getUtmIncidentHistory: 404 NOT_FOUND")
    return json_answer(event.row())
