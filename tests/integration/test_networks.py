# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks, ranges and named lists in address keys: every module, rule and guardrail means the same alerts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    alert_export,
    alert_info,
    alert_notes,
    alert_status,
    property_values_info,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .direct import run, writes
from .playing import Stage, alert

VALUES = "/api/elasticsearch/property/values-with-count"
SEARCH = "/api/elasticsearch/search"
# By number of the alert; the first three are in the network, the next two hold one IPv6 address.
ADDRESSES = ("10.20.0.5", "10.20.0.200", "::ffff:10.20.0.7", "2001:db8::5", "2001:DB8:0:0::5", "10.20.1.5", "n/a")
NETWORK = "10.20.0.0/24"
EVERYTHING: dict[str, Any] = {"name": "All", "when": {"severity": "medium"}, "then": {"status": "completed"}}


@pytest.fixture
def scene(local_stage: Stage) -> Stage:
    """A server with an alert for each address, and one without an address."""
    side = {"v10": "source", "v11": "adversary"}[local_stage.dialect]
    sides = [{side: {"ip": address}} for address in ADDRESSES]
    local_stage.seed(*(alert(number, **fields) for number, fields in enumerate([*sides, {}], 1)))
    return local_stage


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    """The numbers of alerts by their IDs."""
    return sorted(int(row["id"][1:8]) for row in rows)


def changed(result: dict[str, Any]) -> list[int]:
    assert "failed" not in result, result
    return numbers([row for row in result["alerts"] if row["changed"]])


def where(scene: Stage, operator: str, value: Any) -> dict[str, Any]:
    field = {"v10": "source.ip", "v11": "adversary.ip"}[scene.dialect]
    return {"where": [{"field": field, "operator": operator, "value": value}]}


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([NETWORK], [1, 2, 3]),
        ([NETWORK, "10.20.1.5"], [1, 2, 3, 6]),
        (["10.20.0.200-10.20.1.5"], [2, 6]),
        (["10.20.0.0/23"], [1, 2, 3, 6]),
        (["2001:db8::/32"], [4, 5]),
        (["2001:0db8::0005"], [4, 5]),
        (["10.20.0.5"], [1]),
        (["192.168.0.0/16"], []),
    ],
)
def test_a_query_finds_the_alerts_of_a_network(scene: Stage, entries: list[str], found: list[int]) -> None:
    assert numbers(run(scene.simulator, alert_info.OPERATION, query={"source_ip": entries})["alerts"]) == found
    rule = {**EVERYTHING, "when": {"source_ip": entries}}
    assert changed(run(scene.simulator, triage.OPERATION, check=True, query={}, rules=[rule])) == found


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("is", NETWORK, [1, 2, 3]),
        ("is_one_of", [NETWORK, "2001:db8::5"], [1, 2, 3, 4, 5]),
        ("is_not", NETWORK, [4, 5, 6, 7, 8]),
        ("is_not_one_of", ["10.0.0.0/8", "2001:db8::/64"], [7, 8]),
        ("is_not", "192.168.0.0/16", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("is", "n/a", [7]),
    ],
)
def test_a_condition_on_an_address_takes_networks(scene: Stage, operator: str, value: Any, found: list[int]) -> None:
    query = where(scene, operator, value)
    assert numbers(run(scene.simulator, alert_info.OPERATION, query=query)["alerts"]) == found
    assert changed(run(scene.simulator, alert_status.OPERATION, check=True, query=query, status="completed")) == found
    rule = {**EVERYTHING, "when": query}
    assert changed(run(scene.simulator, triage.OPERATION, check=True, query={}, rules=[rule])) == found


