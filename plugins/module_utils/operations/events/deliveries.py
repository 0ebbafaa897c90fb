# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sightings on their way to an action: which may be lost with this process, and which to report again. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .sighting import Sighting, sighting_key, state_of

# Events of which the engine may not have carried out the actions, of all that it has taken. ansible-rulebook takes none
# while more than 10 actions wait for their turn, or while 25 of a parallel ruleset run (one runs otherwise). Beside
# these 35, its queue holds one event, and the actions of another one are being worked out. Events without an action
# pass by those that wait, and short actions of a parallel ruleset by a long one: docs/events.md says what a kill costs.
ENGINE_CAPACITY = 40
# Seconds after which an action counts as over: by default, the engine waits for actions no longer.
LONGEST_ACTION = 3600


@dataclass(frozen=True)
class Delivery:
    """One sighting on its way.

    :param state: the `state_of` of the alert.
    :param taken_at: when the engine took it; None while it has not.
    """

    alert_id: str
    kind: str
    version: str
    attempt: int
    seen_at: datetime
    state: str
    before: Mapping[str, Any] | None = None
    taken_at: datetime | None = None

    @property
    def key(self) -> str:
        """The key of its sighting."""
        return sighting_key(self.alert_id, self.kind, self.version, self.attempt)


def delivery_of(sighting: Sighting) -> Delivery:
    """A delivery that begins."""
    state = state_of(sighting.alert)
    return Delivery(
        sighting.alert.id, sighting.kind, sighting.version, sighting.attempt, sighting.seen_at, state, sighting.before
    )


@dataclass(frozen=True)
class Repeats:
    """When a sighting is reported again; times in seconds.

    :param after: without a change of the alert; 0 for never.
    :param attempts: at most, the first included.
    :param feedback: the engine confirms what it has stored; otherwise events count as carried out once the engine
        cannot hold them any more.
    """

    after: float
    attempts: int
    feedback: bool

    def again(self, delivery: Delivery) -> bool:
        """Whether another attempt may follow."""
        return self.after > 0 and delivery.attempt < self.attempts

    def is_due(self, delivery: Delivery, now: datetime) -> bool:
        """Whether the next attempt is to be made."""
        taken = delivery.taken_at
        return self.again(delivery) and taken is not None and taken + timedelta(seconds=self.after) <= now


@dataclass(frozen=True)
class _Taken:
    """One event that the engine has taken."""

    number: int
    at: datetime
    keys: tuple[str, ...]


class Deliveries:
    """All sightings on their way.

    :ivar open: those that are not confirmed, by key: a restart reports them again, as they are.
    :ivar watched: those that are, while another attempt may follow, by ID and kind.
    """

    def __init__(self, repeats: Repeats, watched: Iterable[Delivery] = ()) -> None:
        self.repeats = repeats
        self.open: dict[str, Delivery] = {}
        self.watched = {(one.alert_id, one.kind): one for one in watched}
        self._events = 0
        self._in_engine: deque[_Taken] = deque()

    def begin(self, sighting: Sighting) -> None:
        """Note a sighting that is reported now; the attempts before it are over."""
        self.open[sighting.key] = delivery_of(sighting)
        self.watched.pop((sighting.alert.id, sighting.kind), None)

    def take(self, keys: Iterable[str], now: datetime) -> None:
        """Note that the engine has taken one event with these sightings."""
        self._events += 1
        taken = tuple(key for key in keys if key in self.open)
        for key in taken:
            self.open[key] = replace(self.open[key], taken_at=now)
        if not self.repeats.feedback:
            self._in_engine.append(_Taken(self._events, now, taken))

    def settle(self, now: datetime) -> bool:
        """Take as carried out what the engine cannot hold any more, if it confirms nothing; whether there was any."""
        is_settled = False
        oldest = now - timedelta(seconds=LONGEST_ACTION)
        while self._in_engine:
            first = self._in_engine[0]
            if first.number > self._events - ENGINE_CAPACITY and first.at > oldest:
                break
            is_settled = self.confirm(first.keys, now) or is_settled
            self._in_engine.popleft()
        return is_settled

    def confirm(self, keys: Iterable[str], now: datetime) -> bool:
        """Note that these sightings are stored or carried out; whether any of them was on its way."""
        confirmed = [one for one in (self.open.pop(key, None) for key in keys) if one is not None]
        for one in confirmed:
            if self.repeats.again(one):
                # The engine may confirm an event before it is noted that it has taken it.
                self.watched[(one.alert_id, one.kind)] = replace(one, taken_at=one.taken_at or now)
        return bool(confirmed)

    def due(self, now: datetime) -> list[Delivery]:
        """Those that are to be reported again if their alerts are untouched."""
        return [one for one in (*self.open.values(), *self.watched.values()) if self.repeats.is_due(one, now)]

    def leave_alone(self, one: Delivery, now: datetime) -> None:
        """Leave a sighting alone whose alert somebody has worked on; one that awaits its feedback stays on its way."""
        if self.repeats.feedback and one.key in self.open:
            # A process that is killed now may still lose its event.
            self.open[one.key] = replace(self.open[one.key], taken_at=now)
        else:
            self.forget(one)

    def forget(self, one: Delivery) -> None:
        """Leave a sighting alone from now on."""
        self.open.pop(one.key, None)
        if self.watched.get((one.alert_id, one.kind)) == one:
            del self.watched[(one.alert_id, one.kind)]


def delivery_as_json(one: Delivery) -> list[Any]:
    """A delivery for a file."""
    taken = None if one.taken_at is None else one.taken_at.isoformat()
    return [one.alert_id, one.kind, one.version, one.attempt, one.seen_at.isoformat(), one.state, one.before, taken]


def delivery_from(saved: Sequence[Any]) -> Delivery:
    """The delivery that `delivery_as_json` returned."""
    alert_id, kind, version, attempt, seen_at, state, before, taken = saved
    taken_at = None if taken is None else datetime.fromisoformat(taken)
    return Delivery(alert_id, kind, version, attempt, datetime.fromisoformat(seen_at), state, before, taken_at)
