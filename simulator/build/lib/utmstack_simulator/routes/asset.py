# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory over HTTP (API facts, 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from ..spring.answers import ServerError, header_error, json_answer, problem, violations_problem
from ..spring.binding import (
    advice_error,
    page_answer,
    page_headers,
    page_of,
    path_id,
    required,
    resource_error,
    sorted_rows,
    unreadable,
)
from ..spring.context import world
from ..spring.criteria import ORDER, Criterion, integer, moment, narrowed, one_of, truth
from ..state.assets import DATA_TYPES_SEEDED, MODES, PLAIN, STATUSES, data_types, input_row, looks_like

ASSETS, INPUTS, AGENTS = "/api/utm-network-scans", "/api/utm-data-input-statuses", "/api/agent-manager"
WHERE = "UtmNetworkScanResource.searchByFilters"
_LISTS: dict[str, Callable[[str], Any]] = {
    "os": str,
    "alias": str,
    "type": str,
    "alive": truth,
    "status": one_of(STATUSES),
    "probe": str,
    "openPorts": integer,
    "groups": str,
    "agent": truth,
    "osPlatform": str,
}
_PROPERTIES = {"OS": "os", "ALIAS": "alias", "TYPE": "type", "STATUS": "status", "PROBE": "probe", "GROUP": "groups"}
_HIDDEN_INPUTS = ("hids", "utmstack")
_INPUT_CRITERIA = {
    "id": Criterion(lambda row: row["id"]),
    "source": Criterion(lambda row: row["source"]),
    "dataType": Criterion(lambda row: row["dataType"]),
    "timestamp": Criterion(lambda row: row["timestamp"], integer, ORDER),
    "median": Criterion(lambda row: row["median"], integer, ORDER),
}


def _read(
    request: web.Request, lists: Mapping[str, Callable[[str], Any]], single: Mapping[str, Callable[[str], Any]]
) -> dict[str, list[Any]]:
    """Parameters of the search; unreadable ones are refused together.

    Lists are repeated or have commas. Of a single parameter the first counts, a comma is part of it (API facts, 11.1).
    """
    found: dict[str, list[Any]] = {}
    bad = []
    for name, parse in {**lists, **single}.items():
        given = request.query.getall(name, [])
        texts = given[:1] if name in single else [part for text in given for part in text.split(",")]
        try:
            # An empty text does not filter.
            found[name] = [parse(text) for text in texts if text]
        except ValueError:
            bad.append(name)
    if bad:
        raise ServerError(violations_problem(request, bad))
    return found


def _found(request: web.Request) -> list[dict[str, Any]]:
    here = world(request)
    found = list(here.assets.assets.values())
    single = {"registeredMode": one_of(MODES), "discoveredInitDate": moment, "discoveredEndDate": moment}
    more: dict[str, Callable[[str], Any]] = {"dataTypes": str} if here.dialect.is_v11 else {}
    wanted = _read(request, {**_LISTS, **more}, single)
    mode, first, last = (wanted.pop(name) for name in single)
    for name, values in wanted.items():
        if len(values) > 1 and here.dialect.is_v11:
            raise advice_error(request, 500, f"{WHERE}: could not extract ResultSet")
        if values:
            found = [asset for asset in found if set(values) & set(here.assets.value(asset, name))]
    if mode:
        found = [asset for asset in found if asset.get("registeredMode") == mode[0]]
    if first and last:
        found = [a for a in found if a.get("discoveredAt") and first[0] <= moment(a["discoveredAt"]) <= last[0]]
    text = request.query.get("assetIpMacName", "")
    return [asset for asset in found if looks_like(asset, text)] if text else found


async def search_assets(request: web.Request) -> web.Response:
    """GET /api/utm-network-scans/search-by-filters."""
    here, found = world(request), _found(request)
    try:
        found = sorted_rows(request, found, ("id", "isAgent", *PLAIN))
    except KeyError as error:
        raise advice_error(request, 500, f"{WHERE}: No property {error} found for type UtmNetworkScan") from None
    return page_answer(request, [here.assets.row(asset, here.dialect, with_ports=False) for asset in found])


async def show_asset(request: web.Request) -> web.Response:
    """GET /api/utm-network-scans/{id}: JSON null for an unknown ID."""
    here = world(request)
    asset = here.assets.assets.get(path_id(request))
    return json_answer(here.assets.row(asset, here.dialect, with_ports=True) if asset else None)


async def property_values(request: web.Request) -> web.Response:
    """GET /api/utm-network-scans/searchPropertyValues: pairs of value and count."""
    name, _for_groups = required(request, "prop"), required(request, "forGroups", "Boolean")
    if name not in _PROPERTIES:
        raise unreadable(request, "Failed to convert 'prop'")
    assets, part = world(request).assets, request.query.get("value", "").lower()
    counts: dict[str, int] = {}
    for asset in assets.assets.values():
        for value in assets.value(asset, _PROPERTIES[name]):
            if value is not None and part in str(value).lower():
                counts[str(value)] = counts.get(str(value), 0) + 1
    return json_answer(sorted(([value, count] for value, count in counts.items()), key=lambda pair: -int(pair[1])))


async def count_new(request: web.Request) -> web.Response:
    """GET /api/utm-network-scans/countNewAssets: 0 even with assets in state NEW, as on the recorded servers."""
    return json_answer(0)


async def agent_platforms(request: web.Request) -> web.Response:
    """GET /api/utm-network-scans/agent-os-platform."""
    assets = world(request).assets.assets.values()
    platforms = {asset["assetOsPlatform"] for asset in assets if asset.get("isAgent") and asset.get("assetOsPlatform")}
    return json_answer(sorted(platforms))


def _input_rows(request: web.Request) -> list[dict[str, Any]]:
    here = world(request)
    return [input_row(row, here.dialect) for row in here.assets.inputs]


async def list_inputs(request: web.Request) -> web.Response:
    """GET /api/utm-data-input-statuses: without criteria; a bad sort returns 200 and an error header."""
    rows = [row for row in _input_rows(request) if row["dataType"] not in _HIDDEN_INPUTS]
    try:
        return page_answer(request, sorted_rows(request, rows, tuple(_INPUT_CRITERIA)))
    except KeyError as error:
        return header_error(200, f"UtmDataInputStatusResource: No property {error} found", params=None)


async def count_inputs(request: web.Request) -> web.Response:
    """GET /api/utm-data-input-statuses/count: with criteria, and including inputs that the list leaves out."""
    return json_answer(len(narrowed(request, _input_rows(request), _INPUT_CRITERIA)))


async def show_input(request: web.Request) -> web.Response:
    """GET /api/utm-data-input-statuses/{id}."""
    wanted = request.match_info["id"]
    row = next((row for row in _input_rows(request) if row["id"] == wanted), None)
    if row is None:
        raise ServerError(problem(request, 404, "404 NOT_FOUND"))
    return json_answer(row)


async def list_data_types(request: web.Request) -> web.Response:
    """GET /api/data-types (v11): fifty seeded rows, of which the first five are known."""
    page, size = page_of(request)
    headers = page_headers(request.path, page, size, DATA_TYPES_SEEDED)
    return json_answer(data_types()[page * size : (page + 1) * size], headers=headers)


async def no_agent_manager(request: web.Request) -> web.Response:
    """Fail, because there is no agent manager."""
    raise resource_error(500, "AgentManagerResource: UNAVAILABLE: io exception")


async def no_agent_manager_for_host(request: web.Request) -> web.Response:
    """Fail in the same way, after checking the host's name."""
    required(request, "hostname")
    return await no_agent_manager(request)
