# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a rule or suppression, its owner and its ticket. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ...conversion import checked_text
from ...errors import InvalidInput
from ...times import last_instant

EXPIRES, OWNER, TICKET = LIFETIME_KEYS = ("expires", "owner", "ticket")
MAX_TEXT_LENGTH = 100
REMIND_DAYS = 14
MAX_DAYS = 3650
ALL_EXPIRED = (
    "All rules have expired, so none of them decides an alert. `lifecycle.expired` names them: extend `expires`, or "
    "remove the rules."
)
_AGE_UNITS = tuple("mhdw")


@dataclass(frozen=True)
class Lifetime:
    """When a rule or suppression ends, and who answers for it.

    :param expires: the end as the user wrote it; None for none.
    :param end: the instant that it names.
    """

    expires: str | None = None
    end: datetime | None = None
    owner: str | None = None
    ticket: str | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether the end has passed."""
        return self.end is not None and now >= self.end

    def days_left(self, now: datetime) -> int | None:
        """The days until the last day, by the calendar of `now`; None without an end."""
        return None if self.end is None else (self.end.astimezone(now.tzinfo).date() - now.date()).days


ENDLESS = Lifetime()


def lifetime_of(given: Mapping[str, Any], now: datetime) -> Lifetime:
    """Read the keys of LIFETIME_KEYS.

    :param now: its time zone is that of days and of times without an offset.
    :raises InvalidInput: the end is no day or time, or the owner or ticket is not one line of text.
    """
    owner, ticket = (_line(given, key) for key in (OWNER, TICKET))
    if EXPIRES not in given:
        return Lifetime(owner=owner, ticket=ticket)
    value = given[EXPIRES]
    text = (value.isoformat() if isinstance(value, date) else str(value or "")).strip()
    if not text[:4].isdigit() or text.endswith(_AGE_UNITS):
        # An age would never end.
        raise InvalidInput(f"`{EXPIRES}` is {text!a}. Use the last day, such as 2026-12-31, or an ISO 8601 time.")
    return Lifetime(text, last_instant(text, EXPIRES, now), owner, ticket)


def _line(given: Mapping[str, Any], key: str) -> str | None:
    if given.get(key) is None:
        return None
    text = checked_text(given[key], key)
    if not text.strip():
        raise InvalidInput(f"`{key}` is empty. Leave it out, or set a text.")
    if not text.isprintable() or len(text) > MAX_TEXT_LENGTH:
        raise InvalidInput(f"`{key}` must be one line of up to {MAX_TEXT_LENGTH} printable characters.")
    return text


def lifecycle_of(lifetimes: Iterable[tuple[str, Lifetime]], now: datetime, remind_days: int) -> dict[str, Any]:
    """List what ends soon and what has ended, the earliest end first.

    :param lifetimes: with the name of each rule or suppression.
    :param remind_days: how many days before its last day an end is listed.
    :returns: `ending` and `expired`, rows with `name`, `expires`, `days_left` (0 on the last day, negative after it),
        `owner` and `ticket`.
    """
    found: dict[str, Any] = {"ending": [], "expired": []}
    ends = [(one.end, name, one) for name, one in lifetimes if one.end is not None]
    for _end, name, one in sorted(ends, key=lambda row: row[:2]):
        days, is_over = one.days_left(now), one.is_over(now)
        if is_over or (days is not None and days <= remind_days):
            found["expired" if is_over else "ending"].append(row_of(name, one, now))
    return found


def row_of(name: str, lifetime: Lifetime, now: datetime) -> dict[str, Any]:
    """A rule or suppression in the result of a task."""
    return {
        "name": name,
        "expires": lifetime.expires,
        "days_left": lifetime.days_left(now),
        "owner": lifetime.owner,
        "ticket": lifetime.ticket,
    }


def check_days(option: str, days: int) -> None:
    """Refuse a number of days that no calendar serves. :raises InvalidInput: it is negative or too large."""
    if not 0 <= days <= MAX_DAYS:
        raise InvalidInput(f"`{option}` is {days}. Use a number of days from 0 to {MAX_DAYS}.")
