# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the assets and the counts of their alerts for an inventory, and keep them in a cache."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...client.alert_search import by_id
from ...client.assets import assets_found
from ...client.client import Client
from ...depth import parsed_json
from ...dialects import Dialect
from ...errors import InvalidInput
from ...query.searches import compile_query
from .asset_index import AssetIndex
from .asset_info import asset_of
from .asset_search import FILTERS, assets_matching, searches_for
from .host_alerts import COUNTED_STATUSES, COUNTS, Counts, alerts_by_asset

# Changes when the form of what is kept does.
_FORM = 1
_ROUNDS = 100_000


@dataclass(frozen=True)
class Selection:
    """Which assets are hosts, and which alerts are counted.

    :param only: filters on assets, as in utmstack_asset_info; empty for all.
    :param query: query keys of the alerts; None to count none.
    """

    only: Mapping[str, Any]
    query: Mapping[str, Any] | None

    @property
    def filters(self) -> dict[str, Any]:
        """A value for each filter on assets."""
        return {**dict.fromkeys(FILTERS), **self.only}


@dataclass(frozen=True)
class AssetInventory:
    """What the server holds.

    :param assets: as utmstack_asset_info returns them, ordered by ID.
    :param alerts: counts by asset ID, of the assets that have alerts; None if alerts were not counted.
    :param unmatched: alerts that name no asset.
    """

    assets: list[dict[str, Any]]
    alerts: Mapping[int, Counts] | None
    unmatched: int = 0


def counted_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """A query narrowed to the statuses that are counted.

    :raises InvalidInput: it names another status.
    """
    statuses = query.get("status", list(COUNTED_STATUSES))
    for status in statuses:
        if status not in COUNTED_STATUSES:
            raise InvalidInput(
                f"`query.status` contains {status!r}. Only alerts that are open or in review are counted, so use "
                f"{', '.join(COUNTED_STATUSES)}."
            )
    return {**query, "status": statuses}


def check(selection: Selection, dialect: Dialect, now: datetime) -> None:
    """:raises InvalidInput: the server could not search for the assets or the alerts."""
    try:
        searches_for(selection.filters, dialect, now)
    except InvalidInput as error:
        raise InvalidInput(f"`only`: {error.message}") from None
    if selection.query is not None:
        compile_query(selection.query, dialect, now, echoes=False)


def read_inventory(client: Client, selection: Selection, now: datetime) -> AssetInventory:
    """All of it, or an error.

    :param now: the reference time of ages.
    """
    dialect = client.dialect
    rows = assets_matching(client, selection.filters, now)
    assets = [asset_of(row, dialect) for row in rows]
    if selection.query is None:
        return AssetInventory(assets, None)
    # Whether a further address is that of one asset only depends on all of them.
    known = [asset_of(row, dialect) for row in assets_found(client, {})] if selection.only else assets
    searches = compile_query(selection.query, dialect, now, echoes=False)
    found = itertools.chain.from_iterable(by_id(client, filters) for filters in searches)
    counts, unmatched = alerts_by_asset(found, AssetIndex(known), dialect)
    return AssetInventory(assets, counts, unmatched)


def cache_name(client: Client, selection: Selection, time_zone: str) -> str:
    """The name under which an inventory is kept: of the server, the identity, the assets and the alerts.

    No password is part of it, and neither a key nor a token can be found by trying.
    """
    settings = client.settings
    secret = settings.api_key or settings.token
    caller = settings.username if secret is None else _digest(secret, settings.url)
    named = [_FORM, settings.url, caller, settings.dialect, selection.only, selection.query, time_zone]
    return hashlib.sha256(json.dumps(named, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _digest(secret: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), _ROUNDS).hex()


def kept_text(inventory: AssetInventory) -> str:
    """An inventory for the cache.

    It is one text: Ansible's own reader of caches gives a meaning to some dictionaries.
    """
    counts = None if inventory.alerts is None else {str(key): dict(value) for key, value in inventory.alerts.items()}
    return json.dumps({"assets": inventory.assets, "alerts": counts, "unmatched": inventory.unmatched})


def inventory_from(text: Any) -> AssetInventory | None:
    """The inventory that a text of the cache holds; None if it holds none."""
    try:
        kept = parsed_json(text)
        alerts = kept["alerts"]
        counts = None
        if alerts is not None:
            counts = {int(number): {name: int(row[name]) for name in COUNTS} for number, row in alerts.items()}
        assets = [{**asset, "id": int(asset["id"])} for asset in kept["assets"]]
        return AssetInventory(assets, counts, int(kept["unmatched"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
