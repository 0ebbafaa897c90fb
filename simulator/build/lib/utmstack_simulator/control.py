# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated server as tests and tools see it: its address and its control interface."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests

from .backend.start import Start


class SimulatedServer:
    """A running server.

    :param dialect: ``v10`` or ``v11``.
    :param url: where it listens.
    :param ca_file: the certificate of its CA, which exists if the server was started with ``--tls``.
    """

    def __init__(self, dialect: str, url: str, ca_file: Path) -> None:
        self.dialect = dialect
        self.url = url
        self.ca_file = ca_file
        self._session = requests.Session()
        self._session.trust_env = False

    def _control(self, method: str, path: str, **arguments: Any) -> Any:
        verify = str(self.ca_file) if self.url.startswith("https") else True
        answer = self._session.request(method, f"{self.url}/simulator/{path}", timeout=60, verify=verify, **arguments)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def reset(self) -> None:
        """Empty the stores and restore the defaults; tokens stay valid."""
        self._control("POST", "reset", json={})

    def documents(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store alert documents `{"index", "id", "source"}`."""
        self._control("POST", "documents", json=list(rows))

    def fill(self, start: Start) -> None:
        """Store what a scenario holds, see `scenarios.load`."""
        self._control("POST", "state", json=vars(start))

    def assets(self, rows: dict[str, Any]) -> None:
        """Fill the inventory: `{"groups", "assets", "dataInputs"}`."""
        self._control("POST", "assets", json=rows)

    def users(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add users `{"login", "password", …}`."""
        self._control("POST", "users", json=list(rows))

    def settings(self, wanted: dict[str, str]) -> None:
        """Change configuration parameters."""
        self._control("POST", "settings", json=wanted)

    def faults(self, *wanted: dict[str, Any]) -> None:
        """Replace all faults by these."""
        self._control("POST", "faults", json=list(wanted))

    def wait_until_held(self, seconds: float) -> bool:
        """Wait at most this long until the fault `hold` holds a request; whether it does."""
        held: int = self._control("GET", "held", params={"seconds": seconds})["held"]
        return held > 0

    def settle(self) -> None:
        """End all faults and wait until every request has been carried out or dropped."""
        self._control("POST", "settle")

    def tick(self) -> None:
        """Run the rule engine."""
        self._control("POST", "tick", json={})

    def arrivals(self, count: int, seconds_ago: float = 1) -> list[str]:
        """Let new alerts arrive in automatic review, a negative time in the future, and return their IDs."""
        ids: list[str] = self._control("POST", "arrivals", json={"count": count, "seconds_ago": seconds_ago})["ids"]
        return ids

    def repeat(self, ids: Sequence[str]) -> list[str]:
        """Let alerts happen again, and return the IDs of their new echoes, which v10 has none of."""
        echoes: list[str] = self._control("POST", "repeat", json={"ids": list(ids)})["echoes"]
        return echoes

    def away(self, seconds: float) -> None:
        """Cut all connections and refuse new ones for this long; the data is kept."""
        self._control("POST", "away", json={"seconds": seconds})

    def requests(self, method: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """The requests in the journal."""
        query = {name: value for name, value in (("method", method), ("path", path)) if value}
        rows: list[dict[str, Any]] = self._control("GET", "requests", params=query)
        return rows

    def forget_requests(self) -> None:
        """Empty the journal."""
        self._control("DELETE", "requests")

    def alerts(self) -> dict[str, dict[str, Any]]:
        """The stored alert documents by ID."""
        return {row["id"]: row["source"] for row in self._control("GET", "alerts")}

    def api_key(self, login: str = "admin") -> str:
        """A new API key that never expires."""
        key: str = self._control("POST", "api-keys", json={"login": login})["key"]
        return key
