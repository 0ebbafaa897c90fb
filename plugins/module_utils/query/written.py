# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries as they stand in files with rules: a single text counts as a list of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..conversion import converted, shown
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
    :raises InvalidInput: it is no dictionary or names nothing, or holds an unknown key or a value of another type.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput(f"`{place}` is {shown(given)}. Use a dictionary of query keys.")
    if not given:
        raise InvalidInput(f"`{place}` is empty. Set what to look for; `all: true` selects every alert.")
    known = query_keys()
    check_keys(given, tuple(known), place)
    return {name: _typed_value(value, known[name].option, f"{place}.{name}") for name, value in given.items()}


def _typed_value(value: Any, option: Mapping[str, Any], place: str) -> Any:
    # Names contain commas, and a single condition may stand without a list.
    is_one = option["type"] == "list" and isinstance(value, Mapping)
    return converted([value] if is_one else value, option, place, commas=False)


def boolean_at(given: Mapping[str, Any], key: str, default: bool) -> bool:
    """The boolean under a key. :raises InvalidInput: it is none."""
    value = given.get(key, default)
    if not isinstance(value, bool):
        raise InvalidInput(f"`{key}` is {value!a}; write true or false.")
    return value
