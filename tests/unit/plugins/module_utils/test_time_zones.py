# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local times: days, hours that a clock skips or repeats, and names of time zones."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import local_text, now_in, zone_named
from ansible_collections.utmstack.siem.plugins.module_utils.times import exact, instant, is_local, last_instant

BERLIN, NEW_YORK = zone_named("Europe/Berlin"), zone_named("America/New_York")
HOUR = timedelta(hours=1)


def at(text: str, zone: Any) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)


def span(text: Any, zone: Any, now: str = "2026-11-25T12:00:00+00:00") -> tuple[str, str]:
    reference = at(now, zone)
    return exact(instant(str(text), "since", reference)), exact(last_instant(text, "until", reference))


@pytest.mark.parametrize(
    ("text", "zone", "first", "last"),
    [
        ("2026-11-25", BERLIN, "2026-11-24T23:00:00.000Z", "2026-11-25T22:59:59.999Z"),
        ("2026-11-25", NEW_YORK, "2026-11-25T05:00:00.000Z", "2026-11-26T04:59:59.999Z"),
        (date(2026, 11, 25), NEW_YORK, "2026-11-25T05:00:00.000Z", "2026-11-26T04:59:59.999Z"),
        # Days of 23 hours.
        ("2026-03-29", BERLIN, "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"),
        ("2026-03-08", NEW_YORK, "2026-03-08T05:00:00.000Z", "2026-03-09T03:59:59.999Z"),
        # Days of 25 hours.
        ("2026-10-25", BERLIN, "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"),
        ("2026-11-01", NEW_YORK, "2026-11-01T04:00:00.000Z", "2026-11-02T04:59:59.999Z"),
        # The clock skips midnight, or the hour before it, or repeats one of them.
        ("2018-11-04", zone_named("America/Sao_Paulo"), "2018-11-04T03:00:00.000Z", "2018-11-05T01:59:59.999Z"),
        ("2026-03-28", zone_named("America/Scoresbysund"), "2026-03-28T02:00:00.000Z", "2026-03-29T00:59:59.999Z"),
        ("2026-11-01", zone_named("America/Havana"), "2026-11-01T04:00:00.000Z", "2026-11-02T04:59:59.999Z"),
        ("9999-12-31", NEW_YORK, None, None),
    ],
)
def test_a_day_lasts_from_midnight_to_midnight_of_its_clock(text: Any, zone: Any, first: str, last: str) -> None:
    if first is None:
        with pytest.raises(InvalidInput, match="not a time from 1970 to 9999"):
            span(text, zone)
    else:
        assert span(text, zone) == (first, last)


@pytest.mark.parametrize(
    ("text", "zone", "first", "last"),
    [
        ("2026-11-25T10:00", BERLIN, "2026-11-25T09:00:00.000Z", "2026-11-25T09:00:00.000Z"),
        ("2026-07-01T10:00", BERLIN, "2026-07-01T08:00:00.000Z", "2026-07-01T08:00:00.000Z"),
        ("2026-07-01T10:00", NEW_YORK, "2026-07-01T14:00:00.000Z", "2026-07-01T14:00:00.000Z"),
        # An offset decides alone.
        ("2026-07-01T10:00Z", BERLIN, "2026-07-01T10:00:00.000Z", "2026-07-01T10:00:00.000Z"),
        ("2026-07-01T10:00+09:00", NEW_YORK, "2026-07-01T01:00:00.000Z", "2026-07-01T01:00:00.000Z"),
        # Skipped: as if the clock had not been changed yet.
        ("2026-03-29T02:30", BERLIN, "2026-03-29T01:30:00.000Z", "2026-03-29T01:30:00.000Z"),
        ("2026-03-08T02:30", NEW_YORK, "2026-03-08T07:30:00.000Z", "2026-03-08T07:30:00.000Z"),
        # Shown twice: a start is the first, an end the second.
        ("2026-10-25T02:30", BERLIN, "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"),
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z"),
    ],
)
def test_a_time_without_an_offset_is_local(text: str, zone: Any, first: str, last: str) -> None:
    assert span(text, zone) == (first, last)


