# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as users write them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.times import comparable, instant

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
