# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find incidents and read their alerts, notes and history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ...client.alert_search import alerts_with_ids
from ...client.client import Client
from ...client.incidents import history_of, incidents, links_of, notes_of
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import SEVERITIES
from ...model.incident import INCIDENT_STATUSES, Incident
from ...time_zones import now_in
from ...times import comparable, exact, instant, last_instant
from ..operation import Operation, Task
from ..options import TIME_ZONE, options
from .assignee import find_assignee

INCLUDED = ("alerts", "notes", "history")
# The server uses LIKE; these characters are literal in every database locale.
_LITERAL = re.compile(r"[A-Za-z0-9 .:,#-]+")
Test = Callable[[Incident], bool]


def conditions(
    params: Mapping[str, Any], dialect: Dialect, now: datetime, user_id: str | None
) -> tuple[dict[str, Any], list[Test]]:
    """Build the criteria for the server, and the same conditions as tests, because it ignores unknown criteria.

    :param now: the reference time of ages in `since` and `until`.
    :param user_id: the user of `assigned_to`, None for unassigned.
    :raises InvalidInput: a list or text is empty, or a time is invalid.
    """
    criteria: dict[str, Any] = {}
    tests: list[Test] = []
    for option in ("name", "name_contains", "status", "severity"):
        if params[option] is not None and not params[option]:
            raise InvalidInput(f"`{option}` is empty. Leave it out, or set a value to search for.")
    if params["ids"] is not None:
        ids = set(params["ids"])
        tests.append(lambda incident: incident.id in ids)
    if params["name"] is not None:
        criteria["incidentName.equals"] = params["name"]
        tests.append(lambda incident: incident.name == params["name"])
    if params["name_contains"] is not None:
        part = params["name_contains"].casefold()
        if _LITERAL.fullmatch(part):
            criteria["incidentName.contains"] = part
        tests.append(lambda incident: part in incident.name.casefold())
    if params["status"] is not None:
        criteria["incidentStatus.in"] = ",".join(str(dialect.incident_status_codes[word]) for word in params["status"])
        tests.append(lambda incident: incident.status in params["status"])
    if params["severity"] is not None:
        criteria["incidentSeverity.in"] = ",".join(str(dialect.severity_codes[word]) for word in params["severity"])
        tests.append(lambda incident: incident.severity in params["severity"])
    if params["assigned_to"] is not None:
        tests.append(lambda incident: _is_assigned(incident, user_id))
    tests += _creation_period(params, now, criteria)
    return criteria, tests


def _is_assigned(incident: Incident, user_id: str | None) -> bool:
    """Whether the incident is assigned to this user, among others; for None, whether it is unassigned."""
    assigned = [part for part in (incident.assigned_to or "").split(",") if part]
    return user_id in assigned if user_id else not assigned


def _creation_period(params: Mapping[str, Any], now: datetime, criteria: dict[str, Any]) -> list[Test]:
    ends = (("since", instant), ("until", last_instant))
    bounds = {word: exact(read(params[word], word, now)) for word, read in ends if params[word] is not None}
    tests: list[Test] = []
    if "since" in bounds:
        criteria["incidentCreatedDate.greaterThanOrEqual"] = bounds["since"]
        tests.append(lambda incident: str(comparable(incident.created_at)) >= bounds["since"])
    if "until" in bounds:
        criteria["incidentCreatedDate.lessThanOrEqual"] = bounds["until"]
        tests.append(lambda incident: str(comparable(incident.created_at)) <= bounds["until"])
    if len(bounds) == 2 and bounds["since"] > bounds["until"]:
        raise InvalidInput(f"`since` ({bounds['since']}) is after `until` ({bounds['until']}).")
    return tests


def _alerts(client: Client, found: list[Incident]) -> dict[int, list[dict[str, Any]]]:
    """Read the current alerts of each incident; the links hold only their values at the time of linking."""
    links = links_of(client, [incident.id for incident in found])
    ids = [str(row["alertId"]) for rows in links.values() for row in rows]
    documents = {alert.id: alert for alert in alerts_with_ids(client, ids, echoes=False)}
    return {number: [_alert(row, documents.get(str(row["alertId"]))) for row in rows] for number, rows in links.items()}


def _alert(link: Mapping[str, Any], alert: Any) -> dict[str, Any]:
    return {
        "id": link["alertId"],
        "name": alert.name if alert else link.get("alertName"),
        "status": alert.status if alert else None,
        "severity": alert.severity if alert else None,
        "observation": alert.observation if alert else None,
        "marked": alert.mark is not None if alert else None,
    }


def note_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a note for the result."""
    return {
        "id": row.get("id"),
        "note": row.get("noteText"),
        "user": row.get("noteSendBy"),
        "sent_at": row.get("noteSendDate"),
    }


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row.get("id"),
        "action": row.get("action"),
        "detail": row.get("actionDetail"),
        "user": row.get("actionCreatedBy"),
        "at": row.get("actionDate"),
    }


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read incidents; nothing is written."""
    user_id = None
    if params["assigned_to"] is not None:
        user_id = find_assignee(client, params["assigned_to"]).user_id
    criteria, tests = conditions(params, client.dialect, now_in(params["time_zone"]), user_id)
    # No request for an empty list: the server would return all incidents.
    rows = [] if params["ids"] == [] else incidents(client, criteria)
    found = [incident for incident in reversed(rows) if all(test(incident) for test in tests)]
    shown = {incident.id: incident.as_result() for incident in found}
    numbers = list(shown)
    if "alerts" in params["include"]:
        for number, alerts in _alerts(client, found).items():
            shown[number]["alerts"] = alerts
    if "notes" in params["include"]:
        for number, notes in notes_of(client, numbers).items():
            shown[number]["notes"] = [note_shown(row) for row in notes]
    if "history" in params["include"]:
        for number, events in history_of(client, numbers).items():
            shown[number]["history"] = [_event(row) for row in events]
    return {
        "changed": False,
        "incidents": list(shown.values()),
        "total": len(shown),
        "requests": client.requests_sent,
    }


OPERATION = Operation(
    name="utmstack_incident_info",
    options=options(
        ids={"type": "list", "elements": "int"},
        name={"type": "str"},
        name_contains={"type": "str"},
        status={"type": "list", "elements": "str", "choices": list(INCIDENT_STATUSES)},
        severity={"type": "list", "elements": "str", "choices": list(SEVERITIES)},
        assigned_to={"type": "str"},
        since={"type": "str"},
        until={"type": "str"},
        include={"type": "list", "elements": "str", "choices": list(INCLUDED), "default": []},
        **TIME_ZONE,
    ),
    run=run,
)
