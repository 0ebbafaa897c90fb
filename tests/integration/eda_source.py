# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the event source in this process, as ansible-rulebook does, against a simulator."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from utmstack_simulator.process import SimulatorProcess

from ..event_source import loaded

TIMEOUT = 60.0


class RunningSource:
    """The event source and an engine that takes every event; use it as a context manager.

    :param feedback: whether the engine confirms events.
    :ivar events: what the engine has taken.
    :ivar error: what ended the source.
    """

    def __init__(self, simulator: SimulatorProcess, feedback: bool = False, **arguments: Any) -> None:
        identity = {"username": "admin", "password": "Adm1n-pass", "bypass_two_factor": True}
        self._arguments = {"url": simulator.url, **identity, "interval": 0.1, "retry_budget": 0, **arguments}
        self._feedback = feedback
        self.events: list[dict[str, Any]] = []
        self.error: BaseException | None = None
        self._simulator = simulator
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> RunningSource:
        self._simulator.forget_requests()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End both at once, as a kill does."""
        self._stop.set()
        self._thread.join()

    async def _run(self) -> None:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
        feedback: asyncio.Queue[dict[str, Any]] | None = asyncio.Queue(1) if self._feedback else None
        if feedback is not None:
            self._arguments.update(feedback=True, eda_feedback_queue=feedback)
        main = loaded()["main"]
        tasks = [
            asyncio.ensure_future(main(queue, self._arguments)),
            asyncio.ensure_future(self._take(queue, feedback)),
        ]
        while not self._stop.is_set() and not tasks[0].done():
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        if not isinstance(results[0], asyncio.CancelledError):
            self.error = results[0]

    async def _take(self, queue: asyncio.Queue[dict[str, Any]], feedback: asyncio.Queue[dict[str, Any]] | None) -> None:
        while True:
            event = await queue.get()
            self.events.append(event)
            if feedback is not None:
                await feedback.put(event)

    def wait(self, done: Callable[[], Any]) -> None:
        """Wait until `done`, or until the source ends."""
        ended = time.monotonic() + TIMEOUT
        while not done():
            assert time.monotonic() < ended, self.events
            assert self._thread.is_alive(), self.error
            time.sleep(0.01)

    def wait_for_polls(self, number: int = 2) -> None:
        """Wait until so many further polls have succeeded."""
        begun = len(self._polls())
        self.wait(lambda: len(self._polls()) >= begun + number)

    def _polls(self) -> list[dict[str, Any]]:
        rows = self._simulator.requests(path="/api/elasticsearch/property/values-with-count")
        return [row for row in rows if row["status"] == 200]

    def failed(self) -> str:
        """Wait for the end of the source, and return its message."""
        self._thread.join(TIMEOUT)
        assert self.error is not None, self.events
        return str(self.error)

    def ids(self, *kinds: str) -> list[str]:
        """The IDs of the alerts in the events of these kinds, bursts included; of all kinds if none is named."""
        found: list[str] = []
        for event in self.events:
            if event["kind"] != "health" and (not kinds or event["kind"] in kinds):
                found += event.get("alert_ids") or [event["alert"]["id"]]
        return found

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind."""
        return [event for event in self.events if event["kind"] == kind]
