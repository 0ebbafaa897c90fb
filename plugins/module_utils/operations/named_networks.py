# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named lists of addresses, networks and ranges, put in the place of their names. Pure.

Everything behind this, the digest of rules included, knows the addresses only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ..conversion import converted, shown
from ..dialects import DIALECTS
from ..errors import InvalidInput
from ..model.fields import plain_name
from ..model.networks import address_set
from ..query.keys import ADDRESS_KEYS
from ..suggestions import suggestion
from .queries import with_each_condition, with_each_query

Lists = Mapping[str, Sequence[str]]

_LIST = {"type": "list", "elements": "str"}
# The operators of `where` that compare addresses, and those for several of them.
_FOR_LISTS = {
    "is": "is_one_of",
    "is_one_of": "is_one_of",
    "is_not": "is_not_one_of",
    "is_not_one_of": "is_not_one_of",
}
# The fields of all major versions that the address keys compare.
_ADDRESS_FIELDS = frozenset(dialect.names[key] for dialect in DIALECTS.values() for key in ADDRESS_KEYS)
_OF_ADDRESSES = re.compile(r"[0-9][0-9./*,;\s-]*")


def with_named_networks(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options of a task with the entries of `networks` where its queries, rules and guardrails name them.

    :raises InvalidInput: a list is invalid, or an address key names none of them.
    """
    lists = named_lists(params.get("networks"))
    if not lists:
        return params
    return with_each_query(params, partial(with_addresses, lists=lists))


def named_lists(given: Any) -> dict[str, list[str]]:
    """The lists by name; none for no option.

    :raises InvalidInput: a list is empty or holds something else, or its name is an address or stands twice.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidInput("`networks` must be a dictionary of lists, such as {scanners: [10.0.0.0/24]}.")
    lists = {}
    for name, value in given.items():
        if not isinstance(name, str) or not name.strip() or _is_written_out(name):
            raise InvalidInput(f"`networks` has the list {shown(name)}. Give it a name that is no address.")
        place = f"networks.{shown(name)[1:-1]}"
        if name.strip() in lists:
            raise InvalidInput(f"`{place}` stands twice, apart from spaces. Remove one of the lists.")
        entries = converted(value, _LIST, place)
        if not entries:
            raise InvalidInput(f"`{place}` is empty. Set at least one address, network or range, or remove the list.")
        lists[name.strip()] = list(address_set(entries, f"`{place}`").texts)
    return lists


def with_addresses(query: Any, lists: Lists, place: str) -> Any:
    """A query with addresses in place of names; what is no query stays as it is.

    :param place: the key under which the query stands, for messages.
    :raises InvalidInput: an entry is neither an address, network or range nor the name of a list.
    """
    if not isinstance(query, Mapping):
        return query
    keys = [key for key in ADDRESS_KEYS if key in query]
    found = {**query, **{key: _entries(query[key], lists, f"{place}.{key}") for key in keys}}
    return with_each_condition(found, partial(_condition, lists=lists))


def _condition(item: Any, lists: Lists) -> Any:
    """A condition of `where` with addresses in place of names, if it compares whole addresses."""
    if not isinstance(item, Mapping) or item.get("operator") not in _FOR_LISTS:
        return item
    if plain_name(str(item.get("field"))) not in _ADDRESS_FIELDS:
        return item
    value = item.get("value")
    given = value if isinstance(value, list) else [value]
    if not any(isinstance(entry, str) and entry.strip() in lists for entry in given):
        return item
    # Here, and only here, texts that are no addresses can be looked for.
    entries: list[Any] = []
    for entry in given:
        entries += lists.get(str(entry).strip(), (entry,))
    return {**item, "operator": _FOR_LISTS[item["operator"]], "value": entries}


def _entries(value: Any, lists: Lists, place: str) -> Any:
    entries = converted(value, _LIST, place, commas=False) if isinstance(value, str) else value
    if not isinstance(entries, list):
        return value
    found: list[Any] = []
    for entry in entries:
        name = entry.strip() if isinstance(entry, str) else ""
        if name in lists:
            found += lists[name]
            continue
        if name and not _is_written_out(name):
            raise InvalidInput(
                f"`{place}` has {shown(name)}, which is neither an address, network or range nor a name in "
                f"`networks` ({', '.join(lists)}).{suggestion(name, lists)}"
            )
        found.append(entry)
    return found


def _is_written_out(text: str) -> bool:
    """Whether a text is an address, a network or a range, or was meant as one and is refused elsewhere."""
    return ":" in text or _OF_ADDRESSES.fullmatch(text.strip()) is not None
