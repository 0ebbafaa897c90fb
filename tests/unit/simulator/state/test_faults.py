# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests a fault meets."""

from __future__ import annotations

import pytest

from utmstack_simulator.state.faults import Fault, Faults, is_writing

STATUS = "/api/utm-alerts/status"


COUNT = "/api/utm-alerts/count-open-alerts"


def test_a_fault_meets_the_nth_request_and_so_often_only() -> None:
    nth = Fault("delay", {"kind": "delay", "nth": 2})
    assert [nth.meets("GET", "/x") for _request in range(4)] == [False, True, False, False]
    twice = Fault("delay", {"kind": "delay", "times": 2, "method": "GET", "path": "/x.*"})
    assert [twice.meets("GET", path) for path in ("/y", "/x", "/x1", "/x2")] == [False, True, True, False]


def test_probability_is_seeded() -> None:
    def drawn() -> list[bool]:
        faults = Faults()
        faults.replace([{"kind": "drop-before", "probability": 0.5, "seed": 7}])
        return [bool(faults.meeting("GET", "/x")) for _request in range(40)]

    assert drawn() == drawn()
    assert 5 < sum(drawn()) < 35


@pytest.mark.parametrize(
    ("method", "path", "writing"),
    [
        ("POST", STATUS, True),
        ("PUT", "/api/utm-incidents/change-status", True),
        ("GET", COUNT, False),
        ("POST", "/api/elasticsearch/search", False),
        ("POST", "/api/elasticsearch/property/values-with-count", False),
        ("POST", "/api/authenticate", False),
        ("POST", "/api/elasticsearch/index/delete-index", True),
    ],
)
def test_what_counts_as_writing(method: str, path: str, writing: bool) -> None:
    assert is_writing(method, path) is writing
