# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which alerts are alike."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.model.like import LikeKey, like_key, like_key_of

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
