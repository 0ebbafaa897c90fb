# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a process that runs for long bears failures: when it tries again, and when it gives up."""

from __future__ import annotations

import random
from collections.abc import Callable

from ..errors import CallerRefused, InvalidInput, Repeat, TokenRefused, UnsupportedVersion, UtmstackError
from ..transport.backoff import ceiling

# A wait of nearly zero after each failure would be a storm of requests.
_MIN_WAIT = 0.2


class Patience:
    """What becomes of failures in a row.

    :param max_wait: longest wait in seconds, unless the server requests a longer one.
    :param give_up_after: seconds of failures without a success in between; 0 for never.
    :param renewable: a token that the server refuses can be replaced by another login.
    :param clock: seconds that only grow.
    :ivar failures: how many there were since the last success.
    :ivar had_success: whether there ever was one.
    """

    def __init__(
        self,
        max_wait: float,
        give_up_after: float,
        renewable: bool,
        clock: Callable[[], float],
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._max_wait = max_wait
        self._give_up_after = give_up_after
        self._renewable = renewable
        self._clock = clock
        self._draw = draw
        self._failing_since = clock()
        self.failures = 0
        self.had_success = False

    def succeed(self) -> bool:
        """Note a success; True if it ends a row of failures."""
        recovered = self.failures > 0
        self.failures, self.had_success = 0, True
        return recovered

    def wait_after(self, error: UtmstackError) -> float:
        """Seconds to wait after a failure before the next attempt.

        :raises UtmstackError: another attempt is of no use, or there was no success for too long.
        """
        if self._is_final(error):
            raise error
        if not self.failures:
            # Not since the last success: there may have been no attempt for long.
            self._failing_since = self._clock()
        left = self._left()
        if left <= 0:
            raise UtmstackError(
                f"No poll has succeeded for {self._give_up_after:g} s (`give_up_after`). The last error was: "
                f"{error.message}",
                status=error.status,
                endpoint=error.endpoint,
            )
        self.failures += 1
        drawn = max(_MIN_WAIT, self._draw(0.0, ceiling(self.failures, self._max_wait)))
        requested = error.retry_after or 0.0
        # The last attempt is made when the time is up, however long the server asks to wait.
        return min(max(drawn, requested), left)

    def _left(self) -> float:
        if not self._give_up_after:
            return float("inf")
        return self._failing_since + self._give_up_after - self._clock()

    def _is_final(self, error: UtmstackError) -> bool:
        """Whether another attempt would do harm, or cannot help."""
        if isinstance(error, TokenRefused):
            # With a password, the server was restarted again right after the new login.
            return not (self._renewable and self.had_success)
        if isinstance(error, (CallerRefused, InvalidInput, UnsupportedVersion)):
            return True
        return error.repeat is Repeat.USELESS and not self.had_success
