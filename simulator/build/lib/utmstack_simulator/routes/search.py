# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /api/elasticsearch/search and its siblings."""

from __future__ import annotations

from itertools import islice
from typing import Any

from aiohttp import web

from ..engine.documents import BadPattern, DailyIndex, IndexMissing
from ..engine.query import OPERATORS, BadFilter, checked_filters, known_operator, phrase
from ..engine.search import WINDOW, AllShardsFailed, Found, find, ordered, total_of
from ..spring.answers import empty, json_answer
from ..spring.binding import (
    boolean,
    check_present,
    int_member,
    integer,
    json_body,
    json_object,
    page_headers,
    page_of,
    required,
    resource_error,
    sort_of,
    text_member,
    unreadable,
)
from ..spring.context import world
from ..state.world import World

SEARCH = "/api/elasticsearch/search"


def operators_of(request: web.Request) -> list[str]:
    """The operators of this major version, in the order of the server's list."""
    names = list(OPERATORS)
    if not world(request).dialect.is_v11:
        names.remove("IS_ONE_OF_TERMS_OR")
    return names


def readable_filters(request: web.Request, value: Any) -> list[dict[str, Any]]:
    """The filters as Jackson reads them."""
    operators = operators_of(request)
    if value is None:
        return []
    if not isinstance(value, list):
        raise unreadable(request, "JSON parse error: filters")
    for item in value:
        if item is not None and not isinstance(item, dict):
            raise unreadable(request, "JSON parse error: filter")
        if item is not None and isinstance(item.get("field"), (list, dict)):
            raise unreadable(request, "JSON parse error: field")
        if item is not None and not known_operator(item.get("operator"), operators):
            raise unreadable(request, "JSON parse error: operator")
    return value


def indices_of(request: web.Request, pattern: str, where: str) -> list[DailyIndex]:
    """The indices of a pattern; a missing concrete name is an error."""
    try:
        return world(request).documents.matching(pattern)
    except IndexMissing as error:
        raise resource_error(500, f"{where}: [index_not_found_exception] no such index [{error}]") from None
    except BadPattern as error:
        raise resource_error(500, f"{where}: [invalid_index_name_exception] {error}") from None


def search(
    request: web.Request, indices: list[DailyIndex], filters: list[dict[str, Any]], sort: Any, where: str
) -> Found:
    """Matching documents, or the 500 of a search that failed everywhere."""
    try:
        checked = checked_filters(filters, operators_of(request))
    except BadFilter as error:
        raise resource_error(500, f"{where}: {error}") from None
    try:
        return find(indices, checked, sort)
    except AllShardsFailed:
        text = f"{where}: Request failed: [search_phase_execution_exception] all shards failed"
        raise resource_error(500, text) from None


def page_rows(
    request: web.Request, indices: list[DailyIndex], filters: Any, top: int, where: str
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """One page of documents with its headers, which are missing if nothing matches."""
    page, size = page_of(request)
    # Filters give every document the same score.
    sort = [(field, descending) for field, descending in sort_of(request) if field != "_score"]
    start = 0 if page <= 1 else (page - 1) * size
    if start > top or top < 0:
        raise resource_error(500, f"{where}: from is beyond top")
    used = min(size, top - start)
    if start + used > WINDOW:
        raise resource_error(500, f"{where}: Result window is too large")
    found = search(request, indices, filters, sort, where)
    total = total_of(found)
    if not total:
        return [], {}
    rows = islice(ordered(world(request).documents, found, sort), start, start + used)
    headers = page_headers(request.path, page, size, min(total, WINDOW, top))
    return [document.source for document in rows], headers


async def search_alerts(request: web.Request) -> web.Response:
    """POST /api/elasticsearch/search."""
    where = "ElasticsearchResource.search"
    here = world(request)
    children = boolean(request, "includeChildren", False) if here.dialect.has_children else False
    pattern, top = required(request, "indexPattern"), integer(request, "top")
    filters = readable_filters(request, await json_body(request, needed=False))
    indices = indices_of(request, pattern, where)
    rows, headers = page_rows(request, indices, filters, top, where)
    if children:
        rows = [_with_children(here, row, indices) for row in rows]
    return json_answer(rows, headers=headers)


def children_of(row: dict[str, Any], indices: list[DailyIndex]) -> Found:
    """The documents whose `parentId` matches the row's ID as a phrase."""
    return [(daily, phrase(daily, "parentId", row["id"])) for daily in indices] if row.get("id") else []


def _with_children(here: World, row: dict[str, Any], indices: list[DailyIndex]) -> dict[str, Any]:
    """The row with the number of its children and, in 11.2, the newest of them."""
    found = children_of(row, indices)
    echoes = total_of(found)
    shown = {**row, "hasChildren": echoes > 0, "echoes": echoes}
    if echoes and here.dialect.release.shows_last_echo:
        shown["last_echo"] = next(ordered(here.documents, found, [("@timestamp", True)])).source
    return shown


async def generic_search(request: web.Request) -> web.Response:
    """POST /api/elasticsearch/generic-search."""
    where = "ElasticsearchResource.genericSearch"
    body = await json_object(request)
    pattern, top = text_member(request, body, "index"), int_member(request, body, "top")
    filters = readable_filters(request, body.get("filters"))
    check_present(request, "genericSearchBody", body, ("index", "top"))
    indices = indices_of(request, str(pattern), where)
    rows, headers = page_rows(request, indices, filters, top, where)
    return json_answer(rows, headers=headers) if rows or headers else empty()
