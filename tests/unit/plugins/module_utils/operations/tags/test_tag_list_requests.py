# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of tags and rules: one request each, and what is compared here."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_info, tag_rule_info

from ...exchanges import exchanged
from .test_tag_requests import PRODUCT, RULES, STORED, TAGS, TIER, listed, run


def test_the_catalogue_is_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, listed(TAGS, PRODUCT, TIER)) as (client, _waits):
        result = run(tag_info.OPERATION, client, name=["Tier 1"])
    tier = {"id": 2, "name": "Tier 1", "color": "#00ff00", "system": False}
    assert result == {"changed": False, "tags": [tier], "total": 1, "requests": 1}


def test_the_rules_are_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, listed(RULES, STORED)) as (client, _waits):
        result = run(tag_rule_info.OPERATION, client)
    (rule,) = result["rules"]
    assert (rule["id"], rule["name"], rule["tags"]) == (STORED["id"], STORED["name"], ["False positive"])
    assert (rule["completes_alerts"], result["total"], result["requests"]) == (True, 1, 1)
