# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the polls of a feed to the queue of the engine, and from its confirmations to the cursor.

Polling, delivery, confirmations and health run side by side. What is not confirmed in the cursor is found again after a
restart, so the process may be killed at any point.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Protocol

from ...client.patience import Patience
from ...errors import UtmstackError
from ...times import exact
from .event import HEALTH
from .sighting import Sighting
from .storms import Outgoing

LOG = logging.getLogger(__name__)
# No poll begins while so many events wait for the engine.
MAX_WAITING = 1000
# Events whose confirmation is awaited; the feed knows older ones as unconfirmed.
_MAX_IN_FLIGHT = 10_000
# Seconds between two reports to the feed, and between two writes of the cursor how many times as long as the last write
# took.
_MIN_PAUSE, _PAUSE_FACTOR = 0.2, 20


class Feed(Protocol):
    """What delivery needs of an `AlertFeed`. A poll runs in a thread, and the others may be called meanwhile."""

    def poll(self) -> list[Sighting]:
        """What is to be reported now."""

    def taken(self, keys: Iterable[str]) -> None:
        """Note that the engine has taken one event."""

    def confirmed(self, keys: Iterable[str]) -> None:
        """Note that the engine has stored events."""

    def save(self) -> None:
        """Write the position to the cursor if it has changed."""

    def state(self) -> Mapping[str, Any]:
        """Figures of health."""


class Queue(Protocol):
    """The engine's queue."""

    async def put(self, item: dict[str, Any], /) -> None:
        """Wait until there is room, and add an event."""


class FeedbackQueue(Protocol):
    """The queue in which the engine returns the events that it has stored."""

    async def get(self) -> Any:
        """Wait for the next event."""


