# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tasks through ansible-playbook against a simulator and gives back what happened."""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.faults import is_writing

from .warm_ansible import Run, WarmAnsible

TIMEOUT = 300
ROOT = Path(__file__).parents[2]
# Not where pytest-ansible keeps links of its own, which miss folders that are younger than they.
COLLECTIONS = str(ROOT / os.environ.get("VENV", ".venv") / "collections")
DAY = {"v10": "alert-2026.11.20", "v11": "v11-alert-2026-11-20"}
LABELS = {1: "Automatic review", 2: "Open", 3: "In review", 5: "Completed"}
SEARCH = "/api/elasticsearch/search"
VALUES = "/api/elasticsearch/property/values-with-count"
# By either, a task sees what the server holds of alerts.
SIGHT = f"({SEARCH}|{VALUES})"
# The servers of tests, by name: the recorded releases, and 11.2 with either order of exception handlers.
SERVERS: dict[str, tuple[str, ...]] = {
    "v10": ("v10",),
    "v11": ("v11",),
    "v11.2": ("v11", "--release", "11.2"),
    "v11.2 own-first": ("v11", "--release", "11.2", "--handlers", "own-first"),
}

# For a `stage` of both entry points in the fast set.
both_entry_points = pytest.mark.parametrize("entry_point", ["in_process", "as_module"], indirect=True)
# For a slow test that the fast set runs on one major version.
v10_in_full = pytest.mark.parametrize("dialect", [pytest.param("v10", marks=pytest.mark.full), "v11"], indirect=True)

# For tests of what 11.2 may do differently: a `stage` or `local_stage` of every server, and a `v11_stage` of every v11.
on_11_2_too = pytest.mark.parametrize("dialect", ["v10", "v11", "v11.2"], indirect=True)
on_every_v11 = pytest.mark.parametrize("v11_stage", ["v11", "v11.2"], indirect=True)


@dataclass
class Played:
    """What a playbook run printed and recorded.

    :param results: result of each task by its name.
    :param journal: the requests that the server saw during the run.
    """

    code: int
    output: str
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    journal: list[dict[str, Any]] = field(default_factory=list)

    def result(self, task: str = "it") -> dict[str, Any]:
        """The result of one task."""
        assert task in self.results, self.output
        return self.results[task]

    def role_result(self, role: str) -> dict[str, Any]:
        """What a role says it did, in the fact that it set last."""
        facts = [result.get("ansible_facts") or {} for result in self.results.values()]
        said: list[dict[str, Any]] = [fact[f"{role}_result"] for fact in facts if f"{role}_result" in fact]
        assert said, self.output
        return said[-1]

    def writes(self) -> list[str]:
        """Paths of the writing requests."""
        return [row["path"] for row in self.journal if is_writing(row["method"], row["path"])]

    def count(self, path: str) -> int:
        """How many requests went to this path."""
        return sum(1 for row in self.journal if row["path"] == path)


