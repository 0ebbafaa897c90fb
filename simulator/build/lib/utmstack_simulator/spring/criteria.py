# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Criteria in query parameters, such as `id.equals=5` or `tagName.contains=tier` (API facts, 7 and 8.1).

A list supports some operators for some fields. It ignores unknown ones and returns the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from ..engine.java import instant, whole_number
from ..engine.postgres import like
from .answers import ServerError, violations_problem

Row = TypeVar("Row")
EQUALITY = ("equals", "in", "specified")
TEXT = (*EQUALITY, "contains")
ORDER = (*EQUALITY, "greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual")
# Spellings of older JHipster versions.
_ALIASES = {"greaterOrEqualThan": "greaterThanOrEqual", "lessOrEqualThan": "lessThanOrEqual"}


@dataclass(frozen=True)
class Criterion:
    """A field that a list can be filtered by.

    :param read: return a row's value.
    :param parse: convert a parameter's text to such a value; raises ValueError.
    :param operators: the supported operators.
    """

    read: Callable[[Any], Any]
    parse: Callable[[str], Any] = str
    operators: Sequence[str] = TEXT


def integer(text: str) -> int:
    """A whole number, of which spaces are ignored."""
    return whole_number("".join(text.split()))


def truth(text: str) -> bool:
    """A boolean in one of Spring's words."""
    lowered = text.lower()
    if lowered not in ("true", "false", "on", "off", "yes", "no", "1", "0"):
        raise ValueError(text)
    return lowered in ("true", "on", "yes", "1")


def moment(text: str) -> int:
    """An instant in milliseconds."""
    return instant(text.strip())


def one_of(words: Sequence[str]) -> Callable[[str], str]:
    """A parser for an enum."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def narrowed(request: web.Request, rows: Sequence[Row], criteria: Mapping[str, Criterion]) -> list[Row]:
    """The rows that match all criteria of the query; an unreadable one returns 400 with violations."""
    found = list(rows)
    for parameter in dict.fromkeys(request.query):
        texts = request.query.getall(parameter)
        field, dot, operator = parameter.partition(".")
        criterion = criteria.get(field)
        if criterion is None:
            continue
        operator = _ALIASES.get(operator, operator)
        if not dot:
            raise ServerError(violations_problem(request, [field]))
        if operator not in criterion.operators:
            continue
        if not texts[0].strip() and (criterion.parse is not str or operator == "specified"):
            # An empty value is null for all types but texts, and a null criterion does not filter.
            continue
        try:
            meets = _test(criterion, operator, texts)
        except ValueError:
            raise ServerError(violations_problem(request, [parameter])) from None
        found = [row for row in found if meets(criterion.read(row))]
    return found


def _test(criterion: Criterion, operator: str, texts: Sequence[str]) -> Callable[[Any], bool]:
    """The values of a criterion: the first one of several; for a list all, or a single one split at commas."""
    text = texts[0]
    if operator == "specified":
        wanted = truth(text)
        return lambda value: (value is not None) is wanted
    if operator == "in":
        parts = text.split(",") if len(texts) == 1 else texts
        values = [criterion.parse(part.strip()) for part in parts if part]
        return lambda value: value in values
    if operator == "contains":
        return like(text)
    limit = criterion.parse(text)
    compare: dict[str, Callable[[Any], bool]] = {
        "equals": lambda value: value == limit,
        "greaterThan": lambda value: value is not None and value > limit,
        "greaterThanOrEqual": lambda value: value is not None and value >= limit,
        "lessThan": lambda value: value is not None and value < limit,
        "lessThanOrEqual": lambda value: value is not None and value <= limit,
    }
    return compare[operator]