@dataclass(frozen=True)
class DeliveryOptions:
    """How events are delivered; times in seconds.

    :param events: makes the events of one poll.
    :param health_interval: 0 for no health events.
    """

    events: Callable[[Sequence[Sighting]], list[Outgoing]]
    interval: float
    health_interval: float = 0
    max_waiting: int = MAX_WAITING


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Delivery:
    """One event source at work.

    :param begin_task: called before each poll.
    :param requests_sent: how many requests there were so far.
    :param redacted: takes secrets out of messages.
    :param feedback: None if the engine confirms nothing.
    """

    def __init__(
        self,
        feed: Feed,
        queue: Queue,
        options: DeliveryOptions,
        patience: Patience,
        *,
        begin_task: Callable[[], None] = lambda: None,
        requests_sent: Callable[[], int] = lambda: 0,
        redacted: Callable[[str], str] = str,
        feedback: FeedbackQueue | None = None,
    ) -> None:
        self._feed = feed
        self._queue = queue
        self._options = options
        self._patience = patience
        self._begin_task = begin_task
        self._requests_sent = requests_sent
        self._redacted = redacted
        self._feedback = feedback
        # What a poll has found is no news to the next one, so it is kept here until the cursor could be written.
        self._unsaved: list[Outgoing] = []
        self._waiting: deque[Outgoing] = deque()
        self._in_flight: dict[str, tuple[str, ...]] = {}
        self._taken: list[tuple[str, ...]] = []
        self._confirmed: list[str] = []
        self._to_send, self._room, self._to_note = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._health_due = False
        self._figures: dict[str, Any] = {"last_success": None, "lag": None, "error": None, "unsafe_ids": 0}

    async def run(self) -> None:
        """Deliver until the first error that no further attempt can mend.

        :raises UtmstackError: this error.
        """
        work: list[Coroutine[Any, Any, None]] = [self._poll_forever(), self._send_forever(), self._note_forever()]
        if self._feedback is not None:
            work.append(self._confirm_forever(self._feedback))
        if self._options.health_interval:
            work.append(self._report_health_forever())
        tasks = [asyncio.ensure_future(one) for one in work]
        try:
            done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _poll_forever(self) -> None:
        while True:
            await self._wait_for_room()
            began = time.monotonic()
            try:
                found = await asyncio.to_thread(self._poll)
            except UtmstackError as error:
                await asyncio.sleep(self._failed(error))
                continue
            self._succeeded()
            if found:
                self._waiting.extend(found)
                self._to_send.set()
            if not self._feed.state()["waiting"]:
                await asyncio.sleep(max(0.0, began + self._options.interval - time.monotonic()))

    def _poll(self) -> list[Outgoing]:
        """The events of one poll. In the thread of the poll, for there may be thousands."""
        self._begin_task()
        if not self._unsaved:
            self._unsaved = self._options.events(self._feed.poll())
        self._feed.save()
        found, self._unsaved = self._unsaved, []
        return found

    async def _wait_for_room(self) -> None:
        while len(self._waiting) >= self._options.max_waiting:
            self._room.clear()
            await self._room.wait()

    async def _send_forever(self) -> None:
        while True:
            if self._health_due:
                self._health_due = False
                await self._queue.put(self._health())
            elif self._waiting:
                await self._send(self._waiting[0])
                self._waiting.popleft()
                self._room.set()
            else:
                self._to_send.clear()
                await self._to_send.wait()

    async def _send(self, outgoing: Outgoing) -> None:
        event = outgoing.at(_now())
        uid = event["meta"]["uuid"]
        self._in_flight[uid] = outgoing.keys
        await self._queue.put(event)
        lags = [lag for lag in (self._figures["lag"], event["lag"]) if lag is not None]
        self._figures["lag"] = max(lags, default=None)
        self._figures["unsafe_ids"] += outgoing.unsafe_ids
        # The engine may have confirmed it meanwhile.
        if uid in self._in_flight:
            self._taken.append(outgoing.keys)
        if self._feedback is None or len(self._in_flight) > _MAX_IN_FLIGHT:
            del self._in_flight[next(iter(self._in_flight))]
        self._to_note.set()

    async def _confirm_forever(self, feedback: FeedbackQueue) -> None:
        while True:
            item = await feedback.get()
            meta = item.get("meta") if isinstance(item, Mapping) else None
            keys = self._in_flight.pop(str(meta.get("uuid")), ()) if isinstance(meta, Mapping) else ()
            if keys:
                self._confirmed += keys
                self._to_note.set()

    async def _note_forever(self) -> None:
        """Tell the feed what became of its sightings, many at a time, and save its position less often."""
        next_save = 0.0
        while True:
            await self._to_note.wait()
            self._to_note.clear()
            taken, self._taken = self._taken, []
            confirmed, self._confirmed = self._confirmed, []
            await asyncio.to_thread(self._note, taken, confirmed)
            began = time.monotonic()
            if began >= next_save:
                try:
                    await asyncio.to_thread(self._feed.save)
                except UtmstackError as error:
                    # The next poll writes what could not be written now.
                    await asyncio.sleep(self._failed(error))
                ended = time.monotonic()
                next_save = ended + _PAUSE_FACTOR * (ended - began)
            else:
                # It is still to be saved.
                self._to_note.set()
            await asyncio.sleep(_MIN_PAUSE)

    def _note(self, taken: Sequence[tuple[str, ...]], confirmed: Sequence[str]) -> None:
        for keys in taken:
            self._feed.taken(keys)
        if confirmed:
            self._feed.confirmed(confirmed)

    def _failed(self, error: UtmstackError) -> float:
        """Seconds to wait after a failure. :raises UtmstackError: nothing can mend it."""
        wait, name = self._patience.wait_after(error), type(error).__name__
        if name != self._figures["error"]:
            LOG.warning("Failed, next attempt in %.1f s: %s", wait, self._redacted(error.message))
        self._figures["error"] = name
        return wait

    def _succeeded(self) -> None:
        is_first = not self._patience.had_success
        failures = self._patience.failures
        if self._patience.succeed():
            LOG.warning("Polling again after %d failures.", failures)
        elif is_first:
            LOG.info("The first poll succeeded.")
        self._figures["last_success"], self._figures["error"] = exact(_now()), None

    async def _report_health_forever(self) -> None:
        while True:
            await asyncio.sleep(self._options.health_interval)
            # At most one waits for the engine.
            self._health_due = True
            self._to_send.set()

    def _health(self) -> dict[str, Any]:
        state, figures = self._feed.state(), dict(self._figures)
        self._figures["lag"] = None
        return {
            "kind": HEALTH,
            "lag": figures["lag"],
            "last_success": figures["last_success"],
            "failures": self._patience.failures,
            "error": figures["error"],
            "in_automatic_review": state["in_automatic_review"],
            "unconfirmed": state["unconfirmed"],
            "waiting": state["waiting"] + len(self._waiting),
            "unsafe_ids": figures["unsafe_ids"],
            "requests": self._requests_sent(),
            "meta": {"uuid": str(uuid.uuid4())},
        }
