# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kill repeats, what is reported again without one, and what a change is."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import RELEASED
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import followed
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.deliveries import (
    ENGINE_CAPACITY,
    LONGEST_ACTION,
)

from .world import Follower, World, started


def ids_of_restart(follower: Follower) -> list[str]:
    """What the first poll after a kill reports."""
    follower.start()
    return [one.alert.id for one in follower.poll()]


@pytest.mark.parametrize("feedback", [True, False])
def test_a_restart_reports_what_was_not_confirmed_with_the_same_keys(feedback: bool) -> None:
    world = World()
    follower = started(world, feedback=feedback)
    for number in range(3):
        world.arrive(f"a{number}", 3 - number, "open")
    first = follower.poll()
    follower.feed.taken([first[0].key])
    follower.feed.taken([first[1].key])
    follower.feed.confirmed([first[0].key])
    follower.feed.save()
    # Its own action has tagged one meanwhile, and another one is completed.
    world.write("a1", tags=("seen",))
    world.wait(4000)
    follower.start()
    again = follower.poll()
    assert [one.key for one in again] == [one.key for one in first[1:]]
    assert [one.seen_at for one in again] == [one.seen_at for one in first[1:]]
    world.complete("a1")
    assert ids_of_restart(follower) == ["a2"]
    world.reopen("a1")
    world.wait(60)
    assert {(one.alert.id, one.kind) for one in follower.poll()} == {("a1", "reopened")}


def test_an_unconfirmed_alert_that_was_completed_and_reopened_during_a_restart_gets_another_key() -> None:
    world = World()
    follower = started(world, feedback=True)
    world.arrive("a1", status="open")
    (first,) = follower.poll()
    world.reopen("a1")
    follower.start()
    (again,) = follower.poll()
    assert again.key != first.key


def test_an_unconfirmed_alert_that_was_completed_when_a_restart_looked_gets_another_key_when_it_is_reopened() -> None:
    world = World()
    follower = started(world, feedback=True)
    world.arrive("a1", status="open")
    (first,) = follower.poll()
    world.write("a1", status="completed")
    assert ids_of_restart(follower) == []
    follower.feed.save()
    # With the observation that it had.
    world.write("a1", status="open")
    follower.start()
    (again,) = follower.poll()
    assert (again.kind, again.key != first.key) == ("reopened", True)


def test_an_alert_sighted_in_review_keeps_its_key_when_it_is_released_during_a_restart() -> None:
    world = World(statuses=("open", "automatic_review"))
    follower = started(world, feedback=True, include_review=True)
    world.arrive("a1")
    (first,) = follower.poll()
    world.tick()
    world.write("a1", tags=("by a rule",))
    follower.start()
    assert [one.key for one in follower.poll()] == [first.key]


def test_without_feedback_a_restart_reports_what_the_engine_may_hold() -> None:
    world = World()
    follower = started(world)
    for number in range(ENGINE_CAPACITY + 2):
        world.arrive(f"a{number:03d}", status="open")
    follower.deliver(follower.poll())
    expected = [f"a{number:03d}" for number in range(2, ENGINE_CAPACITY + 2)]
    assert ids_of_restart(follower) == expected
    # They are taken again, and after an hour they are over.
    follower.start()
    follower.deliver(follower.poll())
    world.wait(LONGEST_ACTION)
    follower.feed.save()
    assert ids_of_restart(follower) == []


def test_a_burst_is_one_event_of_the_engine() -> None:
    world = World()
    follower = started(world)
    for number in range(100):
        world.arrive(f"a{number:03d}", status="open")
    burst = [one.key for one in follower.poll()]
    follower.feed.taken(burst)
    for number in range(ENGINE_CAPACITY - 1):
        world.arrive(f"b{number}", status="open")
    follower.deliver(follower.poll())
    assert len(ids_of_restart(follower)) == 100 + ENGINE_CAPACITY - 1


@pytest.mark.parametrize("feedback", [True, False])
@pytest.mark.parametrize("killed", [True, False])
def test_an_untouched_alert_is_reported_again_up_to_attempts(feedback: bool, killed: bool) -> None:
    world = World()
    follower = started(world, feedback=feedback, redeliver_after=600, attempts=3)
    world.arrive("a1", status="open")
    found = follower.poll()
    for attempt in (2, 3):
        follower.deliver(found[-1:])
        # The engine holds nothing any more, so that the cursor says that it was delivered.
        for _event in range(ENGINE_CAPACITY):
            follower.feed.taken([])
        follower.feed.save()
        world.wait(599)
        assert follower.poll() == []
        if killed:
            follower.start()
        world.wait(1)
        found += follower.poll()
        assert found[-1].attempt == attempt
    follower.deliver(found[-1:])
    world.wait(6000)
    assert follower.poll() == []
    assert len({one.key for one in found}) == 3
    assert len({(one.version, one.seen_at, one.kind) for one in found}) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "in_review"},
        {"tags": ("seen",)},
        {"notes": "looked at"},
        {"is_incident": True},
        {"observation": "known"},
    ],
)
def test_a_touched_alert_is_not_reported_again(fields: dict[str, object]) -> None:
    world = World(statuses=("open", "in_review"))
    follower = started(world, redeliver_after=600)
    world.arrive("a1", status="open")
    assert follower.seen() == [("a1", "opened")]
    world.write("a1", **fields)
    world.wait(600)
    assert follower.seen() == []
    assert follower.cursor.text is not None
    assert "a1" not in follower.cursor.text


