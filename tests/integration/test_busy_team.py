# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays of a busy team: several at once against one server, half of them on the same alerts.

Each play has a user of its own, so that the server's own history names the play behind every write. From the history
follows what each write found and what it left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .api import Api
from .playing import Played, Stage, alert

LOGIN = "/api/authenticate"
WRITES = "/api/utm-alerts/(status|tags|notes)"
PASSWORD = "An4lyst-pass"
SHARED = [alert(number)["id"] for number in range(1, 5)]
# The fields that a request stores together, by what the history calls it.
FIELDS = {"UPDATE_STATUS": ("status", "observation"), "UPDATE_TAGS": ("tags",), "UPDATE_NOTES": ("notes",)}
WORDS = {2: "open", 3: "in_review", 5: "completed"}
State = dict[str, Any]


def own(play: int) -> list[str]:
    """The alerts that only this play writes."""
    return [alert(100 * (play + 1) + number)["id"] for number in range(2)]


def user(play: int) -> str:
    return f"team-{play:02d}"


def ids_of(play: int, plays: int) -> list[str]:
    return SHARED if play < plays // 2 else own(play)


def status_task(stage: Stage, play: int, ids: list[str]) -> dict[str, Any]:
    """A status with words that differ in each play: by IDs, by rules, or as a false positive."""
    if play % 3 == 0:
        words = {"observation": f"Checked by {user(play)}", "update_observation": True}
        return stage.task("utmstack_alert_status", "status", alert_ids=ids, status="in_review", **words)
    if play % 3 == 1:
        then = {"status": "in_review", "observation": f"Ruled by {user(play)}", "tags": [f"rule-{play}"]}
        rules = [{"name": "Rule", "when": {"category": ["Credential access"]}, "then": then}]
        return stage.task("utmstack_triage", "status", alert_ids=ids, rules=rules)
    words = {"observation": f"Harmless, says {user(play)}"}
    return stage.task("utmstack_alert_status", "status", alert_ids=ids, false_positive=True, **words)


@dataclass(frozen=True)
class Written:
    """A write of one alert by one play, with what it found and what it left."""

    before: State
    after: State


def new_state(action: str, text: str) -> State:
    """The fields in a row of the history."""
    new = json.loads(text)
    if action == "UPDATE_STATUS":
        return {"status": WORDS[new["status"]], "observation": new["statusObservation"]}
    return {"tags": sorted(new["tags"].split(","))} if action == "UPDATE_TAGS" else {"notes": new["notes"]}


def written(stage: Stage) -> dict[tuple[str, str], list[Written]]:
    """By user and alert, the writes in the history of the server, in order."""
    held: dict[str, State] = {}
    found: dict[tuple[str, str], list[Written]] = {}
    for row in Api(stage).get("/api/utm-alert-logs", size=5000, sort="id,asc"):
        state = held.setdefault(row["alertId"], {"status": "open", "observation": "", "tags": [], "notes": ""})
        fields = FIELDS[row["logAction"]]
        after = new_state(row["logAction"], row["logNewValue"])
        found.setdefault((row["logUser"], row["alertId"]), []).append(
            Written({name: state[name] for name in fields}, after)
        )
        state.update(after)
    for alert_id, state in held.items():
        source = stage.simulator.alerts()[alert_id]
        stored = (WORDS[source["status"]], source["statusObservation"], sorted(source["tags"] or []), source["notes"])
        assert tuple(state.values()) == stored, "the history is not complete"
    return found


def reported(played: Played, alert_id: str) -> Iterator[Written]:
    """The writes of an alert that the results of a play report, in the order of its tasks."""
    for task in ("tags", "notes", "status"):
        (row,) = [row for row in played.result(task)["alerts"] if row["id"] == alert_id]
        assert row["error"] is None, row
        assert row["changed"] is (row["before"] != row["after"]), row
        for fields in FIELDS.values():
            before, after = (
                {name: state[name] for name in fields if name in state} for state in (row["before"], row["after"])
            )
            if before != after:
                yield Written(before, after)


def login_of(stage: Stage, play: int) -> dict[str, Any]:
    """Connection options of a play: on v11, every other one has an API key, which needs no login."""
    if stage.dialect == "v10" or play % 2:
        return {"username": user(play), "password": PASSWORD}
    key = stage.simulator.api_key(user(play))
    return {"username": None, "password": None, "bypass_two_factor": None, "api_key": key}


@pytest.mark.parametrize(
    ("plays", "entry_point"),
    [
        (6, "in_process"),
        pytest.param(6, "as_module", marks=pytest.mark.full),
        pytest.param(20, "in_process", marks=pytest.mark.full),
    ],
    indirect=["entry_point"],
)
def test_a_busy_team(stage: Stage, plays: int) -> None:
    """No update is lost, each change is reported by the play that made it, and each play logs in once."""
    everyone = range(plays)
    numbers = {alert_id for play in everyone for alert_id in ids_of(play, plays)}
    stage.seed(*(source for number in range(100 * (plays + 2)) if (source := alert(number))["id"] in numbers))
    roles = ["ROLE_USER", "ROLE_ADMIN"]
    stage.simulator.users([{"login": user(play), "password": PASSWORD, "roles": roles} for play in everyone])
    # Each write arrives late, so that others have read the alert in the meantime.
    stage.simulator.faults({"kind": "delay", "seconds": 0.05, "path": WRITES})
    paths = []
    for play in everyone:
        ids = ids_of(play, plays)
        tasks = [
            stage.task("utmstack_alert_tags", "tags", alert_ids=ids, tags=[f"tag-{play}"]),
            stage.task("utmstack_alert_notes", "notes", alert_ids=ids, note=f"line of {user(play)}", mode="append"),
            status_task(stage, play, ids),
        ]
        paths.append([str(stage.written_play(tasks, login_of(stage, play), name=f"play-{play}.yml"))])
    done = stage.run_together(paths)
    stage.simulator.faults()

    for played in done:
        assert (played.code, set(played.statuses.values())) == (0, {"ok"}), played.output
    logins = [row["status"] for row in done[0].journal if row["path"] == LOGIN]
    with_password = plays if stage.dialect == "v10" else plays // 2
    # A task that runs as a module logs in by itself.
    assert logins == [200] * with_password * (1 if stage.entry_point == "in_process" else len(done[0].results))

    history = written(stage)
    for play, played in enumerate(done):
        for alert_id in ids_of(play, plays):
            found = history.pop((user(play), alert_id))
            claimed = list(reported(played, alert_id))
            assert sorted(map(repr, found)) == sorted(map(repr, claimed)), (user(play), alert_id)
    assert history == {}

    held = stage.simulator.alerts()
    for alert_id in numbers:
        writers = [play for play in everyone if alert_id in ids_of(play, plays)]
        tags = {tag for tag in held[alert_id]["tags"] if tag.startswith("tag-")}
        assert tags == {f"tag-{play}" for play in writers}
        assert sorted(held[alert_id]["notes"].split(" | ")) == [f"line of {user(play)}" for play in writers]
