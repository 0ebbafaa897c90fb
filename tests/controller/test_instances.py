# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One job over many instances: the failure of some is theirs alone, and a slow one does not hold the others."""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from utmstack_simulator.control import SimulatedServer
from utmstack_simulator.process import SimulatorInstances

from .conftest import ROOT

FORKS = 20
REQUESTS = 3
# Only a failure takes as long.
SECONDS = 600
REFUSING, FAILING, WRONG_KEY, SLOW, BUSIER = "siem-004", "siem-011", "siem-018", "siem-002", "siem-005"
AWAY = (REFUSING, FAILING, WRONG_KEY)
TRIAGE = "utmstack.siem.utmstack_triage"
SUMMARY = "Show the outcome of all instances"


@dataclass
class Job:
    """A job of ansible-runner and the events that it has written so far."""

    process: subprocess.Popen[bytes]
    artifacts: Path
    events: list[dict[str, Any]] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)

    def read(self) -> list[dict[str, Any]]:
        """All events so far."""
        files = [file for file in self.artifacts.glob("job_events/[0-9]*.json") if "partial" not in file.name]
        for file in files:
            if file.name not in self._read:
                self._read.add(file.name)
                self.events.append(json.loads(file.read_text(encoding="utf-8")))
        return self.events

    def results(self, **chosen: str) -> dict[str, dict[str, Any]]:
        """The results by host of a task, given by members of its events."""
        return {
            data["host"]: data["res"]
            for event in self.read()
            for data in [event.get("event_data", {})]
            if "res" in data and chosen.items() <= data.items()
        }

    def wait(self) -> int:
        """The exit status."""
        status = self.process.wait(timeout=SECONDS)
        self.read()
        return status

    def output(self) -> str:
        """What the job printed."""
        return (self.artifacts / "stdout").read_text(encoding="utf-8")


@pytest.fixture
def instances(request: pytest.FixtureRequest) -> Iterator[SimulatorInstances]:
    """A hundred instances in the full set, and thirty otherwise, with a day of alerts each."""
    count = 100 if request.config.getoption("full") else 30
    with SimulatorInstances("v11", count, "--scenario", "soc-day") as running:
        yield running


