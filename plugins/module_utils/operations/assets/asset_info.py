# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read assets under field names common to all major versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ...client.alert_search import in_parallel
from ...client.assets import asset_with
from ...client.client import Client
from ...dialects import Dialect
from ...model.order import in_steady_order
from ...time_zones import now_in
from ...times import exact
from ..operation import Operation, Task
from ..options import TIME_ZONE, options
from .asset_search import FILTERS, assets_matching

_PLAIN = {
    "id": "id",
    "name": "assetName",
    "ip": "assetIp",
    "mac": "assetMac",
    "alias": "assetAlias",
    "os": "assetOs",
    "os_platform": "assetOsPlatform",
    "os_version": "assetOsVersion",
    "os_major_version": "assetOsMajorVersion",
    "os_minor_version": "assetOsMinorVersion",
    "os_arch": "assetOsArch",
    "probe": "serverName",
    "alive": "assetAlive",
    "severity_metric": "assetSeverityMetric",
    "notes": "assetNotes",
    "discovered_at": "discoveredAt",
    "modified_at": "modifiedAt",
}


def asset_of(row: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """Convert an asset for the result; missing values are None, missing lists empty."""
    kind, group = row.get("assetType") or {}, row.get("group") or {}
    return {
        **{name: row.get(stored) for name, stored in _PLAIN.items()},
        "addresses": _split(row.get("assetAddresses")),
        "aliases": _split(row.get("assetAliases")),
        "type": kind.get("typeName"),
        "group": group.get("groupName"),
        "status": _lower(row.get("assetStatus")),
        "registered_mode": _lower(row.get("registeredMode")),
        "agent": bool(row.get(dialect.asset_agent)),
        "metrics": row.get("metrics") or {},
        "data_inputs": in_steady_order(map(_data_input, row.get("dataInputList") or []), ("source", "data_type")),
    }


def _data_input(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "source": given.get("source"),
        "data_type": given.get("dataType"),
        "last_seen": _moment(given.get("timestamp")),
        "down": given.get("down"),
    }


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _lower(word: str | None) -> str | None:
    return None if word is None else word.lower()


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else exact(datetime.fromtimestamp(seconds, timezone.utc))


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read assets; nothing is written."""
    rows = assets_matching(client, params, now_in(params["time_zone"]))
    ports: list[dict[str, Any] | None] = []
    if params["include_ports"]:
        ports = in_parallel(client, lambda row: asset_with(client, row["id"]), rows)
    assets = [asset_of(row, client.dialect) for row in rows]
    for asset, row in zip(assets, rows):
        if params["raw"]:
            asset["raw"] = row
    for asset, complete in zip(assets, ports):
        asset["ports"] = None if complete is None else in_steady_order(complete.get("ports") or [], ("port",))
    return {"changed": False, "assets": assets, "total": len(assets), "requests": client.requests_sent}


OPERATION = Operation(
    name="utmstack_asset_info",
    options=options(
        FILTERS,
        TIME_ZONE,
        include_ports={"type": "bool", "default": False},
        raw={"type": "bool", "default": False},
        concurrency={"type": "int", "default": 4},
    ),
    run=run,
)
