# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as Java reads and prints them."""

from __future__ import annotations

from typing import Any

import pytest

from utmstack_simulator.engine.java import instant, instant_of, java_text, number, whole_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (2.0, "2.0"),
        (0.001, "0.001"),
        (1234567.5, "1234567.5"),
        (12345678.5, "1.23456785E7"),
        (1e20, "1.0E20"),
        (0.0001, "1.0E-4"),
        (-2.5e-7, "-2.5E-7"),
    ],
)
def test_java_prints(value: Any, text: str) -> None:
    assert java_text(value) == text


@pytest.mark.parametrize("text", ["", "1_000", "1.5", " 1", "0x10", "9223372036854775808"])
def test_what_is_no_long(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        whole_number(text)


def test_numbers() -> None:
    assert [whole_number(text) for text in ("7", "-7", "+07")] == [7, -7, 7]
    assert number("9007199254740993") == 9007199254740993
    assert number("1e3") == 1000.0


@pytest.mark.parametrize(
    "text", ["2026-11-20", "2026-11-20T10:00:00", "2026-11-20T10:00Z", "tomorrow", "2026-13-01T10:00:00Z"]
)
def test_what_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        instant(text)


def test_instants_lose_an_empty_fraction() -> None:
    assert instant_of(instant("2026-11-20T12:00:00.000+02:00")) == "2026-11-20T10:00:00Z"
    assert instant_of(instant("2026-11-20T10:00:00.250Z")) == "2026-11-20T10:00:00.250Z"
