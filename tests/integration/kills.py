# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills of one writer at each of its requests, and what the next run or undo makes of what they left."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.faults import is_writing

from ..matrices import KILLED_UNDO, RERUN, RERUN_AFTER_UNDO, UNDO
from .server_state import Observer, ServerState
from .tasks import Step, carry_out, kill_during, with_receipts
from .writers import Writer, put_alerts

# By column, what went wrong; empty for nothing.
Problems = dict[str, str]


@dataclass(frozen=True)
class Point:
    """The request during which a run is killed, and whether the server carries it out all the same."""

    number: int
    carried_out: bool


@dataclass(frozen=True)
class Left:
    """What a killed run left: the server's state, receipts and journals without what differs in every run, and files
    with API keys."""

    state: ServerState
    records: tuple[str, ...]
    keys: tuple[str, ...]


def journals() -> list[Path]:
    """The journals of changes of incidents."""
    return sorted(Path(os.environ["XDG_STATE_HOME"], "utmstack.siem").glob("*.jsonl"))


def points_of(rows: Sequence[dict[str, Any]]) -> list[Point]:
    """All points of a run with these requests; a read is the same whether or not it is carried out."""
    return [
        Point(number, carried_out)
        for number, row in enumerate(rows, 1)
        for carried_out in ((True, False) if is_writing(row["method"], row["path"]) else (True,))
    ]


class Lab:
    """One writer on one server.

    :ivar before: the state before the writer ran.
    :ivar wanted: the state after a run that nobody killed.
    :ivar wanted_keys: what its files with API keys hold.
    :ivar requests: the requests of that run.
    """

    def __init__(self, observer: Observer, writer: Writer, directory: Path) -> None:
        self.observer, self.writer, self._directory = observer, writer, directory
        self.start()
        self.before = observer.state()
        self.complete()
        self.requests = self.simulator.requests()
        self.wanted = observer.state()
        self.wanted_keys = self.keys()
        assert self.wanted != self.before

    @property
    def simulator(self) -> SimulatorProcess:
        """The server."""
        return self.observer.simulator

    def start(self) -> None:
        """The server as it is before a run, no journals, and a new directory for receipts."""
        self.simulator.reset()
        put_alerts(self.observer)
        self.writer.prepare(self.observer)
        for journal in journals():
            journal.unlink()
        self._receipts = Path(tempfile.mkdtemp(dir=self._directory))
        self._key_files = [self._receipts / f"{number}.api_key" for number in range(len(self.writer.steps))]
        self.steps = [
            replace(step, options={**step.options, "key_file": str(file)}) if "key_file" in step.options else step
            for step, file in zip(with_receipts(self.writer.steps, self._receipts), self._key_files, strict=True)
        ]
        self.simulator.forget_requests()

    def kill_at(self, point: Point) -> Left:
        """Start anew, kill the run at this point, and return what it left."""
        self.start()
        assert kill_during(self.simulator, self.steps, point.number, point.carried_out), (self.writer.name, point)
        return self.left()

    def left(self) -> Left:
        """What there is now."""
        return Left(self.observer.state(), tuple(map(_lasting, [*self.receipts(), *journals()])), self.keys())

    def keys(self) -> tuple[str, ...]:
        """What the files with API keys that there are hold."""
        texts = [path.read_text(encoding="utf-8").strip() for path in self._key_files if path.exists()]
        return tuple("a key" if self.observer.is_accepted(text) else "a key that is refused" for text in texts)

    def receipts(self) -> list[Path]:
        """The receipts that there are, in the order in which they were begun."""
        return sorted(self._receipts.glob("*/*.jsonl"))

    def undo_steps(self) -> list[Step]:
        """The steps that undo the receipts that there are, the last one first."""
        return [Step("undo", {"receipt": str(path)}) for path in reversed(self.receipts())]

    def complete(self) -> None:
        """Start anew and run the writer."""
        self.start()
        results = carry_out(self.simulator.url, self.steps)
        assert not any(result.get("failed") for result in results), results

    def rerun(self, left: ServerState) -> str:
        """Run again, twice, on a server in this state; what went wrong."""
        problem = self._converges(self.steps, left, self.wanted)
        if not problem and self.keys() != self.wanted_keys:
            return f"the files hold {self.keys()} instead of {self.wanted_keys}"
        return problem

    def undo(self, left: ServerState) -> str:
        """Undo, twice, on a server in this state; what went wrong. Everything but the alerts stays as it is."""
        return self._converges(self.undo_steps(), left, ServerState(self.before.alerts, left.rest))

    def undo_requests(self) -> list[dict[str, Any]]:
        """The requests of undo, which is carried out."""
        self.simulator.forget_requests()
        results = carry_out(self.simulator.url, self.undo_steps())
        assert not any(result.get("failed") for result in results), results
        return self.simulator.requests()

    def _converges(self, steps: Sequence[Step], left: ServerState, wanted: ServerState) -> str:
        results = carry_out(self.simulator.url, steps)
        state = self.observer.state()
        if problem := _problem(results, left, state):
            return problem
        if state != wanted:
            return f"the server holds {difference(state, wanted)}"
        self.simulator.forget_requests()
        again = carry_out(self.simulator.url, steps)
        writes = [row["path"] for row in self.simulator.requests() if is_writing(row["method"], row["path"])]
        if problem := _problem(again, wanted, wanted):
            return f"the second run: {problem}"
        return f"the second run writes {writes}" if writes else ""


def _problem(results: Sequence[dict[str, Any]], before: ServerState, after: ServerState) -> str:
    """What the results of a run that should succeed say that is not so."""
    failed = [result["msg"] for result in results if result.get("failed")]
    if failed:
        return f"failed: {failed[0]}"
    changed = any(result["changed"] for result in results)
    return f"changed: {changed} is wrong" if changed != (before != after) else ""


def follow_up(lab: Lab, point: Point, left: Left) -> Problems:
    """What went wrong after the kill at this point, which has just happened, by column."""
    found = {RERUN: lab.rerun(left.state)}
    if lab.writer.has_receipt:
        left = lab.kill_at(point)
        found[UNDO] = lab.undo(left.state)
        found[RERUN_AFTER_UNDO] = lab.rerun(ServerState(lab.before.alerts, left.state.rest))
    return found


def kills_of_undo(lab: Lab, begin: Callable[[], object]) -> list[Problems]:
    """Kill the undo of what `begin` left at each of its requests, and finish it by running it again."""
    begin()
    known: dict[str, str] = {}
    found = []
    for point in points_of(lab.undo_requests()):
        begin()
        assert kill_during(lab.simulator, lab.undo_steps(), point.number, point.carried_out), (lab.writer.name, point)
        left = lab.left()
        key = repr(left)
        if key not in known:
            known[key] = lab.undo(left.state)
        found.append({KILLED_UNDO: known[key] and f"undo killed at {point}: {known[key]}"})
    return found


def difference(state: ServerState, wanted: ServerState) -> str:
    """What is there and what should be there, where the two differ."""
    mine, other = ({**one.alerts, **one.rest} for one in (state, wanted))
    return "; ".join(f"{key}: {mine.get(key)}, not {other[key]}" for key in other if mine.get(key) != other[key])


def _lasting(path: Path) -> str:
    head, *lines, _checksum = path.read_text(encoding="ascii").splitlines()
    kept = {name: value for name, value in json.loads(head).items() if name != "started"}
    return "\n".join([json.dumps(kept), *lines])