def test_every_module_means_the_same_alerts_for_one_more_request(scene: Stage, tmp_path: Path) -> None:
    operations: list[tuple[Operation, dict[str, Any]]] = [
        (alert_info.OPERATION, {}),
        (alert_info.OPERATION, {"limit": 1, "sort": ["-severity"]}),
        (alert_count_info.OPERATION, {"by": ["source_ip", "status"]}),
        (property_values_info.OPERATION, {"field": "source_ip"}),
        (alert_export.OPERATION, {"path": str(tmp_path / "alerts.csv"), "columns": ["id"]}),
        (alert_notes.OPERATION, {"note": "Seen"}),
        (alert_status.OPERATION, {"status": "in_review"}),
        (triage.OPERATION, {"rules": [EVERYTHING]}),
        (incident.OPERATION, {"name": "INC-1"}),
    ]
    for operation, options in operations:
        results = [
            run(scene.simulator, operation, check=True, query={"source_ip": entries}, **options)
            for entries in ([NETWORK], list(ADDRESSES[:3]), list(ADDRESSES[:2]))
        ]
        assert [result for result in results if "failed" in result] == []
        for result in results:
            # Its digest is compared; the plan itself also says when it was made.
            result.pop("plan", None)
        requests = [result.pop("requests", None) or result["summary"].pop("requests") for result in results]
        # The second list holds one address that has several spellings, and the third none.
        assert results[0] == results[1] != results[2]
        assert requests[0] == requests[1] <= requests[2] + 1


def test_a_writer_predicts_and_changes_the_alerts_of_a_network_and_no_others(scene: Stage) -> None:
    given: dict[str, Any] = {"query": {"source_ip": [NETWORK]}, "status": "completed"}
    predicted = run(scene.simulator, alert_status.OPERATION, check=True, **given)
    done = run(scene.simulator, alert_status.OPERATION, **given)
    assert changed(predicted) == changed(done) == [1, 2, 3]
    assert predicted["plan_digest"] == done["plan_digest"]
    assert [number for number, stored in enumerate(scene.simulator.alerts().values(), 1) if stored["status"] == 5] == [
        1,
        2,
        3,
    ]
    again = run(scene.simulator, alert_status.OPERATION, **given)
    assert (changed(again), writes(scene.simulator)) == ([], [])


def test_a_network_without_an_alert_is_not_searched(scene: Stage) -> None:
    for operation, options in ((alert_info.OPERATION, {}), (alert_status.OPERATION, {"status": "completed"})):
        result = run(scene.simulator, operation, query={"source_ip": ["172.16.0.0/12"]}, **options)
        paths = [row["path"] for row in scene.simulator.requests()]
        assert (result["alerts"], paths.count(VALUES), paths.count(SEARCH)) == ([], 1, 0)


@pytest.mark.parametrize(
    ("guardrails", "closed"),
    [
        ({"protect": [{"source_ip": NETWORK}]}, [4, 5, 6, 7, 8]),
        ({"protect": [{"source_ip": "10.20.0.7"}]}, [1, 2, 4, 5, 6, 7, 8]),
        ({"protect": [{"source_ip": ["10.20.0.1-10.20.0.9", "2001:db8::/64"]}]}, [2, 6, 7, 8]),
        ({"protect": [{"source_ip": NETWORK, "severity": "high"}]}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"networks": {"jewels": [NETWORK, "10.20.1.5"]}, "protect": [{"source_ip": "jewels"}]}, [4, 5, 7, 8]),
    ],
)
def test_a_protected_network_is_protected(scene: Stage, guardrails: dict[str, Any], closed: list[int]) -> None:
    for operation, options in (
        (triage.OPERATION, {"rules": [EVERYTHING]}),
        (alert_status.OPERATION, {"status": "completed"}),
    ):
        result = run(scene.simulator, operation, check=True, query={"severity": ["medium"]}, **options, **guardrails)
        assert changed(result) == closed


def test_named_lists_stand_for_their_addresses_in_plan_and_digest(scene: Stage) -> None:
    networks = {"lab": [NETWORK], "jewels": ["10.20.0.200"]}
    rule = {**EVERYTHING, "when": {"source_ip": "lab"}, "unless": {"source_ip": "jewels"}}
    written = {**EVERYTHING, "when": {"source_ip": [NETWORK]}, "unless": {"source_ip": ["10.20.0.200"]}}
    query = {"status": ["open"]}
    named = run(scene.simulator, triage.OPERATION, check=True, query=query, rules=[rule], networks=networks)
    plain = run(scene.simulator, triage.OPERATION, check=True, query=query, rules=[written])
    assert changed(named) == changed(plain) == [1, 3]
    digests = ("plan_digest", "rules_digest")
    assert [named[digest] for digest in digests] == [plain[digest] for digest in digests]
    # Another list is another rule: an approved plan does not cover it.
    wider = {**networks, "lab": ["10.20.0.0/23"]}
    options: dict[str, Any] = {"query": query, "rules": [rule], "networks": wider, "plan": named["plan_digest"]}
    refused = run(scene.simulator, triage.OPERATION, **options)
    assert (refused["error"]["type"], writes(scene.simulator)) == ("PlanChanged", [])
    approved = run(scene.simulator, triage.OPERATION, **{**options, "networks": networks})
    assert changed(approved) == [1, 3]


