# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a simulated server holds and a writer can change, past the collection and in a form that can be compared."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from utmstack_simulator.process import SimulatorProcess

INCIDENTS, LINKS, NOTES = "/api/utm-incidents", "/api/utm-incident-alerts", "/api/utm-incident-notes"
KEYS = "/api/api-keys"
MARK, TAGS, RULES = "/api/utm-alerts/convert-to-incident", "/api/utm-alert-tags", "/api/alert-tag-rules"


@dataclass(frozen=True)
class ServerState:
    """What the server holds.

    :ivar alerts: by ID, what undo restores: status, observation, tags and note.
    :ivar rest: marks of alerts, incidents, links, incident notes, tags of the catalog, tag rules and API keys; whatever
        exists twice is in its list twice.
    """

    alerts: dict[str, dict[str, Any]]
    rest: dict[str, Any]


class Observer:
    """An administrator who looks at a server and prepares it, whatever restarts end the sessions."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.simulator = simulator
        self._session = requests.Session()
        self._session.trust_env = False

    def state(self) -> ServerState:
        """What the server holds now."""
        documents = self.simulator.alerts()
        incidents = self._rows(INCIDENTS)
        names = {row["id"]: row["incidentName"] for row in incidents}
        fields = ("incidentName", "incidentDescription", "incidentStatus", "incidentSolution", "incidentAssignedTo")
        links = ((row["alertId"], names[row["incidentId"]]) for row in self._rows(LINKS))
        notes = ((names[row["incidentId"]], row["noteText"], row["noteSendBy"]) for row in self._rows(NOTES))
        rules = self._rows(RULES)
        return ServerState(
            {alert_id: _restorable(source) for alert_id, source in documents.items()},
            {
                "marks": {alert_id: _mark(source) for alert_id, source in documents.items()},
                "incidents": sorted(tuple(str(row[name]) for name in fields) for row in incidents),
                "links": sorted(links),
                "notes": sorted(notes),
                "tags": sorted((row["tagName"], str(row["tagColor"]).lower()) for row in self._rows(TAGS)),
                "rules": sorted(_rule(row) for row in rules),
                "keys": sorted(_api_key(row) for row in self._keys()),
            },
        )

    def open_incident(self, name: str, *alert_ids: str, **fields: Any) -> int:
        """An incident of these alerts, with links and marks."""
        alerts = [{"alertId": i, "alertName": "n", "alertStatus": 2, "alertSeverity": 1} for i in alert_ids]
        body = {"incidentName": name, "incidentDescription": "", "alertList": alerts, **fields}
        number = int(self._send("POST", INCIDENTS, json=body)["id"])
        mark = {"eventIds": list(alert_ids), "incidentName": name, "incidentId": number, "incidentSource": "ALERT"}
        self._send("POST", MARK, json=mark)
        return number

    def post(self, path: str, body: Any) -> Any:
        """A new row."""
        return self._send("POST", path, json=body)

    def is_accepted(self, api_key: str) -> bool:
        """Whether the server accepts an API key."""
        headers = {"Utm-Api-Key": api_key}
        return requests.get(f"{self.simulator.url}/api/ping", headers=headers, timeout=60).ok

    def _keys(self) -> list[dict[str, Any]]:
        return self._rows(KEYS) if self.simulator.dialect == "v11" else []

    def _rows(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._send("GET", path, params={"size": 2000, "sort": "id,asc"})
        return rows

    def _send(self, method: str, path: str, **arguments: Any) -> Any:
        for _try in range(2):
            answer = self._session.request(method, self.simulator.url + path, timeout=60, **arguments)
            if answer.status_code != 401:
                break
            self._log_in()
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _log_in(self) -> None:
        body = {"username": "admin", "password": "Adm1n-pass", "rememberMe": False}
        url = f"{self.simulator.url}/api/authenticate"
        answer = self._session.post(url, json=body, headers={"X-Bypass-TFA": "true"}, timeout=60).json()
        self._session.headers["Authorization"] = "Bearer " + (answer.get("token") or answer["id_token"])


def _restorable(source: dict[str, Any]) -> dict[str, Any]:
    """No tags and no note have several spellings."""
    names = ("status", "statusLabel", "statusObservation")
    return {
        **{name: source[name] for name in names},
        "tags": sorted(source["tags"] or []),
        "notes": source["notes"].strip(),
    }


def _mark(source: dict[str, Any]) -> tuple[bool, Any]:
    return source["isIncident"], (source.get("incidentDetail") or {}).get("incidentName")


def _api_key(row: dict[str, Any]) -> tuple[str, ...]:
    """An expiry that counts from the time of a run is given in days."""
    expires = row["expiresAt"]
    if expires is not None:
        days = int((datetime.fromisoformat(expires).timestamp() - time.time()) / 86_400)
        expires = f"in {days} days" if 0 <= days < 365 else expires
    return row["name"], str(row["allowedIp"]), str(expires)


def _rule(row: dict[str, Any]) -> tuple[str, ...]:
    conditions = sorted(f"{item['field']} {item['operator']} {item.get('value')}" for item in row["conditions"])
    tags = sorted(str(tag["tagName"]) for tag in row["tags"] or [])
    return (row["name"], str(row["description"]), str(conditions), str(tags))
