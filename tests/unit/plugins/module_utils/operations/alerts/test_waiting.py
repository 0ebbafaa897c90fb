# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a number of alerts, on a clock of the test's own: when looks are, and when they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    ConnectionFailed,
    Repeat,
    ServerError,
    UtmstackError,
    WrongCredentials,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.waiting import (
    Counts,
    Expected,
    Pace,
    Wait,
    wait_for,
)

# From a second of the test to what the server answers.
Server = Callable[[float], Counts]
AWAY = ServerError("Away.", status=503, repeat=Repeat.HARMLESS)


@dataclass
class World:
    """A server, and a clock that only sleeps and slow answers move.

    :param looks: when looks began.
    :param said: progress messages.
    """

    server: Server
    answer_takes: float = 0.0
    now: float = 1000.0
    looks: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds

    def look(self) -> Counts:
        self.looks.append(round(self.now - 1000, 3))
        found = self.server(self.now - 1000)
        self.now += self.answer_takes
        return found


def waited(
    world: World, expected: Expected, timeout: float = 300, max_pause: float = 15, shortest: bool = False
) -> Wait:
    """Wait in the world, with the longest or the shortest pauses that may be drawn."""
    draw = min if shortest else max
    pace = Pace(timeout, max_pause, lambda: world.now, world.sleep, world.said.append, draw)
    return wait_for(expected, world.look, pace)


def appears(at: float, number: int = 1, until: float = float("inf")) -> Server:
    """A server on which alerts match from one second on, and until another one."""
    return lambda second: Counts(number if at <= second < until else 0)


def raises(error: UtmstackError, until: float, then: Server) -> Server:
    """A server that fails until a second."""

    def answer(second: float) -> Counts:
        if second < until:
            raise error
        return then(second)

    return answer


def test_alerts_that_are_there_end_the_wait_with_one_look() -> None:
    world = World(appears(0), answer_takes=0.1)
    wait = waited(world, Expected(1))
    assert (wait.is_met, wait.looks, world.looks, world.said) == (True, 1, [0], [])
    assert (wait.found_after, wait.elapsed) == (pytest.approx(0.1), pytest.approx(0.1))


def test_looks_are_close_together_at_first_and_end_with_the_time() -> None:
    world = World(appears(10**6))
    wait = waited(world, Expected(1), timeout=60)
    assert (wait.is_met, wait.counts, wait.elapsed) == (False, Counts(0), pytest.approx(60))
    assert world.looks == [0, 2, 5, 9.5, 16.25, 26.375, 41.375, 56.375, 60]
    assert world.said[0] == "0 alerts match, 0 more are in automatic review, 60 s left"


@pytest.mark.parametrize("shortest", [False, True])
def test_five_minutes_take_at_most_thirty_looks(shortest: bool) -> None:
    world = World(appears(10**6))
    assert waited(world, Expected(1), shortest=shortest).looks <= 30
    assert world.looks[-1] == 300


def test_no_time_means_one_look() -> None:
    for expected, is_met in ((Expected(1), False), (Expected(0, 0), True), (Expected(0, 0, 0), True)):
        world = World(appears(10**6))
        assert (waited(world, expected, timeout=0).is_met, world.looks) == (is_met, [0])


def test_a_late_alert_is_found_by_the_last_look() -> None:
    world = World(appears(299.9))
    assert waited(world, Expected(1)).is_met
    assert world.looks[-1] == 300


def test_a_look_that_is_answered_after_the_end_is_followed_by_one_more() -> None:
    world = World(appears(62), answer_takes=20)
    wait = waited(world, Expected(1), timeout=60)
    assert (wait.is_met, world.looks) == (True, [0, 22, 45, 65])


def test_at_most_is_certain_only_at_the_end() -> None:
    world = World(appears(10**6))
    wait = waited(world, Expected(0, 0), timeout=30)
    assert (wait.is_met, world.looks[-1], wait.elapsed) == (True, 30, 30)


def test_one_alert_too_many_ends_the_wait_at_once() -> None:
    world = World(appears(9, number=2))
    wait = waited(world, Expected(0, 1))
    assert (wait.is_met, wait.counts, world.looks) == (False, Counts(2), [0, 2, 5, 9.5])


@pytest.mark.parametrize(("number", "is_met"), [(0, False), (1, True), (2, False)])
def test_exactly_one(number: int, is_met: bool) -> None:
    assert waited(World(appears(3, number=number)), Expected(1, 1)).is_met is is_met


def test_alerts_in_automatic_review_count_before_none_is_reported() -> None:
    released = World(lambda second: Counts(1) if second >= 40 else Counts(0, in_review=1))
    assert waited(released, Expected(0, 0)).is_met is False
    assert released.looks[-1] < 60
    held = World(lambda _second: Counts(0, in_review=1))
    wait = waited(held, Expected(0, 0), timeout=30)
    assert (wait.is_met, wait.counts, held.looks[-1]) == (False, Counts(0, in_review=1), 30)
    # They are no alert yet that a minimum would count.
    assert waited(World(lambda _second: Counts(0, in_review=1)), Expected(1), timeout=30).is_met is False


