# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sighting of an alert: what an event source reports. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...model.alert import RELEASED, Alert

# Newly open; open again after it was not; with other values of the fields that are followed.
OPENED, REOPENED, CHANGED = "opened", "reopened", "changed"
KINDS = (OPENED, REOPENED, CHANGED)
_DIGITS = 12
_IN_REVIEW = "review"


@dataclass(frozen=True)
class Sighting:
    """One alert to report.

    :param kind: one of `KINDS`.
    :param version: 12 hexadecimal digits, the same when the same sighting is reported again after a restart.
    :param attempt: counts from 1; more when an alert is reported again because nobody has touched it.
    :param seen_at: when the first attempt was sighted, by the clock of this host.
    :param before: the followed fields as they were; only of `CHANGED`.
    """

    alert: Alert
    kind: str
    version: str
    attempt: int
    seen_at: datetime
    before: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """What distinguishes this attempt from all others."""
        return sighting_key(self.alert.id, self.kind, self.version, self.attempt)


def sighting_key(alert_id: str, kind: str, version: str, attempt: int) -> str:
    """The key of one attempt to report an alert; the ID, which may be any text, stands last."""
    return f"{kind} {version} {attempt} {alert_id}"


def version_of(alert: Alert, kind: str, occurrence: int) -> str:
    """The version of a sighting.

    :param occurrence: tells a later sighting of an alert that looks as it did at an earlier one; 0 for the first.
    """
    state = [alert.status, alert.severity, sorted(set(alert.tags)), alert.notes, alert.observation]
    return _digest([alert.id, alert.timestamp, kind, occurrence, *state, bool(alert.is_incident)])


def state_of(alert: Alert) -> str:
    """A digest of what changes when somebody works on an alert.

    In automatic review, the rule engine itself still changes status, observation and tags.
    """
    if alert.status == "automatic_review":
        return _state_in_review(alert)
    tags = sorted(set(alert.tags))
    return f"{_digest([alert.status, alert.observation])} {_digest([tags, alert.notes, bool(alert.is_incident)])}"


def is_untouched(alert: Alert, state: str) -> bool:
    """Whether nobody has worked on an alert since its `state_of` was `state`."""
    return state == state_of(alert) or (_was_released(alert) and state == _state_in_review(alert))


def has_new_status(alert: Alert, state: str) -> bool:
    """Whether somebody has written the status of an alert, or its observation, since its `state_of` was `state`."""
    before = state.partition(" ")[0]
    return before != state_of(alert).partition(" ")[0] and not (before == _IN_REVIEW and _was_released(alert))


def _was_released(alert: Alert) -> bool:
    return alert.status == "open" and alert.observation == RELEASED


def _state_in_review(alert: Alert) -> str:
    return f"{_IN_REVIEW} {_digest([alert.notes, bool(alert.is_incident)])}"


def _digest(values: list[Any]) -> str:
    text = json.dumps(values, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
