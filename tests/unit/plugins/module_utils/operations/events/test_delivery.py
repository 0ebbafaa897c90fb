# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery with a feed and an engine of the test: nothing is dropped, whatever blocks, fails or is killed."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils import errors
from ansible_collections.utmstack.siem.plugins.module_utils.client.patience import Patience
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.errors import Repeat
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import delivery as deliveries
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.delivery import Delivery, DeliveryOptions
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.event import EventOptions
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.sighting import Sighting
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.storms import Outgoing, events_of

from ...builders import alert

NOW = datetime(2026, 11, 20, 10, 1, tzinfo=timezone.utc)
AWAY = errors.ConnectionFailed("No connection to https://siem with hunter2.", repeat=Repeat.HARMLESS)
# Of a test that hangs.
PATIENCE = 20.0


def sighting(alert_id: str) -> Sighting:
    return Sighting(alert(alert_id), "opened", "0123456789ab", 1, NOW)


class FakeFeed:
    """A feed over a file of the test.

    :param disk: what a restart finds: keys that are confirmed.
    :param polls: what the polls return: IDs, or an error.
    """

    def __init__(self, polls: Sequence[Any], disk: set[str] | None = None, feedback: bool = True) -> None:
        self.polls = list(polls)
        self.disk: set[str] = set() if disk is None else disk
        self.feedback = feedback
        self.done: set[str] = set(self.disk)
        self.taken_keys: list[tuple[str, ...]] = []
        self.polled = self.saves = 0
        self.waiting = 0
        self.threads: set[int] = set()

    def poll(self) -> list[Sighting]:
        self.polled += 1
        self.threads.add(threading.get_ident())
        found = self.polls.pop(0) if self.polls else []
        if isinstance(found, BaseException):
            raise found
        return [one for one in map(sighting, found) if one.key not in self.done]

    def taken(self, keys: Iterable[str]) -> None:
        self.taken_keys.append(tuple(keys))
        if not self.feedback:
            self.done.update(keys)

    def confirmed(self, keys: Iterable[str]) -> None:
        self.done.update(keys)

    def save(self) -> None:
        self.saves += 1
        self.disk |= self.done

    def state(self) -> Mapping[str, Any]:
        return {"in_automatic_review": 3, "unconfirmed": 0, "waiting": self.waiting}


class Engine:
    """An engine with room for one event, as ansible-rulebook has.

    :param confirms: whether, and in which order, events come back.
    """

    def __init__(self, confirms: str = "") -> None:
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
        self.feedback: asyncio.Queue[dict[str, Any]] | None = asyncio.Queue(1) if confirms else None
        self.confirms = confirms
        self.stored: list[dict[str, Any]] = []

    @property
    def ids(self) -> list[str]:
        return [one["alert"]["id"] for one in self.stored if "alert" in one]

    async def work(self) -> None:
        held: list[dict[str, Any]] = []
        while True:
            event = await self.queue.get()
            # As ansible-rulebook does.
            event["meta"]["source"] = {"name": "alerts"}
            self.stored.append(event)
            held.append(event)
            if self.feedback is None or (self.confirms == "backwards" and len(held) < 5):
                continue
            for one in reversed(held):
                await self.feedback.put(one)
            held.clear()


def delivery(feed: FakeFeed, engine: Engine, **options: Any) -> Delivery:
    give_up_after = options.pop("give_up_after", 0)
    redacted = options.pop("redacted", str)

    def events(found: Sequence[Sighting]) -> list[Outgoing]:
        return events_of(found, EventOptions(DIALECTS["v11"]))

    made = DeliveryOptions(events, **{"interval": 0.01, **options})
    patience = Patience(0.05, give_up_after, True, time.monotonic, draw=lambda low, high: high)
    return Delivery(
        feed, engine.queue, made, patience, requests_sent=lambda: 7, redacted=redacted, feedback=engine.feedback
    )


async def run_until(done: Callable[[], bool], feed: FakeFeed, engine: Engine, **options: Any) -> None:
    """Run both until `done`, and stop them as a kill does."""
    tasks = [asyncio.ensure_future(one) for one in (delivery(feed, engine, **options).run(), engine.work())]
    try:
        ended = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < ended, "Nothing happened."
            for task in tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.001)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("confirms", ["", "in order", "backwards"])
