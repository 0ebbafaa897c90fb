# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a stored document meets the filters of a query, decided here as the server would decide it.

Only the operators that queries compile to are known: whole texts and wildcards on ``.keyword``, and numbers, booleans
and dates as what they are (API facts, 3.2 and 3.3). Networks are decided here alone.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..dialects import TWIN
from ..model.fields import MAX_TEXT_LENGTH, plain_name
from ..model.filter import Filter
from ..model.network_filters import IN_NETWORKS, NOT_IN_NETWORKS
from ..times import exact_time

Searches = Sequence[Sequence[Filter]]
_Decider = Callable[[Filter, Mapping[str, Any]], bool]


def values_at(document: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path, through lists of objects; null is no value."""
    if isinstance(document, list):
        for item in document:
            yield from values_at(item, path)
    elif isinstance(document, dict):
        if path in document:
            yield from _flat(document[path])
        head, dot, rest = path.partition(".")
        if dot and head in document:
            yield from values_at(document[head], rest)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


def field_of(condition: Filter) -> str:
    """The document's field that a filter compares, without the twin that is compared whole."""
    return plain_name(condition.field)


def holds(condition: Filter, document: Mapping[str, Any]) -> bool:
    """Whether one filter holds for a document."""
    return _DECIDERS[condition.operator](condition, document)


def all_hold(filters: Sequence[Filter], document: Mapping[str, Any]) -> bool:
    """Whether a document is among the hits of a search with these filters."""
    return all(holds(condition, document) for condition in filters)


def found_by(searches: Searches, document: Mapping[str, Any]) -> Sequence[Filter] | None:
    """Return the first search that matches a document, None if none does."""
    return next((filters for filters in searches if all_hold(filters, document)), None)


def _texts_at(condition: Filter, document: Mapping[str, Any]) -> Iterator[str]:
    for value in values_at(document, field_of(condition)):
        if isinstance(value, dict):
            continue
        text = _as_text(value)
        # The engine keeps no exact twin of longer texts.
        if not condition.field.endswith(TWIN) or len(text) <= MAX_TEXT_LENGTH:
            yield text


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


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


def _equals(value: Any, wanted: str, stored: str) -> bool:
    """Whether a number or boolean of a document is the one that a filter names as text."""
    expected = _wanted(wanted, stored)
    # Which fields of the schema hold true or false needs no type.
    found = _indexed(value, stored or ("boolean" if isinstance(expected, bool) else ""))
    return found is not None and isinstance(found, bool) is isinstance(expected, bool) and found == expected


def _one_of(condition: Filter, document: Mapping[str, Any]) -> bool:
    wanted = condition.value
    if condition.field.endswith(TWIN):
        return any(text in wanted for text in _texts_at(condition, document))
    found = list(values_at(document, condition.field))
    return any(_equals(value, item, condition.stored) for value in found for item in wanted)


def _present(condition: Filter, document: Mapping[str, Any]) -> bool:
    if condition.field.endswith(TWIN):
        # Asked where some days hold a text and others do not: a number tells that its day does not.
        texts = (value for value in values_at(document, field_of(condition)) if isinstance(value, str))
        return any(len(text) <= MAX_TEXT_LENGTH for text in texts)
    return any(_anything(value) for value in values_at(document, condition.field))


def _anything(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_anything(member) for member in value.values())
    return any(_anything(item) for item in value) if isinstance(value, list) else value is not None


def _ordered(value: Any, bound: Any, stored: str) -> tuple[Any, Any] | None:
    """A document's value and a bound in a form that can be compared; None when the value has no order."""
    limit = _number(bound)
    if limit is not None:
        number = None if isinstance(value, bool) else _indexed(value, stored)
        return None if number is None else (number, _in_32_bits(limit) if stored == "float" else limit)
    moment = exact_time(value)
    return None if moment is None else (moment, str(bound))


def _compared(condition: Filter, document: Mapping[str, Any], bound: Any, better: Callable[[Any, Any], bool]) -> bool:
    pairs = (_ordered(value, bound, condition.stored) for value in values_at(document, condition.field))
    return any(pair is not None and better(*pair) for pair in pairs)


def _between(condition: Filter, document: Mapping[str, Any]) -> bool:
    low, high = condition.value
    for value in values_at(document, condition.field):
        above, below = (_ordered(value, bound, condition.stored) for bound in (low, high))
        if above is not None and below is not None and above[0] >= above[1] and below[0] <= below[1]:
            return True
    return False


def _greater(condition: Filter, document: Mapping[str, Any]) -> bool:
    return _compared(condition, document, condition.value, lambda value, bound: bool(value > bound))


def _at_most(condition: Filter, document: Mapping[str, Any]) -> bool:
    return _compared(condition, document, condition.value, lambda value, bound: bool(value <= bound))


def _wildcard(pattern: str) -> re.Pattern[str]:
    """The server's wildcard pattern: ``*`` and ``?`` act, a backslash takes the next character as it is."""
    parts = []
    for escaped, character in re.findall(r"\\(.)|(.)", pattern, re.S):
        plain = re.escape(escaped or character)
        parts.append({"*": ".*", "?": "."}.get(character, plain) if not escaped else plain)
    return re.compile("".join(parts), re.S)


def _starts(condition: Filter, document: Mapping[str, Any]) -> bool:
    shape = _wildcard(f"{condition.value}*")
    return any(shape.fullmatch(text) for text in _texts_at(condition, document))


def _ends(condition: Filter, document: Mapping[str, Any]) -> bool:
    shape = _wildcard(f"*{condition.value}")
    return any(shape.fullmatch(text) for text in _texts_at(condition, document))


def _in_networks(condition: Filter, document: Mapping[str, Any]) -> bool:
    return any(condition.value.holds(text) for text in _texts_at(condition, document))


def _not(positive: _Decider) -> _Decider:
    # The server's negations also match documents that lack the field.
    return lambda condition, document: not positive(condition, document)


_DECIDERS: Mapping[str, _Decider] = {
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
