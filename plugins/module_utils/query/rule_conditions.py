# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the words of a `query` to conditions that the server's rule engine can run, and when two say the same."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from ..dialects import Dialect
from ..errors import InvalidInput
from ..model.fields import Kind, known_fields
from ..model.filter import Filter
from .keys import content_filters, given_words

Condition = Mapping[str, Any]

NOT_FOR_RULES = {
    "status": "the engine runs rules only over alerts in automatic review and adds that itself",
    "since": "rules meet new alerts only, and an age would become one fixed time",
    "until": "rules meet new alerts only, and an age would become one fixed time",
    "user": "it means either side, and all conditions of a rule must hold; use source_user or target_user, and two "
    "rules for both",
}
_ENGINES_FIELDS = ("status", "statusLabel", "statusObservation")
# One value is stored in the form in which the web interface stores it.
_FOR_ONE = {"IS_ONE_OF_TERMS": "IS", "IS_NOT_ONE_OF": "IS_NOT"}
# On fields that are compared whole, these are the same.
_SAME = {
    "IS": "IS_ONE_OF_TERMS",
    "IS_ONE_OF": "IS_ONE_OF_TERMS",
    "CONTAIN_ONE_OF": "IS_ONE_OF_TERMS",
    "IS_ONE_OF_TERMS": "IS_ONE_OF_TERMS",
    "IS_NOT": "IS_NOT_ONE_OF",
    "IS_NOT_ONE_OF": "IS_NOT_ONE_OF",
}


def compile_conditions(query: Mapping[str, Any], dialect: Dialect) -> tuple[Condition, ...]:
    """The conditions of a rule for the alerts that `query` describes.

    :raises InvalidInput: nothing is said, or something that a rule cannot ask.
    """
    given = given_words(query)
    for word, reason in NOT_FOR_RULES.items():
        if word in given:
            raise InvalidInput(f"`query.{word}` cannot stand in a tag rule: {reason}.")
    kinds = known_fields(dialect)
    for item in given.get("where", []):
        field = re.sub(r"\.keyword$", "", str(item["field"]))
        if field in _ENGINES_FIELDS or kinds.get(field) is Kind.DATE:
            word = "until" if kinds.get(field) is Kind.DATE else "status"
            raise InvalidInput(f"`{field}` in `where` cannot stand in a tag rule: {NOT_FOR_RULES[word]}.")
    conditions = tuple(_stored(item) for item in content_filters(given, dialect, datetime.now(timezone.utc)))
    if not conditions:
        raise InvalidInput("`query` says nothing. A tag rule needs at least one condition.")
    return conditions


def _stored(item: Filter) -> Condition:
    """A filter as a condition is stored: a null value is left out."""
    if item.value is None:
        return {"field": item.field, "operator": item.operator}
    values = list(dict.fromkeys(item.value)) if isinstance(item.value, list) else []
    if len(values) == 1 and item.operator in _FOR_ONE:
        return {"field": item.field, "operator": _FOR_ONE[item.operator], "value": values[0]}
    return {"field": item.field, "operator": item.operator, "value": item.value}


def as_filters(conditions: Iterable[Condition]) -> list[Filter]:
    """Conditions as filters of a search."""
    return [Filter(str(item.get("field")), str(item.get("operator")), item.get("value")) for item in conditions]


def meaning(conditions: Iterable[Condition], dialect: Dialect) -> frozenset[Hashable]:
    """What conditions ask, whatever their order and the shape in which they are stored."""
    kinds = known_fields(dialect)
    return frozenset(_meaning(item, kinds) for item in conditions)


def _meaning(item: Condition, kinds: Mapping[str, Kind]) -> Hashable:
    field, operator, value = str(item.get("field")), str(item.get("operator")).strip(), item.get("value")
    if operator in ("EXIST", "DOES_NOT_EXIST"):
        return field, operator
    whole = field.endswith(".keyword") or kinds.get(field) in (Kind.NUMBER, Kind.BOOLEAN)
    values = value if isinstance(value, list) else [value]
    if whole and values and operator in _SAME:
        return field, _SAME[operator], frozenset(map(_text, values))
    return field, operator, tuple(map(_text, values))


def _text(value: Any) -> str:
    """A value as the server compares it: numbers and their text are the same."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
