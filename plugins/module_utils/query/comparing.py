# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the values of a document meet one filter, decided here as the server would decide it.

Only the operators that queries compile to are known: whole texts and wildcards on ``.keyword``, and numbers, booleans
and dates as what they are (API facts, 3.2 and 3.3). Networks are decided here alone.
"""

from __future__ import annotations

import functools
import math
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

from ..dialects import TWIN
from ..model.fields import MAX_TEXT_LENGTH, plain_name
from ..model.filter import Filter
from ..model.network_filters import IN_NETWORKS, NOT_IN_NETWORKS
from ..times import exact_time
from .stored_values import StoredValues

Comparison = Callable[[StoredValues], bool]
# Alerts repeat names, hosts and addresses; what each condition made of so many values is remembered.
_REMEMBERED = 1024


def comparison(condition: Filter) -> Comparison:
    """What decides whether one filter holds; made once, for any number of documents."""
    return _COMPARISONS[condition.operator](condition)


def _some_text(condition: Filter, holds: Callable[[str], bool]) -> Comparison:
    """Whether one of the texts of the field holds."""
    field, known = condition.field, functools.lru_cache(_REMEMBERED)(holds)
    return lambda stored: any(map(known, stored.texts(field)))


def _some_value(condition: Filter, holds: Callable[[Any], bool]) -> Comparison:
    """Whether one of the values of the field holds."""
    # With their types: true is no 1.
    field, known = condition.field, functools.lru_cache(_REMEMBERED, typed=True)(holds)
    return lambda stored: any(map(known, stored.plain(field)))


def _number(value: Any) -> int | float | None:
    """The number in a value or text, exact for whole ones; None when there is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    for read in (int, float):
        try:
            return read(value)
        except ValueError:
            continue
    return None


def _indexed(value: Any, stored: str) -> Any:
    """A value of a document as a field of the server's type `stored` holds it; None for no value."""
    if stored == "boolean" and isinstance(value, str):
        return {"true": True, "false": False, "": False}.get(value)
    if stored == "boolean" or isinstance(value, bool):
        return value if stored == "boolean" and isinstance(value, bool) else None
    number = _number(value)
    if number is None or stored not in ("long", "float"):
        return number
    return math.trunc(number) if stored == "long" else _in_32_bits(number)


def _in_32_bits(number: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def _wanted(text: str, stored: str) -> Any:
    """The text of a filter as a value of the field's type, which it need not equal: 2.5 equals no whole number."""
    if text in ("true", "false"):
        return text == "true"
    number = _number(text)
    return _in_32_bits(number) if stored == "float" and number is not None else number


def _equals(value: Any, expected: Any, stored: str) -> bool:
    """Whether a number or boolean of a document is the one that a filter names."""
    # Which fields of the schema hold true or false needs no type.
    found = _indexed(value, stored or ("boolean" if isinstance(expected, bool) else ""))
    return found is not None and isinstance(found, bool) is isinstance(expected, bool) and found == expected


def _one_of(condition: Filter) -> Comparison:
    field, stored_as = condition.field, condition.stored
    if field.endswith(TWIN):
        texts = frozenset(condition.value)
        return lambda stored: not texts.isdisjoint(stored.texts(field))
    wanted = [_wanted(item, stored_as) for item in condition.value]
    return _some_value(condition, lambda value: any(_equals(value, item, stored_as) for item in wanted))


def _present(condition: Filter) -> Comparison:
    field = condition.field
    if not field.endswith(TWIN):
        return lambda stored: any(map(_anything, stored.at(field)))
    path = plain_name(field)
    # Asked where some days hold a text and others do not: a number tells that its day does not.
    return lambda stored: any(isinstance(value, str) and len(value) <= MAX_TEXT_LENGTH for value in stored.plain(path))


def _anything(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_anything, value.values()))
    return any(map(_anything, value)) if isinstance(value, list) else value is not None


def _ordered(value: Any, bound: Any, stored: str) -> tuple[Any, Any] | None:
    """A document's value and a bound in a form that can be compared; None when the value has no order."""
    limit = _number(bound)
    if limit is not None:
        number = None if isinstance(value, bool) else _indexed(value, stored)
        return None if number is None else (number, _in_32_bits(limit) if stored == "float" else limit)
    moment = exact_time(value)
    return None if moment is None else (moment, str(bound))


def _compared(condition: Filter, better: Callable[[Any, Any], bool]) -> Comparison:
    bound, stored_as = condition.value, condition.stored

    def holds(value: Any) -> bool:
        pair = _ordered(value, bound, stored_as)
        return pair is not None and better(*pair)

    return _some_value(condition, holds)


def _between(condition: Filter) -> Comparison:
    (low, high), stored_as = condition.value, condition.stored

    def holds(value: Any) -> bool:
        above, below = _ordered(value, low, stored_as), _ordered(value, high, stored_as)
        if above is None or below is None:
            return False
        return bool(above[0] >= above[1] and below[0] <= below[1])

    return _some_value(condition, holds)


def _greater(condition: Filter) -> Comparison:
    return _compared(condition, lambda value, bound: bool(value > bound))


def _at_most(condition: Filter) -> Comparison:
    return _compared(condition, lambda value, bound: bool(value <= bound))


def _wildcard(pattern: str) -> re.Pattern[str]:
    """The server's wildcard pattern: ``*`` and ``?`` act, a backslash takes the next character as it is."""
    parts = []
    for escaped, character in re.findall(r"\\(.)|(.)", pattern, re.S):
        plain = re.escape(escaped or character)
        parts.append({"*": ".*", "?": "."}.get(character, plain) if not escaped else plain)
    return re.compile("".join(parts), re.S)


def _fits(condition: Filter, pattern: str) -> Comparison:
    shape = _wildcard(pattern)
    return _some_text(condition, lambda text: shape.fullmatch(text) is not None)


def _starts(condition: Filter) -> Comparison:
    return _fits(condition, f"{condition.value}*")


def _ends(condition: Filter) -> Comparison:
    return _fits(condition, f"*{condition.value}")


def _in_networks(condition: Filter) -> Comparison:
    return _some_text(condition, condition.value.holds)


def _not(positive: Callable[[Filter], Comparison]) -> Callable[[Filter], Comparison]:
    """The opposite, as the server's negations have it: it also holds for documents that lack the field."""

    def opposite(condition: Filter) -> Comparison:
        holds = positive(condition)
        return lambda stored: not holds(stored)

    return opposite


_COMPARISONS: Mapping[str, Callable[[Filter], Comparison]] = {
    "IS_ONE_OF_TERMS": _one_of,
    "IS_NOT_ONE_OF": _not(_one_of),
    IN_NETWORKS: _in_networks,
    NOT_IN_NETWORKS: _not(_in_networks),
    "EXIST": _present,
    "DOES_NOT_EXIST": _not(_present),
    "IS_BETWEEN": _between,
    "IS_NOT_BETWEEN": _not(_between),
    "IS_GREATER_THAN": _greater,
    "IS_LESS_THAN_OR_EQUALS": _at_most,
    "START_WITH": _starts,
    "NOT_START_WITH": _not(_starts),
    "ENDS_WITH": _ends,
    "NOT_ENDS_WITH": _not(_ends),
}
