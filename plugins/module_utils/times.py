# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as users write them: instants, days, and ages such as ``24h``.

Texts without an offset are local times of a task's time zone, which travels as the zone of the task's `now`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from .errors import InvalidInput

FIRST_INSTANT, LAST_INSTANT = "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"
# Words for days, by their distance from today.
DAY_WORDS = {"today": 0, "yesterday": -1}

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST_YEAR = 1970
_AGE = re.compile(r"^(\d+)\s*(m|h|d|w)$")
# Of a span that no search compares.
_SPAN = re.compile(r"^(\d+)\s*(s|m|h|d|w)$")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FRACTION = re.compile(r"[.,](\d+)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EXACT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_OFFSET = re.compile(r"(T.*[+-]\d\d)(\d\d)$")


def instant(text: str, option: str, now: datetime) -> datetime:
    """The instant that `text` names, in UTC; the first one of a day or of an hour that the clock repeats.

    :param text: an age before `now` (``90m``, ``24h``, ``7d``, ``2w``), ``today``, ``yesterday``, or an ISO 8601
        instant or day such as ``2026-11-20T10:00:00Z`` or ``2026-11-20``.
    :param option: the option's name, for the message.
    :param now: what ages and words count from, in the time zone of texts without an offset.
    :raises InvalidInput: it is none of these.
    """
    return _span(text, option, now)[0]


def last_instant(value: Any, option: str, now: datetime) -> datetime:
    """The last instant that an end such as `until` or `expires` includes: a day counts as a whole.

    :param value: a text as `instant` takes it, or a day or time as YAML parses it.
    :raises InvalidInput: it is none of these.
    """
    return _span(value.isoformat() if isinstance(value, date) else str(value), option, now)[1]


def age(text: str, option: str) -> timedelta:
    """The span that a text such as ``30s``, ``90m``, ``24h``, ``7d`` or ``2w`` names.

    :param option: the option's name, for the message.
    :raises InvalidInput: it names none.
    """
    found = _SPAN.match(text.strip())
    try:
        if found:
            return _age_in(found)
    except OverflowError:
        pass
    raise InvalidInput(f"`{option}` is {text!a}. Write an age such as 90m, 24h, 7d or 2w.")


def _age_in(found: re.Match[str]) -> timedelta:
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _span(text: str, option: str, now: datetime) -> tuple[datetime, datetime]:
    """The first and the last instant of what a text names."""
    try:
        found = _read_span(text.strip(), now)
    except OverflowError:
        found = None
    except ValueError:
        raise InvalidInput(
            f"`{option}` is {text!r}; write an age (90m, 24h, 7d, 2w), today, yesterday, or an ISO 8601 time such as "
            "2026-11-20T10:00:00Z."
        ) from None
    # The search of the server begins with 1970.
    if found is None or found[0].year < _FIRST_YEAR:
        raise InvalidInput(f"`{option}` is {text!r}, which is not a time from {_FIRST_YEAR} to 9999.")
    return found


def _read_span(text: str, now: datetime) -> tuple[datetime, datetime]:
    """:raises ValueError: the text is no time. :raises OverflowError: the time cannot be computed."""
    zone = now.tzinfo or timezone.utc
    found = _AGE.match(text)
    if found:
        # In UTC: on a clock with summer time, 24 hours ago is not always the same time of the day before.
        moment = now.astimezone(timezone.utc) - _age_in(found)
        return moment, moment
    if text.lower() in DAY_WORDS:
        return _day(now.date() + timedelta(days=DAY_WORDS[text.lower()]), zone)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = _parsed(text)
        return _in_utc(moment, zone), _in_utc(moment, zone, last=True)
    return _day(day, zone)


def _day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    begin = day_begin(day, zone)
    if day == date.max:
        return begin, _in_utc(datetime.combine(day, time.max), zone)
    # Some clocks skip or repeat the hour before midnight.
    return begin, day_begin(day + timedelta(days=1), zone) - timedelta.resolution


def day_begin(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day in a time zone, in UTC."""
    return _in_utc(datetime.combine(day, time.min), zone)


def _in_utc(moment: datetime, zone: tzinfo, last: bool = False) -> datetime:
    """A parsed time in UTC.

    :param zone: the time zone of a time without an offset. A time that its clock skips counts as if the clock had not
        been changed yet.
    :param last: take the second of two times that the clock shows twice.
    """
    if moment.tzinfo is not None:
        return moment.astimezone(timezone.utc)
    first, second = (moment.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1))
    return max(first, second) if last else first


def is_local(text: Any) -> bool:
    """Whether a text names a time that depends on the time zone of the task."""
    written = (text.isoformat() if isinstance(text, date) else str(text)).strip()
    if written.lower() in DAY_WORDS:
        return True
    try:
        # Later releases of Python read more forms, such as 20261125.
        return _DAY.match(written) is not None and _parsed(written).tzinfo is None
    except ValueError:
        return False


def exact_time(timestamp: Any) -> str | None:
    """A document's time, text or milliseconds since the epoch, as an exact bound that sorts by time; None for none."""
    if isinstance(timestamp, str) and _EXACT.fullmatch(timestamp):
        # As UTMStack writes times: nothing to convert, only to check.
        return timestamp if _is_time(timestamp[:-1]) else None
    moment = stored_time(timestamp)
    return None if moment is None else exact(moment)


def _is_time(iso: str) -> bool:
    try:
        datetime.fromisoformat(iso)
    except ValueError:
        return False
    return True


def stored_time(timestamp: Any) -> datetime | None:
    """A document's time in UTC; None for none. Without an offset it is UTC, whatever the time zone of the task."""
    try:
        if isinstance(timestamp, str):
            return _in_utc(_parsed(timestamp), timezone.utc)
        if isinstance(timestamp, (int, float)) and not isinstance(timestamp, bool):
            return _EPOCH + timedelta(milliseconds=timestamp)
    except (ValueError, OverflowError):
        pass
    return None


def comparable(timestamp: Any) -> Any:
    """The same, or what is no time as it is."""
    found = exact_time(timestamp)
    return timestamp if found is None else found


def instant_before(moment: str) -> str:
    """The instant one millisecond before an exact time."""
    return exact(_in_utc(_parsed(moment), timezone.utc) - timedelta(milliseconds=1))


def _parsed(text: str) -> datetime:
    # datetime.fromisoformat reads a final Z, offsets without a colon, and fractions after a comma or of other than 3 or
    # 6 digits only since Python 3.11.
    iso = _OFFSET.sub(r"\1:\2", re.sub(r"[zZ]$", "+00:00", text))
    iso = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), iso)
    return datetime.fromisoformat(iso)


def exact(moment: datetime) -> str:
    """`moment` with milliseconds: without them the server fills a bound up to the end of its second."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