@pytest.mark.parametrize(
    ("now", "zone", "today", "yesterday"),
    [
        # The same moment is in two days.
        ("2026-11-25T03:00:00+00:00", BERLIN, "2026-11-24T23:00:00.000Z", "2026-11-23T23:00:00.000Z"),
        ("2026-11-25T03:00:00+00:00", NEW_YORK, "2026-11-24T05:00:00.000Z", "2026-11-23T05:00:00.000Z"),
        ("2026-03-29T12:00:00+00:00", BERLIN, "2026-03-28T23:00:00.000Z", "2026-03-27T23:00:00.000Z"),
        ("2026-11-02T12:00:00+00:00", NEW_YORK, "2026-11-02T05:00:00.000Z", "2026-11-01T04:00:00.000Z"),
    ],
)
def test_today_and_yesterday_are_days_of_the_clock(now: str, zone: Any, today: str, yesterday: str) -> None:
    assert span("today", zone, now)[0] == today
    assert span(" Yesterday ", zone, now)[0] == yesterday
    # The day before ends where this one begins.
    assert at(today, zone) - at(span("yesterday", zone, now)[1], zone) == timedelta(milliseconds=1)


@pytest.mark.parametrize("zone", [timezone.utc, BERLIN, NEW_YORK])
@pytest.mark.parametrize("now", ["2026-03-29T12:00:00+00:00", "2026-11-01T12:00:00+00:00"])
def test_an_age_is_the_same_in_every_time_zone(zone: Any, now: str) -> None:
    assert instant("24h", "since", at(now, zone)) == datetime.fromisoformat(now) - 24 * HOUR
    assert last_instant("1d", "until", at(now, zone)) == datetime.fromisoformat(now) - 24 * HOUR


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("today", True),
        ("2026-11-25", True),
        ("2026-11-25T10:00", True),
        (date(2026, 11, 25), True),
        (datetime(2026, 11, 25, 10), True),
        (datetime(2026, 11, 25, 10, tzinfo=timezone.utc), False),
        ("24h", False),
        ("2026-11-25T10:00Z", False),
        ("2026-11-25T10:00+0100", False),
        ("Port scan", False),
        (2026, False),
        (None, False),
    ],
)
def test_which_texts_depend_on_the_time_zone(text: Any, local: bool) -> None:
    assert is_local(text) is local


def test_utc_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "available_timezones", lambda: pytest.fail("it was read"))
    assert zone_named("UTC") is zone_named(None) is timezone.utc
    assert now_in("UTC").tzinfo is timezone.utc


def test_a_missing_database_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    with pytest.raises(
        InvalidInput, match=r"`time_zone` is 'Europe/Berlin', but .* no time zone database.*pip install"
    ):
        zone_named("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Europe/Berln", "Did you mean Europe/Berlin"),
        ("europe/berlin", "Did you mean Europe/Berlin"),
        ("Berlin", "Did you mean Europe/Berlin?"),
        ("new york", "Did you mean America/New_York?"),
        ("right/Europe/Berlin", "IANA name"),
        ("../../etc/passwd", "IANA name"),
        ("/etc/localtime", "IANA name"),
        ("Europe", "IANA name"),
        ("posixrules", "IANA name"),
        ("localtime", "IANA name"),
        ("Factory", "IANA name"),
        ("", "IANA name"),
        ("\x1b[31m", "x1b[31m"),
    ],
)
def test_an_unknown_time_zone_is_refused_with_a_similar_one(name: str, meant: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        zone_named(name, "triage_test_time_zone")
    assert "`triage_test_time_zone` is" in refused.value.message
    assert meant in refused.value.message
    assert refused.value.message.isprintable()


def test_a_time_for_people_is_local_and_never_ambiguous() -> None:
    twice = [at(f"2026-10-25T0{hour}:30:00+00:00", BERLIN) for hour in (0, 1)]
    assert [local_text(moment, BERLIN) for moment in twice] == ["2026-10-25 02:30 CEST", "2026-10-25 02:30 CET"]
    assert local_text(at("2026-11-25T12:00:01+00:00", timezone.utc), NEW_YORK) == "2026-11-25 07:00"
    assert local_text(at("2026-11-25T12:00:01+00:00", BERLIN), timezone.utc, seconds=True) == "2026-11-25 12:00:01"
    # In the hour that is skipped, no time is read from a clock, so none is ambiguous.
    assert local_text(at("2026-03-29T01:00:00+00:00", timezone.utc), BERLIN) == "2026-03-29 03:00"
