# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assets as both generations hold them, from the inventory of the recordings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .playing import ROOT, Stage

SEARCH = "/api/utm-network-scans/search-by-filters"
CASES = json.loads((ROOT / "tests" / "contract" / "v11" / "assets.json").read_text(encoding="utf-8"))["cases"]
INVENTORY = next(case["assets"] for case in CASES if case.get("assets"))


def names(stage: Stage, **options: Any) -> list[str | None]:
    """Names of the assets that a task with these options returns."""
    return [asset["name"] for asset in stage.play(stage.task("utmstack_asset_info", **options)).result()["assets"]]


@pytest.fixture
def inventory(local_stage: Stage) -> Stage:
    """The inventory of the recordings, in process."""
    local_stage.simulator.assets(INVENTORY)
    return local_stage


def test_both_generations_come_back_under_the_same_names(stage: Stage) -> None:
    stage.simulator.assets(INVENTORY)
    played = stage.play(stage.task("utmstack_asset_info", include_ports=True, raw=True))
    result = played.result()
    assert (result["changed"], result["total"], len(result["assets"])) == (False, 5, 5)
    web = result["assets"][0]
    raw = web.pop("raw")
    inputs = {given["data_type"]: given for given in web.pop("data_inputs")}
    assert web == {
        "id": 1,
        "name": "web-01",
        "ip": "10.0.0.5",
        "addresses": ["10.0.0.5", "fe80::5"],
        "mac": "00:11:22:33:44:55",
        "alias": "frontend",
        "aliases": ["web", "www"],
        "os": "Ubuntu",
        "os_platform": "ubuntu",
        "os_version": "22.04",
        "os_major_version": "22",
        "os_minor_version": "04",
        "os_arch": "x86_64",
        "type": "WEB SERVER",
        "group": "Datacenter",
        "probe": "probe-1",
        "status": "check",
        "alive": True,
        "agent": True,
        "registered_mode": "discovered",
        "severity_metric": 1.5,
        "metrics": {"Alerts": 12},
        "notes": "public web",
        "discovered_at": "2026-10-01T08:00:00Z",
        "modified_at": "2026-11-01T08:00:00Z",
        "ports": [{"port": 22, "tcp": "ssh", "udp": None}, {"port": 443, "tcp": "https", "udp": None}],
    }
    assert raw["assetName"] == "web-01"
    assert inputs["nginx"] == {
        "source": "10.0.0.5",
        "data_type": "nginx",
        "last_seen": "2020-09-13T12:26:40.000Z",
        "down": True,
    }
    assert result["assets"][4]["agent"] is False


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"contains": "WEB"}, ["web-01"]),
        ({"contains": "44:66"}, ["dc-01"]),
        ({"contains": "_-01"}, []),
        ({"contains": "%"}, []),
        ({"os": ["Ubuntu"]}, ["web-01", "db-01"]),
        ({"os": ["ubuntu"]}, []),
        ({"status": ["new", "missing"]}, ["dc-01", "fw-01", None]),
        ({"os_platform": ["ubuntu", "windows"]}, ["web-01", "dc-01", "db-01"]),
        ({"ports": [22, 389]}, ["web-01", "dc-01"]),
        ({"ports": [22, 443]}, ["web-01"]),
        ({"type": ["FIREWALL", "SERVER"], "groups": ["Datacenter", "Other"]}, ["fw-01"]),
        ({"data_types": ["linux", "firewall-fortigate"]}, ["web-01", "fw-01"]),
        ({"alive": False}, ["dc-01", None]),
        ({"agent": True}, ["web-01", "dc-01", "db-01"]),
        ({"registered_mode": "custom"}, ["db-01"]),
        ({"probe": ["probe-2"], "alias": ["nobody"]}, []),
        ({"discovered_since": "2026-10-03"}, ["fw-01", "db-01"]),
        ({"discovered_since": "2026-10-02", "discovered_until": "2026-10-03T23:00:00Z"}, ["dc-01", "fw-01"]),
    ],
    ids=str,
)
def test_filters(inventory: Stage, options: dict[str, Any], found: list[str | None]) -> None:
    assert names(inventory, **options) == found


def test_the_order_of_the_server_does_not_show(inventory: Stage) -> None:
    """The simulator sends ports in another order each time."""
    task = inventory.task("utmstack_asset_info", include_ports=True)
    given = [{"port": number, "tcp": f"s{number}"} for number in (8080, 22, 443, 9, 3389, 161, 25, 53)]
    inventory.simulator.assets({"assets": [{"assetName": "ports", "ports": given}]})
    for _try in range(2):
        found = inventory.play(task).result()["assets"][-1]["ports"]
        assert [row["port"] for row in found] == [9, 22, 25, 53, 161, 443, 3389, 8080]


def test_types_of_several_words(local_stage: Stage) -> None:
    rows = [{"assetName": f"host-{number}", "assetTypeId": number} for number in range(1, 37)]
    local_stage.simulator.assets({"assets": rows})
    assert names(local_stage, type=["BROADBAND ROUTER", "STORAGE-MISC"]) == ["host-10", "host-26"]


def test_an_empty_inventory_is_an_answer(stage: Stage) -> None:
    result = stage.play(stage.task("utmstack_asset_info")).result()
    assert (result["assets"], result["total"]) == ([], 0)


def test_more_assets_than_a_page_holds(local_stage: Stage) -> None:
    rows = [
        {"assetName": f"host-{number}", "assetIp": f"10.9.{number // 250}.{number % 250}"} for number in range(4100)
    ]
    local_stage.simulator.assets({"assets": rows})
    played = local_stage.play(local_stage.task("utmstack_asset_info"))
    found = [asset["name"] for asset in played.result()["assets"]]
    assert found == [row["assetName"] for row in rows]
    assert played.count(SEARCH) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"status": ["sleeping"]}, "`status` contains 'sleeping'. Use one of new, check, missing."),
        ({"type": ["server"]}, "Did you mean SERVER"),
        ({"type": ["BROADBAND-ROUTER"]}, "Did you mean BROADBAND ROUTER"),
        ({"type": ["WEB SERVER", "TOASTER"]}, "`type` contains 'TOASTER'. Use one of DATABASE, FIREWALL"),
        ({"registered_mode": "guessed"}, "`registered_mode` is 'guessed'. Use one of "),
        ({"alive": "perhaps"}, "`alive` is 'perhaps'. Use true or false."),
        ({"ports": ["ssh"]}, "ports"),
        ({"discovered_since": "last week"}, "24h"),
        ({"contains": ""}, "empty"),
    ],
    ids=str,
)
def test_mistakes_are_named_before_anything_is_asked(inventory: Stage, options: dict[str, Any], said: str) -> None:
    played = inventory.play(inventory.task("utmstack_asset_info", **options))
    assert played.statuses["it"] == "failed"
    assert said in played.result()["msg"]
    assert played.count(SEARCH) == 0


def test_a_server_error_is_told_and_a_short_outage_is_waited_for(inventory: Stage) -> None:
    inventory.simulator.faults({"kind": "status", "status": 500, "path": SEARCH, "times": 1})
    assert inventory.play(inventory.task("utmstack_asset_info")).result()["error"]["status"] == 500
    inventory.simulator.faults({"kind": "drop-before", "path": SEARCH, "times": 1})
    assert len(names(inventory)) == 5
