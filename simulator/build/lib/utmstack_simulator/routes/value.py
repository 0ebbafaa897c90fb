# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of a field and their counts (API facts, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from ..engine.dates import DATES
from ..engine.documents import KEYWORD, BadPattern, DailyIndex, IndexMissing
from ..engine.java import java_text
from ..engine.search import Found
from ..spring.answers import json_answer
from ..spring.binding import (
    bool_member,
    check_present,
    int_member,
    json_body,
    json_object,
    required,
    resource_error,
    text_member,
)
from ..spring.context import world
from .search import indices_of, readable_filters, search

MAX_VALUES = 10_000


def counts(found: Found, field: str) -> dict[Any, int]:
    """Documents per value; a list counts once per distinct entry. :raises LookupError: the field is always text."""
    result: dict[Any, int] = {}
    asked = failed = 0
    for daily, numbers in found:
        kind = daily.type_of(field)
        asked += 1
        if kind == "text":
            failed += 1
            continue
        if kind in (None, "object"):
            continue
        for value, count in daily.values_among(field, numbers):
            key = (kind, value)
            result[key] = result.get(key, 0) + count
    if asked and failed == asked:
        raise LookupError(field)
    return result


def shown(kind: str, value: Any) -> str:
    """A value as a key of the answer."""
    if kind == "slashes":
        return datetime.fromtimestamp(value / 1000, timezone.utc).strftime("%Y/%m/%d %H:%M:%S")
    if kind == "date":
        moment = datetime.fromtimestamp(value / 1000, timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value % 1000:03d}Z"
    if kind == "boolean":
        return "true" if value else "false"
    return java_text(value)


def _counted(request: web.Request, found: Found, field: str, where: str) -> dict[Any, int]:
    try:
        return counts(found, field)
    except LookupError:
        text = "Request failed: [search_phase_execution_exception] all shards failed"
        raise resource_error(500, f"{where}: {text}") from None


async def values(request: web.Request) -> web.Response:
    """GET /api/elasticsearch/property/values: most frequent first, then by value."""
    where = "ElasticsearchResource.getFieldValues"
    field, pattern = required(request, "keyword"), required(request, "indexPattern")
    found = search(request, indices_of(request, pattern, where), [], (), where)
    rows = sorted(_counted(request, found, field, where).items(), key=lambda item: (-item[1], item[0][1]))
    return json_answer([shown(*key) for key, _count in rows[:MAX_VALUES]])


async def values_with_count(request: web.Request) -> web.Response:
    """POST /api/elasticsearch/property/values-with-count: an object in the order of the result."""
    where = "ElasticsearchResource.getFieldValuesWithCount"
    body = await json_object(request)
    field, pattern = text_member(request, body, "field"), text_member(request, body, "index")
    top = int_member(request, body, "top", 5)
    by_count, ascending = bool_member(request, body, "orderByCount"), bool(bool_member(request, body, "sortAsc"))
    filters = readable_filters(request, body.get("filters"))
    check_present(request, "propertyValuesWithCountRequest", body, ("index",))
    if field is None or top <= 0:
        raise resource_error(500, f"{where}: [size] must be greater than 0, and a field is needed")
    indices = _everything(request) if pattern == "" else indices_of(request, str(pattern), where)
    found = search(request, indices, filters, (), where)
    rows = sorted(_counted(request, found, field, where).items(), key=lambda item: item[0][1])
    if by_count:
        rows.sort(key=lambda item: item[1] if ascending else -item[1])
    elif not ascending:
        rows.reverse()
    return json_answer({shown(*key): count for key, count in rows[:top]})


def _everything(request: web.Request) -> list[DailyIndex]:
    return list(world(request).documents.indices.values())


def mapped_types(indices: Iterable[DailyIndex]) -> dict[str, str]:
    """The type of each field, of the first index that has one, and the keyword subfields of all."""
    types: dict[str, str] = {}
    for daily in indices:
        for name, kind in daily.types.items():
            if kind != "object":
                types.setdefault(name, "date" if kind in DATES else kind)
            if kind == "text":
                types[name + KEYWORD] = "keyword"
    return types


async def properties(request: web.Request) -> web.Response:
    """GET /api/elasticsearch/index/properties: fields that ever had a value, with their keyword subfields.

    Without any, 404 or, in 11.2, an empty list.
    """
    where = "ElasticsearchResource.getIndexProperties"
    pattern = required(request, "indexPattern")
    try:
        indices = world(request).documents.matching(pattern)
    except (IndexMissing, BadPattern):
        indices = []
    types = mapped_types(indices)
    if not types and not world(request).dialect.release.finds_no_properties:
        raise resource_error(404, f"{where}: no properties for {pattern}")
    return json_answer([{"name": name, "type": types[name]} for name in sorted(types)])


async def any_match(request: web.Request) -> web.Response:
    """POST /api/elasticsearch/count (v11): whether anything matches."""
    where = "ElasticsearchResource.count"
    pattern = required(request, "indexPattern")
    filters = readable_filters(request, await json_body(request, needed=False))
    found = search(request, indices_of(request, pattern, where), filters, (), where)
    return json_answer(any(numbers for _daily, numbers in found))
