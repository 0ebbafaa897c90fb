# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guardrails that guard nothing are reported, and those that match cost no request."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client import held_texts
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status, alert_tags
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .direct import run, writes
from .playing import Stage, alert

CLOSE = {"name": "Close", "when": {"name": "Repeated failed logins"}, "then": {"status": "completed"}}
WRITERS = pytest.mark.parametrize(
    ("operation", "options"),
    [
        (alert_status.OPERATION, {"query": {"name": ["Repeated failed logins"]}, "status": "completed"}),
        (alert_tags.OPERATION, {"query": {"name": ["Repeated failed logins"]}, "tags": ["False positive"]}),
        (
            incident.OPERATION,
            {
                "query": {"name": ["Repeated failed logins"]},
                "name": "INC-2026-009 logins",
                "status": "completed",
                "solution": "Done",
                "close_alerts": True,
            },
        ),
        (triage.OPERATION, {"query": {"name": ["Repeated failed logins"]}, "rules": [CLOSE]}),
    ],
    ids=lambda value: value.name if isinstance(value, Operation) else "",
)


def host(stage: Stage, name: str) -> dict[str, Any]:
    """The target of an alert."""
    return {{"v10": "destination", "v11": "target"}[stage.dialect]: {"host": name}}


def seed(stage: Stage) -> None:
    """An alert on a host, a completed one of last year on another, and an asset without alerts."""
    past = {"@timestamp": "2025-03-01T10:00:00.000Z", "name": "Other", "status": 5}
    stage.seed(alert(1, tags=["VIP"], **host(stage, "pc-01")), {**alert(2), **past, **host(stage, "dc-02")})
    stage.simulator.assets({"assets": [{"assetName": "new-01", "assetIp": "10.9.0.1", "assetTypeId": 5}]})


def warned(result: dict[str, Any]) -> list[str]:
    """The warnings, apart from that of the login."""
    return [line for line in result["warnings"] if "bypass" not in line]


