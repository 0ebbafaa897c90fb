# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a triage report, and the format of its texts and times. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ...errors import InvalidInput
from ...model.alert import SEVERITIES
from ...printing import printable
from ...times import instant

WORST_FIRST: Sequence[str] = tuple(reversed(SEVERITIES))
# Who completed an alert: rules of utmstack_triage, the server's own tag rules, or analysts.
CLOSERS: Sequence[str] = ("automation", "tag_rules", "people")
BY_TAG_RULE = "Status changed to completed because alert was tagged as False positive"
WORD_LENGTH = 60


@dataclass(frozen=True)
class Row:
    """One alert of the report, with the values parsed from its texts."""

    alert: Mapping[str, Any]
    raised: datetime | None
    closed_by: str | None

    @property
    def id(self) -> str:
        """Its ID."""
        return str(self.alert.get("id"))

    @property
    def status(self) -> str:
        """Its status."""
        return str(self.alert.get("status"))

    @property
    def severity(self) -> str:
        """Its severity."""
        return str(self.alert.get("severity"))

    def text(self, name: str) -> str:
        """A text of the alert in full; empty if missing."""
        value = self.alert.get(name)
        return "" if value is None else str(value)


def row_of(alert: Mapping[str, Any], marks: Sequence[str]) -> Row:
    """Build the row of an alert."""
    completed = alert.get("status") == "completed"
    observation = str(alert.get("observation") or "")
    return Row(alert, read_moment(alert.get("timestamp")), closer(observation, marks) if completed else None)


def read_moment(text: Any) -> datetime | None:
    """Parse a time of an alert or incident; None if it is invalid."""
    if not isinstance(text, str):
        return None
    try:
        return instant(text, "timestamp", datetime.now(timezone.utc))
    except InvalidInput:
        return None


def closer(observation: str, marks: Sequence[str]) -> str:
    """Identify the closer of a completed alert by its observation."""
    if any(mark in observation for mark in marks):
        return "automation"
    return "tag_rules" if observation == BY_TAG_RULE else "people"


def report_text(text: Any, limit: int = WORD_LENGTH) -> str:
    """Format a text of an alert for the report."""
    return printable("" if text is None else str(text), limit)


def adversary(row: Row) -> str:
    """The adversary in one word."""
    return side_text(row.alert.get("adversary"))


def side_text(side: Any) -> str:
    """The address of a side of an alert, else its host, else its user."""
    known = side if isinstance(side, Mapping) else {}
    return next((str(known[name]) for name in ("ip", "host", "user") if known.get(name)), "")


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970, for sorting."""
    return int(moment.timestamp()) if moment else None
