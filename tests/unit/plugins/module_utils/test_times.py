# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as users write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.times import (
    comparable,
    exact,
    exact_time,
    instant,
    last_instant,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01",
        "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "3000w",
        "99999999999999999999d",
    ],
)
def test_a_time_that_the_server_cannot_search_for_is_named(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"`since` is .* not a time from 1970 to 9999"):
        instant(text, "since", NOW)


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "0m"])
def test_the_first_and_last_times_are_times(text: str) -> None:
    assert instant(text, "since", NOW).tzinfo is timezone.utc


def test_a_timestamp_that_cannot_be_moved_to_utc_stays_as_it_is() -> None:
    assert comparable("0001-01-01T00:00:00+14:00") == "0001-01-01T00:00:00+14:00"


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("2026-11-28", "2026-11-28T23:59:59.999Z"),
        (" 2026-11-28 ", "2026-11-28T23:59:59.999Z"),
        (date(2026, 11, 28), "2026-11-28T23:59:59.999Z"),
        ("9999-12-31", "9999-12-31T23:59:59.999Z"),
        ("2026-11-28T00:00:00Z", "2026-11-28T00:00:00.000Z"),
        ("2026-11-28T10:00:00+02:00", "2026-11-28T08:00:00.000Z"),
        (datetime(2026, 11, 28, 10, 0), "2026-11-28T10:00:00.000Z"),
        (datetime(2026, 11, 28, tzinfo=timezone(timedelta(hours=1))), "2026-11-27T23:00:00.000Z"),
        ("2h", "2026-11-20T10:00:00.000Z"),
    ],
)
def test_a_day_as_an_end_counts_as_a_whole(value: Any, end: str) -> None:
    assert exact(last_instant(value, "until", NOW)) == end


def test_an_end_that_is_no_time_is_named() -> None:
    with pytest.raises(InvalidInput, match="`until` is '2026-13-01'"):
        last_instant("2026-13-01", "until", NOW)


@pytest.mark.parametrize(
    ("stored", "time"),
    [
        ("2026-11-20T10:00:00.123456789Z", "2026-11-20T10:00:00.123Z"),
        ("2026-11-20T10:00:00,5+0100", "2026-11-20T09:00:00.500Z"),
        ("2026-11-20T10-0130", "2026-11-20T11:30:00.000Z"),
        (1_763_632_800_123, "2025-11-20T10:00:00.123Z"),
        ("1601-01-01T00:00:00Z", "1601-01-01T00:00:00.000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        (-11_644_473_600_000, "1601-01-01T00:00:00.000Z"),
        ("2026/11/20 10:00:00", None),
        (True, None),
        (None, None),
        ([], None),
        (10**30, None),
    ],
)
def test_stored_times_are_bounds_that_sort_by_time(stored: Any, time: str | None) -> None:
    assert exact_time(stored) == time


@pytest.mark.parametrize(
    ("stored", "bound"),
    [
        ("2026-11-20T10:00:00.123Z", "2026-11-20T10:00:00.123Z"),
        ("2026-11-20T10:00:00.123+00:00", "2026-11-20T10:00:00.123Z"),
        ("2026-11-20T10:00:00.1239Z", "2026-11-20T10:00:00.123Z"),
        ("2026-02-29T10:00:00.123Z", None),
        ("2026-11-20T10:60:00.123Z", None),
        ("\u0662026-11-20T10:00:00.123Z", None),
    ],
)
def test_a_time_as_utmstack_writes_it_is_its_own_bound(stored: str, bound: str | None) -> None:
    assert exact_time(stored) == bound
