# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the server to compile more update scripts. Pure."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import Repeat, ScriptRefused, UtmstackError

FIRST_PAUSE, MAX_PAUSE = 1.0, 16.0
# Seconds of waiting between two progress messages.
REPORT_EVERY = 15.0
# Reasons of a 500 that have nothing to do with the number of scripts.
_OTHER_REASONS = ("forbidden access", "cluster_block", "read_only", "version_conflict", "[script_exception]")
NOT_COMPILED = ScriptRefused("UTMStack compiles no more update scripts at the moment.", repeat=Repeat.HARMLESS)


def _no_sleep(_seconds: float) -> None:
    """Return at once."""


def _silent(_message: str) -> None:
    """Discard a progress message."""


class ScriptPace:
    """The time that one task may wait for scripts, and how it spends it.

    The server does not say how many scripts it still compiles, and other clients use up the same number. So a task
    sends until one is refused, and goes on after a pause, which doubles as long as it gains nothing.

    :param seconds: the bound (`script_wait`); 0 for a task that does not wait.
    :param sleep: waits.
    :param report: shows a progress message.
    :ivar is_slow: a script was refused; requests are sent one at a time, so that few are in vain.
    """

    def __init__(
        self,
        seconds: int = 0,
        sleep: Callable[[float], None] = _no_sleep,
        report: Callable[[str], None] = _silent,
    ) -> None:
        self.seconds = seconds
        self.is_slow = False
        self._left = float(seconds)
        self._sleep = sleep
        self._report = report
        self._pause = FIRST_PAUSE / 2
        self._since_report = REPORT_EVERY
        self._has_gained = False
        self._has_given_up = False
        self._total = self._later = 0

    def expect(self, total: int, later: int) -> None:
        """Note how many alerts there are to write, and how many of them in later blocks, for progress messages."""
        self._total, self._later = total, later

    def accepted(self) -> None:
        """Note that the server took a write."""
        self._has_gained, self._has_given_up = True, False

    def refused(self, error: UtmstackError) -> ScriptRefused | None:
        """The error as one that the task waits after; None if it does not.

        UTMStack words the refusal of a script differently in each version, and v10 like that of a version conflict. So
        each 500 may be one, unless its reason is known to be another.
        """
        if not self.seconds or error.status != 500 or error.repeat is not Repeat.AFTER_READING_BACK:
            return None
        if any(words in error.server_text.lower() for words in _OTHER_REASONS):
            return None
        return ScriptRefused(
            error.message,
            status=error.status,
            server_text=error.server_text,
            endpoint=error.endpoint,
            repeat=error.repeat,
        )

    @property
    def refusal(self) -> UtmstackError | None:
        """Why nothing more is sent; None before the time is spent."""
        if not self._has_given_up:
            return None
        return ScriptRefused(
            f"UTMStack compiled too few update scripts within `script_wait: {self.seconds}`. Run the task again."
        )

    def wait(self, left: int) -> bool:
        """Pause, and return whether there was time for it.

        :param left: alerts of this block that are not written yet.
        """
        self.is_slow = True
        if self._left <= 0:
            self._has_given_up = True
            return False
        if not self._has_gained or self._pause < FIRST_PAUSE:
            self._pause = min(self._pause * 2, MAX_PAUSE)
        self._has_gained = False
        if self._since_report >= REPORT_EVERY:
            done = f"{self._total - self._later - left} of {self._total} alerts written, " if self._total else ""
            self._report(
                f"{done}waiting for UTMStack to compile more update scripts, {self._left:.0f} s of `script_wait` left"
            )
            self._since_report = 0.0
        pause = min(self._pause, self._left)
        self._left -= pause
        self._since_report += pause
        self._sleep(pause)
        return True


NO_PACE = ScriptPace()
