# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A busy team: no update is lost, each change is reported by the play that made it, and each play logs in once."""

from __future__ import annotations

import pytest

from .playing import Stage
from .team import LOGIN, TASKS, Team, reported

WRITES = "/api/utm-alerts/(status|tags|notes)"
FULL = pytest.mark.full


@pytest.mark.parametrize(
    ("plays", "entry_point"),
    [(6, "in_process"), pytest.param(6, "as_module", marks=FULL), pytest.param(20, "in_process", marks=FULL)],
    indirect=["entry_point"],
)
def test_a_busy_team(stage: Stage, plays: int) -> None:
    team = Team(stage, plays, alerts=4)
    team.prepare()
    # Each write arrives late, so that others have read the alert in the meantime.
    stage.simulator.faults({"kind": "delay", "seconds": 0.05, "path": WRITES})
    done = team.run()
    stage.simulator.faults()

    for played in done:
        assert (played.code, set(played.statuses.values())) == (0, {"ok"}), played.output
    logins = [row["status"] for row in done[0].journal if row["path"] == LOGIN]
    with_password = sum(team.logs_in(play) for play in range(plays))
    # A task that runs as a module logs in by itself.
    assert logins == [200] * with_password * (1 if stage.entry_point == "in_process" else len(TASKS))

    assert team.lost() == []
    history = team.written()
    for play, played in enumerate(done):
        for alert_id in team.ids_of(play):
            found, claimed = history.pop((team.user(play), alert_id)), reported(played, alert_id)
            assert sorted(map(repr, found)) == sorted(map(repr, claimed)), (team.user(play), alert_id)
    assert history == {}
