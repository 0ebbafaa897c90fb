# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Incidents over HTTP (API facts, 7)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..backend.alerts import PartlyWritten, set_status
from ..engine.java import whole_number
from ..engine.scripts import ScriptRefused
from ..spring.answers import ServerError, alert_headers, header_error, json_answer, problem, violations_problem
from ..spring.binding import (
    advice_error,
    check_present,
    check_valid,
    id_member,
    instant_member,
    int_member,
    json_object,
    null_pointer,
    page_answer,
    path_id,
    resource_error,
    sorted_rows,
    text_member,
    unreadable,
)
from ..spring.context import principal, world
from ..spring.criteria import EQUALITY, ORDER, Criterion, integer, moment, narrowed, one_of
from ..state.incidents import MAX_LINK_TEXT_LENGTH, STATUSES, DetailTooLong, Incident

WHERE = "UtmIncidentResource"
# Error texts of a failed change.
_ALERTS = ".changeStatus: UtmAlertServiceImpl.updateStatus"
_STATUS_CLASS = "com.park.utmstack.util.enums.AlertStatus"
_NO_STATUS = (
    f'Cannot invoke "{_STATUS_CLASS}.getName()" because the return value of '
    f'"{_STATUS_CLASS}.getByCode(java.lang.Integer)" is null'
)
_BATCH = (
    ".changeStatus: UtmIncidentAlertService.updateAlertStatusByAlertId - could not execute batch; SQL [update "
    "utm_incident set incident_assigned_to=?, incident_created_date=?, incident_description=?, incident_name=?, "
    "incident_severity=?, incident_solution=?, incident_status=? where id=?]"
)
_HISTORY = ".changeStatus: UtmIncidentHistoryService.createHistory: could not execute statement; SQL [n/a]"
_TOO_LONG = "nested exception is org.hibernate.exception.DataException"
_NAME_TAKEN = (
    "constraint [ux_utm_incident_incident_name]; nested exception is "
    "org.hibernate.exception.ConstraintViolationException: could not execute batch"
)
BASE = "/api/utm-incidents"
_MAX_LENGTHS = {"incidentName": 250, "incidentDescription": 2000}
_PROPERTIES = (
    "id",
    "incidentName",
    "incidentDescription",
    "incidentStatus",
    "incidentAssignedTo",
    "incidentCreatedDate",
    "incidentSeverity",
    "incidentSolution",
)
_CRITERIA = {
    "id": Criterion(lambda incident: incident.id, integer, ORDER),
    "incidentName": Criterion(lambda incident: incident.name),
    "incidentDescription": Criterion(lambda incident: incident.description),
    "incidentStatus": Criterion(lambda incident: incident.status, one_of(tuple(STATUSES)), EQUALITY),
    "incidentAssignedTo": Criterion(lambda incident: incident.assigned_to),
    "incidentCreatedDate": Criterion(lambda incident: moment(incident.created), moment, ORDER),
    "incidentSeverity": Criterion(lambda incident: incident.severity, integer, EQUALITY),
}


def _alert_list(request: web.Request, body: dict[str, Any]) -> list[dict[str, Any] | None] | None:
    """The alerts of a body as Jackson reads them."""
    items = body.get("alertList")
    if items is None:
        return None
    if not isinstance(items, list) or any(item is not None and not isinstance(item, dict) for item in items):
        raise unreadable(request, "JSON parse error: alertList")
    for item in items:
        for name in ("alertStatus", "alertSeverity") if item is not None else ():
            int_member(request, item, name)
        for name in ("alertId", "alertName") if item is not None else ():
            text_member(request, item, name)
    return items


def _check_alerts(request: web.Request, items: list[dict[str, Any] | None], where: str) -> None:
    """Refuse a request without alerts, or with alerts that are already linked."""
    if not items:
        raise advice_error(request, 400 if where == "createIncident" else 500, f"{WHERE}.{where}: no alerts")
    incidents = world(request).incidents
    if any(item is None for item in items):
        raise null_pointer(request, f"{WHERE}.{where}")
    ids = [item.get("alertId") for item in items if item is not None]
    if any(isinstance(alert_id, str) and incidents.linked(alert_id) for alert_id in ids):
        text = (
            f"UtmIncidentService.{where}: Some alerts are already linked to another incident. Alert IDs: "
            f"{', '.join(str(alert_id) for alert_id in ids)}. Check the related incidents for more details."
        )
        raise advice_error(request, 409, text)


def _link_alerts(request: web.Request, incident_id: int, items: list[dict[str, Any] | None], where: str) -> None:
    """Store the links; a missing member or a repeated alert fails all of them."""
    incidents = world(request).incidents
    for item in items:
        names = ("alertId", "alertName", "alertStatus", "alertSeverity")
        members = [None if item is None else item.get(name) for name in names]
        too_long = any(len(str(text)) > MAX_LINK_TEXT_LENGTH for text in members[:2])
        if None in members or too_long or incidents.linked(str(members[0])):
            raise _not_stored(request, where)
        incidents.link(incident_id, str(members[0]), str(members[1]), int(members[2] or 0), int(members[3] or 0))


