# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with an API key, on plain data."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.api_key import ApiKey
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import api_key
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session.key_plan import (
    KeyPlan,
    Wanted,
    find_key,
    plan_key,
    wanted_key,
)

from ...exchanges import params

NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
HELD = ApiKey("AWX", ("10.0.0.5",), "2026-12-29T12:00:00Z", 7, "2026-09-01T00:00:00Z")


def wanted(**options: Any) -> Wanted:
    return wanted_key(params(api_key.OPERATION, name="AWX", **options), NOW)


def planned(held: ApiKey | None, **options: Any) -> KeyPlan:
    return plan_key(held, wanted(**options), NOW)


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (None, "2026-12-06T12:00:00Z"),
        ("never", None),
        ("90d", "2027-02-27T12:00:00Z"),
        ("2027-06-30", "2027-06-30T23:59:59Z"),
        ("2027-06-30T12:00:00+02:00", "2027-06-30T10:00:00Z"),
        ("2027-06-30T12:00:00.900Z", "2027-06-30T12:00:00Z"),
    ],
)
def test_a_new_key(expires: str | None, expected: str | None) -> None:
    plan = planned(None, expires=expires)
    assert (plan.makes_text, plan.before, plan.after) == (True, None, ApiKey("AWX", (), expected))


@pytest.mark.parametrize(
    ("held", "expires", "expected"),
    [
        (HELD.expires, None, HELD.expires),
        (HELD.expires, "90d", HELD.expires),
        (HELD.expires, "30d", HELD.expires),
        (HELD.expires, "29d", "2026-12-28T12:00:00Z"),
        (None, "29d", "2026-12-28T12:00:00Z"),
        (HELD.expires, "never", None),
        (HELD.expires, "2026-12-29T12:00:00.000Z", HELD.expires),
        (HELD.expires, "2027-01-01", "2027-01-01T23:59:59Z"),
        # What the server made of seven days.
        ("2026-12-06T12:00:00.123456Z", "90d", "2026-12-06T12:00:00.123456Z"),
    ],
)
def test_the_expiry_of_a_key_that_stays(held: str | None, expires: str | None, expected: str | None) -> None:
    before = ApiKey("AWX", (), held, 7)
    plan = planned(before, expires=expires)
    assert plan.after == ApiKey("AWX", (), expected, 7)
    assert (plan.makes_text, plan.changes) == (False, held != expected)
    # The next run changes nothing.
    assert planned(plan.after, expires=expires).changes is False


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, HELD.addresses), ([], ()), ([" 10.0.0.0/8 ", "10.0.0.5", "10.0.0.5"], ("10.0.0.0/8", "10.0.0.5"))],
)
def test_addresses(given: list[str] | None, expected: tuple[str, ...]) -> None:
    plan = planned(HELD, allowed_addresses=given)
    assert (plan.after.addresses, plan.changes) == (expected, expected != HELD.addresses)


def test_the_order_of_addresses_is_no_change() -> None:
    held = ApiKey("AWX", ("10.0.0.5", "10.0.0.6"), None, 7)
    assert planned(held, allowed_addresses=["10.0.0.6", "10.0.0.5"]).changes is False


@pytest.mark.parametrize(
    ("expires", "rotate", "due"),
    [
        ("2026-12-13T12:00:01Z", "14d", False),
        ("2026-12-13T12:00:00Z", "14d", True),
        ("2026-01-01T00:00:00Z", "14d", True),
        (None, "14d", False),
        (None, "always", True),
        ("2026-12-13T12:00:00Z", "never", False),
    ],
)
def test_rotation(expires: str | None, rotate: str, due: bool) -> None:
    plan = planned(ApiKey("AWX", (), expires, 7), expires="90d", rotate=rotate)
    assert plan.makes_text is due
    if due:
        assert plan.after.expires == "2027-02-27T12:00:00Z"


def test_a_key_whose_text_is_lost_gets_another_one() -> None:
    lost = ApiKey("AWX (unfinished)", (), "2026-12-06T12:00:00.5Z", 7)
    plan = planned(find_key([lost], "AWX"), expires="never")
    assert (plan.makes_text, plan.after) == (True, ApiKey("AWX", (), None, 7))


@pytest.mark.parametrize("expires", [None, "90d"])
def test_a_key_that_has_expired_is_left_alone_with_a_warning(expires: str | None) -> None:
    plan = planned(ApiKey("AWX", (), "2026-11-29T12:00:00Z", 7), expires=expires)
    assert plan.changes is False
    assert "'AWX' has expired (2026-11-29T12:00:00Z)" in plan.warnings[0]


@pytest.mark.parametrize("other", ["AWX", "AWX (unfinished)"])
def test_several_keys_of_a_name_are_refused_with_their_ids(other: str) -> None:
    with pytest.raises(InvalidInput, match=r"'AWX' \(ID 7\), .* \(ID 9\)"):
        find_key([HELD, ApiKey(other, id=9), ApiKey("awx", id=8)], "AWX")


def test_a_name_is_found_as_it_is() -> None:
    assert find_key([ApiKey("awx", id=1), ApiKey("AWX ", id=2)], "AWX") is None


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "`name` is blank"),
    ({"name": "AWX "}, "spaces around"),
    ({"name": "A\nWX"}, "control characters"),
    ({"name": "AWX (unfinished)"}, "not finished"),
    ({"allowed_addresses": ["10.0.0.5", "soc"]}, "entry 'soc'"),
    ({"allowed_addresses": ["10.0.0.5/24"]}, "without host bits"),
    ({"allowed_addresses": ["::1"]}, "IPv4"),
    ({"expires": "tomorrow"}, "`expires` is 'tomorrow'"),
    ({"expires": "2026-11-28"}, "is in the past"),
    ({"expires": "0d"}, "at least one minute"),
    ({"expires": "99999999w"}, "no year after 9999"),
    ({"rotate": "14d"}, "`rotate` needs `expires`"),
    ({"rotate": "always"}, "`rotate` needs `expires`"),
    ({"rotate": "14d", "expires": "never"}, "must be a longer duration"),
    ({"rotate": "14d", "expires": "2027-06-30"}, "must be a longer duration"),
    ({"rotate": "90d", "expires": "90d"}, "must be a longer duration"),
    ({"rotate": "soon", "expires": "90d"}, "`rotate` is 'soon'. Write never, always, or a duration"),
]


@pytest.mark.parametrize(("options", "reason"), REFUSED)
def test_what_is_no_key_is_refused(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        wanted_key(params(api_key.OPERATION, **{"name": "AWX", **options}), NOW)


def test_a_duration_counts_from_the_time_of_the_plan() -> None:
    later = NOW + timedelta(days=1)
    assert plan_key(None, wanted(expires="1d"), later).after.expires == "2026-12-01T12:00:00Z"
