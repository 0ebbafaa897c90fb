# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators of a `where` condition, in forms that every daily index can carry out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..dialects import Dialect
from ..errors import InvalidInput
from ..model.fields import MAX_TEXT_LENGTH, Field, Kind, kind_of, plain_name
from ..model.filter import Filter
from ..suggestions import suggestion
from ..times import exact, instant

MAX_VALUES = 1024


@dataclass(frozen=True)
class _Asked:
    """The field of a condition, how the indices hold it, and what ages count from."""

    field: str
    kind: Kind
    now: datetime

    @property
    def searched(self) -> str:
        """The field that is compared whole."""
        return Field(self.field, self.kind).whole


_Maker = Callable[[_Asked, Any], Filter]


def compared_texts(word: str, values: Sequence[Any]) -> list[str]:
    """`values` as texts that the server can compare whole.

    :raises InvalidInput: an empty text, a text or a list that is too long.
    """
    texts = [str(value) for value in values]
    for text in texts:
        if not text:
            raise InvalidInput(f"`{word}` holds an empty text; use exist or does_not_exist in `where`.")
        if len(text) > MAX_TEXT_LENGTH:
            raise InvalidInput(f"`{word}` holds {len(text)} characters; the server compares up to {MAX_TEXT_LENGTH}.")
    if len(texts) > MAX_VALUES:
        raise InvalidInput(f"`{word}` has {len(texts)} values; the server compares up to {MAX_VALUES} at once.")
    return texts


def _number(value: Any) -> str:
    try:
        number = float(value)
        return str(int(value)) if number.is_integer() else repr(number)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(f"a number is compared with {value!r}.") from None


def _one(asked: _Asked, value: Any) -> str:
    if asked.kind is Kind.DATE:
        raise InvalidInput("a time is asked with is_between, is_greater_than or is_less_than_or_equals.")
    if isinstance(value, (list, dict)) or value is None:
        raise InvalidInput(f"one value is needed, not {value!r}.")
    if asked.kind is Kind.NUMBER:
        return _number(value)
    if asked.kind is Kind.BOOLEAN:
        if str(value).lower() not in ("true", "false"):
            raise InvalidInput(f"true or false is compared with {value!r}.")
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
    return lambda asked, value: Filter(asked.searched, operator, _several(asked, value))


def _value(operator: str) -> _Maker:
    return lambda asked, value: Filter(asked.searched, operator, [_one(asked, value)])


def _presence(operator: str) -> _Maker:
    def make(asked: _Asked, value: Any) -> Filter:
        if value is not None:
            raise InvalidInput("this operator takes no value.")
        return Filter(asked.field, operator)

    return make


def _pattern(operator: str, before: str = "") -> _Maker:
    def make(asked: _Asked, value: Any) -> Filter:
        if asked.kind is not Kind.TEXT:
            raise InvalidInput("only a text has parts to compare.")
        # START_WITH and its kin put the value into a wildcard pattern unescaped.
        escaped = _one(asked, value).replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        return Filter(asked.searched, operator, f"{before}{escaped}")

    return make


def _range(operator: str, bounds: int) -> _Maker:
    def make(asked: _Asked, value: Any) -> Filter:
        if asked.kind not in (Kind.NUMBER, Kind.DATE):
            raise InvalidInput("only numbers and times have an order that the server can compare.")
        values = value if isinstance(value, list) else [value]
        if len(values) != bounds:
            raise InvalidInput("a list of two bounds is needed." if bounds == 2 else "one bound is needed.")
        if asked.kind is Kind.DATE:
            limits = [exact(instant(str(item), "value", asked.now)) for item in values]
        else:
            limits = [_number(item) for item in values]
        return Filter(asked.field, operator, limits if bounds == 2 else limits[0])

    return make


@dataclass(frozen=True)
class Operator:
    """A word of `where`.

    :param make: the filter for a field and a value.
    :param meaning: when it holds, for the documentation; a field without value is meant by "also without a value".
    """

    make: _Maker
    meaning: str


OPERATORS: Mapping[str, Operator] = {
    "is": Operator(_value("IS_ONE_OF_TERMS"), "the value is this one"),
    "is_not": Operator(_value("IS_NOT_ONE_OF"), "the value is not this one, also without a value"),
    "is_one_of": Operator(_values("IS_ONE_OF_TERMS"), "the value is one of these"),
    "is_not_one_of": Operator(_values("IS_NOT_ONE_OF"), "the value is none of these, also without a value"),
    "contain": Operator(_pattern("START_WITH", before="*"), "the text has this part"),
    "does_not_contain": Operator(
        _pattern("NOT_START_WITH", before="*"), "the text has not this part, also without a value"
    ),
    "start_with": Operator(_pattern("START_WITH"), "the text begins so"),
    "not_start_with": Operator(_pattern("NOT_START_WITH"), "the text does not begin so, also without a value"),
    "ends_with": Operator(_pattern("ENDS_WITH"), "the text ends so"),
    "not_ends_with": Operator(_pattern("NOT_ENDS_WITH"), "the text does not end so, also without a value"),
    "exist": Operator(_presence("EXIST"), "there is a value; an empty text is one"),
    "does_not_exist": Operator(_presence("DOES_NOT_EXIST"), "there is no value"),
    "is_between": Operator(_range("IS_BETWEEN", 2), "the value lies between these two, or is one of them"),
    "is_not_between": Operator(
        _range("IS_NOT_BETWEEN", 2), "the value lies outside of these two, also without a value"
    ),
    "is_greater_than": Operator(_range("IS_GREATER_THAN", 1), "the value is above this one"),
    "is_less_than_or_equals": Operator(
        _range("IS_LESS_THAN_OR_EQUALS", 1), "the value is below this one, or is this one"
    ),
}


def condition(item: Mapping[str, Any], dialect: Dialect, now: datetime) -> Filter:
    """The filter of one condition `{field, operator, value}`.

    :param item: `field` is a field of the stored documents, `operator` a word of OPERATORS.
    :raises InvalidInput: unknown field or operator, or a value the operator cannot compare.
    """
    operator, field = item["operator"], str(item["field"])
    if operator not in OPERATORS:
        raise InvalidInput(
            f"`where` has no operator {operator!r}; it knows {', '.join(OPERATORS)}.{suggestion(operator, OPERATORS)}"
        )
    field = plain_name(field)
    try:
        return OPERATORS[operator].make(_Asked(field, kind_of(field, dialect), now), item.get("value"))
    except InvalidInput as error:
        raise InvalidInput(f"Condition `{field} {operator}` in `where`: {error.message}") from None
