# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of tag rules is refused as a whole, with the rule that cannot be stored."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.written_rules import checked_rules

NETWORKS = {"scanners": ["10.0.0.5", "10.0.0.6"], "lab": ["10.0.0.0/24"]}
GOOD: dict[str, Any] = {"name": "Scans", "query": {"name": "Scan", "source_ip": "scanners"}, "tags": ["Scan"]}


def test_names_of_networks_become_addresses_and_the_rest_stays() -> None:
    by_host = {"name": "Host", "query": {"source_host": ["scanners"]}, "tags": ["Scan"]}
    assert checked_rules([GOOD, by_host], NETWORKS) == [
        {**GOOD, "query": {"name": "Scan", "source_ip": NETWORKS["scanners"]}},
        by_host,
    ]
    assert checked_rules([by_host], None) == [by_host]


@pytest.mark.parametrize("key", ["during", "asset", "group"])
def test_a_tag_rule_holds_no_context(key: str) -> None:
    with pytest.raises(InvalidInput, match=rf"Rule 1 \(Scans\): `{key}` cannot stand in a tag rule"):
        checked_rules([{**GOOD, key: {}}], NETWORKS)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"source_ip": ["lab"]}, "'10.0.0.0/24' is not a single address"),
        ({"target_ip": ["10.0.0.1-10.0.0.9"]}, "'10.0.0.1-10.0.0.9' is not a single address"),
        ({"source_ip": ["labs"]}, r"\(scanners, lab\).*mean lab\?"),
        ({"since": "7d"}, "`query.since` cannot stand in a tag rule"),
        ({}, "empty"),
        (None, "null|None"),
    ],
)
def test_a_rule_that_cannot_be_stored_is_named(query: Any, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as refused:
        checked_rules([GOOD, {"name": "Other", "query": query}], NETWORKS)
    assert refused.value.message.startswith("Rule 2 (Other): ")
    assert refused.value.message.endswith(" No rule was stored.")
