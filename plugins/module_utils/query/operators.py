# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators of a `where` condition, in forms that every daily index can answer."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..conversion import text_refusal
from ..dialects import Dialect, Kind
from ..errors import InvalidInput
from ..model.fields import MAX_TEXT_LENGTH, Field, plain_name, searchable_fields
from ..model.filter import Filter
from ..model.network_filters import IN_NETWORKS, NOT_IN_NETWORKS
from ..model.networks import AddressSet, address_set, is_wide_or_ipv6
from ..suggestions import suggestion
from ..times import exact, instant

# Searches that find no alert twice: all filters of one must hold.
Compiled = list[list[Filter]]

MAX_VALUES = 1024
_WHOLE = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True)
class _Asked:
    """The field of a condition, and what ages count from."""

    field: Field
    now: datetime

    @property
    def kind(self) -> Kind:
        """How the indices hold the field."""
        return self.field.kind


def compared_texts(key: str, values: Sequence[Any]) -> list[str]:
    """`values` as texts that the server can compare whole.

    :raises InvalidInput: an empty text, a text or a list that is too long.
    """
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    for text in texts:
        if not text:
            raise InvalidInput(f"`{key}` holds an empty text; use exist or does_not_exist in `where`.")
        if len(text) > MAX_TEXT_LENGTH:
            raise InvalidInput(
                f"`{key}` holds a text of {len(text)} characters; the server compares up to {MAX_TEXT_LENGTH}."
            )
    if len(texts) > MAX_VALUES:
        raise InvalidInput(f"`{key}` has {len(texts)} values; the server compares up to {MAX_VALUES} at once.")
    return texts


def _number_text(value: Any) -> str:
    text = str(value).strip()
    try:
        if isinstance(value, bool) or not math.isfinite(float(text)):
            raise ValueError(value)
        return str(int(text)) if _WHOLE.fullmatch(text) else _shortest(float(text))
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(f"the field holds numbers, so it cannot be compared with {value!r}.") from None


