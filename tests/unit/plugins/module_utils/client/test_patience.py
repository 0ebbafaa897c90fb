# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a process that runs for long tries again, and when it gives up."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils import errors
from ansible_collections.utmstack.siem.plugins.module_utils.client.patience import Patience
from ansible_collections.utmstack.siem.plugins.module_utils.errors import Repeat, UtmstackError

AWAY = errors.ConnectionFailed("No connection.", repeat=Repeat.HARMLESS)


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def patience(clock: Clock, max_wait: float = 60, give_up_after: float = 600, renewable: bool = True) -> Patience:
    return Patience(max_wait, give_up_after, renewable, clock, draw=lambda low, high: high)


def test_waits_grow_up_to_the_longest_and_begin_anew_after_a_success() -> None:
    one = patience(Clock(), max_wait=10)
    assert [one.wait_after(AWAY) for _attempt in range(7)] == [0.5, 1, 2, 4, 8, 10, 10]
    assert one.succeed()
    assert not one.succeed()
    assert one.wait_after(AWAY) == 0.5


def test_many_failures_do_not_overflow() -> None:
    one = patience(Clock(), give_up_after=0)
    assert {one.wait_after(AWAY) for _attempt in range(3000)} >= {60}
    assert one.failures == 3000


def test_waits_are_drawn_and_never_nearly_zero() -> None:
    one = Patience(60, 0, True, Clock(), draw=lambda low, high: low)
    assert one.wait_after(AWAY) > 0.1


def test_the_wait_that_the_server_requests_is_kept() -> None:
    busy = errors.ServerError("Busy.", status=429, repeat=Repeat.HARMLESS, retry_after=120)
    assert patience(Clock()).wait_after(busy) == 120


def test_it_gives_up_when_the_time_is_over_and_not_later() -> None:
    clock = Clock()
    one = patience(clock, give_up_after=30)
    busy = errors.ServerError("Busy.", status=429, repeat=Repeat.HARMLESS, retry_after=120)
    assert one.wait_after(busy) == 30
    clock.now += 30
    with pytest.raises(UtmstackError) as raised:
        one.wait_after(busy)
    assert raised.value.message == ("No poll has succeeded for 30 s (`give_up_after`). The last error was: Busy.")


def test_only_failures_count_and_a_success_gives_new_time() -> None:
    clock = Clock()
    one = patience(clock, give_up_after=30)
    one.wait_after(AWAY)
    clock.now += 29
    one.succeed()
    # The engine took no event for an hour, so there was no poll.
    clock.now += 3600
    assert one.wait_after(AWAY) == 0.5
    clock.now += 29
    assert one.wait_after(AWAY) == 1


@pytest.mark.parametrize(
    "kind",
    [
        errors.WrongCredentials,
        errors.AddressLocked,
        errors.SecondFactorLocked,
        errors.SecondFactorRefused,
        errors.SecondFactorRequired,
        errors.AccountInactive,
        errors.ApiKeyRefused,
        errors.PreliminaryToken,
        errors.AccessDenied,
        errors.InvalidInput,
        errors.UnsupportedVersion,
    ],
)
@pytest.mark.parametrize("had_success", [False, True])
def test_what_another_attempt_makes_worse_ends_it_at_once(kind: type[UtmstackError], had_success: bool) -> None:
    one = patience(Clock(), give_up_after=0)
    if had_success:
        one.succeed()
    error = kind("No.")
    with pytest.raises(UtmstackError) as raised:
        one.wait_after(error)
    assert raised.value is error
    assert one.failures == 0


@pytest.mark.parametrize("kind", [errors.TlsFailed, errors.NotUtmstack, errors.RedirectRefused, errors.ServerError])
def test_a_wrong_address_ends_it_at_the_start_only(kind: type[UtmstackError]) -> None:
    one = patience(Clock())
    with pytest.raises(kind):
        one.wait_after(kind("No."))
    one.succeed()
    assert one.wait_after(kind("No.")) == 0.5


def test_a_token_that_was_refused_again_is_renewed_later_if_it_can_be() -> None:
    refused = errors.TokenRefused("No.")
    with_password, with_token = patience(Clock()), patience(Clock(), renewable=False)
    with_password.succeed()
    with_token.succeed()
    assert with_password.wait_after(refused) == 0.5
    with pytest.raises(errors.TokenRefused):
        with_token.wait_after(refused)
