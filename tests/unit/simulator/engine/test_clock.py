# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The current time, printed as the server prints it."""

from __future__ import annotations

import time

import pytest

from utmstack_simulator.engine.clock import instant_text
from utmstack_simulator.engine.java import instant, instant_of


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (1_795_900_059_000_000_000, "2026-11-28T21:07:39Z"),
        (1_795_900_059_000_999_999, "2026-11-28T21:07:39Z"),
        (1_795_900_059_007_000_000, "2026-11-28T21:07:39.007Z"),
    ],
)
def test_a_time_keeps_its_form_when_a_client_sends_it_back(
    monkeypatch: pytest.MonkeyPatch, nanoseconds: int, text: str
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: nanoseconds)
    assert instant_text() == text
    assert instant_of(instant(text)) == text
