# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the simulator: seeding, pages, lookups by id, a bulk write, memory. Everything is measured in this run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from utmstack_simulator.process import SimulatorProcess

from .stored_alerts import alerts

SIZES = (1_000, 50_000)
REPEATS = 7
SEARCH = "/api/elasticsearch/search"


def alerts_of_all_statuses(count: int) -> list[dict[str, Any]]:
    """Alerts of 40 kinds, half of them open."""
    rows = alerts(count, kinds=40)
    for number, row in enumerate(rows):
        status, label = ((2, "Open"), (2, "Open"), (3, "In review"), (5, "Completed"))[number % 4]
        row["source"].update(status=status, statusLabel=label)
    return rows


class Timer:
    """Requests with a key, timed."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self._url = simulator.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Utm-Api-Key"] = simulator.api_key()

    def search(self, filters: list[dict[str, Any]], size: int) -> None:
        """One page, newest first."""
        query = {"indexPattern": "v11-alert-*", "top": 10000, "page": 1, "size": size, "sort": "@timestamp,desc"}
        answer = self._session.post(self._url + SEARCH, params=query, json=filters, timeout=60)
        answer.raise_for_status()
        if len(answer.json()) != size:
            raise SystemExit(f"{size} rows were expected, {len(answer.json())} came")

    def close(self, ids: list[str], text: str) -> None:
        """One bulk write."""
        body = {"alertIds": ids, "status": 5, "statusObservation": text}
        self._session.post(self._url + "/api/utm-alerts/status", json=body, timeout=60).raise_for_status()


def median(work: Callable[[], None]) -> float:
    """Milliseconds, the median of several runs."""
    seconds = []
    for _repeat in range(REPEATS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def memory(pid: int) -> float:
    """Peak resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


def measure(simulator: SimulatorProcess, size: int) -> list[tuple[str, float, str]]:
    """Figures for a store of `size` alerts."""
    rows = alerts_of_all_statuses(size)
    simulator.reset()
    started = time.perf_counter()
    simulator.documents(rows)
    seeded = time.perf_counter() - started
    timer = Timer(simulator)
    ids = [row["id"] for row in rows[:1000]]
    lookup = [{"field": "id.keyword", "operator": "IS_ONE_OF_TERMS", "value": ids}]
    is_open = [{"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2"]}]
    started = time.perf_counter()
    timer.search(is_open, 500)
    first = (time.perf_counter() - started) * 1000
    texts = iter(f"Closed by run {number}" for number in range(REPEATS))
    return [
        ("seeding", seeded, "s"),
        ("first page of 500, open alerts (lists are built)", first, "ms"),
        ("page of 500, all alerts", median(lambda: timer.search([], 500)), "ms"),
        ("page of 500, open alerts", median(lambda: timer.search(is_open, 500)), "ms"),
        ("one alert by id", median(lambda: timer.search([{**lookup[0], "value": ids[:1]}], 1)), "ms"),
        ("1,000 alerts by id", median(lambda: timer.search(lookup, 1000)), "ms"),
        ("closing 1,000 alerts in one call", median(lambda: timer.close(ids, next(texts))), "ms"),
        ("peak memory so far", memory(simulator.pid), "MB"),
    ]


def main() -> None:
    """Measure both sizes in one process and print them side by side."""
    with SimulatorProcess("v11") as simulator:
        columns = [measure(simulator, size) for size in SIZES]
    print(f"{'median of ' + str(REPEATS):<52}" + "".join(f"{size:>12,} alerts" for size in SIZES))
    for row in zip(*columns):
        print(f"{row[0][0]:<52}" + "".join(f"{value:>16.1f} {unit:<2}" for _label, value, unit in row))


if __name__ == "__main__":
    main()
