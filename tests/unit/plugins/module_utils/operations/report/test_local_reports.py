# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports in local time: their texts, days and hours, also when the clock is changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.figures import (
    figures,
    report_options_from,
)
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import zone_named
from ansible_collections.utmstack.siem.plugins.module_utils.times import day_begin, exact

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def made(*raised: str, **given: Any) -> dict[str, Any]:
    alerts = [
        {"id": f"a{number}", "name": "Scan", "timestamp": moment, "status": "open", "severity": "low"}
        for number, moment in enumerate(raised)
    ]
    return figures(alerts, report_options_from(given))


def columns(found: dict[str, Any]) -> dict[str, int]:
    return {column["from"]: column["total"] for column in found["raised"]["columns"]}


@pytest.mark.parametrize(
    ("zone", "generated", "since", "raised"),
    [
        ("UTC", "2026-11-25 12:00", "2026-11-25 00:00", "2026-11-25 09:30"),
        (BERLIN, "2026-11-25 13:00", "2026-11-25 00:00", "2026-11-25 10:30"),
        (NEW_YORK, "2026-11-25 07:00", "2026-11-25 00:00", "2026-11-25 04:30"),
    ],
)
def test_texts_are_local_and_the_state_is_not(zone: str, generated: str, since: str, raised: str) -> None:
    found = made("2026-11-25T09:30:00Z", now="2026-11-25T12:00:00Z", since="today", time_zone=zone)
    assert (found["generated_at"], found["since"], found["time_zone"]) == (generated, since, zone)
    assert found["alerts"][0]["raised"] == raised
    assert found["alerts"][0]["age"] == found["oldest_open"] == "2 h 30 min"
    assert found["state"]["at"] == "2026-11-25T12:00:00.000Z"
    listed = [{"id": 1, "name": "Night", "status": "open", "created_at": "2026-11-25T09:30:00Z"}]
    options = report_options_from({"now": "2026-11-25T12:00:00Z", "time_zone": zone})
    assert figures([], options, incidents=listed)["incidents"]["rows"][0]["created_at"] == raised
    later = figures([], options, previous={**found["state"], "at": "2026-11-25T09:30:00.000Z"})
    assert later["changes"]["at"] == raised


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, "2026-03-29", 23),
        (BERLIN, "2026-10-25", 25),
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (BERLIN, "2026-11-25", 24),
        ("UTC", "2026-10-25", 24),
    ],
)
def test_a_day_has_the_hours_of_its_clock(zone: str, day: str, hours: int) -> None:
    given = {"now": f"{day}T23:59", "since": day, "time_zone": zone}
    found = made(**given)
    assert found["raised"]["unit"] == "hour"
    assert len(columns(found)) == hours
    assert next(iter(columns(found))) == f"{day} 00:00"


def test_both_hours_that_the_clock_shows_twice_are_told_apart() -> None:
    twice = ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T01:59:59Z")
    found = made(*twice, now="2026-10-25T12:00", since="2026-10-25", time_zone=BERLIN)
    counted = {begin: number for begin, number in columns(found).items() if "02:" in begin}
    assert counted == {"2026-10-25 02:00 CEST": 1, "2026-10-25 02:00 CET": 2}
    assert [row["raised"] for row in found["alerts"]] == [
        "2026-10-25 02:30 CEST",
        "2026-10-25 02:30 CET",
        "2026-10-25 02:59 CET",
    ]


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, "UTC"])
def test_every_alert_is_in_the_column_of_its_local_day(zone: str) -> None:
    # The first and the last millisecond of each day of the weeks in which both clocks are changed.
    days = [date(2026, 10, 19) + timedelta(days=number) for number in range(21)]
    begins = [day_begin(day, zone_named(zone)) for day in days]
    moments = [exact(moment) for begin in begins for moment in (begin, begin - timedelta(milliseconds=1))]
    found = made(*moments, now="2026-11-08T12:00", since="2026-10-19", time_zone=zone)
    assert found["raised"]["unit"] == "day"
    # The last day has no end yet, and the first moment is before the period.
    assert columns(found) == {f"{day} 00:00": 1 if day == days[-1] else 2 for day in days}


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, "UTC"])
def test_weeks_begin_at_the_same_hour_all_year(zone: str) -> None:
    found = made(now="2026-11-08T12:00", since="2026-01-05T15:00", time_zone=zone)
    assert found["raised"]["unit"] == "week"
    assert list(columns(found)) == [f"{date(2026, 1, 5) + timedelta(weeks=number)} 00:00" for number in range(44)]


@pytest.mark.parametrize("given", [{"time_zone": "Europe/Berlim"}, {"time_zone": "x" * 500}])
def test_a_time_zone_that_does_not_exist_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="`time_zone`"):
        report_options_from(given)


def test_no_time_zone_is_utc() -> None:
    assert {made(now="2026-11-25T12:00:00Z", **given)["time_zone"] for given in ({}, {"time_zone": ""})} == {"UTC"}
