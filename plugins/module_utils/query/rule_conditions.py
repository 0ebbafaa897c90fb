# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a query to conditions that the server's rule engine can run, and whether two conditions mean the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from ..dialects import Dialect, Kind
from ..errors import InvalidInput
from ..model.fields import plain_name
from ..model.filter import Filter
from .keys import QUERY_KEYS, query_keys
from .searches import given_keys, tag_rule_filters

Condition = Mapping[str, Any]

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

    :raises InvalidInput: the query is empty, or holds something that a rule cannot.
    """
    given = given_keys(query)
    for key in QUERY_KEYS:
        if key.name in given and not key.in_tag_rules:
            raise InvalidInput(f"`query.{key.name}` cannot stand in a tag rule: {key.not_in_tag_rules}.")
    for item in given.get("where", []):
        _check_field(plain_name(str(item["field"])), dialect)
    conditions = tuple(stored_condition(item) for item in tag_rule_filters(given, dialect, datetime.now(timezone.utc)))
    if not conditions:
        raise InvalidInput("`query` is empty. A tag rule needs at least one condition.")
    return conditions


def _check_field(field: str, dialect: Dialect) -> None:
    """:raises InvalidInput: a tag rule cannot compare this field of the stored documents."""
    about = None
    if dialect.fields.get(field) is Kind.DATE:
        about = "since"
    elif field in (dialect.names["status"], dialect.names["observation"], "statusLabel"):
        about = "status"
    if about is not None:
        reason = query_keys()[about].not_in_tag_rules
        raise InvalidInput(f"`{field}` in `where` cannot stand in a tag rule: {reason}.")


def stored_condition(item: Filter) -> Condition:
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
    """What conditions compare, whatever their order and the shape in which they are stored."""
    return frozenset(_meaning(item, dialect.fields) for item in conditions)


def _meaning(item: Condition, kinds: Mapping[str, Kind]) -> Hashable:
    field, operator, value = str(item.get("field")), str(item.get("operator")).strip(), item.get("value")
    if operator in ("EXIST", "DOES_NOT_EXIST"):
        return field, operator
    whole = field.endswith(".keyword") or kinds.get(field) in (Kind.NUMBER, Kind.BOOLEAN)
    values = value if isinstance(value, list) else [value]
    if whole and values and operator in _SAME:
        return field, _SAME[operator], frozenset(map(_compared_text, values))
    return field, operator, tuple(map(_compared_text, values))


def _compared_text(value: Any) -> str:
    """A value as the server compares it: numbers and their text are the same."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
