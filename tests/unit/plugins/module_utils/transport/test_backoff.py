# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import UtmstackError
from ansible_collections.utmstack.siem.plugins.module_utils.transport.backoff import MAX_WAIT, Backoff


def longest_draw(low: float, high: float) -> float:
    return high


def test_waits_grow_up_to_a_ceiling() -> None:
    waits: list[float] = []
    backoff = Backoff(1000, waits.append, longest_draw)
    for attempt in range(1, 8):
        backoff.wait(UtmstackError("busy"), attempt)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, MAX_WAIT, MAX_WAIT]


def test_the_servers_own_wait_is_kept() -> None:
    waits: list[float] = []
    Backoff(60, waits.append, longest_draw).wait(UtmstackError("busy", retry_after=7.0), 1)
    assert waits == [7.0]


def test_a_wait_that_does_not_fit_raises_at_once() -> None:
    waits: list[float] = []
    error = UtmstackError("busy", retry_after=61.0)
    with pytest.raises(UtmstackError) as raised:
        Backoff(60, waits.append, longest_draw).wait(error, 1)
    assert raised.value is error
    assert waits == []


def test_the_budget_ends_even_when_every_draw_is_zero() -> None:
    waits: list[float] = []
    backoff = Backoff(1, waits.append, lambda low, high: 0.0)

    def wait_again_and_again() -> None:
        for attempt in range(1, 1000):
            backoff.wait(UtmstackError("busy"), attempt)

    with pytest.raises(UtmstackError):
        wait_again_and_again()
    assert 1 <= len(waits) <= 20


def test_no_budget_means_no_repeat() -> None:
    with pytest.raises(UtmstackError):
        Backoff(0, lambda seconds: None, lambda low, high: 0.0).wait(UtmstackError("busy"), 1)


def test_a_task_of_a_process_that_runs_for_long_has_a_budget_of_its_own() -> None:
    backoff = Backoff(1, lambda seconds: None, longest_draw)
    backoff.wait(UtmstackError("busy", retry_after=1.0), 1)
    backoff.renew()
    backoff.wait(UtmstackError("busy", retry_after=1.0), 1)
    with pytest.raises(UtmstackError):
        backoff.wait(UtmstackError("busy", retry_after=1.0), 1)