@WRITERS
def test_entries_that_match_nothing_are_named_once_and_an_error_if_strict(
    local_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    seed(local_stage)
    protect = [{"target_host": [name]} for name in ("pc-01", "dc-02", "new-01", "PC-01")]
    given = {**options, "protect": [*protect, {"source_ip": ["10.9.0.1"]}], "hold_tags": ["vip", "Hodl", "Hold"]}
    result = run(local_stage.simulator, operation, check=True, **given)
    assert [row["matches"] for row in result["guardrails"]["protect"]] == [1, 0, 0, 0, 0]
    assert [row["entry"] for row in result["guardrails"]["protect"]] == given["protect"]
    assert result["guardrails"]["hold_tags"] == [
        {"entry": "vip", "matches": 1},
        {"entry": "Hodl", "matches": 0},
        {"entry": "Hold", "matches": 0},
    ]
    assert [line for line in warned(result) if "misspelled" in line] == [
        "2 entries match no stored alert and no asset, and may be misspelled: "
        '`protect`: {"target_host": ["PC-01"]}; `hold_tags`: Hodl.'
    ]
    strict = run(local_stage.simulator, operation, **given, strict=True)
    assert "PC-01" in strict["msg"]
    assert "Nothing was written" in strict["msg"]
    assert writes(local_stage.simulator) == []


@WRITERS
def test_entries_that_match_what_was_read_cost_no_request(
    v11_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    seed(v11_stage)
    plain = run(v11_stage.simulator, operation, check=True, **options)
    guarded = run(v11_stage.simulator, operation, check=True, **options, protect=[{"target_host": ["pc-01"]}])
    requests = [result.get("requests", result["summary"]["requests"]) for result in (plain, guarded)]
    assert requests[0] == requests[1]


@WRITERS
def test_an_empty_list_of_ids_still_sends_no_request(
    v11_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    if operation.needs_alerts:
        named = {name: value for name, value in options.items() if name != "query"}
        result = run(v11_stage.simulator, operation, **named, alert_ids=[], protect=[{"target_host": ["PC-01"]}])
        assert "failed" not in result, result
        assert v11_stage.simulator.requests() == []


def test_a_tag_rule_counts_on_the_server(local_stage: Stage) -> None:
    seed(local_stage)
    given = {
        "name": "Mark",
        "query": {"name": ["Repeated failed logins"]},
        "tags": ["False positive"],
        "protect": [{"target_host": [name]} for name in ("pc-01", "new-01", "PC-01")],
        "hold_tags": ["VIP"],
    }
    result = run(local_stage.simulator, tag_rule.OPERATION, check=True, **given)
    assert [row["matches"] for row in result["guardrails"]["protect"]] == [1, 0, 0]
    assert result["guardrails"]["hold_tags"] == [{"entry": "VIP", "matches": 1}]
    assert ["PC-01" in line and "new-01" not in line for line in warned(result)] == [True]
    strict = run(local_stage.simulator, tag_rule.OPERATION, **given, strict=True)
    assert "PC-01" in strict["msg"]
    assert writes(local_stage.simulator) == []


def test_exceptions_and_on_request_rules_are_counted(local_stage: Stage) -> None:
    seed(local_stage)
    rules = [
        {**CLOSE, "unless": {"target_host": ["pc-01"]}},
        {**CLOSE, "name": "Typo", "unless": {"target_host": ["PC-01"], "since": "1h"}},
        {**CLOSE, "name": "Idle", "when": {"name": "No such alert"}},
    ]
    given = {"query": {"status": ["open"]}, "rules": rules}
    result = run(local_stage.simulator, triage.OPERATION, check=True, **given)
    assert [(row["rule"], row["matches"]) for row in result["guardrails"]["unless"]] == [("Close", 1), ("Typo", 0)]
    assert result["guardrails"]["rules"] == []
    assert ["rule Typo" in line and "Idle" not in line for line in warned(result)] == [True]
    result = run(local_stage.simulator, triage.OPERATION, check=True, **given, report_unmatched=True)
    assert [(row["rule"], row["matches"]) for row in result["guardrails"]["rules"]] == [
        ("Close", 1),
        ("Typo", 1),
        ("Idle", 0),
    ]
    assert ["`rules` of rule Idle" in line for line in warned(result)] == [True]


def test_the_number_of_entries_that_cost_requests_is_bounded(v11_stage: Stage) -> None:
    seed(v11_stage)
    options = {"query": {"status": ["open"]}, "rules": [CLOSE]}
    plain = run(v11_stage.simulator, triage.OPERATION, check=True, **options)
    protect = [{"target_host": [f"typo-{number}"]} for number in range(80)]
    result = run(v11_stage.simulator, triage.OPERATION, check=True, **options, protect=protect)
    assert result["summary"]["requests"] - plain["summary"]["requests"] == 51
    assert "50 entries match no stored alert" in result["warnings"][0]
    assert "and 45 more" in result["warnings"][0]


def test_too_many_addresses_to_check_an_entry_are_no_reason_to_fail(
    local_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = {"v10": "source", "v11": "adversary"}[local_stage.dialect]
    local_stage.seed(*(alert(number, **{side: {"ip": f"10.{number}.0.5"}}) for number in range(1, 5)))
    monkeypatch.setattr(held_texts, "MAX_TEXTS", 3)
    rule = {**CLOSE, "unless": {"source_ip": "192.0.0.0/7"}}
    protect = [{"source_ip": ["10.1.0.5"]}, {"source_ip": [f"172.16.{number}.5" for number in range(11)]}]
    given = {"query": {"status": ["open"]}, "rules": [rule], "protect": protect}
    result = run(local_stage.simulator, triage.OPERATION, check=True, **given)
    assert "failed" not in result, result
    assert [row["matches"] for row in result["guardrails"]["protect"]] == [1, 0]
    assert (result["summary"]["changed"], result["summary"]["skipped"], warned(result)) == (3, 1, [])
    strict = run(local_stage.simulator, triage.OPERATION, **given, strict=True)
    assert "more than 3 addresses" in strict["msg"]
    assert writes(local_stage.simulator) == []


def test_assets_that_cannot_be_read_are_no_reason_to_fail(v11_stage: Stage) -> None:
    seed(v11_stage)
    v11_stage.simulator.faults({"kind": "status", "status": 403, "path": "/api/utm-network-scans/search-by-filters"})
    options = {"query": {"status": ["open"]}, "rules": [CLOSE], "protect": [{"target_host": ["new-01"]}]}
    result = run(v11_stage.simulator, triage.OPERATION, **options)
    assert "failed" not in result
    assert "assets could not be read" in result["warnings"][0]


def test_a_template_in_a_file_of_rules_is_warned_of(v11_stage: Stage) -> None:
    seed(v11_stage)
    rule = {**CLOSE, "when": {"source_host": "{{ scanners }}"}, "origin": "rules.yml, line 1: Rule 1"}
    given = {"query": {"status": ["open"]}, "rules": [rule]}
    result = run(v11_stage.simulator, triage.OPERATION, **given)
    assert ["rules.yml, line 1: Rule 1 ('Close')" in line and "{{" in line for line in warned(result)] == [True]
    strict = run(v11_stage.simulator, triage.OPERATION, **given, strict=True)
    assert "{{" in strict["msg"]
    inline = {**rule}
    inline.pop("origin")
    assert warned(run(v11_stage.simulator, triage.OPERATION, query={"status": ["open"]}, rules=[inline])) == []


def test_the_roles_show_the_matches_and_name_what_matches_nothing(v11_stage: Stage) -> None:
    seed(v11_stage)
    environment = {"UTMSTACK_URL": v11_stage.simulator.url, "UTMSTACK_API_KEY": v11_stage.simulator.api_key()}
    protect = [{"target_host": ["pc-01"]}, {"target_host": ["PC-01"]}]
    given: dict[str, Any] = {
        "false_positives_suppressions": [
            {"name": "Logins", "query": {"name": ["Repeated failed logins"]}, "expires": "2999-12-31"},
            {"name": "Typo", "query": {"name": ["Repeated faild logins"]}, "expires": "2999-12-31"},
        ],
        "false_positives_protect": protect,
        "false_positives_since": "2020-01-01",
    }
    playbook = "utmstack.siem.false_positives"
    played = v11_stage.run_playbook(playbook, "-e", json.dumps(given), environment=environment)
    assert played.code == 0, played.output
    for line in ('protected {"target_host": ["pc-01"]}  1', "rule Logins", "rule Typo"):
        assert line in played.output, played.output
    assert "2 entries match no stored alert and no asset" in played.output
    strict = v11_stage.run_playbook(
        playbook, "-e", json.dumps({**given, "false_positives_strict": "true"}), environment=environment
    )
    assert strict.code != 0
    assert strict.writes() == []
