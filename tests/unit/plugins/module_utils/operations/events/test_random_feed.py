# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random days of a server, a feed and an engine that are killed: no alert is lost, and none is reported twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ServerError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import feed
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.deliveries import ENGINE_CAPACITY
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.sighting import Sighting
from hypothesis import given
from hypothesis import strategies as st

from .world import Follower, World, away

RECONCILE = 60
NUMBERS = st.integers(0, 9)
ARRIVAL = st.tuples(
    st.just("arrive"),
    st.sampled_from([0, 0, 1, 30, 200, 400, 5000, -40, -4000, None]),
    st.sampled_from(["open", "automatic_review"]),
)
# What happens between two steps of the feed, or within a poll.
ACTS = st.one_of(
    ARRIVAL,
    ARRIVAL,
    st.tuples(st.just("tick")),
    st.tuples(st.sampled_from(["complete", "reopen", "tag"]), NUMBERS),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 30, RECONCILE, 400])),
)
STEPS = st.one_of(
    ACTS,
    st.tuples(st.just("poll"), st.lists(st.lists(ACTS, max_size=2), max_size=3), st.integers(0, 12), st.booleans()),
    st.tuples(st.just("poll"), st.just([]), st.just(0), st.just(True)),
    st.tuples(st.just("settle")),
    st.tuples(st.just("come back"), NUMBERS),
    st.tuples(st.sampled_from(["take", "carry out"]), st.integers(1, 3)),
    st.tuples(st.just("save")),
    st.tuples(st.just("kill")),
)


class Engine:
    """The engine and the queue before it.

    With feedback, it carries out what it has confirmed, each key once, whatever is killed. Without, a kill loses what
    it holds, which is no more than it can.

    :ivar delivered: IDs of the alerts whose actions are carried out since they were last open anew.
    """

    def __init__(self, feedback: bool) -> None:
        self.feedback = feedback
        self.queue: list[Sighting] = []
        self.held: list[Sighting] = []
        self.stored: set[str] = set()
        self.delivered: set[str] = set()

    def kill(self) -> None:
        self.queue, self.held = [], []

    def take(self) -> Sighting | None:
        if not self.queue or (not self.feedback and len(self.held) == ENGINE_CAPACITY):
            return None
        self.held.append(self.queue.pop(0))
        return self.held[-1]

    def carry_out(self) -> Sighting | None:
        """Confirm one event, or carry it out without feedback."""
        if not self.held:
            return None
        one = self.held.pop(0)
        if not (self.feedback and one.key in self.stored):
            self.delivered.add(one.alert.id)
        self.stored.add(one.key)
        return one


class Day:
    """What happens, and what must be delivered in the end.

    :ivar closed: alerts that were completed, and whether a saved sweep has seen that.
    """

    def __init__(self, feedback: bool, ahead: float | None) -> None:
        self.world = World(ahead)
        self.world.arrive("before", 500, "open")
        self.world.arrive("in review before", 500)
        self.follower = Follower(self.world, feedback=feedback, reconcile=RECONCILE)
        self.engine = Engine(feedback)
        self.closed: dict[str, bool] = {}
        self.keys: set[str] = set()
        assert self.follower.poll() == []

    def act(self, act: Sequence[Any]) -> None:
        world = self.world
        name, *arguments = act
        if name == "arrive":
            world.arrive(f"a{len(world.alerts)}", *arguments)
        elif name == "tick":
            world.tick()
        elif name == "wait":
            world.wait(arguments[0])
        else:
            self.work(name, list(world.alerts)[arguments[0] % len(world.alerts)])

    def work(self, name: str, alert_id: str) -> None:
        """What analysts and actions do; whoever opens an alert again keeps its observation."""
        status = self.world.alerts[alert_id].status
        if name == "tag":
            self.world.write(alert_id, tags=("seen",))
        elif name == "complete" and status == "open":
            self.world.write(alert_id, status="completed")
            self.closed[alert_id] = False
        elif name == "reopen" and status == "completed":
            self.world.write(alert_id, status="open")
            if self.closed.pop(alert_id):
                self.engine.delivered.discard(alert_id)

    def poll(self, between: Sequence[Sequence[Sequence[Any]]], failing: int, save: bool) -> None:
        # No two polls begin at the same time.
        self.world.wait(0.001)
        self.world.is_swept = False
        closed, reads = list(self.closed), 0

        def happen() -> None:
            nonlocal reads
            for act in between[reads] if reads < len(between) else ():
                self.act(act)
            reads += 1
            if reads == failing:
                away()

        self.world.between = happen
        try:
            found = self.follower.feed.poll()
        except ServerError:
            return
        finally:
            self.world.between = lambda: None
        keys = [one.key for one in found]
        assert len({*keys, *self.keys}) == len(keys) + len(self.keys), "reported twice by one process"
        self.keys.update(keys)
        self.engine.queue += found
        if save:
            self.follower.feed.save()
            if self.world.is_swept:
                self.closed.update(dict.fromkeys((one for one in closed if one in self.closed), True))

    def step(self, step: Sequence[Any]) -> None:
        name, *arguments = step
        if name == "poll":
            self.poll(*arguments)
        elif name == "take":
            for _number in range(arguments[0]):
                one = self.engine.take()
                if one is not None:
                    self.follower.feed.taken([one.key])
        elif name == "carry out":
            for _number in range(arguments[0]):
                one = self.engine.carry_out()
                if one is not None and self.engine.feedback:
                    self.follower.feed.confirmed([one.key])
        elif name == "settle":
            self.settle()
        elif name == "come back":
            for part in (("complete", arguments[0]), ("settle",), ("reopen", arguments[0])):
                self.step(part)
        elif name == "save":
            self.follower.feed.save()
        elif name == "kill":
            self.engine.kill()
            self.follower.start()
            self.keys.clear()
        else:
            self.act(step)

    def settle(self) -> None:
        """A sweep, and what it finds carried out."""
        self.world.wait(RECONCILE)
        self.poll([], 0, True)
        while self.engine.queue or self.engine.held:
            self.step(("take", 3))
            self.step(("carry out", 3))

    def finish(self) -> None:
        """Let everything come to rest."""
        self.world.wait(5000)
        self.world.tick()
        for _poll in range(8):
            self.settle()


@pytest.mark.parametrize("few", [-1, 1000])
@pytest.mark.parametrize("feedback", [True, False])
@given(steps=st.lists(STEPS, max_size=40), ahead=st.sampled_from([0, -3000, 3000, None]))
def test_every_alert_that_stays_open_is_delivered(
    feedback: bool, few: int, steps: list[Any], ahead: float | None
) -> None:
    with patch.object(feed, "FEW", few), patch.object(feed, "MAX_READ", 3):
        day = Day(feedback, ahead)
        for step in steps:
            day.step(step)
        day.finish()
    open_ones = {one.id for one in day.world.alerts.values() if one.status == "open"}
    assert open_ones - day.engine.delivered - {"before"} == set()
