# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates as the engine reads them: formats of fields, incomplete bounds and date math (API facts, 3.2)."""

from __future__ import annotations

import calendar
import functools
import re
import time
from datetime import datetime, timedelta, timezone

_ISO = re.compile(
    r"^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?)?)?)?$"
)
_SLASHED = re.compile(r"^(\d{4})/(\d\d)/(\d\d)(?: (\d\d):(\d\d):(\d\d))?$")
_DETECTED = re.compile(r"^\d{4}-\d\d(-\d\d(T\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?)?)?$")
_MATH = re.compile(r"([+-])(\d+)?([yMwdhHms])|/([yMwdhHms])")


# Types of fields that hold dates.
DATES = ("date", "slashes")


class BadDate(ValueError):
    """The engine cannot read this as a date."""


def date_kind(text: str) -> str | None:
    """The type that this value gives a new field: ``date``, ``slashes`` for the other format, None for no date."""
    kind = "date" if _DETECTED.match(text) else "slashes" if _SLASHED.match(text) else None
    try:
        if kind is not None:
            millis(text, kind)
    except BadDate:
        return None
    return kind


def millis(value: object, kind: str = "date") -> int:
    """A stored value as milliseconds since the epoch. :raises BadDate: it is not a date in the field's format."""
    if isinstance(value, bool):
        raise BadDate(str(value))
    if isinstance(value, (int, float)):
        return int(value)
    return _stored(str(value), kind)


@functools.lru_cache(100_000)
def _stored(text: str, kind: str) -> int:
    """Parse a stored date; cached, because every list of an index needs the same dates."""
    return bound(text, upper=False, epoch=True, kind=kind)[0]


def _epoch(year: int, month: int, day: int, hour: int, minute: int, second: int, milli: int, zone: timezone) -> int:
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError as error:
        raise BadDate(str(error)) from None
    return calendar.timegm(moment.utctimetuple()) * 1000 + milli


def _zone(text: str | None) -> timezone:
    if not text or text == "Z":
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if text[0] == "+" else -offset)


def bound(text: str, upper: bool, epoch: bool, kind: str = "date") -> tuple[int, int]:
    """First and last millisecond of a bound; `upper` maximizes missing parts, except months and days, which are 01.

    :param epoch: accept epoch milliseconds.
    :param kind: format of the field's first value, ``date`` or ``slashes``.
    """
    if "||" in text or text.startswith("now"):
        exact = _with_math(text, upper, kind)
        return exact, exact
    if epoch and re.fullmatch(r"\d{1,3}|-?\d{5,}|-\d+", text):
        return int(text), int(text)
    if kind == "slashes":
        return _slashed(text)
    match = _ISO.match(text)
    if not match:
        raise BadDate(text)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    start = _epoch(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "0")[:3].ljust(3, "0")),
        _zone(zone),
    )
    length = 1
    if fraction is None:
        length = 1000 if second is not None else 60_000 if minute is not None else 3_600_000 if hour else 86_400_000
    return start, start + length - 1


def _slashed(text: str) -> tuple[int, int]:
    match = _SLASHED.match(text)
    if not match:
        raise BadDate(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    start = _epoch(year, month, day, hour, minute, second, 0, timezone.utc)
    return start, start + (86_400_000 if match[4] is None else 1000) - 1


def _with_math(text: str, upper: bool, kind: str) -> int:
    if text.startswith("now"):
        moment, rest = datetime.fromtimestamp(time.time(), timezone.utc), text[3:]
    else:
        anchor, _, rest = text.partition("||")
        start = bound(anchor, upper=False, epoch=True, kind=kind)[0]
        moment = datetime.fromtimestamp(start / 1000, timezone.utc)
    position = 0
    while position < len(rest):
        step = _MATH.match(rest, position)
        if not step:
            raise BadDate(text)
        position = step.end()
        if step[4]:
            moment = _round(moment, step[4])
            if upper:
                moment = _add_units(moment, 1, step[4]) - timedelta(milliseconds=1)
        else:
            moment = _add_units(moment, int(step[2] or 1) * (1 if step[1] == "+" else -1), step[3])
    return int(moment.timestamp() * 1000)


def _add_units(moment: datetime, count: int, unit: str) -> datetime:
    if unit in "yM":
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    names = {"w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes", "s": "seconds"}
    return moment + timedelta(**{names[unit]: count})


def _round(moment: datetime, unit: str) -> datetime:
    moment = moment.replace(microsecond=0)
    if unit == "s":
        return moment
    moment = moment.replace(second=0)
    if unit == "m":
        return moment
    moment = moment.replace(minute=0)
    if unit in "hH":
        return moment
    moment = moment.replace(hour=0)
    if unit == "w":
        return moment - timedelta(days=moment.weekday())
    if unit == "d":
        return moment
    moment = moment.replace(day=1)
    return moment if unit == "M" else moment.replace(month=1)
