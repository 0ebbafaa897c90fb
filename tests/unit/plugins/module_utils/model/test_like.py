# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which alerts are alike."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.model.like import (
    LikeKey,
    like_groups,
    like_key,
    like_key_of,
)

SCAN: dict[str, Any] = {
    "name": "Port scan",
    "adversary": {"ip": "10.0.0.5", "host": "scanner", "user": "root"},
    "target": {"host": "web-01", "ip": "10.0.1.1"},
    "data_source": "fw-01",
}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, ("Port scan", "10.0.0.5", "web-01")),
        ({"adversary": {"host": "scanner", "user": "root"}}, ("Port scan", "scanner", "web-01")),
        ({"adversary": {"user": "root"}}, ("Port scan", "root", "web-01")),
        ({"adversary": {"ip": "", "host": "scanner"}}, ("Port scan", "scanner", "web-01")),
        ({"target": {"ip": "10.0.1.1"}}, ("Port scan", "10.0.0.5", "10.0.1.1")),
        ({"target": {}}, ("Port scan", "10.0.0.5", "fw-01")),
        ({"target": None, "data_source": None, "adversary": "none"}, ("Port scan", "", "")),
        ({"adversary": {"ip": "2001:DB8:0:0::1"}}, ("Port scan", "2001:db8::1", "web-01")),
        ({"adversary": {"ip": ["10.0.0.6", None, "10.0.0.5"]}}, ("Port scan", "10.0.0.5, 10.0.0.6", "web-01")),
        ({"name": None}, ("", "10.0.0.5", "web-01")),
    ],
)
def test_rule_source_and_asset_make_the_key(changes: dict[str, Any], key: tuple[str, str, str]) -> None:
    assert like_key({**SCAN, **changes}) == LikeKey(*key)


@pytest.mark.parametrize(("version", "sides"), [("v10", ("source", "destination")), ("v11", ("adversary", "target"))])
def test_an_alert_of_each_version_has_the_key_of_its_row(version: str, sides: tuple[str, str]) -> None:
    dialect = DIALECTS[version]
    document = {"id": "a1", "name": "Port scan", "dataSource": "fw-01"}
    document.update({side: SCAN[name] for side, name in zip(sides, ("adversary", "target"), strict=True)})
    assert like_key_of(alert_from(document, dialect), dialect) == like_key(SCAN)


def row(alert_id: str, timestamp: Any, severity: str = "low", **fields: Any) -> dict[str, Any]:
    return {**SCAN, "id": alert_id, "timestamp": timestamp, "severity": severity, **fields}


ALERTS = [
    row("a3", "2026-11-20T10:00:00.000Z"),
    row("a1", "2026-11-20T09:00:00Z", "high"),
    row("a4", None, "unknown (7)"),
    row("a2", "2026-11-20T11:00:00.000+02:00", "medium"),
    row("b1", None, name="Login"),
]


def test_like_alerts_are_one_group_the_oldest_first() -> None:
    scan, login = like_groups(iter(ALERTS))
    assert scan == {
        "name": "Port scan",
        "source": "10.0.0.5",
        "asset": "web-01",
        "count": 4,
        "severity": "high",
        "first": "2026-11-20T09:00:00.000Z",
        "last": "2026-11-20T10:00:00.000Z",
        "alert_ids": ["a1", "a2", "a3", "a4"],
    }
    assert (login["name"], login["first"], login["last"], login["alert_ids"]) == ("Login", None, None, ["b1"])


def test_small_groups_can_be_left_out_and_the_order_is_steady() -> None:
    assert [group["count"] for group in like_groups(ALERTS, 2)] == [4]
    assert like_groups(ALERTS, "5") == []
    assert like_groups([]) == []
    same = [row("a1", None, name="b"), row("a2", None, name="a"), row("a3", None, name="a", data_source="x", target={})]
    assert [group["alert_ids"] for group in like_groups(same)] == [["a2"], ["a3"], ["a1"]]
    assert like_groups(same) == like_groups(same[::-1])


@pytest.mark.parametrize(
    ("alerts", "at_least", "message"),
    [
        ([{**ALERTS[0], "severity": 2}], 0, "`at_least` must be 1 or more."),
        ([], None, "`at_least` must be 1 or more."),
        ([], "many", "`at_least` is 'many'. Use a whole number."),
        (
            [{name: value for name, value in ALERTS[0].items() if name != "target"}],
            1,
            "The alert 'a3' has no `target`. Read it with this field, or leave `fields` out.",
        ),
    ],
)
def test_what_makes_no_groups_is_refused(alerts: Any, at_least: Any, message: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        like_groups(alerts, at_least)
    assert refusal.value.message == message