def _not_stored(request: web.Request, where: str) -> ServerError:
    """The database's error; while adding alerts, its text has line breaks and cannot be sent in a header."""
    if where == "addAlertsIncident":
        return ServerError(problem(request, 500, "Invalid characters (CR/LF) in header X-UtmStack-error"))
    return advice_error(request, 500, f"{WHERE}.{where}: could not execute statement")


def _check_columns(request: web.Request, fields: dict[str, str | None], where: str) -> None:
    """Entity validation of missing and overlong texts."""
    bad = [name for name, text in fields.items() if text is None or len(text) > _MAX_LENGTHS[name]]
    if not bad:
        return
    if world(request).dialect.has_header_errors:
        raise ServerError(header_error(500, f"{WHERE}.{where}: Validation failed"))
    raise ServerError(violations_problem(request, bad))


async def create_incident(request: web.Request) -> web.Response:
    """POST /api/utm-incidents: trusts what the client sends about the alerts, and does not change their documents."""
    where, body = "createIncident", await json_object(request)
    name, description = text_member(request, body, "incidentName"), text_member(request, body, "incidentDescription")
    assigned, items = text_member(request, body, "incidentAssignedTo"), _alert_list(request, body)
    missing = {}
    if name is None or '"' in name:
        missing["incidentName"] = "must not be null and hold no double quotes"
    if items is None:
        missing["alertList"] = "must not be null"
    check_valid(request, "newIncidentDTO", missing)
    _check_alerts(request, items or [], where)
    severities = [item.get("alertSeverity") for item in items or [] if item is not None]
    if None in severities:
        raise null_pointer(request, f"{WHERE}.{where}")
    _check_columns(request, {"incidentName": name, "incidentDescription": description}, where)
    incidents = world(request).incidents
    with incidents.transaction():
        if incidents.named(str(name)) is not None:
            text = (
                "could not execute statement; SQL [n/a]; constraint [ux_utm_incident_incident_name]; nested exception "
                "is org.hibernate.exception.ConstraintViolationException: could not execute statement"
            )
            raise advice_error(request, 500, text)
        incident = incidents.add(str(name), str(description), assigned, max(int(value or 0) for value in severities))
        _link_alerts(request, incident.id, items or [], where)
        detail = f"Incident created with {len(items or [])} alerts"
        incidents.record(incident.id, "INCIDENT_CREATED", "Incident Created", detail, principal(request).login)
    return json_answer(incident.row())


async def add_alerts(request: web.Request) -> web.Response:
    """POST /api/utm-incidents/add-alerts: 201, with a Location that lacks a slash."""
    where, body = "addAlertsIncident", await json_object(request)
    items, incident_id = _alert_list(request, body), id_member(request, body, "incidentId") or 0
    check_present(request, "addToIncidentDTO", body, ("incidentId", "alertList"))
    _check_alerts(request, items or [], where)
    incidents = world(request).incidents
    incident = incidents.incidents.get(incident_id)
    if incident is None:
        raise advice_error(request, 500, f"{WHERE}.{where}: Incident not found")
    with incidents.transaction():
        _link_alerts(request, incident_id, items or [], where)
        detail = f"New {len(items or [])} alerts added to incident"
        user = principal(request).login
        incidents.record(incident_id, "INCIDENT_ALERT_ADD", "New alerts added to incident", detail, user)
    headers = {"Location": f"{BASE}/add-alerts{incident_id}", **alert_headers("utmIncident.updated", incident_id)}
    return json_answer(incident.row(), 201, headers)


async def change_status(request: web.Request) -> web.Response:
    """PUT /api/utm-incidents/change-status: overwrites every column, and changes the linked alerts, too."""
    body = await json_object(request)
    status = text_member(request, body, "incidentStatus")
    if status is not None and status not in STATUSES:
        raise unreadable(request, "JSON parse error: incidentStatus")
    required = ("incidentName", "incidentDescription", "incidentStatus", "incidentSeverity", "incidentCreatedDate")
    check_present(request, "utmIncident", body, required)
    wanted = Incident(
        id=id_member(request, body) or 0,
        name=str(text_member(request, body, "incidentName")),
        description=str(text_member(request, body, "incidentDescription")),
        severity=int_member(request, body, "incidentSeverity"),
        assigned_to=text_member(request, body, "incidentAssignedTo"),
        status=str(status),
        created=str(instant_member(request, body, "incidentCreatedDate")),
        solution=text_member(request, body, "incidentSolution"),
    )
    if id_member(request, body) is None:
        raise _without_id(request)
    _store_status(request, wanted)
    return json_answer(wanted.row(), headers=alert_headers("utmIncident.updated", wanted.id))


