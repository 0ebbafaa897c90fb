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

from ...model.alert import Alert

# Newly open; open again after it was not; with other values of the fields that are followed.
OPENED, REOPENED, CHANGED = "opened", "reopened", "changed"
KINDS = (OPENED, REOPENED, CHANGED)
_DIGITS = 12


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


def version_of(alert: Alert, occurrence: int, kind: str = "") -> str:
    """The version of a sighting.

    :param occurrence: tells a later sighting of an alert that looks as it did at an earlier one; 0 for the first.
    """
    return _digest([alert.id, kind, occurrence, alert.timestamp, *_values(alert)])


def state_digest(alert: Alert) -> str:
    """What changes when somebody works on an alert: status, observation, tags, note and incident."""
    return _digest(_values(alert))


def _values(alert: Alert) -> list[Any]:
    tags = sorted(set(alert.tags))
    return [alert.status, alert.severity, tags, alert.notes, alert.observation, bool(alert.is_incident)]


def _digest(values: list[Any]) -> str:
    text = json.dumps(values, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
