# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /api/elasticsearch/search/csv."""

from __future__ import annotations

from itertools import islice
from typing import Any

from aiohttp import web

from ..engine.csv_export import BadCell, table
from ..engine.csv_stream import stream
from ..engine.search import WINDOW, ordered, total_of
from ..spring.answers import ServerError, empty, problem
from ..spring.binding import check_present, int_member, json_object, resource_error, text_member
from ..spring.context import world
from .search import children_of, indices_of, readable_filters, search

WHERE = "ElasticsearchResource.searchToCsv"


def _columns(request: web.Request, value: Any) -> list[dict[str, Any] | None] | None:
    """The columns as Jackson reads them."""
    if value is None:
        return None
    if not isinstance(value, list) or any(item is not None and not isinstance(item, dict) for item in value):
        raise ServerError(problem(request, 500, "Cannot construct instance of columns"))
    for item in value:
        for name in ("label", "field", "type", "customStyle") if item is not None else ():
            text_member(request, item, name)
    return value


async def export(request: web.Request) -> web.Response:
    """Return all matching documents as one unsorted file, or an empty answer without matches; 11.2 streams them."""
    here, body = world(request), await json_object(request)
    columns = _columns(request, body.get("columns"))
    filters = readable_filters(request, body.get("filters"))
    top, pattern = int_member(request, body, "top"), text_member(request, body, "indexPattern")
    check_present(request, "csvExportingParams", body, ("columns", "top", "indexPattern"))
    if here.dialect.release.streams_csv:
        return _file(_streamed(request, columns or [], filters, top, str(pattern)))
    found = search(request, indices_of(request, str(pattern), WHERE), filters, (), WHERE)
    if top < 0 or top > WINDOW:
        raise resource_error(500, f"{WHERE}: Result window is too large")
    if not total_of(found):
        return empty()
    known = [column for column in columns or [] if column is not None]
    if top == 0 or not known or known != columns:
        raise resource_error(500, f"{WHERE}: nothing to export")
    sources = [document.source for document in islice(ordered(here.documents, found, ()), top)]
    try:
        content = table(sources, known, here.settings["utmstack.time.zone"])
    except BadCell as error:
        raise resource_error(500, f"{WHERE}: {error}") from None
    return _file(content)


def _file(content: bytes) -> web.Response:
    headers = {
        "Content-Type": "text/csv;charset=ISO-8859-1",
        "Content-Disposition": "attachment; filename=data.csv",
    }
    return web.Response(body=content, headers=headers)


def _streamed(
    request: web.Request, columns: list[dict[str, Any] | None], filters: list[dict[str, Any]], top: int, pattern: str
) -> bytes:
    """The file of 11.2, newest alert first; a search that fails leaves the heading."""
    here = world(request)
    known = [column for column in columns if column is not None]
    if not known or known != columns:
        raise resource_error(500, "An internal error occurred while exporting the CSV. Please check server logs.")
    try:
        indices = indices_of(request, pattern, WHERE)
        found = search(request, indices, filters, (), WHERE)
    except ServerError:
        indices, found = [], []
    rows = ordered(here.documents, found, [("@timestamp", True), ("id.keyword", True)])
    sources = (document.source for document in islice(rows, top if top > 0 else None))
    zone = here.settings["utmstack.time.zone"]
    return stream(sources, known, zone, lambda source: total_of(children_of(source, indices)))