def ansible_environment(**more: str) -> dict[str, str]:
    """Environment variables for ansible-playbook: nothing of the user's own settings, and the recording of results."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("UTMSTACK_", "ANSIBLE_"))},
        "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "record",
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }


def run_cold(runs: Sequence[tuple[Sequence[str], Mapping[str, str]]], timeout: int) -> list[Run]:
    """Run ansible-playbook from the command line, as often as there are arguments and environments, all at once."""

    def run(one: tuple[Sequence[str], Mapping[str, str]]) -> Run:
        command = ["ansible-playbook", *one[0]]
        completed = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=dict(one[1]))
        return Run(completed.returncode, completed.stdout + completed.stderr)

    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(run, runs))


@functools.cache
def warm_ansible() -> WarmAnsible:
    """The process that runs of this test session are forks of."""
    warm = WarmAnsible(ansible_environment())
    atexit.register(warm.stop)
    return warm


@dataclass
class Stage:
    """A simulator, an entry point and the credentials of the administrator.

    :param cold: start ansible-playbook from the command line for each run.
    """

    simulator: SimulatorProcess
    entry_point: str
    directory: Path
    cold: bool = False

    @property
    def dialect(self) -> str:
        """``v10`` or ``v11``."""
        return self.simulator.dialect

    def seed(self, *alerts: dict[str, Any]) -> None:
        """Put alerts made by `alert()` into one day."""
        rows = [{"index": DAY[self.dialect], "id": source["id"], "source": source} for source in alerts]
        self.simulator.documents(rows)

    def task(self, module: str, name: str = "it", /, **options: Any) -> dict[str, Any]:
        """A task of the collection; it does not end the play when it fails."""
        return {"name": name, f"utmstack.siem.{module}": options, "ignore_errors": True, "diff": True}

    def play(
        self,
        *tasks: dict[str, Any],
        check: bool = False,
        options: dict[str, Any] | None = None,
        arguments: Sequence[str] = (),
        play: dict[str, Any] | None = None,
    ) -> Played:
        """Run tasks. In check mode the journal must hold no writing request: asserted here, for every test.

        :param options: connection options instead of the administrator's password.
        :param play: further keywords of the play.
        """
        path = self.written_play(tasks, options, play)
        return self.run_playbook(str(path), *(["--check"] if check else []), *arguments, check=check)

    def written_play(
        self,
        tasks: Sequence[dict[str, Any]],
        options: dict[str, Any] | None = None,
        play: dict[str, Any] | None = None,
        name: str = "play.yml",
    ) -> Path:
        """The file of a play of these tasks; options as for `play`."""
        defaults = {
            "url": self.simulator.url,
            "username": "admin",
            "password": "Adm1n-pass",
            "bypass_two_factor": True,
            "retry_budget": 5,
            **(options or {}),
        }
        book = {
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {"group/utmstack.siem.utmstack": {k: v for k, v in defaults.items() if v is not None}},
            "tasks": list(tasks),
            **(play or {}),
        }
        if self.entry_point == "as_module":
            # A task environment cannot be had inside the controller's process.
            book["environment"] = {"SIEM_TEST_ENTRY_POINT": "module"}
        path = self.directory / name
        path.write_text(yaml.safe_dump([book]), encoding="utf-8")
        return path

    def play_role(self, role: str, check: bool = False, **variables: Any) -> Played:
        """Play a role of the collection.

        :param variables: without the role's name in front.
        """
        given = {f"{role}_{name}": value for name, value in variables.items()}
        include = {"name": f"utmstack.siem.{role}"}
        return self.play({"name": "role", "ansible.builtin.include_role": include, "vars": given}, check=check)

    def run_playbook(self, *arguments: str, check: bool = False, environment: dict[str, str] | None = None) -> Played:
        """Run ansible-playbook on localhost with the local connection."""
        (played,) = self.run_together([arguments], environment)
        if check:
            assert played.writes() == [], "a writing request in check mode"
        return played

    def run_together(self, runs: Sequence[Sequence[str]], environment: dict[str, str] | None = None) -> list[Played]:
        """Run ansible-playbook once for each of these arguments, all at the same time. They share the journal."""
        self.simulator.forget_requests()
        records = [self.directory / f"record-{number}.jsonl" for number in range(len(runs))]
        for record in records:
            record.unlink(missing_ok=True)
        # Modules run with this Python, which has requests.
        options = ("-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}")
        wanted = [
            ([*options, *arguments], ansible_environment(SIEM_TEST_RECORD=str(record), **(environment or {})))
            for arguments, record in zip(runs, records, strict=True)
        ]
        done = run_cold(wanted, TIMEOUT) if self.cold else warm_ansible().run_together(wanted, TIMEOUT)
        journal = self.simulator.requests()
        return [_played(run, record, journal) for run, record in zip(done, records, strict=True)]


def _played(run: Run, record: Path, journal: list[dict[str, Any]]) -> Played:
    rows = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    results, statuses = ({row["task"]: row[name] for row in rows} for name in ("result", "status"))
    return Played(run.code, run.output, results, statuses, journal)


def alert(number: int = 1, **fields: Any) -> dict[str, Any]:
    """An open alert of medium severity as the servers store it, apart from `fields`."""
    source = {
        "@timestamp": f"2026-11-20T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
        "id": f"a{number:07d}-0000-4000-8000-000000000001",
        "name": "Repeated failed logins",
        "category": "Credential access",
        "severity": 2,
        "severityLabel": "Medium",
        "status": 2,
        "statusLabel": "Open",
        "statusObservation": "",
        "isIncident": False,
        "tags": None,
        "notes": "",
        **fields,
    }
    return {**source, "statusLabel": LABELS[source["status"]]}
