# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an event says: IDs, numbers, times and words from closed lists. Texts only where a field is asked for. Pure.

A rulebook hands the whole event to its actions, and Ansible takes texts in it for templates.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...dialects import Dialect
from ...model.alert import COMMON_FIELDS, SEVERITIES, STATUSES, Alert
from ...model.like import like_key_of
from ...times import exact, exact_time, stored_time
from .safe_text import safe_text, safe_value
from .sighting import CHANGED, Sighting

BATCH, BURST, HEALTH = "batch", "burst", "health"
UNKNOWN = "unknown"
# Alerts of one event.
MAX_IDS = 1000
# Of one event that the engine stores. After a restart, ansible-rulebook 1.3.2 gets all actions that had not ended in
# one message, with their events. It reads no more of a message than has arrived, and none after one that it has cut, so
# the 13 events that the engine can hold have to stay below 64 KiB, twice over if it is killed again at once.
MAX_IDS_STORED = 40
SAMPLE = 5
# Of the IDs of this collection's events.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://galaxy.ansible.com/utmstack/siem/alerts")
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.:-]{1,256}")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGITS, _FIRST_DIGITS = 12, "abcdef"


@dataclass(frozen=True)
class EventOptions:
    """How events are made.

    :param fields: names of `COMMON_FIELDS` that events hold as well.
    :param burst: how many like alerts of one poll are reported one by one; 0 for any number.
    :param batch: how many other alerts of one poll share an event; 0 for one event each.
    :param max_ids: alerts of one event at most.
    """

    dialect: Dialect
    fields: Sequence[str] = ()
    burst: int = 0
    batch: int = 0
    max_ids: int = MAX_IDS


def event_of(sighting: Sighting, options: EventOptions) -> dict[str, Any]:
    """The event for one alert."""
    alert = sighting.alert
    found: dict[str, Any] = {**_identified(alert.id), **words_of(alert, options.dialect)}
    # Without a time that anybody can read, there is none.
    found["time"] = exact_time(alert.timestamp)
    before = sighting.before if sighting.kind == CHANGED else None
    if before is not None and "tags" in before:
        found["tags_changed"] = True
    for name in options.fields:
        if name not in found:
            found[name] = safe_value(COMMON_FIELDS[name](alert, options.dialect))
    event = {
        "alert": found,
        "kind": sighting.kind,
        "attempt": sighting.attempt,
        "version": sighting.version,
        "group": group_of(sighting, options.dialect),
        "seen_at": exact(sighting.seen_at),
        "meta": {"uuid": event_uuid([sighting.key])},
    }
    if before is not None:
        event["before"] = _words_before(before)
    return event


def burst_of(sightings: Sequence[Sighting], options: EventOptions, part: int, parts: int) -> dict[str, Any]:
    """The event for like alerts of one kind and attempt.

    :param part: number of this event among `parts`, counted from 1.
    """
    burst = _together(BURST, sightings, options)
    return {**burst, "group": group_of(sightings[0], options.dialect), "part": part, "parts": parts}


def batch_of(sightings: Sequence[Sighting], options: EventOptions) -> dict[str, Any]:
    """The event for any alerts of one kind and attempt."""
    return _together(BATCH, sightings, options)


def _together(kind: str, sightings: Sequence[Sighting], options: EventOptions) -> dict[str, Any]:
    shared = [words_of(sighting.alert, options.dialect) for sighting in sightings]
    ids = [_identified(sighting.alert.id) for sighting in sightings]
    unsafe = sum("unsafe_id" in one for one in ids)
    first = sightings[0]
    return {
        "kind": kind,
        "of": first.kind,
        "count": len(sightings),
        "alert_ids": [one["id"] for one in ids],
        "sample_ids": [one["id"] for one in ids[:SAMPLE]],
        **({"unsafe_ids": unsafe} if unsafe else {}),
        **{name: value for name, value in shared[0].items() if all(one.get(name) == value for one in shared)},
        "attempt": first.attempt,
        "seen_at": exact(min(sighting.seen_at for sighting in sightings)),
        "meta": {"uuid": event_uuid([sighting.key for sighting in sightings])},
    }


def words_of(alert: Alert, dialect: Dialect) -> dict[str, str]:
    """The alert in words from closed lists; a data type is any word without spaces and signs."""
    words = {"status": _listed(alert.status, STATUSES), "severity": _listed(alert.severity, SEVERITIES)}
    data_type = COMMON_FIELDS["data_type"](alert, dialect)
    if isinstance(data_type, str) and _PLAIN_WORD.fullmatch(data_type):
        words["data_type"] = data_type
    return words


def group_of(sighting: Sighting, dialect: Dialect) -> str:
    """12 hexadecimal digits for what makes alerts alike, which hold none of their texts."""
    digest = _digest([sighting.kind, *like_key_of(sighting.alert, dialect)])
    # A rulebook would turn digits alone, or with one e among them, into a number.
    return _FIRST_DIGITS[int(digest[0], 16) % len(_FIRST_DIGITS)] + digest[1:_DIGITS]


def is_plain_id(alert_id: str) -> bool:
    """Whether an ID can be passed on as it is."""
    return _PLAIN_ID.fullmatch(alert_id) is not None


def event_uuid(keys: Sequence[str]) -> str:
    """The ID of the event for these sightings, the same after a restart."""
    return str(uuid.uuid5(_NAMESPACE, _digest(sorted(keys))))


def oldest_time(sightings: Sequence[Sighting]) -> datetime | None:
    """The time of the oldest of the alerts; None if none has a time."""
    times = (stored_time(sighting.alert.timestamp) for sighting in sightings)
    return min((moment for moment in times if moment is not None), default=None)


def _identified(alert_id: str) -> dict[str, Any]:
    return {"id": alert_id} if is_plain_id(alert_id) else {"id": safe_text(alert_id), "unsafe_id": True}


def _words_before(before: Mapping[str, Any]) -> dict[str, str]:
    lists = {"status": STATUSES, "severity": SEVERITIES}
    return {name: _listed(str(before[name]), words) for name, words in lists.items() if name in before}


def _listed(word: str, words: Sequence[str]) -> str:
    return word if word in words else UNKNOWN


def _digest(values: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
