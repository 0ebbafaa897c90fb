# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of lists stand for their addresses in every query of a task."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.named_networks import with_named_networks

NETWORKS = {"scanners": ["10.0.0.0/24", "10.0.1.5"], "crown_jewels": "10.9.0.1-10.9.0.20"}
SCANNERS, JEWELS = ["10.0.0.0/24", "10.0.1.5"], ["10.9.0.1-10.9.0.20"]


def resolved(networks: Any = None, **options: Any) -> dict[str, Any]:
    return dict(with_named_networks({"networks": NETWORKS if networks is None else networks, **options}))


def test_names_are_replaced_in_queries_rules_and_guardrails() -> None:
    rule = {"name": "R", "when": {"source_ip": "scanners"}, "unless": {"target_ip": ["crown_jewels"]}, "then": {}}
    also = {"alert_ids": None, "query": {"source_ip": [" scanners "]}, "rules": [rule]}
    found = resolved(
        query={"source_ip": ["192.168.0.1", "scanners"], "name": ["scanners"]},
        rules=[rule],
        protect=[{"target_ip": ["crown_jewels"]}, {"source_host": ["scanners"]}],
        also=also,
    )
    changed = {**rule, "when": {"source_ip": SCANNERS}, "unless": {"target_ip": JEWELS}}
    assert found["query"] == {"source_ip": ["192.168.0.1", *SCANNERS], "name": ["scanners"]}
    assert found["rules"] == [changed]
    assert found["protect"] == [{"target_ip": JEWELS}, {"source_host": ["scanners"]}]
    assert found["also"] == {"alert_ids": None, "query": {"source_ip": SCANNERS}, "rules": [changed]}


@pytest.mark.parametrize(
    ("operator", "value", "becomes"),
    [
        ("is", "scanners", ("is_one_of", SCANNERS)),
        ("is_one_of", ["192.168.0.1", " scanners "], ("is_one_of", ["192.168.0.1", *SCANNERS])),
        ("is_not", "crown_jewels", ("is_not_one_of", JEWELS)),
        ("is_not_one_of", ["crown_jewels", "unknown"], ("is_not_one_of", [*JEWELS, "unknown"])),
        ("start_with", "scanners", ("start_with", "scanners")),
        ("is", "unknown", ("is", "unknown")),
        ("is", 5, ("is", 5)),
        ("exist", None, ("exist", None)),
    ],
)
@pytest.mark.parametrize("field", ["adversary.ip", "target.ip.keyword", "source.ip", "destination.ip"])
def test_names_are_replaced_in_conditions_on_addresses(field: str, operator: str, value: Any, becomes: Any) -> None:
    item = {"field": field, "operator": operator, "value": value}
    for where in (item, [item]):
        found = resolved(protect=[{"where": where}])["protect"]
        assert found == [{"where": [{"field": field, "operator": becomes[0], "value": becomes[1]}]}]
    host = {"where": [{**item, "field": "adversary.host"}]}
    assert resolved(protect=[host])["protect"] == [host]


def test_lists_may_be_texts() -> None:
    found = resolved({"lab": "10.0.0.1, 10.0.0.2", "dc": "10.1.0.1\n10.1.0.2"}, protect=[{"source_ip": "lab\ndc"}])
    assert found["protect"] == [{"source_ip": ["10.0.0.1", "10.0.0.2", "10.1.0.1", "10.1.0.2"]}]


@pytest.mark.parametrize("given", [None, {}])
def test_without_lists_the_options_stay_as_they_are(given: Any) -> None:
    options = {"networks": given, "query": {"source_ip": ["scanners"]}}
    assert with_named_networks(options) is options


def test_what_is_no_query_or_rule_is_left_to_those_who_read_it() -> None:
    found = resolved(query=None, rules=["x", {"when": 5}], protect=[7])
    assert (found["query"], found["rules"], found["protect"]) == (None, ["x", {"when": 5}], [7])
    assert resolved(query={"source_ip": None, "target_ip": [5, "10.0.0.999"]})["query"] == {
        "source_ip": None,
        "target_ip": [5, "10.0.0.999"],
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"query": {"source_ip": ["scaners"]}},
            r"^`query.source_ip` has 'scaners', .* \(scanners, crown_jewels\)\. Did you mean scanners\?$",
        ),
        ({"protect": [{"target_ip": ["Crown_Jewels"]}]}, r"^`protect.target_ip` has 'Crown_Jewels', .*crown_jewels"),
        (
            {"rules": [{"name": "A", "when": {}}, {"name": "B", "when": {}, "unless": {"source_ip": ["lab"]}}]},
            r"^Rule 2 \('B'\): `unless.source_ip` has 'lab'",
        ),
        ({"also": {"query": {"source_ip": ["lab"]}, "rules": []}}, r"^`also.query.source_ip` has 'lab'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        resolved(**options)


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        (["10.0.0.0/8"], "`networks` must be a dictionary of lists"),
        ({"lab": []}, "`networks.lab` is empty"),
        ({"lab": None}, "`networks.lab` is empty"),
        ({"lab": " "}, "`networks.lab` is empty"),
        ({"lab": [5]}, "`networks.lab` contains 5"),
        ({"lab": [None]}, "`networks.lab` contains null"),
        ({"lab": ["10.0.0.5/24"]}, r"`networks.lab` has '10.0.0.5/24', .*10.0.0.0/24"),
        ({"lab": ["scanners"]}, "`networks.lab` has 'scanners', which is neither"),
        ({"10.0.0.0/8": ["10.0.0.0/8"]}, "Give it a name that is no address"),
        ({"fe80::1": ["10.0.0.0/8"]}, "Give it a name that is no address"),
        ({"": ["10.0.0.0/8"]}, "Give it a name"),
        ({"lab": ["10.0.0.0/8"], " lab": ["192.0.2.1"]}, "`networks. lab` stands twice"),
    ],
)
def test_a_list_that_means_nothing_is_refused(networks: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        resolved(networks)
