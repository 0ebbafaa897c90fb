# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty playbooks at once against one server, half of them on the same alerts."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.integration.playing import Stage
from tests.integration.team import LOGIN, TASKS, Team
from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.faults import is_writing

PLAYS, ALERTS = 20, 10


@dataclass(frozen=True)
class TeamRun:
    """What the playbooks of a team took.

    :param conflicts: results of alerts that a task left alone, because they had changed since it selected them.
    :param lost: tags and lines of notes that a playbook added and that the server does not hold.
    """

    server: str
    plays: int
    with_password: int
    alerts: int
    seconds: float
    requests: int
    writes: int
    logins: int
    changed: int
    conflicts: int
    failed: int
    lost: int

    def as_row(self) -> list[str]:
        """The figures in the order of HEADINGS."""
        numbers = (self.alerts, self.requests, self.writes, self.changed, self.conflicts, self.failed, self.lost)
        logins = f"{self.logins} of {self.with_password} with a password"
        return [self.server, str(self.plays), f"{self.seconds:.1f}", logins, *map(str, numbers)]


HEADINGS = (
    *("Server", "playbooks", "seconds", "logins", "alerts", "requests", "writes", "changes reported"),
    *("left alone", "failed", "lost"),
)


def busy_team(dialect: str) -> TeamRun:
    """Run the playbooks from the command line, all at once."""
    with SimulatorProcess(dialect) as simulator, tempfile.TemporaryDirectory() as directory:
        team = Team(Stage(simulator, "in_process", Path(directory), cold=True), PLAYS, ALERTS)
        team.prepare()
        started = time.perf_counter()
        done = team.run()
        seconds = time.perf_counter() - started
        journal = done[0].journal
        rows = [row for played in done for task in TASKS for row in played.result(task)["alerts"]]
        return TeamRun(
            server=dialect,
            plays=PLAYS,
            with_password=sum(team.logs_in(play) for play in range(PLAYS)),
            alerts=len(team.ids),
            seconds=seconds,
            requests=len(journal),
            writes=sum(is_writing(row["method"], row["path"]) for row in journal),
            logins=sum(row["path"] == LOGIN for row in journal),
            changed=sum(row["changed"] for row in rows),
            conflicts=sum(bool(row["skipped"]) for row in rows),
            failed=sum(bool(row["error"]) for row in rows),
            lost=len(team.lost()),
        )


def main() -> None:
    """Measure and print."""
    for dialect in ("v10", "v11"):
        print(", ".join(f"{name} {value}" for name, value in zip(HEADINGS, busy_team(dialect).as_row(), strict=True)))


if __name__ == "__main__":
    main()