def test_waiting_until_alerts_are_gone() -> None:
    world = World(appears(0, until=20))
    wait = waited(world, Expected(0, 0, stable_for=0))
    assert (wait.is_met, world.looks[-1]) == (True, 26.375)


def test_bounds_must_hold_without_interruption() -> None:
    """The alert goes away, comes back, and is gone for good."""
    world = World(lambda second: Counts(0 if 5 <= second < 20 or second >= 50 else 1))
    wait = waited(world, Expected(0, 0, stable_for=30))
    since = min(look for look in world.looks if look >= 50)
    assert wait.is_met
    assert world.looks[-1] == pytest.approx(since + 30)


def test_stable_for_the_whole_time() -> None:
    assert waited(World(appears(0)), Expected(1, None, 300)).elapsed == 300
    late = World(appears(1))
    wait = waited(late, Expected(1, None, 300))
    assert (wait.is_met, late.looks) == (False, [0])


def test_a_wait_ends_when_too_little_time_is_left_to_be_stable() -> None:
    world = World(appears(10**6))
    wait = waited(world, Expected(1, None, stable_for=40), timeout=60)
    assert (wait.is_met, world.looks[-1]) == (False, 26.375)
    # It began to hold in time, and broke too late to begin again.
    broken = World(appears(0, until=30))
    wait = waited(broken, Expected(1, None, stable_for=40), timeout=60)
    assert (wait.is_met, broken.looks[-1]) == (False, 40)


@pytest.mark.parametrize(
    "error",
    [
        AWAY,
        ConnectionFailed("Refused.", repeat=Repeat.HARMLESS),
        ConnectionFailed("Cut.", repeat=Repeat.PERHAPS_RUNNING),
    ],
)
def test_a_server_that_is_away_is_waited_for(error: UtmstackError) -> None:
    wait = waited(World(raises(error, 60, appears(0))), Expected(1))
    assert (wait.is_met, wait.error, wait.looks - wait.failed_looks) == (True, None, 1)


def test_a_server_that_stays_away_is_reported_at_the_end() -> None:
    world = World(raises(AWAY, 10**6, appears(0)))
    wait = waited(world, Expected(0, 0), timeout=30)
    assert (wait.is_met, wait.error, wait.counts, world.looks[-1]) == (False, AWAY, None, 30)
    assert world.said[0] == "UTMStack does not answer, 30 s left"


def test_an_unanswered_last_look_proves_nothing() -> None:
    def answer(second: float) -> Counts:
        if second >= 30:
            raise AWAY
        return Counts(0)

    wait = waited(World(answer), Expected(0, 0), timeout=30)
    assert (wait.is_met, wait.error, wait.counts, wait.failed_looks) == (False, AWAY, Counts(0), 1)


def test_the_server_says_when_to_look_again() -> None:
    asked = ServerError("Busy.", status=429, repeat=Repeat.HARMLESS, retry_after=25)
    world = World(raises(asked, 1, appears(0)))
    assert waited(world, Expected(1)).is_met
    assert world.looks == [0, 25]
    # Later than there is time.
    late = World(raises(asked, 1, appears(0)))
    wait = waited(late, Expected(1), timeout=20)
    assert (wait.is_met, wait.error, late.looks) == (False, asked, [0])


@pytest.mark.parametrize(
    "error", [WrongCredentials("Wrong.", status=401), ServerError("No.", status=400), ServerError("Gone.", status=404)]
)
def test_what_would_be_refused_again_ends_the_wait(error: UtmstackError) -> None:
    world = World(raises(error, 10**6, appears(0)))
    with pytest.raises(type(error), match=error.message):
        waited(world, Expected(1))
    assert world.looks == [0]


def test_a_server_error_passes_only_where_the_same_question_was_answered() -> None:
    error = ServerError("Broken.", status=500, repeat=Repeat.AFTER_READING_BACK)
    with pytest.raises(ServerError):
        waited(World(raises(error, 60, appears(0))), Expected(1))

    def answer(second: float) -> Counts:
        if 1 < second < 60:
            raise error
        return Counts(1 if second >= 60 else 0)

    assert waited(World(answer), Expected(1)).is_met


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Expected(1), "at least 1"),
        (Expected(0, 0), "none"),
        (Expected(0, 3), "at most 3"),
        (Expected(2, 2), "exactly 2"),
        (Expected(2, 5), "2 to 5"),
    ],
)
def test_bounds_in_words(expected: Expected, text: str) -> None:
    assert str(expected) == text
