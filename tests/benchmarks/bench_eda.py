# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the event source in real processes of ansible-rulebook, beside a source that only generates events.

Everything printed was measured here and now. The event filter `noting` writes down when events enter the queue of the
engine.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.eda.rulebook_process import RulebookProcess, connection_environment, wait_until
from utmstack_simulator.process import SimulatorProcess

from .bench_collection import machine, table
from .stored_alerts import alerts

PLUGINS = Path(__file__).parent / "event_plugins"
POLLS = "/api/elasticsearch/property/values-with-count"
INTERVAL = 1.0
RELEASES, PAUSES = 60, (0.5, 1.5)
# Seconds that an alert of the simulator was in automatic review when it is released.
IN_REVIEW = 30
IDLE_POLLS = 20
EVENTS, STORED_EVENTS = 20_000, 3_000
NOTE_EVERY = 500
BATCH, BATCHES = 5_000, 20
PATIENCE = 600


@dataclass(frozen=True)
class Noted:
    """An event that entered the queue of the engine.

    :param number: how many had before it, and itself.
    """

    number: int
    time: float
    alert_id: str


@dataclass(frozen=True)
class Side:
    """A source at the engine.

    :param arguments: of the source.
    :param stores: the engine stores each event and confirms it.
    """

    name: str
    source: str
    arguments: Mapping[str, Any]
    stores: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    every: int = 1

    @contextmanager
    def running(self, directory: Path) -> Iterator[RulebookProcess]:
        """ansible-rulebook with this source and a rule that does nothing; its files in an existing directory."""
        noting = {"noting": {"file": str(directory / "noted"), "every": self.every}}
        feedback = {"feedback": True} if self.stores else {}
        source = {"name": "alerts", self.source: {**self.arguments, **feedback}, "filters": [noting]}
        rule = {"name": "Nothing", "condition": 'event.kind == "opened"', "action": {"none": None}}
        rulebook = [{"name": "Bench", "hosts": "all", "sources": [source], "rules": [rule]}]
        process = RulebookProcess(
            rulebook,
            directory,
            environment=self.environment,
            persistence=directory / "h2" if self.stores else None,
            arguments=["--source-dir", str(PLUGINS), "--filter-dir", str(PLUGINS)],
        )
        try:
            yield process
        finally:
            process.kill()


def noted(directory: Path) -> list[Noted]:
    """What the filter has written so far."""
    file = directory / "noted"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    rows = [line.split() for line in lines if line.endswith("\n")]
    return [Noted(int(number), float(moment), alert_id) for number, moment, alert_id in rows]


