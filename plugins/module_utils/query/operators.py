# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators of a `where` condition, in forms that every daily index can answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..dialects import Dialect, Kind
from ..errors import InvalidInput
from ..model.fields import MAX_TEXT_LENGTH, Field, plain_name, searchable_field
from ..model.filter import Filter
from ..suggestions import suggestion
from ..times import exact, instant

MAX_VALUES = 1024


@dataclass(frozen=True)
class _Asked:
    """The field of a condition, and what ages count from."""

    field: Field
    now: datetime

    @property
    def kind(self) -> Kind:
        """How the indices hold the field."""
        return self.field.kind


_Maker = Callable[[_Asked, Any], Filter]


def compared_texts(key: str, values: Sequence[Any]) -> list[str]:
    """`values` as texts that the server can compare whole.

    :raises InvalidInput: an empty text, a text or a list that is too long.
    """
    texts = [str(value) for value in values]
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
    try:
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(value)
        return str(int(value)) if number.is_integer() else repr(number)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(f"the field holds numbers, so it cannot be compared with {value!r}.") from None


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


def _values(operator: str) -> _Maker:
    return lambda asked, value: Filter(asked.field.whole, operator, _several(asked, value))


def _value(operator: str) -> _Maker:
    return lambda asked, value: Filter(asked.field.whole, operator, [_one(asked, value)])


def _presence(operator: str) -> _Maker:
    def make(asked: _Asked, value: Any) -> Filter:
        if value is not None:
            raise InvalidInput("this operator takes no value.")
        return Filter(asked.field.name, operator)

    return make


def _pattern(operator: str, before: str = "") -> _Maker:
    def make(asked: _Asked, value: Any) -> Filter:
        if asked.kind is not Kind.TEXT:
            raise InvalidInput("this operator compares parts of texts, and the field holds none.")
        # START_WITH and its kin put the value into a wildcard pattern unescaped.
        escaped = _one(asked, value).replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        return Filter(asked.field.whole, operator, f"{before}{escaped}")

    return make


def _range(operator: str, bounds: int) -> _Maker:
    def make(asked: _Asked, value: Any) -> Filter:
        if asked.kind not in (Kind.NUMBER, Kind.DATE):
            raise InvalidInput("this operator compares numbers and times, and the field holds neither.")
        values = value if isinstance(value, list) else [value]
        if len(values) != bounds:
            raise InvalidInput("a list of two bounds is needed." if bounds == 2 else "one bound is needed.")
        if asked.kind is Kind.DATE:
            limits = [exact(instant(str(item), "value", asked.now)) for item in values]
        else:
            limits = [_number_text(item) for item in values]
        return Filter(asked.field.name, operator, limits if bounds == 2 else limits[0])

    return make


@dataclass(frozen=True)
class Operator:
    """An operator of `where`.

    :param make: the filter for a field and a value.
    :param meaning: when it matches, for the documentation.
    """

    make: _Maker
    meaning: str


OPERATORS: Mapping[str, Operator] = {
    "is": Operator(_value("IS_ONE_OF_TERMS"), "the value equals this one"),
    "is_not": Operator(_value("IS_NOT_ONE_OF"), "the value differs from this one; also matches a missing value"),
    "is_one_of": Operator(_values("IS_ONE_OF_TERMS"), "the value is one of these"),
    "is_not_one_of": Operator(_values("IS_NOT_ONE_OF"), "the value is none of these; also matches a missing value"),
    "contain": Operator(_pattern("START_WITH", before="*"), "the text contains this one"),
    "does_not_contain": Operator(
        _pattern("NOT_START_WITH", before="*"), "the text does not contain this one; also matches a missing value"
    ),
    "start_with": Operator(_pattern("START_WITH"), "the text starts with this one"),
    "not_start_with": Operator(
        _pattern("NOT_START_WITH"), "the text does not start with this one; also matches a missing value"
    ),
    "ends_with": Operator(_pattern("ENDS_WITH"), "the text ends with this one"),
    "not_ends_with": Operator(
        _pattern("NOT_ENDS_WITH"), "the text does not end with this one; also matches a missing value"
    ),
    "exist": Operator(_presence("EXIST"), "the field has a value, which may be an empty text"),
    "does_not_exist": Operator(_presence("DOES_NOT_EXIST"), "the field has no value"),
    "is_between": Operator(_range("IS_BETWEEN", 2), "the value lies between these two or equals one of them"),
    "is_not_between": Operator(
        _range("IS_NOT_BETWEEN", 2), "the value lies outside these two; also matches a missing value"
    ),
    "is_greater_than": Operator(_range("IS_GREATER_THAN", 1), "the value is greater than this one"),
    "is_less_than_or_equals": Operator(
        _range("IS_LESS_THAN_OR_EQUALS", 1), "the value is less than this one or equals it"
    ),
}


def condition(item: Mapping[str, Any], dialect: Dialect, now: datetime) -> Filter:
    """The filter of one condition `{field, operator, value}`.

    :param item: `field` is a field of the stored documents, `operator` a key of OPERATORS.
    :raises InvalidInput: unknown field or operator, or a value the operator cannot compare.
    """
    operator, field = item["operator"], str(item["field"])
    if operator not in OPERATORS:
        raise InvalidInput(
            f"`where` has no operator {operator!r}; use one of {', '.join(OPERATORS)}.{suggestion(operator, OPERATORS)}"
        )
    field = plain_name(field)
    try:
        return OPERATORS[operator].make(_Asked(searchable_field(field, dialect), now), item.get("value"))
    except InvalidInput as error:
        raise InvalidInput(f"Condition `{field} {operator}` in `where`: {error.message}") from None
