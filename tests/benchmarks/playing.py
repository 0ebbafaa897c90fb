# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks against a simulator, and what they take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from utmstack_simulator.process import SimulatorProcess

from .plain_calls import PlainCalls
from .stored_alerts import alerts

# The rows that are stored by one request.
_TOGETHER = 25_000
_CALLBACKS = Path(__file__).with_name("callback_plugins")


@dataclass(frozen=True)
class Played:
    """One run of a playbook.

    :param operation: seconds of the operation in Ansible's process.
    :param processor: seconds of processor time of the operation.
    :param task: seconds from the start of the task to its result in the controller.
    :param playbook: seconds of the whole command.
    :param peak: resident memory of the task's process in MB, at most.
    :param requests: HTTP requests that the simulator got.
    """

    operation: float
    processor: float
    task: float
    playbook: float
    peak: float
    requests: int


class Bench:
    """A simulator, a key, and playbooks run against it."""

    def __init__(self, simulator: SimulatorProcess, directory: Path) -> None:
        self.simulator = simulator
        self.directory = directory
        self.key = ""

    def seed(self, count: int, kinds: int = 1) -> PlainCalls:
        """Store open alerts under so many names, and return the plain calls for them."""
        self.simulator.reset()
        rows = alerts(count, kinds)
        for first in range(0, count, _TOGETHER):
            self.simulator.documents(rows[first : first + _TOGETHER])
        self.key = self.simulator.api_key()
        plain = PlainCalls(self.simulator.url, self.key)
        plain.warm()
        return plain

    def play(self, *tasks: dict[str, Any], **keywords: Any) -> Played:
        """Run ansible-playbook with these tasks; of several, the figures of the last."""
        book = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": list(tasks), **keywords}
        path, record = self.directory / "bench.yml", self.directory / "record.jsonl"
        path.write_text(yaml.safe_dump([book]), encoding="utf-8")
        record.unlink(missing_ok=True)
        environment = {
            **os.environ,
            "UTMSTACK_URL": self.simulator.url,
            "UTMSTACK_API_KEY": self.key,
            "ANSIBLE_CALLBACK_PLUGINS": str(_CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "measure",
            "BENCH_RECORD": str(record),
        }
        self.simulator.forget_requests()
        command = ["ansible-playbook", "-e", f"ansible_python_interpreter={sys.executable}", str(path)]
        started = time.perf_counter()
        played = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        if played.returncode:
            sys.exit(played.stdout[-4000:] + played.stderr[-4000:])
        # Tasks of other modules have no operation, and `meta` is no task.
        found: dict[str, Any] = {"operation": 0.0, "processor": 0.0, "task": 0.0}
        peak = 0.0
        for line in record.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            peak = max(peak, row.get("peak", 0.0))
            found.update(row)
        return Played(
            found["operation"], found["processor"], found["task"], seconds, peak, len(self.simulator.requests())
        )

    def uri(self, path: str, **options: Any) -> dict[str, Any]:
        """A task that asks the server with ansible.builtin.uri."""
        headers = {"Utm-Api-Key": self.key}
        return {"ansible.builtin.uri": {"url": self.simulator.url + path, "headers": headers, **options}}

    def closed(self) -> int:
        """How many alerts the server holds as completed."""
        return sum(1 for source in self.simulator.alerts().values() if source["status"] == 5)
