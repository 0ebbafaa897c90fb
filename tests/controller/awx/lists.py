# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists as a controller gives them: filtered, ordered, and a page at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from .kinds import KINDS, Kind
from .refusal import Refused
from .store import Fields, Store

PAGE_SIZE = 25
MAX_PAGE_SIZE = 200
NOT_FIELDS = ("page", "page_size", "order_by", "search", "format", "type", "role_level")
LOOKUPS: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda value, wanted: value == wanted,
    "iexact": lambda value, wanted: value.lower() == wanted.lower(),
    "contains": lambda value, wanted: wanted in value,
    "icontains": lambda value, wanted: wanted.lower() in value.lower(),
    "startswith": lambda value, wanted: value.startswith(wanted),
    "istartswith": lambda value, wanted: value.lower().startswith(wanted.lower()),
    "endswith": lambda value, wanted: value.endswith(wanted),
    "iendswith": lambda value, wanted: value.lower().endswith(wanted.lower()),
    "regex": lambda value, wanted: re.search(wanted, value) is not None,
    "in": lambda value, wanted: value in wanted.split(","),
    "gt": lambda value, wanted: float(value) > float(wanted),
    "gte": lambda value, wanted: float(value) >= float(wanted),
    "lt": lambda value, wanted: float(value) < float(wanted),
    "lte": lambda value, wanted: float(value) <= float(wanted),
    "isnull": lambda value, wanted: (value == "none") == (wanted.lower() in ("true", "1")),
}

Query = Sequence[tuple[str, str]]


def filtered(store: Store, endpoints: Sequence[str], query: Query) -> list[tuple[str, Fields]]:
    """The objects that fit a query: all of its terms, and one of those with `or__` if there are any."""
    types = [wanted for name, wanted in query if name == "type"]
    terms = [(name, wanted) for name, wanted in query if name not in NOT_FIELDS]
    found = []
    for endpoint in endpoints:
        kind = KINDS[endpoint]
        if types and not any(kind.type in wanted.split(",") for wanted in types):
            continue
        for one in store.tables[endpoint].values():
            alternatives = [_fits(store, kind, one, *term) for term in terms if "or__" in term[0]]
            others = [_fits(store, kind, one, *term) for term in terms if "or__" not in term[0]]
            if all(others) and (any(alternatives) or not alternatives):
                found.append((endpoint, one))
    for order in (wanted for name, wanted in query if name == "order_by"):
        field = order.lstrip("-")
        found.sort(key=lambda pair: str(pair[1].get(field, "")), reverse=order.startswith("-"))
    return found


def _fits(store: Store, kind: Kind, one: Fields, name: str, wanted: str) -> bool:
    negated = name.startswith("not__") or "__not__" in name
    path = [part for part in name.split("__") if part not in ("or", "not", "chain")]
    lookup = LOOKUPS[path.pop()] if path[-1] in LOOKUPS else LOOKUPS["exact"]
    missing = wanted.lower() in ("none", "null") and lookup is LOOKUPS["exact"]
    return any(lookup(value, "none" if missing else wanted) for value in _values(store, kind, one, path)) is not negated


def _values(store: Store, kind: Kind, one: Fields, path: Sequence[str]) -> list[str]:
    name, *rest = path
    if name in kind.many:
        ids = store.related(one["id"], name)
        if not rest:
            return [str(related) for related in ids]
        target = KINDS[kind.many[name]]
        return [
            text for related in ids for text in _values(store, target, store.tables[target.endpoint][related], rest)
        ]
    if name not in one and name not in kind.fields and name != "name":
        raise Refused(400, {"detail": f"{kind.class_name} has no field named '{name}'"})
    value = one.get(name)
    if rest and name in kind.links:
        linked = store.by_id(value)
        return _values(store, KINDS[linked[0]], linked[1], rest) if linked else ["none"]
    if value is None:
        return ["none"]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def page(path: str, query: Query, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One page of a list."""
    asked = dict(query)
    size = min(int(asked.get("page_size", PAGE_SIZE)), MAX_PAGE_SIZE)
    number = int(asked.get("page", 1))
    last = max(1, -(-len(rows) // size))
    if not 1 <= number <= last:
        raise Refused(404, {"detail": "Invalid page."})

    def link(to: int) -> str:
        return f"{path}?{urlencode([pair for pair in query if pair[0] != 'page'] + [('page', str(to))])}"

    return {
        "count": len(rows),
        "next": link(number + 1) if number < last else None,
        "previous": link(number - 1) if number > 1 else None,
        "results": list(rows[(number - 1) * size : number * size]),
    }
