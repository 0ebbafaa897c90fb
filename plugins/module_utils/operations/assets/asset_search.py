# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search for assets, with the filters that all major versions share."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from ...client.assets import assets_found
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.asset_types import ASSET_TYPES
from ...times import exact, instant, last_instant
from ..options import Options

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
_TEXTS = {"type": "list", "elements": "str"}

FILTERS: Options = {
    "contains": {"type": "str"},
    "os": _TEXTS,
    "os_platform": _TEXTS,
    "type": {**_TEXTS, "choices": list(ASSET_TYPES)},
    "alias": _TEXTS,
    "probe": _TEXTS,
    "groups": _TEXTS,
    "status": {**_TEXTS, "choices": list(STATUSES)},
    "ports": {"type": "list", "elements": "int"},
    "data_types": _TEXTS,
    "alive": {"type": "bool"},
    "agent": {"type": "bool"},
    "registered_mode": {"type": "str", "choices": list(MODES)},
    "discovered_since": {"type": "str"},
    "discovered_until": {"type": "str"},
}


def searches_for(params: Mapping[str, Any], dialect: Dialect, now: datetime) -> list[dict[str, Any]]:
    """Build the searches for the options; several of them may find the same asset.

    :param now: the reference time of ages.
    :raises InvalidInput: a list is empty, the server would split a value, or there are too many combinations.
    """
    if params["contains"] == "":
        raise InvalidInput("`contains` is empty. Leave it out, or set the text to search for.")
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


def assets_matching(client: Client, params: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """All assets that meet the filters, each once, in the order of their numbers and in the server's words.

    :param params: a value for each of the filters, None for none.
    :param now: the reference time of ages.
    """
    searches = searches_for(params, client.dialect, now)
    with ThreadPoolExecutor(max_workers=client.settings.concurrency) as pool:
        parts = list(pool.map(lambda filters: assets_found(client, filters), searches))
    found = {row["id"]: row for part in parts for row in part if meets_filters(row, params, client.dialect)}
    return [found[number] for number in sorted(found)]