def test_every_sighting_arrives_once_and_is_noted(confirms: str) -> None:
    ids = [[f"p{poll}-{number}" for number in range(10)] for poll in range(5)]
    feed, engine = FakeFeed(ids, feedback=bool(confirms)), Engine(confirms)
    keys = {sighting(one).key for poll in ids for one in poll}
    asyncio.run(run_until(lambda: feed.disk == keys, feed, engine))
    assert engine.ids == [one for poll in ids for one in poll]
    assert {key for event in feed.taken_keys for key in event} <= keys
    assert all(len(event) == 1 for event in feed.taken_keys)
    # Neither a poll nor a write of the cursor holds up the engine.
    assert threading.get_ident() not in feed.threads


def test_a_slow_disk_holds_up_no_note_of_what_was_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    # After the first write of the cursor, no other one is due in this test.
    monkeypatch.setattr(deliveries, "_PAUSE_FACTOR", 1_000_000_000)
    feed, engine = FakeFeed([["a1"], ["a2"], ["a3"]], feedback=False), Engine()
    keys = [(sighting(one).key,) for one in ("a1", "a2", "a3")]
    asyncio.run(run_until(lambda: feed.taken_keys == keys, feed, engine, interval=0.5))
    # Each poll writes it as well.
    assert feed.saves - feed.polled <= 1


def test_a_blocked_engine_stops_the_polls_and_loses_nothing() -> None:
    async def scenario() -> None:
        feed, engine = FakeFeed([[f"p{poll}-{number}" for number in range(10)] for poll in range(50)]), Engine()
        source = asyncio.ensure_future(delivery(feed, engine, interval=0.001, max_waiting=100).run())
        polled = -1
        while polled != feed.polled:
            polled = feed.polled
            await asyncio.sleep(0.1)
        # One event is in the queue of the engine and one waits to get there.
        assert feed.polled in (10, 11)
        worker = asyncio.ensure_future(engine.work())
        while len(engine.ids) < 500:
            await asyncio.sleep(0.01)
        assert len(set(engine.ids)) == 500
        for task in (source, worker):
            task.cancel()
        await asyncio.gather(source, worker, return_exceptions=True)

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def test_what_is_left_on_the_server_is_polled_at_once() -> None:
    feed, engine = FakeFeed([["a1"], ["a2"], ["a3"]]), Engine()
    feed.waiting = 1
    asyncio.run(run_until(lambda: len(engine.ids) == 3, feed, engine, interval=3600))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("confirms", ["in order", "backwards"])
def test_a_kill_at_any_point_loses_nothing(seed: int, confirms: str) -> None:
    draw = random.Random(seed)
    ids = [f"a{number}" for number in range(40)]
    disk: set[str] = set()
    stored: set[str] = set()

    async def killed(engine: Engine) -> None:
        tasks = [asyncio.ensure_future(one) for one in (delivery(FakeFeed([ids], disk), engine).run(), engine.work())]
        await asyncio.sleep(draw.uniform(0, 0.03))
        # The loop turns at every await.
        for _turn in range(draw.randrange(20)):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    for _start in range(8):
        engine = Engine(confirms)
        asyncio.run(killed(engine))
        stored |= {sighting(one).key for one in engine.ids}
        # What the disk holds as done has reached the engine.
        assert stored >= disk
    last = Engine("in order")
    asyncio.run(run_until(lambda: len(disk) == len(ids), FakeFeed([ids], disk), last))
    assert stored | {sighting(one).key for one in last.ids} == {sighting(one).key for one in ids}


def test_what_the_engine_does_not_confirm_is_not_done() -> None:
    feed, engine = FakeFeed([["a1", "a2", "a3"]]), Engine("in order")
    # It stores events until it has five.
    engine.confirms = "backwards"
    keys = [(sighting(one).key,) for one in ("a1", "a2", "a3")]
    asyncio.run(run_until(lambda: feed.taken_keys == keys and feed.saves > feed.polled, feed, engine))
    assert feed.disk == set()


def test_failures_are_waited_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    feed, engine = FakeFeed([AWAY, AWAY, AWAY, ["a1"]]), Engine()
    with caplog.at_level("INFO"):
        asyncio.run(
            run_until(
                lambda: engine.ids == ["a1"], feed, engine, redacted=lambda text: text.replace("hunter2", "********")
            )
        )
    lines = [record.getMessage() for record in caplog.records if "event" in record.name]
    assert len(lines) == 2
    assert lines[0].startswith("Failed, next attempt in 0.")
    assert lines[0].endswith(" s: No connection to https://siem with ********.")
    assert lines[1] == "Polling again after 3 failures."


