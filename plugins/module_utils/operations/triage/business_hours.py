# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `during` of a rule: the days and hours in which it applies, by the local time of the alert. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from ...errors import InvalidInput
from ...printing import printable
from ...suggestions import check_keys, suggestion

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_DAYS = tuple(day[:3] for day in DAYS)
KEYS = ("days", "hours")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)
_DAY_END = 24 * 60
_EXAMPLE = "{days: [mon-fri], hours: 08:00-18:00}"


@dataclass(frozen=True)
class Period:
    """Hours of some days of the week, in minutes since midnight.

    :param days: the days on which it begins; Monday is 0.
    :param end: the first minute after it; not after `begin` if it goes over midnight.
    """

    days: frozenset[int]
    begin: int = 0
    end: int = _DAY_END

    def includes(self, local: datetime) -> bool:
        """Whether a local time is in it."""
        day, minute = local.weekday(), local.hour * 60 + local.minute
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        return (day in self.days and minute >= self.begin) or ((day - 1) % 7 in self.days and minute < self.end)


@dataclass(frozen=True)
class BusinessHours:
    """The periods in which a rule applies, on the clock of a time zone."""

    periods: Sequence[Period]
    zone: tzinfo

    def includes(self, moment: datetime | None) -> bool:
        """Whether a time is in one of the periods; no time is in none."""
        if moment is None:
            return False
        local = moment.astimezone(self.zone)
        return any(period.includes(local) for period in self.periods)


def business_hours(given: Any, zone: tzinfo) -> BusinessHours:
    """Read the `during` of a rule.

    :param given: a dictionary with `days`, `hours` or both, or a list of them.
    :raises InvalidInput: it is neither, or names no days and hours.
    """
    entries = given if isinstance(given, list) else [given]
    if not entries:
        raise InvalidInput(f"`during` is empty. Leave it out, or set days and hours such as {_EXAMPLE}.")
    return BusinessHours([period for entry in entries for period in _periods(entry)], zone)


def _periods(entry: Any) -> list[Period]:
    if not isinstance(entry, Mapping) or not entry:
        raise InvalidInput(
            f"`during` has {_shown(entry)}. Set a dictionary with `days`, `hours` or both, such as {_EXAMPLE}, or a "
            "list of them."
        )
    check_keys(entry, KEYS, "during")
    days = frozenset(range(7))
    if "days" in entry:
        days = frozenset(day for text in _texts(entry, "days") for day in _days_in(text))
    if "hours" not in entry:
        return [Period(days)]
    return [Period(days, *_minutes_in(text)) for text in _texts(entry, "hours")]


def _shown(given: Any) -> str:
    return printable(repr(given), 80)


def _texts(entry: Mapping[str, Any], key: str) -> list[str]:
    value = entry[key]
    texts = value if isinstance(value, list) else [value]
    if not texts:
        raise InvalidInput(f"`during.{key}` is empty. Leave it out, or set values such as {_EXAMPLE}.")
    for text in texts:
        if not isinstance(text, str):
            raise InvalidInput(f"`during.{key}` has {_shown(text)}, which is no text. Write it as in {_EXAMPLE}.")
    return texts


def _days_in(text: str) -> list[int]:
    """The days of a name or a range of names, which may go over the end of the week."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    begin = _day(first, text)
    end = _day(last, text) if dash else begin
    return [(begin + number) % 7 for number in range((end - begin) % 7 + 1)]


def _day(word: str, text: str) -> int:
    for names in (SHORT_DAYS, DAYS):
        if word.lower() in names:
            return names.index(word.lower())
    raise InvalidInput(
        f"`during.days` has {_shown(text)}. Use {', '.join(SHORT_DAYS)}, their full names, or a range such as mon-fri."
        f"{suggestion(word, DAYS)}"
    )


def _minutes_in(text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(
            f"`during.hours` has {_shown(text)}. Use a period such as 08:00-18:00, or 22:00-06:00 over midnight."
        )
    begin, end = _minute(found[1], found[2]), _minute(found[3], found[4])
    if begin is None or end is None or begin == _DAY_END:
        raise InvalidInput(f"`during.hours` has {_shown(text)}. Hours run from 00:00 to 24:00.")
    if begin == end:
        raise InvalidInput(
            f"`during.hours` has {_shown(text)}, which begins when it ends. Leave `hours` out for whole days, "
            "or use 00:00-24:00."
        )
    return begin, end


def _minute(hour: str, minute: str) -> int | None:
    found = int(hour) * 60 + int(minute)
    return found if int(minute) < 60 and found <= _DAY_END else None
