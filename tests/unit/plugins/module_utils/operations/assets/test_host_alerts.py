# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The join of alerts and assets, on plain data."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_index import AssetIndex
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.host_alerts import (
    COUNTS,
    NO_ALERTS,
    alerts_by_asset,
)

WEB: dict[str, Any] = {"id": 1, "name": "web-01", "ip": "10.0.0.5", "addresses": ["10.0.0.5", "172.17.0.1"]}
LAB: dict[str, Any] = {"id": 2, "name": "lab-07", "ip": "10.1.0.7", "addresses": ["172.17.0.1"], "alias": "bench"}
INDEX = AssetIndex([WEB, LAB])


@pytest.fixture(params=DIALECTS.values(), ids=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each major version."""
    found: Dialect = request.param
    return found


def alert(dialect: Dialect, status: str = "open", severity: str = "high", **sides: Any) -> Alert:
    """An alert with the sides `source` and `target`, and a `data_source`."""
    document = {
        "id": "a1",
        "status": dialect.status_codes[status],
        "severity": dialect.severity_codes.get(severity, 9),
        dialect.adversary: sides.get("source"),
        dialect.target: sides.get("target"),
        dialect.names["data_source"]: sides.get("data_source"),
    }
    return alert_from({name: value for name, value in document.items() if value is not None}, dialect)


def counts(**numbers: int) -> dict[str, int]:
    return {**NO_ALERTS, **numbers}


@pytest.mark.parametrize(
    "sides",
    [
        {"source": {"host": "web-01"}},
        {"source": {"ip": "10.0.0.5"}},
        {"target": {"host": "web-01"}},
        {"target": {"ip": "10.0.0.5"}},
        {"data_source": "web-01"},
        # Several ways to name one asset are one alert.
        {"source": {"host": "web-01", "ip": "10.0.0.5"}, "target": {"ip": "10.0.0.5"}, "data_source": "web-01"},
    ],
    ids=str,
)
def test_an_alert_counts_once_for_an_asset_that_it_names(dialect: Dialect, sides: dict[str, Any]) -> None:
    found, nameless = alerts_by_asset([alert(dialect, **sides)], INDEX, dialect)
    assert found == {1: counts(total=1, open=1, high=1)}
    assert nameless == 0


def test_an_alert_counts_for_each_asset_that_it_names(dialect: Dialect) -> None:
    between = alert(dialect, "in_review", "low", source={"host": "web-01"}, target={"host": "bench"})
    found, _nameless = alerts_by_asset([between, alert(dialect, data_source="lab-07")], INDEX, dialect)
    assert found == {
        1: counts(total=1, in_review=1, low=1),
        2: counts(total=2, in_review=1, open=1, low=1, high=1),
    }


def test_an_address_that_several_assets_share_names_none(dialect: Dialect) -> None:
    shared = [alert(dialect, data_source=text) for text in ("172.17.0.1", "127.0.0.1", "WEB-01", "other")]
    assert alerts_by_asset([*shared, alert(dialect)], INDEX, dialect) == ({}, 5)


def test_assets_of_one_name_all_count(dialect: Dialect) -> None:
    index = AssetIndex([WEB, {**WEB, "id": 3, "ip": None}])
    found, _nameless = alerts_by_asset([alert(dialect, data_source="web-01")], index, dialect)
    assert sorted(found) == [1, 3]


def test_a_severity_without_a_word_counts_in_the_total(dialect: Dialect) -> None:
    found, _nameless = alerts_by_asset([alert(dialect, severity="critical", data_source="web-01")], INDEX, dialect)
    assert found == {1: counts(total=1, open=1)}
    assert set(found[1]) == set(COUNTS)


def test_five_thousand_alerts_and_assets_are_joined_in_time(dialect: Dialect) -> None:
    """The goal is 0.3 s; a shared machine may take longer than the processor time that is measured here."""
    assets = [{"id": n, "name": f"host-{n}", "ip": f"10.0.{n // 250}.{n % 250}"} for n in range(5000)]
    alerts = [
        alert(dialect, source={"host": f"host-{n}", "ip": assets[n]["ip"]}, target={"ip": assets[-n]["ip"]})
        for n in range(5000)
    ]
    began = time.process_time()
    found, nameless = alerts_by_asset(alerts, AssetIndex(assets), dialect)
    seconds = time.process_time() - began
    assert (len(found), nameless) == (5000, 0)
    assert seconds < 0.6
