# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times a triage of many instances as a controller runs it: one job of ansible-runner, in check mode.

Everything printed was measured here and now, except where it says that it is extrapolated or computed. Numbers of
instances on the command line replace the usual ones; two are needed for the exponent.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from utmstack_simulator.process import SimulatorInstances

from .bench_collection import machine, table
from .growth import slope
from .job_memory import peak_of

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / ".venv-controller" / "bin"
SIZES = (25, 100)
FORKS = 20
# One of so many instances refuses connections.
AWAY_OF = 25
SLICE = 100
WHOLE = 1_000
MILLION = 1_000_000
LARGEST = 5


@dataclass(frozen=True)
class Job:
    """What one job took.

    :param seconds: the whole job.
    :param processor: processor seconds of all its processes.
    :param requests: HTTP requests that all instances got.
    :param alerts: alerts that all instances hold.
    :param events: job events, by name.
    :param artifacts: bytes of all artifacts.
    :param peak: memory of all processes of the job in MB, at most, with shared pages counted once.
    :param failed: instances that the summary names as failed.
    :param largest: the bytes of events by their task, the most first.
    """

    instances: int
    seconds: float
    processor: float
    requests: int
    alerts: int
    events: Counter[str]
    artifacts: int
    peak: float
    failed: int
    largest: Sequence[tuple[str, int]]

    @property
    def away(self) -> int:
        """How many instances refuse connections."""
        return self.instances // AWAY_OF


def measured(count: int) -> Job:
    """Run the job over so many new instances."""
    with (
        SimulatorInstances("v11", count, "--scenario", "soc-day") as instances,
        tempfile.TemporaryDirectory() as name,
        socket.socket() as closed,
    ):
        closed.bind(("127.0.0.1", 0))
        directory = Path(name)
        inventory = yaml.safe_load(instances.inventory.read_text(encoding="utf-8"))
        hosts = inventory["siems"]["hosts"]
        for host in list(hosts)[AWAY_OF - 1 :: AWAY_OF]:
            hosts[host]["utmstack_url"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
        _write_private_data(directory, yaml.safe_dump(inventory))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        peak = _run(directory)
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        requests = sum(len(server.requests()) for server in instances.servers.values())
        alerts = sum(len(server.alerts()) for server in instances.servers.values())
        artifacts = directory / "artifacts" / "job"
        size = sum(file.stat().st_size for file in artifacts.rglob("*") if file.is_file())
        events, largest, failed = _events(artifacts / "job_events")
    return Job(count, seconds, processor, requests, alerts, events, size, peak, failed, largest)


def _write_private_data(directory: Path, inventory: str) -> None:
    for name in ("project", "inventory", "env"):
        (directory / name).mkdir()
    shutil.copy(ROOT / "controller" / "triage.yml", directory / "project")
    (directory / "inventory" / "hosts.yml").write_text(inventory, encoding="utf-8")
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_CONFIG": os.environ["ANSIBLE_CONFIG"],
        "UTMSTACK_RETRY_BUDGET": "1",
    }
    variables = {
        "utmstack_instances": "siems",
        "alert_triage_review_severities": ["high"],
        "alert_triage_since": "all",
    }
    (directory / "env" / "envvars").write_text(json.dumps(environment), encoding="utf-8")
    (directory / "env" / "extravars").write_text(json.dumps(variables), encoding="utf-8")
    (directory / "env" / "cmdline").write_text(f"--check --forks {FORKS}", encoding="utf-8")


def _run(directory: Path) -> float:
    """Run the job, and return the peak of its memory in MB."""
    environment = {"HOME": os.environ["HOME"], "PATH": f"{RUNNER}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    command = [RUNNER / "ansible-runner", "run", directory, "-p", "triage.yml", "--ident", "job", "--quiet"]
    printed = directory / "printed"
    with printed.open("wb") as file, subprocess.Popen(command, env=environment, stdout=file, stderr=file) as job:
        peak = peak_of(job)
    # Ansible ends with 2 if hosts failed, of which the summary shows how many.
    if job.returncode not in (0, 2):
        sys.exit(f"ansible-runner ended with {job.returncode}: {printed.read_text()[-4000:]}")
    return peak


def _events(directory: Path) -> tuple[Counter[str], list[tuple[str, int]], int]:
    """The events by name, the tasks with the largest events, and how many instances failed."""
    names: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    failed = 0
    for file in directory.glob("*.json"):
        event = json.loads(file.read_text(encoding="utf-8"))
        data = event.get("event_data", {})
        names[event["event"]] += 1
        sizes[data.get("task", event["event"])] += file.stat().st_size
        if event["event"] == "runner_on_failed" and data["task"] == "Fail if the instance failed":
            failed += 1
    return names, sizes.most_common(LARGEST), failed


def report(jobs: Sequence[Job]) -> Iterator[str]:
    """The figures, line by line."""
    rows = [
        [
            str(job.instances),
            f"{job.seconds:.1f}",
            f"{job.processor:.1f}",
            f"{job.requests} ({job.requests / (job.instances - job.away):.1f})",
            f"{job.events.total():,} ({job.events.total() / job.instances:.0f})",
            f"{job.artifacts / 1e6:.1f}",
            f"{job.peak:.0f}",
            f"{job.failed} of {job.away} away",
        ]
        for job in jobs
    ]
    headings = [
        "instances",
        "seconds",
        "CPU, s",
        "requests (each)",
        "events (each)",
        "artifacts, MB",
        "peak, MB",
        "failed",
    ]
    yield from table(headings, rows)
    largest = jobs[-1]
    yield "\n"
    yield from table(["largest events", "MB"], [[task, f"{size / 1e6:.1f}"] for task, size in largest.largest])
    alerts = largest.alerts / largest.instances
    yield f"\nEach instance holds {alerts:,.0f} alerts. "
    yield f"Computed: {MILLION:,} alerts a day are {MILLION / alerts:,.0f} such instances.\n"
    if len(jobs) > 1:
        yield from _extrapolated(jobs)


def _extrapolated(jobs: Sequence[Job]) -> Iterator[str]:
    """What many instances would take."""
    sizes = [math.log(job.instances) for job in jobs]
    exponent = slope(sizes, [math.log(job.processor) for job in jobs])
    largest = jobs[-1]
    grown = (SLICE / largest.instances) ** exponent
    one = largest.seconds * grown
    slices = WHOLE // SLICE
    yield f"Exponent of the processor seconds over the number of instances: {exponent:.2f}.\n"
    yield f"Extrapolated: {WHOLE:,} instances in {slices} slices of {SLICE} take {one * slices:,.0f} s on one node, "
    yield f"{one:.0f} s on {slices} nodes, and "
    yield f"{largest.requests / (largest.instances - largest.away) * WHOLE:,.0f} requests. "
    yield f"Not sliced: {largest.seconds * (WHOLE / largest.instances) ** exponent:,.0f} s.\n"


def main() -> None:
    """Measure and print."""
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    print(f"Measured with {machine()} at the start. Forks {FORKS}.\n", flush=True)
    jobs = [measured(size) for size in sizes]
    for line in report(jobs):
        print(line, end="")
    print(f"At the end: load average {', '.join(f'{value:.1f}' for value in os.getloadavg())}.")


if __name__ == "__main__":
    main()
