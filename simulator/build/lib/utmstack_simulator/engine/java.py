# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as Java reads and prints them."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from .dates import BadDate, millis

INT_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def whole_number(text: str, most: int = LONG_MAX) -> int:
    """A whole number that fits Java's long or int. :raises ValueError: it is not one, or does not fit."""
    if not _WHOLE.fullmatch(text) or not -most - 1 <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def number(text: str) -> int | float:
    """A whole number or a fraction. :raises ValueError: the text is not a number."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text) if _WHOLE.fullmatch(text) else float(text)


def java_text(value: Any) -> str:
    """A JSON scalar as Java prints it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _fraction(value) if isinstance(value, float) else str(value)


def _fraction(value: float) -> str:
    """A fraction, with an exponent from 10^7 and below 10^-3."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    shortest = next(text for text in (f"{value:.{places}e}" for places in range(18)) if float(text) == value)
    digits, _, exponent = shortest.partition("e")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def instant(text: str) -> int:
    """The milliseconds of an instant with a zone. :raises ValueError: it is not one."""
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    try:
        return millis(text)
    except BadDate as error:
        raise ValueError(str(error)) from None


def instant_of(moment: int) -> str:
    """The instant of milliseconds, with a fraction only if it is not zero."""
    text = datetime.fromtimestamp(moment // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment % 1000:03d}Z" if moment % 1000 else f"{text}Z"
