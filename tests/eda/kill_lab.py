# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that arrive while the rulebook for them is killed and started again, and what becomes of them."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from utmstack_simulator.control import SimulatedServer

from ..integration.playing import DAY, alert
from .rulebook_process import RulebookProcess

PLAYBOOKS = Path(__file__).parent / "playbooks"
CALLBACKS = Path(__file__).parents[1] / "integration" / "callback_plugins"
OPEN, IN_REVIEW = 2, 3
# An action takes at least half a second, and one for each name runs after the other.
SECONDS_PER_CYCLE = 3.0


def acknowledging(source: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A rulebook that sets the alerts of each event of this source to *In review*."""
    playbook = {"name": str(PLAYBOOKS / "acknowledge.yml"), "copy_files": False}
    rule = {
        "name": "Acknowledge alerts",
        "condition": 'event.kind in ["opened", "reopened", "burst"]',
        "action": {"run_playbook": playbook},
    }
    return [{"name": "Acknowledge", "hosts": "all", "sources": [source], "rules": [rule]}]


@dataclass
class Arrivals:
    """Alerts that the rule engine releases, a few at a time, in equal shares of some names.

    :ivar ids: those that arrived so far.
    """

    siem: SimulatedServer
    names: int = 3
    ids: list[str] = field(default_factory=list)

    def release(self, count: int) -> None:
        """Store so many alerts in automatic review, as of now, and release them."""
        # The rule engine compares whole seconds.
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        first = len(self.ids)
        rows = [
            alert(number, name=f"Alert {number % self.names}", status=1, **{"@timestamp": now})
            for number in range(first, first + count)
        ]
        self.siem.documents([{"index": DAY[self.siem.dialect], "id": row["id"], "source": row} for row in rows])
        self.siem.tick()
        self.ids += [row["id"] for row in rows]

    def waiting(self) -> list[str]:
        """Those on which no playbook had an effect."""
        return [one for one, source in self.siem.alerts().items() if source["status"] == OPEN]


@dataclass(frozen=True)
class Shares:
    """How many alerts arrive, and how often the rulebook is killed meanwhile."""

    alerts: int
    kills: int

    def of(self, kill: int) -> list[int]:
        """The alerts that arrive before this kill, in two halves."""
        count = self.alerts * (kill + 1) // self.kills - self.alerts * kill // self.kills
        return [count - count // 2, count // 2]


@dataclass(frozen=True)
class Record:
    """The results that the tasks of all playbooks left, as far as nothing killed them before.

    :param directory: an existing directory, with a file for each process of ansible-rulebook.
    """

    directory: Path

    def environment(self) -> dict[str, str]:
        """Environment variables that make the playbooks of another process write it."""
        return {
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "SIEM_TEST_RECORD": str(self.directory / f"{len(self._files())}.jsonl"),
        }

    def _files(self) -> list[Path]:
        return sorted(self.directory.iterdir())

    def results(self) -> list[dict[str, Any]]:
        """The complete results; a kill may have cut the last one of a file."""
        lines = [line for path in self._files() for line in path.read_text(encoding="utf-8").splitlines(keepends=True)]
        return [json.loads(line)["result"] for line in lines if line.endswith("\n")]

    def duplicates(self) -> int:
        """How often an alert was handed to a playbook again."""
        handed = Counter(row["id"] for result in self.results() for row in result.get("alerts", []))
        return sum(count - 1 for count in handed.values())


@dataclass(frozen=True)
class Kills:
    """Kills at random.

    Half of them come at any time after the start, the others after an effect of this process. Otherwise, a slow machine
    would turn all of them into kills of processes that have not done anything yet.

    :param ready: instead, what to wait for before each kill.
    """

    record: Record
    shares: Shares
    seed: int
    ready: Callable[[], bool] | None = None

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.shares.alerts} alerts, {self.shares.kills} kills"

    def carry_out(self, start: Callable[[], RulebookProcess], arrivals: Arrivals) -> RulebookProcess:
        """Let alerts arrive, kill the rulebook as often as wanted, and return one that is left running."""
        print(self)
        chance = random.Random(self.seed)
        for kill in range(self.shares.kills):
            process = start()
            first, second = self.shares.of(kill)
            arrivals.release(first)
            pause = chance.uniform(0, SECONDS_PER_CYCLE)
            if self.ready is not None:
                process.wait_for(self.ready)
            elif chance.random() < 0.5:
                done = len(self.record.results())
                process.wait_for(lambda done=done: len(self.record.results()) > done)
            # No time that anything must happen in: the kill comes at random.
            time.sleep(pause / 2)
            arrivals.release(second)
            time.sleep(pause / 2)
            process.kill()
            print(f"kill {kill + 1}: {len(arrivals.ids)} arrived, {len(arrivals.waiting())} wait")
        return start()
