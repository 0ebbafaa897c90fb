# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries as they stand in files with rules: a single text counts as a list of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..dialects import Dialect
from ..errors import InvalidInput
from ..model.alert import STATUSES
from ..model.filter import Filter
from ..suggestions import check_keys
from .keys import query_keys
from .searches import compile_query


def compile_written_query(
    given: Any, place: str, dialect: Dialect, now: datetime, whole: bool = False
) -> list[list[Filter]]:
    """The searches of a query that stands in a file.

    :param place: the key under which the query stands, for messages.
    :param whole: find alerts of any status and echoes, too, unless the query names a status: what keeps rules away
        from alerts must not miss those that a query leaves out of its own accord.
    :raises InvalidInput: an unknown key, or a value that cannot be compared.
    """
    query = written_query(given, place)
    try:
        if whole:
            query.setdefault("status", list(STATUSES))
        return compile_query(query, dialect, now, echoes=whole, keeps_away=whole)
    except InvalidInput as error:
        raise InvalidInput(error.message.replace("`query.", f"`{place}.").replace("`query`", f"`{place}`")) from None


def written_query(given: Any, place: str) -> dict[str, Any]:
    """A query with the types that an argument spec would give it.

    :param place: the key under which the query stands, for messages.
    :raises InvalidInput: it is no dictionary, or holds an unknown key or a value of another type.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput(f"`{place}` is a dictionary of query keys.")
    known = query_keys()
    check_keys(given, tuple(known), place)
    return {name: _typed_value(given, name, known[name].option, place) for name in given}


def _typed_value(given: Mapping[str, Any], name: str, option: Mapping[str, Any], place: str) -> Any:
    value = given[name]
    if option["type"] == "bool":
        return boolean_at(given, name, False)
    if option["type"] != "list":
        return text_of(value)
    values = value if isinstance(value, list) else [value]
    if option["elements"] == "dict":
        _check_conditions(values, tuple(option["options"]), f"{place}.{name}")
        return values
    if any(isinstance(item, (dict, list)) or item is None for item in values):
        raise InvalidInput(f"`{place}.{name}` holds something other than texts.")
    return [text_of(item) for item in values]


def _check_conditions(conditions: Sequence[Any], members: Sequence[str], place: str) -> None:
    for item in conditions:
        if not isinstance(item, Mapping) or not item.get("field") or not item.get("operator"):
            raise InvalidInput(f"`{place}` holds a condition without `field` and `operator`.")
        check_keys(item, members, place)


def text_of(value: Any) -> str:
    """A scalar as YAML shows it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def boolean_at(given: Mapping[str, Any], key: str, default: bool) -> bool:
    """The boolean under a key. :raises InvalidInput: it is none."""
    value = given.get(key, default)
    if not isinstance(value, bool):
        raise InvalidInput(f"`{key}` is {value!a}; write true or false.")
    return value