@pytest.fixture
def private_data(tmp_path: Path, collections_path: str) -> Path:
    """The directory of a job that runs triage as a dry run."""
    for name in ("project", "inventory", "env"):
        (tmp_path / name).mkdir()
    shutil.copy(ROOT / "controller" / "triage.yml", tmp_path / "project")
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": collections_path,
        "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
        "UTMSTACK_RETRY_BUDGET": "1",
    }
    variables = {"utmstack_instances": "siems", "alert_triage_review_severities": ["high"]}
    (tmp_path / "env" / "envvars").write_text(json.dumps(environment), encoding="utf-8")
    (tmp_path / "env" / "extravars").write_text(json.dumps(variables), encoding="utf-8")
    (tmp_path / "env" / "cmdline").write_text(f"--check --forks {FORKS}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that refuses connections, because it is bound and nothing listens on it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def add_open_alert(server: SimulatedServer) -> None:
    """Add one more alert like those that the triage sets to in review."""
    newest_first = reversed(server.alerts().values())
    source = next(row for row in newest_first if (row["status"], row["severity"]) == (2, 3) and "parentId" not in row)
    index = f"v11-alert-{source['@timestamp'][:10]}"
    server.documents([{"index": index, "id": "one-more", "source": {**source, "id": "one-more"}}])


@contextmanager
def running(controller_venv: Path, private_data: Path) -> Iterator[Job]:
    """Start the job, and end it if it is still running afterwards."""
    programs = controller_venv / "bin"
    environment = {"HOME": os.environ["HOME"], "PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    command = [programs / "ansible-runner", "run", private_data, "-p", "triage.yml", "--ident", "job", "--quiet"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield Job(process, private_data / "artifacts" / "job")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def wait_for_results(job: Job, hosts: set[str]) -> set[str]:
    """The hosts with a result of the triage, as soon as these have one or the job has ended."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        ended = job.process.poll() is not None
        found = set(job.results(task_action=TRIAGE))
        if ended or found >= hosts:
            return found
        time.sleep(0.2)
    return set(job.results(task_action=TRIAGE))


def test_the_failure_of_some_is_theirs_alone_and_a_slow_one_holds_nobody_up(
    instances: SimulatorInstances,
    controller_venv: Path,
    private_data: Path,
    closed_port: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    servers, names = instances.servers, set(instances.servers)
    inventory = yaml.safe_load(instances.inventory.read_text(encoding="utf-8"))
    hosts = inventory["siems"]["hosts"]
    hosts[REFUSING]["utmstack_url"] = f"http://127.0.0.1:{closed_port}"
    hosts[WRONG_KEY]["utmstack_api_key"] = instances.connections[SLOW]["api_key"]
    hosts[SLOW]["utmstack_timeout"] = SECONDS
    servers[FAILING].faults({"kind": "status", "status": 500, "path": "/api/elasticsearch/.*"})
    servers[SLOW].faults({"kind": "hold"})
    add_open_alert(servers[BUSIER])
    (private_data / "inventory" / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")

    started = time.monotonic()
    with running(controller_venv, private_data) as job:
        others = names - {SLOW}
        done_meanwhile = wait_for_results(job, others)
        slow_meanwhile = servers[SLOW].requests()
        rows_meanwhile = {name: servers[name].requests() for name in others}
        servers[SLOW].settle()
        status = job.wait()
    seconds = time.monotonic() - started

    # The others had finished when the slow one had not answered once, and sent nothing afterwards.
    assert done_meanwhile == others, job.output()
    assert slow_meanwhile == []
    rows = {name: server.requests() for name, server in servers.items()}
    assert {name: rows[name] for name in others} == rows_meanwhile

    healthy = names - set(AWAY)
    triaged = job.results(task_action=TRIAGE)
    assert {name for name, result in triaged.items() if "summary" in result} == healthy, job.output()
    assert {name: len(rows[name]) for name in healthy if not 0 < len(rows[name]) <= REQUESTS} == {}
    assert all(row["status"] == 200 for name in healthy for row in rows[name])
    assert rows[REFUSING] == []
    assert {row["status"] for row in rows[FAILING] if row["path"].startswith("/api/elasticsearch/")} == {500}
    assert {row["principal"] for row in rows[WRONG_KEY]} == {None}
    planned = {name: triaged[name]["summary"]["changed"] for name in healthy}
    usual = planned[SLOW]
    assert usual > 0
    assert planned == {name: usual + (name == BUSIER) for name in healthy}

    assert status == 2, job.output()
    (summary,) = job.results(task=SUMMARY).values()
    lines = {line.split()[0]: line for line in summary["msg"][:-1]}
    assert set(lines) == names
    assert {name for name, line in lines.items() if "FAILED" in line} == set(AWAY)
    assert summary["msg"][-1].split() == [str(len(names)), "instances,", "check", "mode", "3", "failed"]
    failed = Counter(
        event["event_data"]["host"]
        for event in job.events
        if event["event"] == "runner_on_failed" and event["event_data"]["task"] == "Fail if the instance failed"
    )
    assert failed == Counter(AWAY)
    report(capsys, instances, job, rows, seconds)


def report(
    capsys: pytest.CaptureFixture[str],
    instances: SimulatorInstances,
    job: Job,
    rows: dict[str, list[dict[str, Any]]],
    seconds: float,
) -> None:
    """Print what the job took."""
    count = len(instances.servers)
    size = sum(file.stat().st_size for file in job.artifacts.rglob("*") if file.is_file())
    simulator = Path(f"/proc/{instances.pid}/status").read_text(encoding="utf-8")
    peak = int(simulator.split("VmHWM:")[1].split()[0]) / 1024
    runner = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    with capsys.disabled():
        print(
            f"\n{count} instances, forks {FORKS}: {seconds:.1f} s, {sum(map(len, rows.values()))} requests, "
            f"{len(job.events):,} events, {size / 1e6:.1f} MB of artifacts; peak memory of the simulator {peak:.0f} MB "
            f"({peak / count:.1f} MB per instance), of the largest process of the job {runner:.0f} MB"
        )
