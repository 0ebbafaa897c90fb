# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a triage report takes from an alert, and how it writes texts and times. Pure."""

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
# Who completed an alert: rules of utmstack_triage, the server's own tag rules, everybody else.
CLOSERS: Sequence[str] = ("automation", "tag_rules", "people")
BY_TAG_RULE = "Status changed to completed because alert was tagged as False positive"
WORD_LENGTH = 60


@dataclass(frozen=True)
class Row:
    """One alert of the report: its own texts as they are, and what was read from them."""

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
        """A text of the alert, whole; empty when it has none."""
        value = self.alert.get(name)
        return "" if value is None else str(value)


def row_of(alert: Mapping[str, Any], marks: Sequence[str]) -> Row:
    """What the report takes from an alert."""
    completed = alert.get("status") == "completed"
    observation = str(alert.get("observation") or "")
    return Row(alert, read_moment(alert.get("timestamp")), closer(observation, marks) if completed else None)


def read_moment(text: Any) -> datetime | None:
    """A time of an alert or incident; None when it is none."""
    if not isinstance(text, str):
        return None
    try:
        return instant(text, "timestamp", datetime.now(timezone.utc))
    except InvalidInput:
        return None


def closer(observation: str, marks: Sequence[str]) -> str:
    """Who completed an alert that has this observation."""
    if any(mark in observation for mark in marks):
        return "automation"
    return "tag_rules" if observation == BY_TAG_RULE else "people"


def report_text(text: Any, limit: int = WORD_LENGTH) -> str:
    """A text of an alert as the report shows it."""
    return printable("" if text is None else str(text), limit)


def adversary(row: Row) -> str:
    """Who attacked, in a word."""
    return side_text(row.alert.get("adversary"))


def side_text(side: Any) -> str:
    """The address of a side of an alert, else its host, else its user."""
    known = side if isinstance(side, Mapping) else {}
    return next((str(known[name]) for name in ("ip", "host", "user") if known.get(name)), "")


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970, for sorting."""
    return int(moment.timestamp()) if moment else None


def moment_text(moment: datetime) -> str:
    """A time as the report shows it, in UTC."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M")
