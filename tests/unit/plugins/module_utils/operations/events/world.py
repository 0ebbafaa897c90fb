# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An invented server with a clock of its own, the feed that follows it, and the engine that takes what it reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ServerError
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import RELEASED, Alert
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.cursor import Cursor, CursorIdentity
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.feed import AlertFeed, FeedOptions
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.reading import InReview
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.sighting import Sighting
from ansible_collections.utmstack.siem.plugins.module_utils.times import exact, exact_time

from ...builders import alert

START = datetime(2026, 11, 20, 10, tzinfo=timezone.utc)
NOBODY = cast(Client, None)


@dataclass
class World:
    """Alerts, a rule engine and two clocks.

    :param ahead: seconds by which the server's clock is ahead of the host's; None for a server that reports no time.
    :param between: called before each read, which may change the world or fail.
    :ivar is_swept: whether the IDs of all alerts that match were read, whatever their time.
    """

    ahead: float | None = 0
    statuses: tuple[str, ...] = ("open",)
    now: datetime = START
    alerts: dict[str, Alert] = field(default_factory=dict)
    between: Callable[[], None] = lambda: None
    reads: int = 0
    is_swept: bool = False

    @property
    def server_now(self) -> datetime:
        """The time of the server, whether it reports it or not."""
        return self.now + timedelta(seconds=self.ahead or 0)

    def arrive(self, alert_id: str, age: float | None = 0, status: str = "automatic_review", **fields: Any) -> None:
        """A new alert, whose time is `age` seconds ago; None for none."""
        moment = None if age is None else exact(self.server_now - timedelta(seconds=age))
        text = "" if status == "automatic_review" else RELEASED
        self.alerts[alert_id] = alert(alert_id, timestamp=moment, status=status, **{"observation": text, **fields})

    def tick(self) -> None:
        """Let the rule engine release what is not of the future."""
        now = exact(self.server_now)
        for one in self.alerts.values():
            if one.status == "automatic_review" and (exact_time(one.timestamp) or "x") <= now:
                self.write(one.id, status="open", observation=RELEASED)

    def write(self, alert_id: str, **fields: Any) -> None:
        """Change an alert."""
        self.alerts[alert_id] = replace(self.alerts[alert_id], **fields)

    def complete(self, alert_id: str) -> None:
        """Complete an alert."""
        self.write(alert_id, status="completed", observation="done")

    def reopen(self, alert_id: str) -> None:
        """Open a completed alert again."""
        self.write(alert_id, status="open", observation="again")

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def in_review(self) -> InReview:
        """The alerts in automatic review."""
        self._read()
        waiting = [one for one in self.alerts.values() if one.status == "automatic_review"]
        times = [moment for moment in (exact_time(one.timestamp) for one in waiting) if moment is not None]
        return InReview(min(times, default=None), len(waiting))

    def matching(self, since: str | None) -> Iterator[str]:
        """The IDs of the alerts that match."""
        self._read()
        self.is_swept = self.is_swept or since is None
        found = [one for one in self.alerts.values() if one.status in self.statuses]
        return iter([one.id for one in found if since is None or (exact_time(one.timestamp) or "") >= since])

    def documents(self, ids: Sequence[str]) -> list[Alert]:
        """The alerts that match."""
        return [one for one in self.present(ids) if one.status in self.statuses]

    def present(self, ids: Sequence[str]) -> list[Alert]:
        """The alerts with these IDs."""
        self._read()
        return [self.alerts[alert_id] for alert_id in ids if alert_id in self.alerts]

    def time(self) -> str | None:
        """The time of the server as it reports it."""
        return None if self.ahead is None else exact(self.server_now)

    def _read(self) -> None:
        self.reads += 1
        self.between()


class _Reads:
    def __init__(self, world: World) -> None:
        self.in_review, self.matching, self.documents = world.in_review, world.matching, world.documents
        self.present, self.now = world.present, world.time


class Memory(Cursor):
    """A cursor whose file is a text in memory."""

    def __init__(self, text: str | None = None) -> None:
        super().__init__("/cursor", CursorIdentity("s", "q"), None if text is None else json.loads(text))
        self.text = text
        self.writes = 0

    def save(self, position: Mapping[str, Any]) -> None:
        """Keep the position as a file would."""
        self.text = json.dumps(position)
        self.writes += 1


class Follower:
    """A feed of a world, which can be killed."""

    def __init__(self, world: World, **options: Any) -> None:
        self.world = world
        self.options = FeedOptions(**options)
        self.cursor = Memory()
        self.start()

    def start(self) -> None:
        """Start, or start again after a kill: nothing but the cursor is left."""
        self.cursor = Memory(self.cursor.text)
        self.feed = AlertFeed(
            NOBODY, self.options, self.cursor, clock=lambda: self.world.now, reads=lambda: _Reads(self.world)
        )

    def poll(self) -> list[Sighting]:
        """One poll, saved."""
        found = self.feed.poll()
        self.feed.save()
        return found

    def deliver(self, sightings: Sequence[Sighting]) -> None:
        """Have the engine take and confirm each sighting, and save."""
        for one in sightings:
            self.feed.taken([one.key])
            if self.options.feedback:
                self.feed.confirmed([one.key])
        self.feed.save()

    def seen(self) -> list[tuple[str, str]]:
        """IDs and kinds of one poll, delivered."""
        found = self.poll()
        self.deliver(found)
        return [(one.alert.id, one.kind) for one in found]


def started(world: World, **options: Any) -> Follower:
    """A feed after its first poll, which has found nothing."""
    follower = Follower(world, **options)
    assert follower.seen() == []
    return follower


def away() -> None:
    """Fail as a server that is away."""
    raise ServerError("UTMStack is away.", status=503)
