# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated server with open alerts, and requests to it without the collection."""

from __future__ import annotations

from typing import Any

import requests

from utmstack_simulator.process import SimulatorProcess

ALERT = {"alertId": "a1", "alertName": "n", "alertStatus": 2, "alertSeverity": 2}
IDS = [f"a{number}" for number in range(1, 5)]


class Server:
    """A v11 simulator and a session with a key."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Utm-Api-Key"] = simulator.api_key()

    def get(self, path: str, **arguments: Any) -> requests.Response:
        """GET."""
        return self.session.get(self.simulator.url + path, timeout=10, **arguments)

    def post(self, path: str, body: Any = None, **arguments: Any) -> requests.Response:
        """POST JSON."""
        return self.session.post(self.simulator.url + path, json=body, timeout=10, **arguments)

    def close(self, observation: str = "done") -> requests.Response:
        """Close all alerts in one call."""
        return self.post("/api/utm-alerts/status", {"alertIds": IDS, "status": 5, "statusObservation": observation})

    def statuses(self) -> list[int]:
        """What the store holds."""
        return [source["status"] for source in self.simulator.alerts().values()]


def document(alert_id: str, **fields: Any) -> dict[str, Any]:
    """An open alert as the store takes it."""
    source = {
        "@timestamp": "2026-11-20T10:00:00.000Z",
        "id": alert_id,
        "name": "Port scan",
        "status": 2,
        "statusLabel": "Open",
        "statusObservation": "",
        "isIncident": False,
        "tags": None,
        "notes": "",
        **fields,
    }
    return {"index": "v11-alert-2026-11-20", "id": alert_id, "source": source}


def create_incident(server: Server, name: str, alert_id: str, **more: Any) -> requests.Response:
    """Create an incident of one alert."""
    body = {"incidentName": name, "incidentDescription": "d", "alertList": [{**ALERT, "alertId": alert_id}], **more}
    return server.post("/api/utm-incidents", body)