def test_a_cursor_that_cannot_be_written_is_a_failure_like_any_other() -> None:
    class FullDisk(FakeFeed):
        def save(self) -> None:
            raise errors.FileNotWritten("The cursor cannot be written.")

    with pytest.raises(errors.FileNotWritten):
        asyncio.run(run_until(lambda: False, FullDisk([["a1"]]), Engine()))


def test_what_a_poll_found_while_the_disk_was_full_is_delivered_as_soon_as_it_is_saved() -> None:
    class FullForAWhile(FakeFeed):
        def save(self) -> None:
            super().save()
            if self.polled >= 2 and self.saves < 9:
                raise errors.FileNotWritten("The cursor cannot be written.")

    feed, engine = FullForAWhile([["a1"], ["a2"], ["a3"]], feedback=False), Engine()
    asyncio.run(run_until(lambda: len(engine.ids) == 3, feed, engine))
    assert engine.ids == ["a1", "a2", "a3"]


def test_an_error_that_nothing_mends_ends_it_at_once() -> None:
    feed = FakeFeed([["a1"], errors.AddressLocked("Locked.")])
    with pytest.raises(errors.AddressLocked):
        asyncio.run(run_until(lambda: False, feed, Engine()))
    assert feed.polled == 2


def test_it_gives_up_after_too_long_without_a_success() -> None:
    feed = FakeFeed([["a1"], *[AWAY] * 1000])
    with pytest.raises(errors.UtmstackError, match=r"No poll has succeeded for 0\.3 s \(`give_up_after`\)"):
        asyncio.run(run_until(lambda: False, feed, Engine(), give_up_after=0.3))


def test_a_bug_ends_it() -> None:
    with pytest.raises(KeyError):
        asyncio.run(run_until(lambda: False, FakeFeed([KeyError("x")]), Engine()))


def test_an_engine_that_returns_strangers_confirms_nothing() -> None:
    async def scenario() -> None:
        feed, engine = FakeFeed([["a1"]]), Engine("in order")
        assert engine.feedback is not None
        tasks = [asyncio.ensure_future(one) for one in (delivery(feed, engine).run(), engine.work())]
        for item in ({}, {"meta": None}, {"meta": {"uuid": "of another"}}, "text", None):
            await engine.feedback.put(item)  # type: ignore[arg-type]
        while not feed.disk:
            await asyncio.sleep(0.001)
        assert feed.disk == {sighting("a1").key}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def test_health_is_reported_while_polls_fail_and_after_they_succeed() -> None:
    feed, engine = FakeFeed([["a1"], *[AWAY] * 5]), Engine()

    def health() -> list[dict[str, Any]]:
        return [one for one in engine.stored if one["kind"] == "health"]

    asyncio.run(
        run_until(
            lambda: any(one["failures"] for one in health()) and health()[-1]["failures"] == 0,
            feed,
            engine,
            health_interval=0.005,
        )
    )
    failing = next(one for one in health() if one["failures"])
    assert failing["error"] == "ConnectionFailed"
    assert failing["last_success"].endswith("Z")
    assert set(failing) == {
        *("kind", "lag", "last_success", "failures", "error", "in_automatic_review", "unconfirmed", "waiting"),
        *("unsafe_ids", "requests", "meta"),
    }
    assert (failing["in_automatic_review"], failing["requests"]) == (3, 7)
    assert len({one["meta"]["uuid"] for one in health()}) == len(health())
    # The lag is that of the events since the last report.
    assert sum(one["lag"] is not None for one in health()) == 1


def test_no_more_than_one_report_waits_for_a_blocked_engine() -> None:
    async def scenario() -> None:
        feed, engine = FakeFeed([["a1", "a2", "a3"]]), Engine()
        source = asyncio.ensure_future(delivery(feed, engine, health_interval=0.001).run())
        await asyncio.sleep(0.2)
        worker = asyncio.ensure_future(engine.work())
        while len(engine.ids) < 3:
            await asyncio.sleep(0)
        assert len(engine.stored) - 3 <= 4
        for task in (source, worker):
            task.cancel()
        await asyncio.gather(source, worker, return_exceptions=True)

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))
