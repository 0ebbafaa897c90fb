# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of incidents, and the answers to them."""

from __future__ import annotations

from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import (
    incident,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task

from ...exchanges import PAGE, Exchange, params

SEARCH = "/api/elasticsearch/search"
INCIDENTS, LINKS, NOTES = "/api/utm-incidents", "/api/utm-incident-alerts", "/api/utm-incident-notes"
OPEN: dict[str, Any] = {
    "id": "a1",
    "@timestamp": "2026-11-20T10:00:00.000Z",
    "name": "Scan",
    "status": 2,
    "severity": 3,
    "statusObservation": "Mine",
    "isIncident": False,
    "incidentDetail": {},
}
MARKED = {**OPEN, "isIncident": True, "incidentDetail": {"incidentId": "7", "incidentName": "INC-1"}}
ROW: dict[str, Any] = {
    "id": 7,
    "incidentName": "INC-1",
    "incidentDescription": "",
    "incidentStatus": "OPEN",
    "incidentAssignedTo": None,
    "incidentSeverity": 3,
    "incidentCreatedDate": "2026-11-20T10:00:00.123456Z",
    "incidentSolution": None,
    "futureColumn": "kept",
}
LINK = {"id": 1, "incidentId": 7, "alertId": "a1", "alertName": "Scan", "alertStatus": 2, "alertSeverity": 3}
ITEM = {"alertId": "a1", "alertName": "Scan", "alertStatus": 2, "alertSeverity": 3}
CREATE = {"incidentName": "INC-1", "incidentDescription": "", "incidentAssignedTo": None, "alertList": [ITEM]}


def listed(path: str, criterion: tuple[str, str], *rows: dict[str, Any], **fields: Any) -> Exchange:
    """One page of a list."""
    query = [criterion, ("page", "0"), ("size", "2000"), ("sort", "id,asc")]
    headers = {"X-Total-Count": str(len(rows))}
    return Exchange("GET", path, query, answer=list(rows), answer_headers=headers, **fields)


def named(*rows: dict[str, Any]) -> Exchange:
    return listed(INCIDENTS, ("incidentName.equals", "INC-1"), *rows)


def numbered(*rows: dict[str, Any]) -> Exchange:
    return listed(INCIDENTS, ("id.equals", "7"), *rows)


def linked(*rows: dict[str, Any]) -> Exchange:
    return listed(LINKS, ("incidentId.equals", "7"), *rows)


def linked_anywhere(*rows: dict[str, Any]) -> Exchange:
    return listed(LINKS, ("alertId.in", "a1"), *rows)


def documents(*rows: dict[str, Any], echoes: bool = False) -> Exchange:
    operator = "IS_ONE_OF_TERMS_OR" if echoes else "IS_ONE_OF_TERMS"
    fields = ("id.keyword", "parentId.keyword") if echoes else ("id.keyword",)
    filters = [{"field": field, "operator": operator, "value": ["a1"]} for field in fields]
    return Exchange("POST", SEARCH, PAGE, filters, answer=list(rows))


def run(client: Client, check: bool = False, **given: Any) -> dict[str, Any]:
    return incident.OPERATION.run(client, params(incident.OPERATION, name="INC-1", **given), Task(check_mode=check))


IN_REVIEW = {**ROW, "incidentStatus": "IN_REVIEW", "incidentSolution": ""}
PUT = Exchange("PUT", f"{INCIDENTS}/change-status", sent=IN_REVIEW, answer=IN_REVIEW)
PLANNED = (named(ROW), linked(LINK), documents(MARKED, echoes=True))
LOOKED = (linked(LINK), documents(MARKED, echoes=True), numbered(ROW))
COMPLETED = {**ROW, "incidentStatus": "COMPLETED", "incidentSolution": "Blocked"}


def restored(document: dict[str, Any], row: dict[str, Any] = IN_REVIEW) -> tuple[Exchange, ...]:
    """The requests that write the words of an alert again.

    :param row: the incident after its change.
    """
    code = {"IN_REVIEW": 3, "COMPLETED": 5}[row["incidentStatus"]]
    overwritten = {**document, "status": code, "statusObservation": row["incidentSolution"]}
    back = {
        "alertIds": ["a1"],
        "status": document["status"],
        "statusObservation": document["statusObservation"],
        "addFalsePositiveTag": False,
    }
    return (
        numbered(row),
        documents(overwritten, echoes=True),
        documents(overwritten),
        Exchange("POST", "/api/utm-alerts/status", sent=back),
        documents(document),
    )
