# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as users write them: instants, days, and ages such as ``24h``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from .errors import InvalidInput

FIRST_INSTANT, LAST_INSTANT = "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST_YEAR = 1970
_AGE = re.compile(r"^(\d+)\s*(m|h|d|w)$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FRACTION = re.compile(r"[.,](\d+)")
_OFFSET = re.compile(r"(T.*[+-]\d\d)(\d\d)$")


def instant(text: str, option: str, now: datetime) -> datetime:
    """The instant that `text` names, in UTC.

    :param text: an age before `now` (``90m``, ``24h``, ``7d``, ``2w``), or an ISO 8601 instant or day such as
        ``2026-11-20T10:00:00Z`` or ``2026-11-20``; without an offset it is UTC.
    :param option: the option's name, for the message.
    :raises InvalidInput: it is none of these.
    """
    stripped = text.strip()
    age = _AGE.match(stripped)
    try:
        found = now - timedelta(**{_UNITS[age[2]]: int(age[1])}) if age else _from_iso(stripped)
    except OverflowError:
        found = None
    except ValueError:
        raise InvalidInput(
            f"`{option}` is {text!r}; write an age (90m, 24h, 7d, 2w) or an ISO 8601 time such as 2026-11-20T10:00:00Z."
        ) from None
    # The search of the server begins with 1970.
    if found is None or found.year < _FIRST_YEAR:
        raise InvalidInput(f"`{option}` is {text!r}, which is not a time from {_FIRST_YEAR} to 9999.")
    return found


def last_instant(value: Any, option: str, now: datetime) -> datetime:
    """The last instant that an end such as `until` or `expires` includes: a day counts as a whole.

    :param value: a text as `instant` takes it, or a day or time as YAML parses it.
    :raises InvalidInput: it is none of these.
    """
    text = value.isoformat() if isinstance(value, date) else str(value)
    found = instant(text, option, now)
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time.max, timezone.utc)
    except ValueError:
        return found


def exact_time(timestamp: Any) -> str | None:
    """A document's time, text or milliseconds since the epoch, as an exact bound that sorts by time; None for none."""
    try:
        if isinstance(timestamp, str):
            return exact(_from_iso(timestamp))
        if isinstance(timestamp, (int, float)) and not isinstance(timestamp, bool):
            return exact(_EPOCH + timedelta(milliseconds=timestamp))
    except (ValueError, OverflowError):
        pass
    return None


def comparable(timestamp: Any) -> Any:
    """The same, or what is no time as it is."""
    found = exact_time(timestamp)
    return timestamp if found is None else found


def instant_before(moment: str) -> str:
    """The instant one millisecond before an exact time."""
    return exact(_from_iso(moment) - timedelta(milliseconds=1))


def _from_iso(text: str) -> datetime:
    # datetime.fromisoformat reads a final Z, offsets without a colon, and fractions after a comma or of other than 3 or
    # 6 digits only since Python 3.11.
    iso = _OFFSET.sub(r"\1:\2", re.sub(r"[zZ]$", "+00:00", text))
    iso = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), iso)
    moment = datetime.fromisoformat(iso)
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def exact(moment: datetime) -> str:
    """`moment` with milliseconds: without them the server fills a bound up to the end of its second."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
