# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting between retries, and when to give up."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import UtmstackError

FIRST_WAIT = 0.5
MAX_WAIT = 15.0


def ceiling(attempt: int, most: float) -> float:
    """The longest wait in seconds after attempt number `attempt`, which counts from 1, and at most `most`."""
    # Larger powers do not fit into a number.
    return min(most, FIRST_WAIT * 2.0 ** min(attempt - 1, 64))


class Backoff:
    """The waiting budget of one task: exponential backoff with full jitter, at most `budget` seconds in total.

    A wait that the server requested (``Retry-After``) replaces the drawn one; when it does not fit into what
    is left of the budget, the error is raised at once instead of after a useless wait.

    :ivar waited: seconds waited so far, by all threads together.
    """

    def __init__(
        self,
        budget: float,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._budget = self._left = budget
        self.waited = 0.0
        self._sleep = sleep
        self._draw = draw
        self._lock = threading.Lock()
        self._is_off = False

    def wait(self, error: UtmstackError, attempt: int) -> None:
        """Wait before attempt number `attempt` + 1; `attempt` counts from 1.

        :raises UtmstackError: `error` itself, when the budget is spent or the backoff is off.
        """
        if self._is_off:
            raise error
        seconds = error.retry_after
        if seconds is None:
            seconds = self._draw(0.0, ceiling(attempt, MAX_WAIT))
        with self._lock:
            if self._left <= 0 or seconds > self._left:
                raise error
            # A draw of nearly zero must not make the number of attempts endless.
            self._left -= max(seconds, FIRST_WAIT / 10)
            self.waited += seconds
        self._sleep(seconds)

    @contextmanager
    def off(self) -> Iterator[None]:
        """Raise each error at once, for a caller that asks again later by itself. Not for parallel requests."""
        self._is_off = True
        try:
            yield
        finally:
            self._is_off = False

    def renew(self) -> None:
        """Begin a new budget, for another task of the same process."""
        with self._lock:
            self._left = self._budget

    def pause(self, seconds: float) -> None:
        """Wait without using up the budget, because no request failed."""
        self._sleep(seconds)
