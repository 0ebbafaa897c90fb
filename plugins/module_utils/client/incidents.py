# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of incidents, their links to alerts, notes and history.

Lists are read whole and compared here: the server ignores criteria that it does not know, and then answers with all
rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..dialects import Dialect
from ..model.alert import Alert
from ..model.incident import Incident, incident_from
from ..transport.answer import rows_in
from .client import Client
from .paging import all_rows

_INCIDENTS = "/utm-incidents"
_LINKS = "/utm-incident-alerts"
_NOTES = "/utm-incident-notes"
_HISTORY = "/utm-incident-histories"
# What the mark in an alert says about where it comes from; a quote or backslash in it would be run as script.
SOURCE = "utmstack.siem"
# Alert ids travel in the address, which servers and gateways cut at 8 KB; a UUID and its comma take 39 bytes there.
IDS_PER_ADDRESS = 100
_MAX_ALERT_NAME_LENGTH = 255


def incidents(client: Client, criteria: Mapping[str, Any] | None = None) -> list[Incident]:
    """The incidents that meet the server's criteria, oldest first. The caller compares again."""
    return [incident_from(row, client.dialect) for row in all_rows(client, _INCIDENTS, criteria)]


def incident_named(client: Client, name: str) -> Incident | None:
    """The incident of exactly this name, letter case included; the server keeps names unique."""
    found = incidents(client, {"incidentName.equals": name})
    return next((incident for incident in found if incident.name == name), None)


def incident_numbered(client: Client, number: int) -> Incident | None:
    """The incident with this number. A list is read: for a missing one, v10 answers a single read with 500."""
    found = incidents(client, {"id.equals": number})
    return next((incident for incident in found if incident.id == number), None)


def names_of(client: Client, numbers: Sequence[int]) -> dict[int, str]:
    """Names of incidents by their number."""
    names: dict[int, str] = {}
    for part in _parts(numbers):
        for incident in incidents(client, _one_of_criterion("id", part)):
            names[incident.id] = incident.name
    return names


def _rows_of(client: Client, path: str, numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Rows of a list that belong to these incidents, by the incident's number, oldest first."""
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in numbers}
    for part in _parts(numbers):
        criteria = _one_of_criterion("incidentId", part) if len(part) > 1 else {"incidentId.equals": part[0]}
        for row in all_rows(client, path, criteria):
            # A server that did not know the criterion would have sent all rows.
            if row.get("incidentId") in part:
                found[row["incidentId"]].append(row)
    return found


def links_of(client: Client, numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The links of these incidents: `alertId`, and what was said about the alert when it was linked."""
    return _rows_of(client, _LINKS, numbers)


def alerts_of(client: Client, incident_id: int) -> list[str]:
    """Ids of the alerts that are linked to an incident."""
    return [str(row["alertId"]) for row in links_of(client, [incident_id])[incident_id]]


def incidents_of(client: Client, alert_ids: Sequence[str]) -> dict[str, int]:
    """For each of these alerts that is linked, the number of its incident: an alert has one at most."""
    wanted = set(alert_ids)

    def read(criteria: Mapping[str, str]) -> list[dict[str, Any]]:
        return all_rows(client, _LINKS, criteria)

    # The server takes a comma in a list for the end of an ID.
    alone = [{"alertId.equals": alert_id} for alert_id in alert_ids if "," in alert_id]
    listed = [alert_id for alert_id in alert_ids if "," not in alert_id]
    criteria = [*(_one_of_criterion("alertId", part) for part in _parts(listed)), *alone]
    with ThreadPoolExecutor(max_workers=client.settings.concurrency) as pool:
        parts = list(pool.map(read, criteria))
    rows = [row for part in parts for row in part]
    return {str(row["alertId"]): int(row["incidentId"]) for row in rows if row.get("alertId") in wanted}


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Slices that fit into an address; none for an empty list, which the server would take for "all"."""
    for start in range(0, len(items), IDS_PER_ADDRESS):
        yield items[start : start + IDS_PER_ADDRESS]


def _one_of_criterion(field: str, values: Sequence[Any]) -> dict[str, str]:
    return {f"{field}.in": ",".join(str(value) for value in values)}


def notes_of(client: Client, numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The notes of these incidents."""
    return _rows_of(client, _NOTES, numbers)


def history_of(client: Client, numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What happened to these incidents."""
    return _rows_of(client, _HISTORY, numbers)


def assigned_users(client: Client) -> list[dict[str, Any]]:
    """`id` and `login` of users who have an incident; always 500 once an incident has a textual assignee."""
    return rows_in(client.read("GET", f"{_INCIDENTS}/users-assigned"))


# Writing: an answer is no proof, the caller reads back


def create_incident(
    client: Client, name: str, description: str, assigned_to: str | None, alerts: Sequence[Alert]
) -> None:
    """An open incident with at least one alert; the server believes what it is sent about the alerts.

    :param alerts: when one belongs to an incident already, the server refuses all.
    """
    body = {
        "incidentName": name,
        "incidentDescription": description,
        "incidentAssignedTo": assigned_to,
        "alertList": [_link_item(alert, client.dialect) for alert in alerts],
    }
    client.write("POST", _INCIDENTS, json=body)


def add_alerts(client: Client, incident_id: int, alerts: Sequence[Alert]) -> None:
    """Link more alerts to an incident, all of them or none."""
    items = [_link_item(alert, client.dialect) for alert in alerts]
    client.write("POST", f"{_INCIDENTS}/add-alerts", json={"incidentId": incident_id, "alertList": items})


def _link_item(alert: Alert, dialect: Dialect) -> dict[str, Any]:
    """What the server stores about an alert when it is linked. A missing part is refused."""
    name = alert.name.replace("\0", " ").strip() or alert.id
    status, severity = dialect.status_codes, dialect.severity_codes
    return {
        "alertId": alert.id,
        "alertName": name[:_MAX_ALERT_NAME_LENGTH],
        "alertStatus": status.get(alert.status, status["open"]),
        "alertSeverity": severity.get(alert.severity, severity["low"]),
    }


def change_incident(client: Client, incident: Incident, fields: Mapping[str, Any]) -> None:
    """Overwrite every column of an incident, and status and observation of all its alerts (v11: of echoes, too).

    The whole row is sent, since every column that is left out would be emptied. The solution becomes the alerts'
    observation; it is never null, which would be stored as the text "null".

    :param incident: as it was read.
    :param fields: description, assigned_to, status and solution.
    """
    row = {
        **incident.row,
        "incidentDescription": fields["description"],
        "incidentAssignedTo": fields["assigned_to"],
        "incidentStatus": client.dialect.incident_status_codes[fields["status"]],
        "incidentSolution": fields["solution"],
    }
    client.write("PUT", f"{_INCIDENTS}/change-status", json=row)


def mark_alerts(client: Client, alert_ids: Sequence[str], incident_id: int, name: str) -> None:
    """Mark alert documents as part of an incident; those that carry a mark keep it, and nothing takes it off.

    :param name: its backslashes are doubled, since the server stores two as one and loses all when there is one.
    """
    body = {
        "eventIds": list(alert_ids),
        "incidentName": name.replace("\\", "\\\\"),
        "incidentId": incident_id,
        "incidentSource": SOURCE,
    }
    client.write("POST", "/utm-alerts/convert-to-incident", json=body)


def add_note(client: Client, incident_id: int, text: str) -> None:
    """Add a note in the caller's name."""
    client.write("POST", _NOTES, json={"incidentId": incident_id, "noteText": text})
