# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait for a number of alerts: what is expected, when to look, and when the outcome is certain. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import Repeat, UtmstackError

# An alert is mostly there within a minute, so the first looks are close together.
FIRST_PAUSE, GROWTH = 2.0, 1.5
# Each pause is shortened by up to this share, so that tasks which began together do not look together.
JITTER = 0.2
# Seconds by which a sleep may end early in the arithmetic of the clock.
CLOSE = 0.001


@dataclass(frozen=True)
class Counts:
    """What a look found.

    :param matched: alerts that match.
    :param in_review: alerts in automatic review that will match when the server's rule engine releases them.
    """

    matched: int
    in_review: int = 0


@dataclass(frozen=True)
class Expected:
    """The number of alerts that a task waits for.

    :param at_most: None for no upper bound.
    :param stable_for: seconds for which the number must stay within the bounds. With None, the lower bound need be met
        only once, and the upper bound holds until the end of the time.
    """

    at_least: int
    at_most: int | None = None
    stable_for: int | None = None

    def is_met(self, counts: Counts) -> bool:
        """Whether the number is within the bounds, and stays so when the alerts in automatic review are released."""
        return counts.matched >= self.at_least and not self._exceeds(counts.matched + counts.in_review)

    def is_lost(self, counts: Counts) -> bool:
        """Whether nothing that may still happen meets the bounds."""
        return self.stable_for is None and self._exceeds(counts.matched)

    def _exceeds(self, number: int) -> bool:
        return self.at_most is not None and number > self.at_most

    def seconds(self, timeout: float) -> float:
        """How long the bounds must hold before the task succeeds.

        :param timeout: seconds that the task waits.
        """
        if self.stable_for is not None:
            return self.stable_for
        return 0 if self.at_most is None else timeout

    def __str__(self) -> str:
        if self.at_most is None:
            return f"at least {self.at_least}"
        if self.at_most == self.at_least:
            return f"exactly {self.at_least}" if self.at_least else "none"
        return f"at most {self.at_most}" if not self.at_least else f"{self.at_least} to {self.at_most}"


@dataclass(frozen=True)
class Pace:
    """When to look.

    :param timeout: seconds until the last look.
    :param max_pause: most seconds between two looks.
    :param clock: seconds that only grow.
    :param sleep: waits.
    :param draw: a random number between two others.
    :param report: shows a progress message.
    """

    timeout: float
    max_pause: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    report: Callable[[str], None]
    draw: Callable[[float, float], float] = random.uniform


@dataclass
class Wait:
    """How a wait went.

    :param counts: what the last look that was answered found; None if none was.
    :param elapsed: seconds from the first look until the last one was answered.
    :param found_after: seconds from the first look until one found an alert; None if none did.
    :param error: why the last look was not answered.
    """

    is_met: bool = False
    counts: Counts | None = None
    looks: int = 0
    failed_looks: int = 0
    elapsed: float = 0.0
    found_after: float | None = None
    error: UtmstackError | None = None


class _Bounds:
    """The bounds in the course of time.

    :param begin: when the task looked first.
    """

    def __init__(self, expected: Expected, begin: float, timeout: float) -> None:
        self._expected = expected
        self.end = begin + timeout
        self._needed = expected.seconds(timeout)
        # When they began to hold. Without `stable_for`, they hold from the beginning until the wait is lost.
        self._since = begin if expected.stable_for is None else None

    def outcome(self, counts: Counts, asked: float) -> bool | None:
        """Whether the wait succeeds or fails; None as long as that is open.

        :param asked: when the look began.
        """
        if self._expected.is_lost(counts):
            return False
        is_met = self._expected.is_met(counts)
        if self._expected.stable_for is not None:
            since = asked if self._since is None else self._since
            self._since = since if is_met else None
        if is_met and self._since is not None and asked - self._since >= self._needed - CLOSE:
            return True
        return False if self.is_over(asked) or self._comes_too_late(asked) else None

    def is_over(self, asked: float) -> bool:
        """Whether there is no time for another look after this one."""
        return asked >= self.end - CLOSE

    def _comes_too_late(self, asked: float) -> bool:
        """Whether the time that is left is too short for `stable_for`."""
        if not self._expected.stable_for:
            return False
        latest = self.end - self._needed
        # What does not hold now begins later than now.
        return asked >= latest - CLOSE if self._since is None else self._since > latest + CLOSE

    def next_goal(self, asked: float) -> float:
        """When to look in any case."""
        goals = [self.end] if self._since is None else [self.end, self._since + self._needed]
        return min(goal for goal in goals if goal > asked)


def wait_for(expected: Expected, look: Callable[[], Counts], pace: Pace) -> Wait:
    """Look until the outcome is certain or the time is over.

    A look that the server does not answer is followed by another one, as long as there is time.

    :raises UtmstackError: another look would get the same answer.
    """
    wait, begin = Wait(), pace.clock()
    bounds = _Bounds(expected, begin, pace.timeout)
    asked, pause = begin, min(FIRST_PAUSE, pace.max_pause)
    while True:
        _note(wait, look)
        now = pace.clock()
        wait.elapsed = now - begin
        if wait.error is None and wait.counts is not None:
            if wait.found_after is None and wait.counts.matched:
                wait.found_after = wait.elapsed
            outcome = bounds.outcome(wait.counts, asked)
            if outcome is not None:
                wait.is_met = outcome
                return wait
        earliest = 0.0 if wait.error is None else wait.error.retry_after or 0.0
        if bounds.is_over(asked) or (earliest and now + earliest > bounds.end):
            return wait
        pace.report(_progress(wait, bounds.end - now))
        drawn = pace.draw(pause * (1 - JITTER), pause)
        pace.sleep(max(earliest, min(drawn, max(0.0, bounds.next_goal(asked) - now))))
        asked, pause = pace.clock(), min(pause * GROWTH, pace.max_pause)


def _note(wait: Wait, look: Callable[[], Counts]) -> None:
    """Look once, and note what was found or why nothing was.

    :raises UtmstackError: another look would get the same answer.
    """
    wait.looks += 1
    try:
        wait.counts, wait.error = look(), None
    except UtmstackError as error:
        if not passes(error, wait.counts is not None):
            raise
        wait.error = error
        wait.failed_looks += 1


def passes(error: UtmstackError, was_answered: bool) -> bool:
    """Whether a look may be answered later.

    :param was_answered: an earlier look was, so that a server error is not one about the question.
    """
    if error.repeat is Repeat.AFTER_READING_BACK:
        return was_answered
    return error.repeat is not Repeat.USELESS


def _progress(wait: Wait, left: float) -> str:
    if wait.counts is None or wait.error is not None:
        found = "UTMStack does not answer"
    else:
        found = f"{wait.counts.matched} alerts match, {wait.counts.in_review} more are in automatic review"
    return f"{found}, {max(0.0, left):.0f} s left"
