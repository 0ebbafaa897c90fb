# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is requested for an inventory, and what its cache holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.connect import connect
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput, ServerError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_inventory import (
    AssetInventory,
    Selection,
    cache_name,
    check,
    counted_query,
    inventory_from,
    kept_text,
    read_inventory,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.host_alerts import NO_ALERTS
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from ...exchanges import KEY, OPEN, PAGE, SEARCH, Exchange, exchanged
from .test_asset_info import page

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
ROWS = [{"id": 1, "assetName": "web"}, {"id": 2, "assetName": "db", "assetAlias": "www"}]
FILTERS = [
    {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2", "3"]},
    {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None},
]
COUNT_ALL = Selection({}, counted_query({}))


def alerts(*rows: dict[str, Any]) -> Exchange:
    """The one page of alerts."""
    total = {"X-Total-Count": str(len(rows))}
    return Exchange("POST", SEARCH, PAGE, sent=FILTERS, answer=[{**OPEN, **row} for row in rows], answer_headers=total)


def test_assets_and_alerts_are_one_request_each(monkeypatch: pytest.MonkeyPatch) -> None:
    found = alerts({"dataSource": "web"}, {"id": "a2", "dataSource": "gone"})
    with exchanged(monkeypatch, page(0, ROWS, 2), found) as (client, _waits):
        read = read_inventory(client, COUNT_ALL, NOW)
    assert [asset["name"] for asset in read.assets] == ["web", "db"]
    assert read.alerts == {1: {**NO_ALERTS, "total": 1, "open": 1, "low": 1}}
    assert read.unmatched == 1


def test_without_counts_no_alert_is_requested(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, page(0, ROWS, 2)) as (client, _waits):
        assert read_inventory(client, Selection({}, None), NOW).alerts is None


def test_counts_do_not_depend_on_which_assets_are_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alias is that of an asset outside as well, so that it names none."""
    outside = {"id": 3, "assetName": "cms", "assetAlias": "www"}
    exchanges = (
        page(0, ROWS[1:], 1, ("agent", "true")),
        page(0, [*ROWS, outside], 3),
        alerts({"dataSource": "www"}, {"id": "a2", "dataSource": "db"}),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        read = read_inventory(client, Selection({"agent": True}, counted_query({})), NOW)
    assert [asset["name"] for asset in read.assets] == ["db"]
    assert read.alerts is not None
    assert read.alerts[2]["total"] == 1


def test_a_part_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Exchange("POST", SEARCH, PAGE, sent=FILTERS, status=500)
    with (
        exchanged(monkeypatch, page(0, ROWS, 2), failing) as (client, _waits),
        pytest.raises(ServerError),
    ):
        read_inventory(client, COUNT_ALL, NOW)


@pytest.mark.parametrize("status", ["completed", "automatic_review"])
def test_other_statuses_are_refused(status: str) -> None:
    assert counted_query({"status": ["open"], "name": ["x"]}) == {"status": ["open"], "name": ["x"]}
    with pytest.raises(InvalidInput, match=f"`query.status` contains '{status}'. Only alerts that are open or in"):
        counted_query({"status": ["open", status]})


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection({"ports": [0]}, None), "`only`: `ports` contains an invalid port"),
        (Selection({}, {"since": "soon"}), "`query.since` is 'soon'"),
    ],
    ids=str,
)
def test_what_the_server_cannot_search_for_is_refused(name: str, selection: Selection, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check(selection, DIALECTS[name], NOW)


def test_one_value_per_search_where_the_server_fails_on_several() -> None:
    many = Selection({"ports": list(range(1, 102))}, None)
    check(many, V10, NOW)
    with pytest.raises(InvalidInput, match="`only`: ports have 101 combinations of values"):
        check(many, V11, NOW)


def named(settings: Settings, selection: Selection = COUNT_ALL, time_zone: str = "UTC") -> str:
    with connect(settings) as client:
        return cache_name(client, selection, time_zone)


def test_a_cache_is_that_of_one_server_identity_and_query() -> None:
    user = Settings("https://siem.example", username="soc", password="Adm1n-pass")
    different = [
        named(user),
        named(replace(user, url="https://other.example")),
        named(replace(user, username="other")),
        named(KEY),
        named(replace(KEY, api_key="another-key")),
        named(user, Selection({}, None)),
        named(user, Selection({"agent": True}, COUNT_ALL.query)),
        named(user, Selection({}, counted_query({"since": "7d"}))),
        named(user, time_zone="Europe/Berlin"),
    ]
    assert len(set(different)) == len(different)
    assert named(user) == named(replace(user, password="changed-pass", timeout=5))


def test_a_cache_returns_what_was_kept() -> None:
    read = AssetInventory([{"id": 1, "name": "{{ x }}", "metrics": {"__ansible_vault": "x"}}], {1: NO_ALERTS}, 3)
    text = kept_text(read)
    assert isinstance(text, str)
    assert inventory_from(text) == read
    assert inventory_from(kept_text(AssetInventory([], None))) == AssetInventory([], None)


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        {"assets": []},
        7,
        json.dumps({"assets": [{"name": "x"}], "alerts": None, "unmatched": 0}),
        json.dumps({"assets": [], "alerts": {"1": {"total": 1}}, "unmatched": 0}),
        json.dumps({"assets": [1], "alerts": {}, "unmatched": 0}),
    ],
    ids=str,
)
def test_what_is_no_inventory_is_read_again(kept: Any) -> None:
    assert inventory_from(kept) is None
