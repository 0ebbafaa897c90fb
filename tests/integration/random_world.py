# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A random server: alerts with echoes, ties and odd tags, an incident, and analysts who work while a run waits."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from utmstack_simulator.process import SimulatorProcess

from .api import Api
from .playing import DAY, LABELS, SIGHT, Stage, alert

WORDS = {1: "automatic_review", 2: "open", 3: "in_review", 5: "completed"}
# What is written together and belongs to the analyst who wrote it last.
PARTS = {"status": ("status", "observation"), "tags": ("tags",), "notes": ("notes",)}
INCIDENT = "INC-1"
CHANGE = "/api/utm-incidents/change-status"
State = dict[str, Any]


def state_of(source: State) -> State:
    """The writable fields of a document as results show them; tags as a set."""
    return {
        "status": WORDS[source["status"]],
        "observation": source["statusObservation"],
        "tags": sorted(set(source["tags"] or [])),
        "notes": source["notes"] if source["notes"].strip() else "",
    }


def part_of(state: State, part: str) -> State:
    """The fields of a part that a state holds."""
    return {name: state[name] for name in PARTS[part] if name in state}


@dataclass
class World:
    """The server of one run, past the collection.

    :ivar initial: the alerts before the run.
    :ivar parents: by echo, the ID of its alert.
    :ivar seen: every state that the alerts had when an analyst looked at them, for what a result may have read.
    :ivar touched: by alert and part, what an analyst wrote last.
    :ivar touched_incident: by field, what an analyst wrote into the incident.
    :ivar knows_all_states: whether `seen` holds every state that a result may have read.
    :ivar early: alerts to which an analyst wrote before the task knew them, so that it may change them again.
    """

    stage: Stage
    draw: random.Random
    initial: dict[str, State] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, State]] = field(default_factory=list)
    touched: dict[tuple[str, str], State] = field(default_factory=dict)
    touched_incident: State = field(default_factory=dict)
    early: set[str] = field(default_factory=set)
    knows_all_states: bool = True
    acts: int = 0

    @property
    def simulator(self) -> SimulatorProcess:
        """The server."""
        return self.stage.simulator

    def build(self) -> None:
        """Put alerts on the server, many of them at one instant."""
        draw = self.draw
        tie = draw.random() < 0.5
        sources = []
        for number in range(1, draw.randint(2, 7) + 1):
            sources.append(self._alert(number, tie))
            while self.stage.dialect == "v11" and draw.random() < 0.3:
                echo_number = 100 * number + draw.randint(1, 99)
                echo = {**self._alert(echo_number, tie), "parentId": sources[-1].get("parentId", sources[-1]["id"])}
                if echo["id"] not in {source["id"] for source in sources}:
                    sources.append(echo)
                    self.parents[echo["id"]] = echo["parentId"]
        self.stage.seed(*sources)
        if draw.random() < 0.5:
            chosen = [source["id"] for source in sources if "parentId" not in source and draw.random() < 0.5]
            if chosen:
                Api(self.stage).open(INCIDENT, *chosen)
        self.initial = self.held()
        self.seen = [self.initial]

    def _alert(self, number: int, tie: bool) -> State:
        draw = self.draw
        source = alert(
            number,
            name=draw.choice(["Phishing", "Port scan", "Other"]),
            severity=draw.choice([1, 2, 3]),
            status=draw.choice([2, 2, 3, 5]),
            statusObservation=draw.choice(["", "seen by an analyst", f"words of {number}"]),
            tags=draw.choice([None, [], ["Scan"], ["False positive", "Scan", "Scan"], ["a", "b", "Hold on"]]),
            notes=draw.choice(["", " ", "checked", "checked | Scan"]),
        )
        return {**source, **({"@timestamp": "2026-11-20T10:00:00.000Z"} if tie else {})}

    def held(self) -> dict[str, State]:
        """What the server holds."""
        return {key: state_of(source) for key, source in self.simulator.alerts().items()}

    def family(self, alert_id: str) -> set[str]:
        """An alert with its echoes."""
        head = self.parents.get(alert_id, alert_id)
        return {head, *(echo for echo, parent in self.parents.items() if parent == head)}

    def is_touched(self, alert_id: str) -> bool:
        """Whether an analyst wrote to the alert or to one of its family."""
        return not self.family(alert_id).isdisjoint({one for one, _part in self.touched} | self.early)

    @property
    def is_quiet(self) -> bool:
        """Whether no analyst did anything."""
        return not self.acts

    def act(self, has_selected: bool) -> None:
        """An analyst may do something, unless there was enough of it.

        :param has_selected: the task has read what it is about to change.
        """
        if self.acts >= 2 or self.draw.random() < 0.4:
            return
        self.acts += 1
        self.seen.append(self.held())
        self._act()
        self.seen.append(self.held())
        if not has_selected:
            self.early |= {one for one, _part in self.touched}
            self.initial = self.seen[-1]
            self.touched.clear()
            self.touched_incident.clear()

    def _act(self) -> None:
        draw, words = self.draw, f"analyst {self.acts}"
        sources = self.simulator.alerts()
        if draw.random() < 0.2:
            # The analyst's own requests are served.
            self.simulator.faults()
            incidents = Api(self.stage).incidents()
            if incidents:
                self._change_incident(incidents[0], words)
                return
        alert_id, part = draw.choice(sorted(sources)), draw.choice(sorted(PARTS))
        source = sources[alert_id]
        if part == "status":
            number = draw.choice([2, 3, 5])
            fresh = {"status": number, "statusLabel": LABELS[number], "statusObservation": words}
        elif part == "tags":
            fresh = {"tags": [*(source["tags"] or []), words]}
        else:
            fresh = {"notes": words}
        echoes = [echo for echo, parent in self.parents.items() if parent == alert_id]
        for one in (alert_id, *(echoes if part == "status" else ())):
            changed = {**sources[one], **fresh}
            self.simulator.documents([{"index": DAY[self.stage.dialect], "id": one, "source": changed}])
            self.touched[one, part] = part_of(state_of(changed), part)

    def conflict_at_search(self, number: int) -> State:
        """A fault: an analyst writes to an alert right before the server answers search `number` of a run."""
        alert_id, part = self.draw.choice(sorted(self.initial)), self.draw.choice(sorted(PARTS))
        fresh: State = {"tags": ["analyst"]} if part == "tags" else {"notes": "analyst"}
        if part == "status":
            fresh = {"status": 3, "statusLabel": LABELS[3], "statusObservation": "analyst"}
        return {"kind": "conflict", "path": SIGHT, "nth": number, "ids": [alert_id], "set": fresh}

    def note_conflict(self, fault: State) -> None:
        """Remember what an analyst wrote by this fault, which has happened."""
        self.acts += 1
        self.knows_all_states = False
        (alert_id,) = fault["ids"]
        part = next(part for part in PARTS if part in fault["set"])
        source = {"status": 2, "statusObservation": "", "tags": [], "notes": "", **fault["set"]}
        self.touched[alert_id, part] = part_of(state_of(source), part)

    def _change_incident(self, row: State, words: str) -> None:
        """Write into the incident in the web interface, which sends the whole row: the server does the rest."""
        name = self.draw.choice(["incidentDescription", "incidentAssignedTo", "incidentSolution"])
        value = "1" if name == "incidentAssignedTo" else words
        before = self.held()
        Api(self.stage).session.put(self.simulator.url + CHANGE, json={**row, name: value}).raise_for_status()
        self.touched_incident[name] = value
        # The cascade is the analyst's, too.
        for alert_id, state in self.held().items():
            if part_of(state, "status") != part_of(before[alert_id], "status"):
                self.touched[alert_id, "status"] = part_of(state, "status")
