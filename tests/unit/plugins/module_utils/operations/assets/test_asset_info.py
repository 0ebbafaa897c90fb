# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches for assets, on plain data; and what exactly is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import IncompleteAnswer, InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.asset_types import ASSET_TYPES
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets import asset_info, asset_search
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task

from ...exchanges import KEY, Exchange, exchanged, params

SEARCH = "/api/utm-network-scans/search-by-filters"
IN_ORDER = replace(KEY, concurrency=1)
NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


RECORDED = Path(__file__).parents[5] / "contract"


def page(number: int, rows: list[dict[str, Any]], total: int, *filters: tuple[str, str]) -> Exchange:
    """One page of a search."""
    query = [*filters, ("page", str(number)), ("size", "2000"), ("sort", "id,asc")]
    return Exchange("GET", SEARCH, query, answer=rows, answer_headers={"X-Total-Count": str(total)})


def asked(**given: Any) -> dict[str, Any]:
    return params(asset_info.OPERATION, **given)


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_the_types_to_choose_from_are_those_that_were_recorded(dialect: str) -> None:
    cases = json.loads((RECORDED / dialect / "asset_types.json").read_text(encoding="utf-8"))["cases"]
    (case,) = [case for case in cases if case["name"] == "every_type_by_its_number"]
    types = [asset["assetType"] for asset in case["steps"][0]["response"]["json"]]
    assert dict(enumerate(ASSET_TYPES, 1)) == {kind["id"]: kind["typeName"] for kind in types}


def test_several_values_are_one_search_where_the_server_takes_them() -> None:
    given = asked(status=["new", "missing"], ports=[22, 389])
    assert asset_search.searches_for(given, V10, NOW) == [{"status": ["NEW", "MISSING"], "openPorts": ["22", "389"]}]


def test_several_values_are_several_searches_where_it_fails_on_them() -> None:
    given = asked(status=["new", "missing"], ports=[22, 389], alive=True)
    assert asset_search.searches_for(given, V11, NOW) == [
        {"alive": "true", "status": "NEW", "openPorts": "22"},
        {"alive": "true", "status": "NEW", "openPorts": "389"},
        {"alive": "true", "status": "MISSING", "openPorts": "22"},
        {"alive": "true", "status": "MISSING", "openPorts": "389"},
    ]


def test_one_bound_of_the_discovery_is_sent_with_another_because_alone_it_is_ignored() -> None:
    (search,) = asset_search.searches_for(asked(discovered_since="24h"), V11, NOW)
    assert search == {
        "discoveredInitDate": "2026-11-21T12:00:00.000Z",
        "discoveredEndDate": "2999-12-31T23:59:59.999Z",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"os": []}, "`os` is empty"),
        ({"os": ["a,b"]}, "comma"),
        ({"groups": [""]}, "empty text"),
        ({"ports": [0]}, "1 to 65535"),
        ({"ports": list(range(1, 102))}, "101 combinations"),
        ({"discovered_since": "soon"}, "24h"),
        ({"discovered_since": "1h", "discovered_until": "2h"}, "is after"),
    ],
)
def test_what_the_server_cannot_look_for_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        asset_search.searches_for(asked(**given), V11, NOW)


def test_wildcards_of_the_server_are_text() -> None:
    given = asked(contains="WEB_0")
    (search,) = asset_search.searches_for(given, V11, NOW)
    assert search == {"assetIpMacName": "WEB_0"}
    assert asset_search.meets_filters({"assetName": "web_01"}, given, V11)
    assert not asset_search.meets_filters({"assetName": "web-01", "assetIp": None}, given, V11)
    (search,) = asset_search.searches_for(asked(contains="a\\b"), V11, NOW)
    assert search == {"assetIpMacName": "a_b"}


def test_data_types_are_compared_here_where_the_server_ignores_them() -> None:
    given = asked(data_types=["linux"])
    assert asset_search.searches_for(given, V10, NOW) == [{}]
    assert asset_search.meets_filters({"dataInputList": [{"dataType": "linux"}]}, given, V10)
    assert not asset_search.meets_filters({"dataInputList": None}, given, V10)
    assert asset_search.searches_for(given, V11, NOW) == [{"dataTypes": "linux"}]


def test_pages_are_read_to_the_end_and_assets_found_twice_are_returned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = (
        page(0, [{"id": 1}, {"id": 2}], 3, ("openPorts", "22")),
        page(1, [{"id": 3}], 3, ("openPorts", "22")),
        page(0, [{"id": 3}, {"id": 4}], 2, ("openPorts", "80")),
    )
    with exchanged(monkeypatch, *exchanges, settings=IN_ORDER) as (client, _waits):
        result = asset_info.OPERATION.run(client, asked(ports=[22, 80]), Task())
    assert [asset["id"] for asset in result["assets"]] == [1, 2, 3, 4]
    assert (result["total"], result["requests"]) == (4, 3)


def test_an_inventory_that_changes_while_it_is_read_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = (
        page(0, [{"id": 1}, {"id": 2}], 3),
        page(1, [], 2),
        page(0, [{"id": 1}, {"id": 3}], 2),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = asset_info.OPERATION.run(client, asked(), Task())
    assert [asset["id"] for asset in result["assets"]] == [1, 3]


def test_an_inventory_that_never_holds_still_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        exchanged(monkeypatch, *[page(0, [], 1)] * 3) as (client, _waits),
        pytest.raises(IncompleteAnswer, match="changed while it was read"),
    ):
        asset_info.OPERATION.run(client, asked(), Task())


def test_an_answer_without_a_total_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = page(0, [{"id": 1}], 1)
    exchange.answer_headers = {}
    with exchanged(monkeypatch, exchange) as (client, _waits), pytest.raises(IncompleteAnswer, match="how many"):
        asset_info.OPERATION.run(client, asked(), Task())


def test_ports_are_read_asset_by_asset(monkeypatch: pytest.MonkeyPatch) -> None:
    one = "/api/utm-network-scans/"
    ports = [{"port": 22, "tcp": "ssh", "udp": None}]
    exchanges = (
        page(0, [{"id": 1}, {"id": 2}, {"id": 3}], 3),
        Exchange("GET", one + "1", answer={"id": 1, "ports": ports}),
        Exchange("GET", one + "2", answer={"id": 2, "ports": None}),
        Exchange("GET", one + "3", answer="null"),
    )
    with exchanged(monkeypatch, *exchanges, settings=IN_ORDER) as (client, _waits):
        result = asset_info.OPERATION.run(client, asked(include_ports=True), Task())
    assert [asset["ports"] for asset in result["assets"]] == [ports, [], None]
