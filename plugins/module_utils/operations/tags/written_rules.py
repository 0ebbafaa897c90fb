# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a list of tag rules before the first of them is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ...dialects import Dialect
from ...errors import InvalidInput
from ...printing import printable
from ...query.rule_conditions import compile_conditions
from ...query.searches import right_for_one
from ...query.written import written_query
from ..named_networks import named_lists, with_addresses


def checked_rules(rules: Sequence[Mapping[str, Any]], networks: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The rules, with addresses in place of the names of networks.

    :param networks: lists of addresses by name.
    :raises InvalidInput: the server cannot carry out a rule; the message names it.
    """
    lists = named_lists(networks)
    checked = []
    for number, rule in enumerate(rules, 1):
        try:
            for key in ("during", "asset", "group"):
                if key in rule:
                    raise InvalidInput(f"`{key}` cannot stand in a tag rule. Use a rule of utmstack_triage instead.")
            query = with_addresses(rule.get("query"), lists, "query") if lists else rule.get("query")
            right_for_one(partial(_check, query), None)
        except InvalidInput as error:
            name = printable(str(rule.get("name")), 80)
            raise InvalidInput(f"Rule {number} ({name}): {error.message} No rule was stored.") from None
        checked.append({**rule, "query": query})
    return checked


def _check(query: Any, dialect: Dialect) -> None:
    compile_conditions(written_query(query, "query"), dialect)
