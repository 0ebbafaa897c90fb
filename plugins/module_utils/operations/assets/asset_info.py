# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read assets under field names common to all major versions."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

from ...client.assets import asset_with, assets_found
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.asset_types import ASSET_TYPES
from ...model.order import in_steady_order
from ...time_zones import now_in
from ...times import exact, instant, last_instant
from ..operation import Operation, Task
from ..options import TIME_ZONE, options

STATUSES = ("new", "check", "missing")
MODES = ("custom", "discovered", "dynamic")
# On some servers, every value of a filter needs its own search.
MAX_SEARCHES = 100
# The server ignores a single bound.
_FIRST_DISCOVERY, _LAST_DISCOVERY = "1970-01-01T00:00:00.000Z", "2999-12-31T23:59:59.999Z"

_LISTS = {
    "os": "os",
    "os_platform": "osPlatform",
    "type": "type",
    "alias": "alias",
    "probe": "probe",
    "groups": "groups",
    "status": "status",
    "ports": "openPorts",
    "data_types": "dataTypes",
}
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


def searches_for(params: Mapping[str, Any], dialect: Dialect, now: datetime) -> list[dict[str, Any]]:
    """Build the searches for the options; several of them may find the same asset.

    :param now: the reference time of ages.
    :raises InvalidInput: a list is empty, the server would split a value, or there are too many combinations.
    """
    lists = {option: _filter_values(option, params[option]) for option in _LISTS if params[option] is not None}
    if not dialect.asset_data_types:
        # This server ignores the filter; `meets_filters` applies it.
        lists.pop("data_types", None)
    single: dict[str, Any] = {}
    for option in ("alive", "agent"):
        if params[option] is not None:
            single[option] = "true" if params[option] else "false"
    if params["registered_mode"] is not None:
        single["registeredMode"] = params["registered_mode"].upper()
    if params["contains"] is not None:
        # A backslash would escape the next character; the single-character wildcard matches it as well.
        single["assetIpMacName"] = params["contains"].replace("\\", "_")
    single.update(_discovery_period(params, now))
    if dialect.asset_value_lists:
        return [{**single, **{_LISTS[option]: values for option, values in lists.items()}}]
    combined = list(itertools.product(*lists.values()))
    if len(combined) > MAX_SEARCHES:
        raise InvalidInput(
            f"{' and '.join(lists)} have {len(combined)} combinations of values. This server needs a search for each, "
            f"and the limit is {MAX_SEARCHES}. Use fewer values."
        )
    return [{**single, **dict(zip((_LISTS[option] for option in lists), values))} for values in combined]


def _filter_values(option: str, values: Sequence[Any]) -> list[str]:
    if not values:
        raise InvalidInput(f"`{option}` is empty. Leave it out, or set the values to search for.")
    texts = [str(value) for value in dict.fromkeys(values)]
    for text in texts:
        if not text or "," in text:
            raise InvalidInput(
                f"`{option}` contains {text!r}. The server cannot search for empty texts and splits texts at commas. "
                "Leave the option out and filter the result."
            )
    if option == "ports" and not all(1 <= int(text) <= 65535 for text in texts):
        raise InvalidInput("`ports` contains an invalid port. Use numbers from 1 to 65535.")
    return [text.upper() for text in texts] if option == "status" else texts


def _discovery_period(params: Mapping[str, Any], now: datetime) -> dict[str, str]:
    since, until = params["discovered_since"], params["discovered_until"]
    if since is None and until is None:
        return {}
    first = _FIRST_DISCOVERY if since is None else exact(instant(since, "discovered_since", now))
    last = _LAST_DISCOVERY if until is None else exact(last_instant(until, "discovered_until", now))
    if first > last:
        raise InvalidInput(f"`discovered_since` ({first}) is after `discovered_until` ({last}).")
    return {"discoveredInitDate": first, "discoveredEndDate": last}


def meets_filters(row: Mapping[str, Any], params: Mapping[str, Any], dialect: Dialect) -> bool:
    """Whether an asset meets the filters that the server ignores or applies loosely."""
    part = params["contains"]
    if part is not None and any(sign in part for sign in "%_\\"):
        # The server reads these as wildcards; here they are plain text.
        texts = [str(row.get(name) or "").lower() for name in ("assetIp", "assetMac", "assetName")]
        if not any(part.lower() in text for text in texts):
            return False
    if params["data_types"] is not None and not dialect.asset_data_types:
        return any(given.get("dataType") in params["data_types"] for given in row.get("dataInputList") or [])
    return True


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
    if params["contains"] == "":
        raise InvalidInput("`contains` is empty. Leave it out, or set the text to search for.")
    dialect = client.dialect
    searches = searches_for(params, dialect, now_in(params["time_zone"]))
    with ThreadPoolExecutor(max_workers=client.settings.concurrency) as pool:
        parts = list(pool.map(lambda filters: assets_found(client, filters), searches))
        found = {row["id"]: row for part in parts for row in part if meets_filters(row, params, dialect)}
        rows = [found[number] for number in sorted(found)]
        ports: list[dict[str, Any] | None] = []
        if params["include_ports"]:
            ports = list(pool.map(lambda row: asset_with(client, row["id"]), rows))
    assets = [asset_of(row, dialect) for row in rows]
    for asset, row in zip(assets, rows):
        if params["raw"]:
            asset["raw"] = row
    for asset, complete in zip(assets, ports):
        asset["ports"] = None if complete is None else in_steady_order(complete.get("ports") or [], ("port",))
    return {"changed": False, "assets": assets, "total": len(assets), "requests": client.requests_sent}


_TEXTS = {"type": "list", "elements": "str"}

OPERATION = Operation(
    name="utmstack_asset_info",
    options=options(
        contains={"type": "str"},
        os=_TEXTS,
        os_platform=_TEXTS,
        type={**_TEXTS, "choices": list(ASSET_TYPES)},
        alias=_TEXTS,
        probe=_TEXTS,
        groups=_TEXTS,
        status={**_TEXTS, "choices": list(STATUSES)},
        ports={"type": "list", "elements": "int"},
        data_types=_TEXTS,
        alive={"type": "bool"},
        agent={"type": "bool"},
        registered_mode={"type": "str", "choices": list(MODES)},
        discovered_since={"type": "str"},
        discovered_until={"type": "str"},
        include_ports={"type": "bool", "default": False},
        raw={"type": "bool", "default": False},
        concurrency={"type": "int", "default": 4},
        **TIME_ZONE,
    ),
    run=run,
)
