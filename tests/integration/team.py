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

from .api import Api
from .playing import Played, Stage, alert

LOGIN = "/api/authenticate"
TASKS = ("tags", "notes", "status")
_PASSWORD = "An4lyst-pass"
# The fields that a request stores together, by what the history calls it.
_FIELDS = {"UPDATE_STATUS": ("status", "observation"), "UPDATE_TAGS": ("tags",), "UPDATE_NOTES": ("notes",)}
_WORDS = {2: "open", 3: "in_review", 5: "completed"}
State = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """A write of one alert by one play, with what it found and what it left."""

    before: State
    after: State


@dataclass(frozen=True)
class Team:
    """Plays, the first half of which write the same alerts.

    :param plays: how many.
    :param alerts: how many alerts each play writes; at most ten, because the history holds no more of a request.
    """

    stage: Stage
    plays: int
    alerts: int

    def ids_of(self, play: int) -> list[str]:
        """The alerts that a play writes."""
        first = 0 if play < self.plays // 2 else 100 * (play + 1)
        return [alert(first + number)["id"] for number in range(self.alerts)]

    def user(self, play: int) -> str:
        """The user of a play."""
        return f"team-{play:02d}"

    @property
    def ids(self) -> set[str]:
        """All alerts."""
        return {alert_id for play in range(self.plays) for alert_id in self.ids_of(play)}

    def prepare(self) -> None:
        """Put the alerts and the users on the server."""
        self.stage.seed(*({**alert(), "id": alert_id} for alert_id in sorted(self.ids)))
        users = [{"login": self.user(play), "password": _PASSWORD} for play in range(self.plays)]
        self.stage.simulator.users([{**one, "roles": ["ROLE_USER", "ROLE_ADMIN"]} for one in users])

    def run(self) -> list[Played]:
        """Run all plays at once."""
        paths = [
            self.stage.written_play(self._tasks(play), self._login(play), name=f"play-{play}.yml")
            for play in range(self.plays)
        ]
        return self.stage.run_together([[str(path)] for path in paths])

    def logs_in(self, play: int) -> bool:
        """Whether a play has a password: on v11, every other one has an API key, which needs no login."""
        return self.stage.dialect == "v10" or play % 2 == 1

    def _login(self, play: int) -> dict[str, Any]:
        if self.logs_in(play):
            return {"username": self.user(play), "password": _PASSWORD}
        key = self.stage.simulator.api_key(self.user(play))
        return {"username": None, "password": None, "bypass_two_factor": None, "api_key": key}

    def _tasks(self, play: int) -> list[dict[str, Any]]:
        ids, line = self.ids_of(play), f"line of {self.user(play)}"
        return [
            self.stage.task("utmstack_alert_tags", "tags", alert_ids=ids, tags=[f"tag-{play}"]),
            self.stage.task("utmstack_alert_notes", "notes", alert_ids=ids, note=line, mode="append"),
            self._status_task(play, ids),
        ]

    def _status_task(self, play: int, ids: list[str]) -> dict[str, Any]:
        """A status with words that differ in each play: by IDs, by rules, or as a false positive."""
        task, user = self.stage.task, self.user(play)
        if play % 3 == 0:
            words = {"observation": f"Checked by {user}", "update_observation": True}
            return task("utmstack_alert_status", "status", alert_ids=ids, status="in_review", **words)
        if play % 3 == 1:
            then = {"status": "in_review", "observation": f"Ruled by {user}", "tags": [f"rule-{play}"]}
            rules = [{"name": "Rule", "when": {"category": ["Credential access"]}, "then": then}]
            return task("utmstack_triage", "status", alert_ids=ids, rules=rules)
        words = {"observation": f"Harmless, says {user}"}
        return task("utmstack_alert_status", "status", alert_ids=ids, false_positive=True, **words)

    def written(self) -> dict[tuple[str, str], list[Written]]:
        """By user and alert, the writes in the history of the server, in order."""
        held: dict[str, State] = {}
        found: dict[tuple[str, str], list[Written]] = {}
        for row in Api(self.stage).get("/api/utm-alert-logs", size=5000, sort="id,asc"):
            state = held.setdefault(row["alertId"], {"status": "open", "observation": "", "tags": [], "notes": ""})
            after = _new_state(row["logAction"], row["logNewValue"])
            before = {name: state[name] for name in _FIELDS[row["logAction"]]}
            found.setdefault((row["logUser"], row["alertId"]), []).append(Written(before, after))
            state.update(after)
        documents = self.stage.simulator.alerts()
        for alert_id, state in held.items():
            source = documents[alert_id]
            stored = (_WORDS[source["status"]], source["statusObservation"], sorted(source["tags"]), source["notes"])
            assert tuple(state.values()) == stored, "the history is not complete"
        return found

    def lost(self) -> list[str]:
        """The tags and lines of notes that a play has added and that the server does not hold."""
        documents = self.stage.simulator.alerts()
        lost = []
        for play in range(self.plays):
            for alert_id in self.ids_of(play):
                held = [*documents[alert_id]["tags"], *documents[alert_id]["notes"].split(" | ")]
                added = (f"tag-{play}", f"line of {self.user(play)}")
                lost += [f"{alert_id}: {one}" for one in added if held.count(one) != 1]
        return lost


def _new_state(action: str, text: str) -> State:
    """The fields in a row of the history."""
    new = json.loads(text)
    if action == "UPDATE_STATUS":
        return {"status": _WORDS[new["status"]], "observation": new["statusObservation"]}
    return {"tags": sorted(new["tags"].split(","))} if action == "UPDATE_TAGS" else {"notes": new["notes"]}


def reported(played: Played, alert_id: str) -> Iterator[Written]:
    """The writes of an alert that the results of a play report, in the order of its tasks."""
    for task in TASKS:
        (row,) = [row for row in played.result(task)["alerts"] if row["id"] == alert_id]
        assert row["error"] is None, row
        assert row["changed"] is (row["before"] != row["after"]), row
        for fields in _FIELDS.values():
            before, after = (
                {name: state[name] for name in fields if name in state} for state in (row["before"], row["after"])
            )
            if before != after:
                yield Written(before, after)
