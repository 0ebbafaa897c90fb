# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the sightings of one poll to events: one for each alert, and few for a storm of like alerts or a batch. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...model.like import like_key_of
from .event import EventOptions, batch_of, burst_of, event_of, is_plain_id, oldest_time
from .sighting import CHANGED, Sighting


@dataclass(frozen=True)
class Outgoing:
    """An event on its way to the engine.

    :param keys: of the sightings that it reports.
    :param unsafe_ids: how many of its alerts have an ID that is shown broken.
    :param oldest: the time of the oldest of its alerts; None if none has a time.
    """

    event: dict[str, Any]
    keys: tuple[str, ...]
    unsafe_ids: int
    oldest: datetime | None

    def at(self, now: datetime) -> dict[str, Any]:
        """The event as it leaves: with its lag in seconds, which is negative if the server's clock is ahead."""
        lag = None if self.oldest is None else round((now - self.oldest).total_seconds(), 3)
        return {**self.event, "lag": lag}


def events_of(sightings: Sequence[Sighting], options: EventOptions) -> list[Outgoing]:
    """The events of one poll; each sighting is in exactly one of them."""
    if not options.burst:
        return _single(sightings, options)
    groups: dict[Any, list[Sighting]] = {}
    for sighting in sightings:
        like = (*_occasion(sighting), like_key_of(sighting.alert, options.dialect))
        groups.setdefault(like, []).append(sighting)
    found: list[Outgoing] = []
    singles: list[Sighting] = []
    for group in groups.values():
        if len(group) > options.burst:
            found += _burst(group, options)
        else:
            singles += group
    return [*found, *_single(singles, options)]


def _single(sightings: Sequence[Sighting], options: EventOptions) -> list[Outgoing]:
    """The events of sightings that are no burst: batches, or one each. A batch would not say what has changed."""
    if not options.batch:
        return _one_by_one(sightings, options)
    groups: dict[tuple[Any, ...], list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(_occasion(sighting), []).append(sighting)
    found: list[Outgoing] = []
    for group in groups.values():
        size = 1 if group[0].kind == CHANGED else min(options.batch, options.max_ids)
        for part in _parts(group, size):
            event = batch_of(part, options) if len(part) > 1 else event_of(part[0], options)
            found.append(_outgoing(part, event))
    return found


def _occasion(sighting: Sighting) -> tuple[Any, ...]:
    """What sightings of one event share.

    What one poll saw first is not mixed with what another one did: after a restart, the same sightings are to make the
    same event again, which an engine that has stored it drops.
    """
    return sighting.kind, sighting.attempt, sighting.seen_at if sighting.attempt == 1 else None


def _one_by_one(group: Sequence[Sighting], options: EventOptions) -> list[Outgoing]:
    return [_outgoing([sighting], event_of(sighting, options)) for sighting in group]


def _burst(group: Sequence[Sighting], options: EventOptions) -> list[Outgoing]:
    parts = _parts(group, options.max_ids)
    return [_outgoing(part, burst_of(part, options, number, len(parts))) for number, part in enumerate(parts, 1)]


def _parts(group: Sequence[Sighting], size: int) -> list[Sequence[Sighting]]:
    return [group[start : start + size] for start in range(0, len(group), size)]


def _outgoing(sightings: Sequence[Sighting], event: dict[str, Any]) -> Outgoing:
    unsafe = sum(not is_plain_id(sighting.alert.id) for sighting in sightings)
    return Outgoing(event, tuple(sighting.key for sighting in sightings), unsafe, oldest_time(sightings))
