# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time zone of a task, by its IANA name, and local times in it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from datetime import datetime, timezone, tzinfo

from .errors import InvalidInput
from .printing import printable
from .suggestions import close_names
from .times import instant

UTC = "UTC"
# Files of the database that name no place: the zone of the host, and none at all.
_NO_ZONES = {"localtime", "posixrules", "Factory"}


def zone_named(name: str | None, option: str = "time_zone") -> tzinfo:
    """The time zone with an IANA name, such as ``Europe/Berlin``.

    :param name: the name; None for UTC, which needs no database.
    :raises InvalidInput: there is no such time zone, or this host has no time zone database.
    """
    if name is None or name == UTC:
        return timezone.utc
    known = zoneinfo.available_timezones() - _NO_ZONES
    if not known:
        raise InvalidInput(
            f"`{option}` is {printable(name)!r}, but this host has no time zone database. Install the package tzdata "
            "of the operating system, or the Python package tzdata (pip install tzdata)."
        )
    # Other files of the database, such as right/UTC with its leap seconds, can be read, but are not meant.
    if name in known:
        try:
            return zoneinfo.ZoneInfo(name)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            pass
    raise InvalidInput(
        f"`{option}` is {printable(name)!r}, which is no time zone of this host's database. Use an IANA name such as "
        f"Europe/Berlin or America/New_York.{_suggestion(name, known)}"
    )


def _suggestion(name: str, known: Collection[str]) -> str:
    # People remember the city: Berlin, New York.
    city = name.strip().replace(" ", "_").casefold()
    cities = sorted(zone for zone in known if zone.rpartition("/")[2].casefold() == city)
    close = cities or close_names(name.strip().replace(" ", "_"), sorted(known))
    return f" Did you mean {', '.join(close[:3])}?" if close else ""


def now_in(name: str | None) -> datetime:
    """The current time in a time zone, which is that of the times in a task's options.

    :raises InvalidInput: there is no such time zone.
    """
    return datetime.now(zone_named(name))


def reference_time(given: str | datetime | None, name: str | None) -> datetime:
    """The time that ages count from, in a time zone.

    :param given: ISO 8601 time, as a text or as parsed by YAML; None for the current time.
    :raises InvalidInput: there is no such time or time zone.
    """
    current = now_in(name)
    return current if given is None else instant(str(given), "now", current).astimezone(current.tzinfo)


def zone_of(moment: datetime) -> tzinfo:
    """The time zone of a time that has one."""
    return moment.tzinfo or timezone.utc


def local_text(moment: datetime, zone: tzinfo, seconds: bool = False) -> str:
    """A time for people, in a time zone; the abbreviation of the offset follows in an hour that the clock repeats."""
    local = moment.astimezone(zone)
    text = local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    is_repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{text} {local.tzname()}" if is_repeated else text