@pytest.mark.parametrize(
    ("operation", "options", "named"),
    [
        (alert_info.OPERATION, {"query": {"source_ip": ["10.20.0.5/24"]}}, "Write 10.20.0.0/24 for the network"),
        (alert_info.OPERATION, {"query": {"target_ip": ["dc-01"]}}, "source_host and target_host"),
        (alert_info.OPERATION, {"query": {"source_ip": ["lab"]}, "networks": {"labs": [NETWORK]}}, "Did you mean labs"),
        (alert_info.OPERATION, {"query": {"source_ip": ["lab"]}, "networks": {"lab": []}}, "`networks.lab`"),
        (triage.OPERATION, {"query": {}, "rules": [EVERYTHING], "protect": [{"source_ip": "10.20.0.*"}]}, "10.20.0.*"),
        (
            tag_rule.OPERATION,
            {"name": "Lab", "query": {"source_ip": [NETWORK]}, "tags": ["Lab"], "create_tags": True},
            "List the addresses one by one, or use a rule of utmstack_triage",
        ),
        (
            tag_rule.OPERATION,
            {"name": "Lab", "query": {"source_ip": ["lab"]}, "tags": ["Lab"], "networks": {"lab": [NETWORK]}},
            f"'{NETWORK}' is not a single address",
        ),
        (
            tag_rule.OPERATION,
            {
                "name": "Lab",
                "query": {"name": ["Scan"]},
                "tags": ["False positive"],
                "protect": [{"source_ip": "10.20.0.1-10.20.0.9"}],
            },
            "'10.20.0.1-10.20.0.9' is not a single address",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_before_the_first_request(
    scene: Stage, operation: Operation, options: dict[str, Any], named: str
) -> None:
    result = run(scene.simulator, operation, **options)
    assert named in result["msg"]
    assert scene.simulator.requests() == []


def test_a_tag_rule_takes_the_addresses_of_a_list(scene: Stage) -> None:
    given: dict[str, Any] = {"name": "Lab", "query": {"source_ip": ["lab"]}, "tags": ["Lab"], "create_tags": True}
    networks = {"lab": ["10.20.0.5", "10.20.0.200"]}
    stored = run(scene.simulator, tag_rule.OPERATION, **given, networks=networks, preview_since="2026-11-01")
    assert stored["rule"]["conditions"][0]["value"] == networks["lab"]
    assert stored["would_match"] == 2


def test_the_roles_take_networks_by_name_and_suppressions_too(v11_stage: Stage) -> None:
    sides = [{"adversary": {"ip": address}} for address in ADDRESSES]
    v11_stage.seed(*(alert(number, **fields) for number, fields in enumerate(sides, 1)))
    networks = {"lab": ["10.20.0.0/25"], "jewels": ["10.20.0.200"], "six": ["2001:db8::/32"]}
    common = {"networks": networks, "protect": [{"source_ip": "jewels"}]}
    suppression = {"name": "Lab", "query": {"source_ip": ["lab", "jewels"]}, "expires": "2099-12-31"}
    variables = {
        "false_positives": {**common, "suppressions": [suppression], "since": "2026-11-01"},
        "alert_triage": {**common, "scanners": ["six", "10.20.0.0/16"], "since": "2026-11-01"},
    }
    tasks = [
        {
            "name": role,
            "ansible.builtin.include_role": {"name": f"utmstack.siem.{role}"},
            "vars": {f"{role}_{name}": value for name, value in given.items()},
        }
        for role, given in variables.items()
    ]
    played = v11_stage.play(*tasks)
    assert played.role_result("false_positives")["closed"] == 2
    assert played.role_result("alert_triage")["closed"] == 3
    stored = list(v11_stage.simulator.alerts().values())
    assert [number for number, row in enumerate(stored, 1) if row["status"] == 5] == [1, 3, 4, 5, 6]