def _without_id(request: web.Request) -> ServerError:
    if world(request).dialect.has_header_errors:
        return _change_refused(request, "Invalid id")
    body = {
        "entityName": "utmIncident",
        "errorKey": "idnull",
        "type": "https://www.jhipster.tech/problem/problem-with-message",
        "title": "Invalid id",
        "status": 400,
        "message": "error.idnull",
        "params": "utmIncident",
    }
    headers = {
        "Content-Type": "application/problem+json",
        "X-UtmStack-error": "error.idnull",
        "X-UtmStack-params": "utmIncident",
    }
    return ServerError(json_answer(body, 400, headers))


def _change_refused(request: web.Request, text: str) -> ServerError:
    """The error for a refused change; on v10 the resource catches it and adds its name."""
    if world(request).dialect.has_header_errors:
        return ServerError(header_error(500, f".updateUtmIncident: {text}", params=WHERE))
    return ServerError(problem(request, 500, text))


def _store_status(request: web.Request, wanted: Incident) -> None:
    """Change the linked alerts; their documents are written first, and stay changed if the rest is rolled back."""
    here, user = world(request), principal(request).login
    incidents = here.incidents
    before = incidents.incidents.get(wanted.id)
    namesake = incidents.named(wanted.name)
    if before is None:
        raise _change_refused(request, ".changeStatus: Incident not found")
    if namesake is not None and namesake.id != wanted.id:
        raise _change_refused(request, f"{_BATCH}; {_NAME_TAKEN}")
    texts: dict[str, str | None] = {"incidentName": wanted.name, "incidentDescription": wanted.description}
    _check_columns(request, texts, "updateUtmIncident")
    solution = "null" if wanted.solution is None else wanted.solution
    if len(solution) > 1000:
        raise _change_refused(request, f"{_BATCH}; {_TOO_LONG}: could not execute batch")
    code, label = STATUSES[wanted.status]
    links = incidents.links_of(wanted.id)
    if links and not code:
        raise _change_refused(request, f"{_ALERTS}: {_NO_STATUS}")
    try:
        if links:
            set_status(here, [link.alert_id for link in links], code, solution, user, false_positive=False)
    except (ScriptRefused, PartlyWritten) as error:
        raise _change_refused(request, f"{_ALERTS}: {error}") from None
    detail = f"Incident status changed from {STATUSES[before.status][1]} to {label} "
    if wanted.status == "COMPLETED":
        detail += f" with solution: {solution}"
    try:
        with incidents.transaction():
            incidents.incidents[wanted.id] = wanted
            for link in incidents.links_of(wanted.id):
                link.status = code
            if links:
                kind, action = "INCIDENT_ALERT_STATUS_CHANGED", "Alert status changed"
                incidents.record(wanted.id, kind, action, f"Alerts changed to {label}", user)
            incidents.record(wanted.id, "INCIDENT_STATUS_CHANGE", "Alert change status", detail, user)
    except DetailTooLong:
        raise _change_refused(request, f"{_HISTORY}; {_TOO_LONG}: could not execute statement") from None


async def list_incidents(request: web.Request) -> web.Response:
    """GET /api/utm-incidents."""
    rows = narrowed(request, list(world(request).incidents.incidents.values()), _CRITERIA)
    try:
        shown = sorted_rows(request, [incident.row() for incident in rows], _PROPERTIES)
    except KeyError as error:
        raise advice_error(request, 500, f"{WHERE}: No property {error} found for type UtmIncident") from None
    return page_answer(request, shown)


async def show_incident(request: web.Request) -> web.Response:
    """GET /api/utm-incidents/{id}."""
    incident = world(request).incidents.incidents.get(path_id(request))
    if incident is not None:
        return json_answer(incident.row())
    if world(request).dialect.is_v11:
        raise ServerError(problem(request, 404, "404 NOT_FOUND"))
    raise resource_error(500, f"{WHERE}.getUtmIncident: 404 NOT_FOUND")


def _split(text: str) -> list[str]:
    """Split at commas as Java does: without empty texts at the end, but an empty text alone stays."""
    return text.rstrip(",").split(",") if text.strip(",") or not text else []


async def users_assigned(request: web.Request) -> web.Response:
    """GET /api/utm-incidents/users-assigned: fails as soon as one assignment is not a list of numbers."""
    here = world(request)
    wanted: set[int] = set()
    for incident in here.incidents.incidents.values():
        if incident.assigned_to is None:
            continue
        for text in _split(incident.assigned_to):
            try:
                wanted.add(whole_number(text))
            except ValueError:
                raise advice_error(request, 500, f'{WHERE}.getUsersAssigned: For input string: "{text}"') from None
    accounts = here.accounts.by_login.values()
    return json_answer([{"id": account.id, "login": account.login} for account in accounts if account.id in wanted])
