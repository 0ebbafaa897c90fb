# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests in progress, and those among them that the fault `hold` keeps waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PAUSE = 0.002


class Gate:
    """Counts of the requests in progress and of those that wait until they are released."""

    def __init__(self) -> None:
        self.in_progress = 0
        self.held = 0
        self._releases = 0

    def reset(self) -> None:
        """Release all requests."""
        self._releases += 1

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Count a request as in progress."""
        self.in_progress += 1
        try:
            yield
        finally:
            self.in_progress -= 1

    async def hold(self) -> None:
        """Wait until the next release."""
        releases = self._releases
        self.held += 1
        try:
            while self._releases == releases:
                await asyncio.sleep(PAUSE)
        finally:
            self.held -= 1


async def holds(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, at most this long, and return whether it holds."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(PAUSE)
    return condition()
