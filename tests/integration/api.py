# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's own view of incidents, past the collection."""

from __future__ import annotations

from typing import Any

import requests

from .playing import Stage

INCIDENTS, LINKS, NOTES = "/api/utm-incidents", "/api/utm-incident-alerts", "/api/utm-incident-notes"


class Api:
    """A session of one user."""

    def __init__(self, stage: Stage, login: str = "admin", password: str = "Adm1n-pass") -> None:
        self.url = stage.simulator.url
        self.session = requests.Session()
        self.session.trust_env = False
        body = {"username": login, "password": password, "rememberMe": False}
        answer = self.session.post(f"{self.url}/api/authenticate", json=body, headers={"X-Bypass-TFA": "true"}).json()
        self.session.headers["Authorization"] = "Bearer " + (answer.get("token") or answer["id_token"])

    def get(self, path: str, **query: Any) -> Any:
        return self.session.get(self.url + path, params=query).json()

    def incidents(self) -> list[dict[str, Any]]:
        return list(self.get(INCIDENTS, size=2000, sort="id,asc"))

    def links(self) -> dict[str, int]:
        return {row["alertId"]: row["incidentId"] for row in self.get(LINKS, size=2000)}

    def open(self, name: str, *ids: str, **fields: Any) -> int:
        """An incident made by somebody else, without marks."""
        alerts = [{"alertId": i, "alertName": "n", "alertStatus": 2, "alertSeverity": 1} for i in ids]
        body = {"incidentName": name, "incidentDescription": "", "alertList": alerts, **fields}
        answer = self.session.post(self.url + INCIDENTS, json=body)
        answer.raise_for_status()
        return int(answer.json()["id"])