def _shortest(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def _one(asked: _Asked, value: Any) -> str:
    if asked.kind is Kind.DATE:
        raise InvalidInput("times are compared with is_between, is_greater_than or is_less_than_or_equals.")
    if isinstance(value, (list, dict)) or value is None:
        raise InvalidInput(f"one value is needed, not {value!r}.")
    if asked.kind is Kind.NUMBER:
        return _number_text(value)
    if asked.kind is Kind.BOOLEAN:
        if str(value).lower() not in ("true", "false"):
            raise InvalidInput(f"the field holds true or false, so it cannot be compared with {value!r}.")
        return str(value).lower()
    return compared_texts("value", [value])[0]


def _several(asked: _Asked, value: Any) -> list[str]:
    # An empty list would mean "every alert" or "no alert", depending on the operator.
    if not isinstance(value, list) or not value:
        raise InvalidInput("a list with at least one value is needed.")
    if len(value) > MAX_VALUES:
        raise InvalidInput(f"{len(value)} values are given; the server compares up to {MAX_VALUES} at once.")
    return [_one(asked, item) for item in value]


def _single(asked: _Asked, value: Any) -> list[str]:
    return [_one(asked, value)]


def _nothing(_asked: _Asked, value: Any) -> None:
    if value is not None:
        raise InvalidInput("this operator takes no value.")


def _piece(before: str) -> Callable[[_Asked, Any], str]:
    def read(asked: _Asked, value: Any) -> str:
        if asked.kind not in (Kind.TEXT, Kind.UNKNOWN):
            raise InvalidInput("this operator compares parts of texts, and the field holds none.")
        # START_WITH and its kin put the value into a wildcard pattern unescaped.
        escaped = _one(asked, value).replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        return f"{before}{escaped}"

    return read


def _bounds(number: int) -> Callable[[_Asked, Any], Any]:
    def read(asked: _Asked, value: Any) -> Any:
        if asked.kind not in (Kind.NUMBER, Kind.DATE, Kind.UNKNOWN):
            raise InvalidInput("this operator compares numbers and times, and the field holds neither.")
        values = value if isinstance(value, list) else [value]
        if len(values) != number:
            raise InvalidInput("a list of two bounds is needed." if number == 2 else "one bound is needed.")
        limits = [_bound(asked, item) for item in values]
        return limits if number == 2 else limits[0]

    return read


def _bound(asked: _Asked, value: Any) -> str:
    if asked.kind is Kind.UNKNOWN:
        # Nothing is compared with it: only what no field could be compared with is refused.
        try:
            return _number_text(value)
        except InvalidInput:
            return exact(instant(str(value), "value", asked.now))
    return _number_text(value) if asked.kind is Kind.NUMBER else exact(instant(str(value), "value", asked.now))


def _networks_among(texts: Sequence[str], field: Field) -> AddressSet | None:
    """The addresses in a condition on a field of addresses; None where the texts themselves are compared."""
    if field.kind not in (Kind.TEXT, Kind.UNKNOWN) or field.name.rpartition(".")[2] != "ip":
        return None
    return address_set(texts, "it") if any(map(is_wide_or_ipv6, texts)) else None


@dataclass(frozen=True)
class _Comparison:
    """A comparison and its opposite, in the server's words.

    :param value: the value of the filter, from the one that the query gives.
    :param whole: it compares the exact twin of a text.
    :param skips_missing: the opposite does not find documents that lack the field.
    """

    operator: str
    opposite: str
    value: Callable[[_Asked, Any], Any]
    whole: bool = True
    skips_missing: bool = False

    def both(self, field: Field, value: Any, now: datetime) -> _Both:
        """The searches for the alerts that meet it in this field, and for all others."""
        name, compared = field.whole if self.whole else field.name, self.value(_Asked(field, now), value)
        networks = _networks_among(compared, field) if self.operator == "IS_ONE_OF_TERMS" else None
        if networks is not None:
            return _Both(*([[Filter(name, operator, networks)]] for operator in (IN_NETWORKS, NOT_IN_NETWORKS)))
        others = [[Filter(name, self.opposite, compared, field.stored)]]
        if self.skips_missing:
            others.append([Filter(field.name, "DOES_NOT_EXIST")])
        return _Both([[Filter(name, self.operator, compared, field.stored)]], others)


@dataclass(frozen=True)
class _Both:
    """Disjoint searches for the alerts that meet a comparison, and for those that do not."""

    met: Compiled
    others: Compiled

    def either(self, other: _Both) -> _Both:
        """Meet this one or the other."""
        return _Both([*self.met, *_all_of(self.others, other.met)], _all_of(self.others, other.others))


def _all_of(first: Compiled, second: Compiled) -> Compiled:
    return [[*one, *other] for one in first for other in second]


_NEVER = _Both([], [[]])


def _in_place(comparison: _Comparison, ways: Sequence[Field], value: Any, now: datetime) -> _Both:
    """The comparison in one place of the documents, which days may store in several ways."""
    if len(ways) == 1 or comparison.operator == "EXIST":
        return comparison.both(ways[0], value, now)
    # Of the days, those that hold a text have its twin.
    twin = ways[0].whole
    found = _Both([], [])
    refusals = []
    for field, here in zip(ways, ("EXIST", "DOES_NOT_EXIST")):
        try:
            both = comparison.both(field, _fitting(comparison, field, value, now), now)
        except InvalidInput as error:
            refusals.append(error)
            both = _NEVER
        day = [[Filter(twin, here)]]
        found = _Both([*found.met, *_all_of(day, both.met)], [*found.others, *_all_of(day, both.others)])
    if len(refusals) == len(ways):
        raise refusals[0]
    return found


def _fitting(comparison: _Comparison, field: Field, value: Any, now: datetime) -> Any:
    """Of a list of values, those that a field of several types can have in this one; all when none fits."""
    if comparison.value is not _several or not isinstance(value, list):
        return value
    fitting = []
    for item in value:
        try:
            _one(_Asked(field, now), item)
        except InvalidInput:
            continue
        fitting.append(item)
    return fitting or value


def _anywhere(comparison: _Comparison, places: Sequence[Sequence[Field]], value: Any, now: datetime) -> _Both:
    """The comparison in any of the places. :raises InvalidInput: none of them can be compared with the value."""
    found = _NEVER
    refusals = []
    for ways in places:
        try:
            found = found.either(_in_place(comparison, ways, value, now))
        except InvalidInput as error:
            refusals.append(error)
    if len(refusals) == len(places):
        raise refusals[0]
    return found


@dataclass(frozen=True)
class Operator:
    """An operator of `where`.

    :param comparison: the comparison in the server's words.
    :param meaning: when it matches, for the documentation.
    :param negated: it matches what does not meet the comparison.
    """

    comparison: _Comparison
    meaning: str
    negated: bool = False


_ONE = _Comparison("IS_ONE_OF_TERMS", "IS_NOT_ONE_OF", _single)
_SOME = _Comparison("IS_ONE_OF_TERMS", "IS_NOT_ONE_OF", _several)
_INSIDE = _Comparison("START_WITH", "NOT_START_WITH", _piece("*"))
_FIRST = _Comparison("START_WITH", "NOT_START_WITH", _piece(""))
_LAST = _Comparison("ENDS_WITH", "NOT_ENDS_WITH", _piece(""))
_HELD = _Comparison("EXIST", "DOES_NOT_EXIST", _nothing, whole=False)
_BETWEEN = _Comparison("IS_BETWEEN", "IS_NOT_BETWEEN", _bounds(2), whole=False)
_ABOVE, _UP_TO = (
    _Comparison(*operators, _bounds(1), whole=False, skips_missing=True)
    for operators in (
        ("IS_GREATER_THAN", "IS_LESS_THAN_OR_EQUALS"),
        ("IS_LESS_THAN_OR_EQUALS", "IS_GREATER_THAN"),
    )
)

OPERATORS: Mapping[str, Operator] = {
    "is": Operator(_ONE, "the value equals this one"),
    "is_not": Operator(_ONE, "the value differs from this one; also matches a missing value", negated=True),
    "is_one_of": Operator(_SOME, "the value is one of these"),
    "is_not_one_of": Operator(_SOME, "the value is none of these; also matches a missing value", negated=True),
    "contain": Operator(_INSIDE, "the text contains this one"),
    "does_not_contain": Operator(
        _INSIDE, "the text does not contain this one; also matches a missing value", negated=True
    ),
    "start_with": Operator(_FIRST, "the text starts with this one"),
    "not_start_with": Operator(
        _FIRST, "the text does not start with this one; also matches a missing value", negated=True
    ),
    "ends_with": Operator(_LAST, "the text ends with this one"),
    "not_ends_with": Operator(_LAST, "the text does not end with this one; also matches a missing value", negated=True),
    "exist": Operator(_HELD, "the field has a value, which may be an empty text"),
    "does_not_exist": Operator(_HELD, "the field has no value", negated=True),
    "is_between": Operator(_BETWEEN, "the value lies between these two or equals one of them"),
    "is_not_between": Operator(
        _BETWEEN, "the value lies outside these two; also matches a missing value", negated=True
    ),
    "is_greater_than": Operator(_ABOVE, "the value is greater than this one"),
    "is_less_than_or_equals": Operator(_UP_TO, "the value is less than this one or equals it"),
}


def condition(item: Mapping[str, Any], dialect: Dialect, now: datetime, keeps_away: bool = False) -> Compiled:
    """The disjoint searches for the alerts that meet one condition `{field, operator, value}`; mostly one.

    :param item: `field` is a field of the stored documents, `operator` a key of OPERATORS.
    :param keeps_away: what the condition finds is kept from being changed, so it must not silently find too little.
    :raises InvalidInput: unknown field or operator, or a value the operator cannot compare.
    """
    name, field = item["operator"], str(item["field"])
    if name not in OPERATORS:
        raise InvalidInput(
            f"`where` has no operator {name!r}; use one of {', '.join(OPERATORS)}.{suggestion(name, OPERATORS)}"
        )
    field, operator = plain_name(field), OPERATORS[name]
    try:
        places = searchable_fields(field, dialect) or _unheld(field, dialect, operator.negated, keeps_away)
        _check_texts(item.get("value"), {way.kind for ways in places for way in ways})
        both = _anywhere(operator.comparison, places, item.get("value"), now)
    except InvalidInput as error:
        raise InvalidInput(f"Condition `{field} {name}` in `where`: {error.message}") from None
    return both.others if operator.negated else both.met


def _check_texts(value: Any, kinds: Collection[Kind]) -> None:
    """:raises InvalidInput: a truth value or number is compared with what is text everywhere."""
    for item in value if isinstance(value, list) else [value]:
        fitting = Kind.BOOLEAN if isinstance(item, bool) else Kind.NUMBER
        if isinstance(item, (int, float)) and Kind.TEXT in kinds and not {fitting, Kind.UNKNOWN} & set(kinds):
            raise text_refusal(item, "value")


def _unheld(field: str, dialect: Dialect, negated: bool, keeps_away: bool) -> list[list[Field]]:
    """The place of a part of a log line that no alert ever held; refused where a misspelled name would do harm."""
    stored = dialect.stored
    types = {} if stored is None or stored.partial else stored.types
    # Before the first alert, none can be changed.
    if types and negated is not keeps_away:
        effect = "match every alert" if negated else "protect no alert"
        raise InvalidInput(
            f"no alert on the server has ever had this field, so the condition would {effect}. Check the name."
            f"{suggestion(field, map(plain_name, types))}"
        )
    if stored is not None:
        stored.unheld[field] = None
    return [[Field(field, Kind.UNKNOWN, dialect.twin)]]