@contextmanager
def new_directory() -> Iterator[Path]:
    """A directory that is removed afterwards."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def store(siem: SimulatorProcess, first: int, count: int, status: int, seconds_ago: float) -> None:
    """Store alerts from this number on, all of one time."""
    stamp = (datetime.now(timezone.utc) - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    rows = alerts(first + count)[first:]
    for row in rows:
        row["source"].update({"@timestamp": stamp, "status": status})
    siem.documents(rows)


@dataclass(frozen=True)
class Lags:
    """Seconds of each alert from its release to its event, and the requests of an idle poll.

    :param from_start: from the time of the alert to its event, the time in automatic review included.
    """

    from_release: Sequence[float]
    from_start: Sequence[float]
    requests: float


def measured_lags(siem: SimulatorProcess) -> Lags:
    """Release alerts one by one, at any time between two polls."""
    chance = random.Random(1)
    siem.reset()
    side = Side("", "utmstack.siem.alerts", _arguments(INTERVAL), environment=connection_environment(siem))
    with new_directory() as directory, side.running(directory) as process:
        process.wait_for(lambda: siem.requests(path=POLLS))
        siem.forget_requests()
        process.wait_for(lambda: len(siem.requests(path=POLLS)) >= IDLE_POLLS)
        requests = len(siem.requests()) / len(siem.requests(path=POLLS))
        released, started = [], []
        for number in range(RELEASES):
            store(siem, number, 1, status=1, seconds_ago=IN_REVIEW)
            started.append(int(time.time()) - IN_REVIEW)
            released.append(time.time())
            siem.tick()
            time.sleep(chance.uniform(*PAUSES))
        process.wait_for(lambda: len(noted(directory)) == RELEASES)
        seen = {row.alert_id: row.time for row in noted(directory)}
    times = [seen[row["id"]] for row in alerts(RELEASES)]
    return Lags(
        [at - begin for at, begin in zip(times, released, strict=True)],
        [at - begin for at, begin in zip(times, started, strict=True)],
        requests,
    )


def _arguments(interval: float) -> dict[str, Any]:
    return {"interval": interval, "since": "30d", "health_interval": 0}


@dataclass(frozen=True)
class Rate:
    """Events per second.

    :param reading: seconds from the first request to the first noted event; None without a server.
    """

    name: str
    events: int
    per_second: float
    reading: float | None


def measured_rate(side: Side, count: int, siem: SimulatorProcess | None) -> Rate:
    """Let the source put so many events, and count from the first noted one to the last."""
    asked = None
    if siem is not None:
        siem.reset()
        store(siem, 0, count, status=2, seconds_ago=60)
        siem.forget_requests()
    with new_directory() as directory, side.running(directory) as process:
        if siem is not None:
            process.wait_for(lambda: siem.requests(path=POLLS), pause=0.005)
            asked = time.time()
        process.wait_for(lambda: _is_last(noted(directory), count), PATIENCE)
        rows = noted(directory)
    first, last = rows[0], rows[-1]
    rate = (last.number - first.number) / (last.time - first.time)
    return Rate(side.name, count, rate, None if asked is None else first.time - asked)


def _is_last(rows: Sequence[Noted], count: int) -> bool:
    return bool(rows) and rows[-1].number >= count


def measured_rates(siem: SimulatorProcess) -> list[Rate]:
    """Both sources, without and with the feedback of an engine that stores events."""
    environment = connection_environment(siem)
    found = []
    for count, stores, how in ((EVENTS, False, "no feedback"), (STORED_EVENTS, True, "feedback and H2")):
        ours = Side(how, "utmstack.siem.alerts", _arguments(INTERVAL), stores, environment, NOTE_EVERY)
        found.append(measured_rate(ours, count, siem))
        plain = Side(f"– generator: {how}", "generator", {"count": count}, stores, every=NOTE_EVERY)
        found.append(measured_rate(plain, count, None))
    return found


def measured_memory(siem: SimulatorProcess) -> list[tuple[int, float]]:
    """The memory of the source in MB after so many events, while alerts come and go."""
    siem.reset()
    found: list[tuple[int, float]] = []
    environment = {**os.environ, **connection_environment(siem)}
    with new_directory() as directory:
        printed = directory / "printed"
        command = [sys.executable, "-m", "tests.benchmarks.source_memory", str(directory / "cursor"), str(BATCH)]
        with printed.open("wb") as output, subprocess.Popen(command, env=environment, stdout=output) as process:
            try:
                for batch in range(BATCHES):
                    siem.reset()
                    store(siem, batch * BATCH, BATCH, status=2, seconds_ago=1)
                    wait_until(lambda batch=batch: len(printed.read_text().splitlines()) > batch, PATIENCE)
            finally:
                process.kill()
        for line in printed.read_text(encoding="utf-8").splitlines():
            count, megabytes = line.split()
            found.append((int(count), float(megabytes)))
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all is."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def lag_lines(lags: Lags) -> Iterator[str]:
    """The lags and the requests, line by line."""
    rows = [
        [what, *(f"{quantile(values, share):.2f}" for share in (0.5, 0.95)), f"{max(values):.2f}"]
        for what, values in (
            ("from the release to the event", lags.from_release),
            (f"from the time of the alert, {IN_REVIEW} s of automatic review included", lags.from_start),
        )
    ]
    what = f"Seconds of {len(lags.from_release)} alerts, `interval: {INTERVAL:g}`"
    yield from table([what, "p50", "p95", "max"], rows)
    yield f"\nRequests of an idle poll: {lags.requests:.1f}.\n\n"


def rate_lines(rates: Sequence[Rate]) -> Iterator[str]:
    """The events per second, line by line."""
    rows = [
        [
            rate.name,
            f"{rate.events:,}",
            f"{rate.per_second:,.0f}",
            "" if rate.reading is None else f"{rate.reading:.2f}",
        ]
        for rate in rates
    ]
    yield from table(["Source and engine", "events", "events/s", f"s until event {NOTE_EVERY}"], rows)


def memory_lines(memory: Sequence[tuple[int, float]]) -> Iterator[str]:
    """The memory; not that of the first events, with which all code is loaded."""
    values = [megabytes for _count, megabytes in memory[1:]]
    middle = (max(values) + min(values)) / 2
    yield f"\nMemory of the source from {memory[1][0]:,} to {memory[-1][0]:,} events: "
    yield f"{middle:.1f} ± {max(values) - middle:.1f} MB.\n"


def main() -> None:
    """Measure and print."""
    print(f"Measured with {machine()} at the start.\n", flush=True)
    with SimulatorProcess("v11") as siem:
        _show(lag_lines(measured_lags(siem)))
        _show(rate_lines(measured_rates(siem)))
        _show(memory_lines(measured_memory(siem)))
    print(f"At the end: load average {', '.join(f'{value:.1f}' for value in os.getloadavg())}.")


def _show(lines: Iterable[str]) -> None:
    print("".join(lines), end="", flush=True)


if __name__ == "__main__":
    main()
