# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same work by plain calls of requests: what one would write for one server on a good day."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

PAGE, CHUNK, IN_FLIGHT = 2000, 1000, 16
OPEN, COMPLETED = 2, 5
_COLUMN_NAMES = (
    "@timestamp id name status severity category technique dataType dataSource adversary.ip adversary.host "
    "adversary.user target.ip target.host target.user tags notes statusObservation isIncident "
    "incidentDetail.incidentId incidentDetail.incidentName"
)


@dataclass(frozen=True)
class Timing:
    """Seconds and requests of plain calls."""

    seconds: float
    requests: int


class PlainCalls:
    """A session with an API key, and the few calls of the tasks that are measured."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._sent = 0
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Utm-Api-Key"] = key
        self._session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=IN_FLIGHT))

    def timed(self, work: Callable[[], None]) -> Timing:
        """Run some work."""
        self._sent = 0
        started = time.perf_counter()
        work()
        return Timing(time.perf_counter() - started, self._sent)

    def _post(self, path: str, **arguments: Any) -> requests.Response:
        self._sent += 1
        answer = self._session.post(f"{self._url}/api/{path}", timeout=120, **arguments)
        answer.raise_for_status()
        return answer

    def _search(self, filters: Sequence[Mapping[str, Any]], *sort: str) -> list[dict[str, Any]]:
        query = {"indexPattern": "v11-alert-*", "top": 10000, "page": 1, "size": PAGE, "sort": list(sort)}
        rows: list[dict[str, Any]] = self._post("elasticsearch/search", params=query, json=list(filters)).json()
        return rows

    def pages(self, status: int) -> Iterator[list[dict[str, Any]]]:
        """All alerts of a status, by ID."""
        filters = [{"field": "status", "operator": "IS_ONE_OF_TERMS", "value": [str(status)]}]
        last: list[dict[str, Any]] = []
        while True:
            rows = self._search([*filters, *last], "id.keyword,asc")
            yield rows
            if len(rows) < PAGE:
                return
            last = [{"field": "id.keyword", "operator": "IS_GREATER_THAN", "value": rows[-1]["id"]}]

    def warm(self) -> None:
        """Let the simulator build the lists that a server has as soon as it has stored an alert."""
        echo = {"field": "parentId", "operator": "DOES_NOT_EXIST"}
        self._search([echo], "id.keyword,asc")
        self._search([echo], "@timestamp,desc", "id.keyword,asc")
        family = ("id.keyword", "parentId.keyword")
        either = [{"field": name, "operator": "IS_ONE_OF_TERMS_OR", "value": ["x"]} for name in family]
        self._search([*either, {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2"]}], "id.keyword,asc")

    def close(self, ids: Sequence[str], text: str) -> None:
        """Complete alerts; nothing is read back."""
        for first in range(0, len(ids), CHUNK):
            body = {"alertIds": list(ids[first : first + CHUNK]), "status": COMPLETED, "statusObservation": text}
            self._post("utm-alerts/status", json=body)

    def close_and_check(self, ids: Sequence[str], text: str) -> None:
        """Complete alerts, and read them back."""
        self.close(ids, text)
        self.check(ids)

    def check(self, ids: Sequence[str]) -> None:
        """Check that alerts are completed."""
        closed = {row["id"] for rows in self.pages(COMPLETED) for row in rows}
        if not closed.issuperset(ids):
            raise SystemExit("Not all alerts were closed.")

    def select_close_and_check(self) -> None:
        """Complete all open alerts, and read them back."""
        self.close_and_check([row["id"] for rows in self.pages(OPEN) for row in rows], "Scan")

    def triage(self, texts: Mapping[str, str]) -> None:
        """Complete open alerts by their names, each with the text of its name, and read them back."""
        found: dict[str, list[str]] = {}
        for rows in self.pages(OPEN):
            for row in rows:
                if row["name"] in texts:
                    found.setdefault(row["name"], []).append(row["id"])
        for name, ids in found.items():
            self.close(ids, texts[name])
        self.check([alert_id for ids in found.values() for alert_id in ids])

    def export(self, path: Path, kind: str) -> None:
        """Write all open alerts to a file."""
        names = _COLUMN_NAMES.split()
        with path.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            for rows in self.pages(OPEN):
                if kind == "csv":
                    table.writerows([_value(row, name) for name in names] for row in rows)
                else:
                    stream.writelines(f"{json.dumps(row)}\n" for row in rows)

    def notes(self, ids: Sequence[str], note: str) -> None:
        """Write the same note to alerts, 16 calls at a time."""
        body, headers = note.encode(), {"Content-Type": "text/plain;charset=UTF-8"}
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            for _answer in pool.map(
                lambda alert: self._post("utm-alerts/notes", params={"alertId": alert}, data=body, headers=headers), ids
            ):
                pass


def _value(row: Any, name: str) -> Any:
    for member in name.split("."):
        row = row.get(member) if isinstance(row, dict) else None
    return row
