# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is reported, when, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ServerError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import feed

from .world import START, Follower, World, away, started


@pytest.fixture(params=[-1, 1000], ids=["windows", "all"], autouse=True)
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Whether polls between two sweeps look at all alerts, or only at those of a window."""
    monkeypatch.setattr(feed, "FEW", request.param)
    return int(request.param)


def test_alerts_that_are_open_before_the_start_are_not_reported_and_those_in_review_are() -> None:
    world = World()
    world.arrive("old", 7200, "open")
    world.arrive("waiting", 7200)
    follower = started(world)
    world.tick()
    world.wait(5)
    assert follower.seen() == [("waiting", "opened")]
    world.wait(60)
    assert follower.seen() == []


def test_since_reports_what_is_open_from_then_on() -> None:
    world = World()
    world.arrive("before", 3601, "open")
    world.arrive("since", 3600, "open", observation="an analyst's")
    world.arrive("timeless", None, "open")
    follower = Follower(world, since=START.replace(hour=9))
    assert follower.seen() == [("since", "opened")]
    world.wait(60)
    assert follower.seen() == []


@pytest.mark.parametrize("since", [None, START.replace(hour=9)], ids=["now", "since"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_alert_that_comes_while_the_first_poll_reads_is_reported(number: int, since: datetime | None) -> None:
    world = World()
    world.arrive("a1", 7200, "open")
    follower = Follower(world, since=since)

    def arrive() -> None:
        if world.reads == number:
            world.arrive("a2", status="open")

    world.between = arrive
    found = follower.seen()
    world.wait(60)
    # Before the first read is before the start.
    assert found + follower.seen() == ([] if since is None and number == 1 else [("a2", "opened")])


def test_an_alert_is_reported_when_it_is_released_however_long_the_rule_engine_was_halted() -> None:
    world = World()
    follower = started(world, reconcile=3600)
    world.arrive("a1")
    for number in range(100):
        world.wait(6)
        world.arrive(f"b{number}")
        # Analysts can release alerts themselves.
        world.arrive(f"c{number}", status="open")
        assert follower.seen() == [(f"c{number}", "opened")]
    world.tick()
    assert sorted(follower.seen()) == sorted([("a1", "opened"), *((f"b{number}", "opened") for number in range(100))])


def test_an_alert_released_between_the_two_reads_of_a_poll_is_found_by_the_next_one() -> None:
    world = World()
    follower = started(world, reconcile=3600)
    world.arrive("a1", 3000)
    world.wait(5)
    assert follower.seen() == []
    order: list[Callable[[], None]] = [lambda: None, world.tick]
    world.between = lambda: order.pop(0)() if order else None
    first = follower.seen()
    world.wait(5)
    assert first + follower.seen() == [("a1", "opened")]


@pytest.mark.parametrize("ahead", [-90000, -10, 0, 10, 90000, None])
def test_clocks_that_differ_hide_nothing(ahead: float | None) -> None:
    world = World(ahead)
    follower = started(world, reconcile=3600)
    for number in range(5):
        world.wait(5)
        world.arrive(f"a{number}")
        follower.seen()
        world.tick()
        assert follower.seen() == [(f"a{number}", "opened")]


def test_alerts_of_one_instant_are_all_found_and_reported_once() -> None:
    world = World()
    follower = started(world)
    for number in range(50):
        world.arrive(f"a{number}")
    world.tick()
    assert len(follower.seen()) == 50
    for number in range(50, 100):
        world.arrive(f"a{number}", status="open")
    assert [alert_id for alert_id, _kind in follower.seen()] == sorted(f"a{number}" for number in range(50, 100))
    assert follower.seen() == []


def test_late_documents_and_those_without_a_time_are_found_by_the_next_sweep() -> None:
    world = World()
    follower = started(world)
    world.arrive("late", 86400, "open")
    world.arrive("timeless", None, "open")
    world.wait(60)
    assert sorted(follower.seen()) == [("late", "opened"), ("timeless", "opened")]


def test_an_alert_of_the_future_waits_in_review_and_hides_no_other() -> None:
    world = World()
    follower = started(world, reconcile=3600)
    world.arrive("future", -600)
    world.arrive("future and open", -86400, "open")
    assert follower.seen() == [("future and open", "opened")]
    for number in range(200):
        world.wait(5)
        world.arrive(f"a{number}")
        world.tick()
        found = follower.seen()
        assert found == [(f"a{number}", "opened")] + [("future", "opened")] * (number == 119)
    assert world.alerts["future"].status == "open"


def test_an_alert_that_leaves_and_comes_back_is_reopened_each_time_with_another_key() -> None:
    world = World()
    follower = started(world)
    world.arrive("a1", status="open")
    found = follower.poll()
    for _time in range(3):
        follower.deliver(found[-1:])
        world.write("a1", status="completed")
        world.wait(5)
        assert follower.poll() == []
        # With the observation that it had.
        world.write("a1", status="open")
        world.wait(5)
        found += follower.poll()
    assert [one.kind for one in found] == ["opened", "reopened", "reopened", "reopened"]
    assert len({one.key for one in found}) == 4


def test_an_old_alert_that_was_completed_before_the_start_is_reopened() -> None:
    world = World()
    world.arrive("a1", 86400, "completed", observation="done")
    follower = started(world)
    world.reopen("a1")
    world.wait(60)
    assert follower.seen() == [("a1", "reopened")]


def test_include_review_reports_at_once_and_not_again_at_the_release() -> None:
    world = World(statuses=("open", "automatic_review"))
    follower = started(world, include_review=True)
    world.arrive("a1")
    assert follower.seen() == [("a1", "opened")]
    world.tick()
    world.wait(60)
    assert follower.seen() == []


def test_a_failed_poll_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    follower = started(world, redeliver_after=1, changed=frozenset({"tags"}))
    world.arrive("a1", status="open")
    follower.seen()
    world.wait(60)
    world.arrive("a2", status="open")
    world.write("a1", tags=("seen",))
    for failing in range(1, 10):
        reads = iter(range(1, 100))
        world.between = lambda reads=reads, failing=failing: away() if next(reads) == failing else None  # type: ignore[misc]
        try:
            found = follower.feed.poll()
        except ServerError:
            before = follower.cursor.writes
            follower.feed.save()
            assert follower.cursor.writes == before
            continue
        assert failing > 4
        assert sorted((one.alert.id, one.kind) for one in found) == [("a1", "changed"), ("a2", "opened")]
        return
    raise AssertionError("no poll succeeded")


def test_more_alerts_than_one_poll_reads_wait_for_the_next_ones(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(feed, "MAX_READ", 2)
    world = World()
    follower = started(world)
    for number in range(5):
        # Before the window.
        world.arrive(f"a{number}", 4000, "open")
    world.wait(60)
    found, waiting = follower.seen(), [follower.feed.state()["waiting"]]
    # Who leaves while it waits is not reported.
    world.complete("a4")
    for _poll in range(2):
        found += follower.seen()
        waiting.append(follower.feed.state()["waiting"])
    assert found == [(f"a{number}", "opened") for number in range(4)]
    assert waiting == ([3, 0, 0] if few > 0 else [3, 1, 0])


def test_a_server_that_loses_everything_breaks_nothing() -> None:
    world = World()
    follower = started(world)
    world.arrive("a1", status="open")
    assert follower.seen() == [("a1", "opened")]
    world.alerts.clear()
    world.wait(60)
    assert follower.seen() == []
    world.arrive("a2", status="open")
    assert follower.seen() == [("a2", "opened")]
