# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replace every query among the options of a task, and in rules. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..errors import InvalidInput

# The keys of a rule with conditions.
_CONDITIONS = ("when", "unless", "asset")


class Replace(Protocol):
    """What replaces a query; it leaves alone what is none."""

    def __call__(self, *, query: Any, place: str) -> Any:
        """:param place: the key under which the query stands, for messages."""


def with_each_query(params: Mapping[str, Any], replace: Replace) -> dict[str, Any]:
    """The options of a task with each query of the task, its rules and its guardrails replaced."""
    replaced = {**params}
    if "query" in params:
        replaced["query"] = replace(query=params["query"], place="query")
    if "rules" in params:
        replaced["rules"] = with_each_rule_query(params["rules"], replace)
    if "protect" in params:
        replaced["protect"] = [replace(query=entry, place="protect") for entry in params["protect"] or ()]
    if params.get("also") is not None:
        also = params["also"]
        replaced["also"] = {
            **also,
            "query": replace(query=also.get("query"), place="also.query"),
            "rules": with_each_rule_query(also.get("rules"), replace),
        }
    return replaced


def with_each_condition(query: Mapping[str, Any], replace: Callable[[Any], Any]) -> dict[str, Any]:
    """A query with each condition of `where` replaced; a single one may stand without a list."""
    conditions = query.get("where")
    if isinstance(conditions, Mapping):
        conditions = [conditions]
    return {**query, "where": list(map(replace, conditions))} if isinstance(conditions, list) else {**query}


def with_each_rule_query(rows: Any, replace: Replace) -> Any:
    """Triage rules with each of their queries replaced; what is no rule stays as it is."""
    return [_rule(row, number, replace) for number, row in enumerate(rows, 1)] if isinstance(rows, list) else rows


def _rule(row: Any, number: int, replace: Replace) -> Any:
    if not isinstance(row, Mapping):
        return row
    try:
        return {**row, **{key: replace(query=row[key], place=key) for key in _CONDITIONS if key in row}}
    except InvalidInput as error:
        raise InvalidInput(f"Rule {number} ({row.get('name')!a}): {error.message}") from None
