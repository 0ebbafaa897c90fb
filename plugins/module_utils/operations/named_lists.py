# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named lists of texts, put in the place of the entries `{list: NAME}` of queries and rules. Pure.

Everything behind this, the digest of rules included, knows the texts only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..conversion import Read, converted, is_blank, shown, structure_in_text
from ..errors import InvalidInput
from ..suggestions import suggestion
from .named_networks import Lists, named_lists, with_addresses
from .queries import Replace, with_each_condition, with_each_query, with_each_rule_query

_LIST = {"type": "list", "elements": "str"}
_KEY = "list"


def with_named_lists(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options of a task with the entries of `lists` where its queries, rules and guardrails name them.

    :raises InvalidInput: a list is invalid, or an entry names none of them.
    """
    return with_each_query(params, partial(with_texts, text_lists(params.get("lists"))))


def query_with_lists(given: Mapping[str, Any], read: Read = structure_in_text) -> dict[str, Any]:
    """The options of a task as they were given, with the entries of `lists` in `query`.

    Afterwards, `query` holds texts alone, which is all that its types allow.

    :raises InvalidInput: a list is invalid, or an entry names none of them.
    """
    if is_blank(given.get("query")):
        return dict(given)
    blank_as_null = {name: None if is_blank(given.get(name)) else given[name] for name in ("lists", "query")}
    read_as = {name: converted(value, {"type": "dict"}, name, read=read) for name, value in blank_as_null.items()}
    return {**given, "query": with_texts(text_lists(read_as["lists"]), read_as["query"], "query")}


def named_in_queries(networks: Mapping[str, Any] | None, lists: Mapping[str, Any] | None) -> Replace:
    """What puts addresses and texts in the place of the names of lists, query by query.

    :param networks: lists of addresses by name.
    :param lists: lists of texts by name.
    :raises InvalidInput: a list is invalid.
    """
    texts, addresses = text_lists(lists), named_lists(networks)

    def replaced(query: Any, place: str) -> Any:
        found = with_texts(texts, query, place)
        return with_addresses(found, addresses, place) if addresses else found

    return replaced


def rules_with_named_lists(rows: Any, networks: Mapping[str, Any] | None, lists: Mapping[str, Any] | None) -> Any:
    """Triage rules with addresses and texts in place of the names of lists; what is no rule stays as it is.

    :raises InvalidInput: a list is invalid, or a rule names none of them.
    """
    return with_each_rule_query(rows, named_in_queries(networks, lists))


def text_lists(given: Any) -> dict[str, list[str]]:
    """The lists by name; none for no option.

    :raises InvalidInput: a list is empty or holds something else, or its name is blank.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidInput("`lists` must be a dictionary of lists, such as {backup_hosts: [bak-01, bak-02]}.")
    lists = {}
    for name, value in given.items():
        if not isinstance(name, str) or not name.strip():
            raise InvalidInput(f"`lists` has the list {shown(name)}. Give it a name that is a text.")
        place = f"lists.{shown(name)[1:-1]}"
        entries = converted(value, _LIST, place, commas=False)
        if not entries or any(map(is_blank, entries)):
            raise InvalidInput(f"`{place}` is empty or contains an empty text. Set what it lists, or remove it.")
        lists[name] = list(dict.fromkeys(entries))
    return lists


def with_texts(lists: Lists, query: Any, place: str) -> Any:
    """A query with texts in place of its entries `{list: NAME}`; what is no query stays as it is.

    :param place: the key under which the query stands, for messages.
    :raises InvalidInput: an entry names none of the lists.
    """
    if not isinstance(query, Mapping):
        return query
    found = {key: _entries(value, lists, f"{place}.{key}") for key, value in query.items()}
    return with_each_condition(found, partial(_condition, lists=lists, place=f"{place}.where"))


def _condition(item: Any, lists: Lists, place: str) -> Any:
    if not isinstance(item, Mapping) or "value" not in item:
        return item
    return {**item, "value": _entries(item["value"], lists, place)}


def _entries(value: Any, lists: Lists, place: str) -> Any:
    if _is_name(value):
        return _named(value, lists, place)
    if not isinstance(value, list):
        return value
    found: list[Any] = []
    for entry in value:
        found += _named(entry, lists, place) if _is_name(entry) else [entry]
    return found


def _is_name(entry: Any) -> bool:
    return isinstance(entry, Mapping) and set(entry) == {_KEY}


def _named(entry: Mapping[str, Any], lists: Lists, place: str) -> list[str]:
    name = entry[_KEY]
    if not isinstance(name, str) or name not in lists:
        known = f"has {', '.join(lists)}" if lists else "is not set"
        raise InvalidInput(
            f"`{place}` names the list {shown(name)}, but `lists` {known}.{suggestion(str(name), lists) or ' Add it.'}"
        )
    return list(lists[name])