def test_a_touched_alert_that_is_not_confirmed_survives_a_kill() -> None:
    world = World()
    follower = started(world, redeliver_after=600, feedback=True)
    world.arrive("a1", status="open")
    (first,) = follower.poll()
    follower.feed.taken([first.key])
    world.write("a1", tags=("seen",))
    for _time in range(3):
        world.wait(601)
        assert follower.poll() == []
    follower.start()
    assert [one.key for one in follower.poll()] == [first.key]


def test_the_release_of_an_alert_that_was_reported_in_review_touches_nothing() -> None:
    world = World(statuses=("open", "automatic_review"))
    follower = started(world, include_review=True, redeliver_after=600, feedback=True)
    world.arrive("a1")
    follower.seen()
    world.tick()
    assert world.alerts["a1"].observation == RELEASED
    world.wait(600)
    assert [one.attempt for one in follower.poll()] == [2]


def test_an_event_that_is_confirmed_before_it_is_noted_as_taken_is_reported_again() -> None:
    world = World()
    follower = started(world, redeliver_after=600, feedback=True)
    world.arrive("a1", status="open")
    (one,) = follower.poll()
    follower.feed.confirmed([one.key])
    follower.feed.taken([one.key])
    world.wait(600)
    assert [again.attempt for again in follower.poll()] == [2]


def test_an_event_that_was_never_taken_is_not_reported_again_by_the_same_process() -> None:
    world = World()
    follower = started(world, redeliver_after=600, feedback=True)
    world.arrive("a1", status="open")
    assert len(follower.poll()) == 1
    world.wait(6000)
    assert follower.poll() == []
    assert follower.feed.state()["unconfirmed"] == 1


def test_what_is_gone_is_no_longer_unconfirmed() -> None:
    world = World()
    follower = started(world, feedback=True)
    world.arrive("a1", status="open")
    (one,) = follower.poll()
    follower.feed.taken([one.key])
    assert follower.feed.state()["unconfirmed"] == 1
    world.complete("a1")
    world.wait(60)
    assert follower.poll() == []
    assert follower.feed.state()["unconfirmed"] == 0


def test_changes_are_reported_of_the_fields_that_are_followed() -> None:
    world = World()
    world.arrive("a1", 7200, "open", severity="low")
    world.arrive("a2", 7200, "open")
    follower = started(world, changed=frozenset({"status", "severity"}))
    world.write("a1", severity="high", tags=("ignored",))
    world.write("a2", tags=("ignored",))
    world.wait(60)
    (one,) = follower.poll()
    assert (one.alert.id, one.kind, one.before, one.alert.severity) == ("a1", "changed", {"severity": "low"}, "high")
    # An alert is followed until it is completed, whether it still matches or not.
    seen = []
    for status in ("in_review", "open", "in_review", "completed"):
        world.write("a1", status=status)
        world.wait(60)
        seen += [(one.kind, one.before, one.version) for one in follower.poll()]
    assert [kind for kind, _before, _version in seen] == ["changed", "reopened", "changed", "changed"]
    assert [before for _kind, before, _version in seen] == [
        {"status": "open"},
        None,
        {"status": "open"},
        {"status": "in_review"},
    ]
    assert len({version for _kind, _before, version in seen}) == 4
    world.write("a1", severity="low")
    world.wait(60)
    assert follower.poll() == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_change_survives_a_restart_until_it_is_confirmed(confirmed: bool) -> None:
    world = World()
    world.arrive("a1", 7200, "open")
    follower = started(world, changed=frozenset({"status"}), feedback=True)
    world.complete("a1")
    world.wait(60)
    first = follower.poll()
    assert [one.before for one in first] == [{"status": "open"}]
    if confirmed:
        follower.deliver(first)
    follower.start()
    again = follower.poll()
    assert [one.key for one in again] == ([] if confirmed else [first[0].key])
    assert [one.before for one in again] == ([] if confirmed else [{"status": "open"}])


def test_a_change_during_a_restart_is_reported() -> None:
    world = World()
    world.arrive("a1", 7200, "open")
    follower = started(world, changed=frozenset({"tags"}))
    world.write("a1", tags=("b", "a"))
    follower.start()
    assert [(one.kind, one.before) for one in follower.poll()] == [("changed", {"tags": []})]
    # Their order means nothing.
    world.write("a1", tags=("a", "b"))
    world.wait(60)
    assert follower.poll() == []


def test_of_too_many_alerts_the_latest_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followed, "MAX_FOLLOWED", 2)
    world = World()
    follower = started(world, changed=frozenset({"tags"}))
    for number in range(3):
        world.arrive(f"a{number}", 3 - number, "open")
    assert len(follower.seen()) == 3
    for number in range(3):
        world.write(f"a{number}", tags=("seen",))
    world.wait(60)
    assert [one.alert.id for one in follower.poll()] == ["a1", "a2"]


def test_nothing_is_written_while_nothing_happens() -> None:
    world = World()
    follower = started(world)
    world.arrive("a1", status="open")
    follower.seen()
    world.wait(LONGEST_ACTION)
    follower.seen()
    writes = follower.cursor.writes
    for _poll in range(100):
        world.wait(5)
        follower.seen()
    assert follower.cursor.writes == writes
