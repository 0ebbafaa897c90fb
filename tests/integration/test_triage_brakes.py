# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brakes hold for all that a rule sets off: incidents, echoes, and alerts that a query leaves out of its own accord."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info, triage, undo

from .direct import run, writes
from .playing import Stage, alert

ONE, TWO = (alert(number)["id"] for number in (1, 2))
CLOSE: dict[str, Any] = {"name": "Close", "when": {"severity": "medium"}, "then": {"status": "completed"}}
NIGHT: dict[str, Any] = {"name": "Night", "when": {"severity": "medium"}, "then": {"incident": "Night"}}


@pytest.mark.parametrize("brake", [{"max_affected": 1}, {"max_share": 0.5}], ids=["max_affected", "max_share"])
def test_alerts_that_only_enter_an_incident_count_until_they_are_in_it(
    local_stage: Stage, brake: dict[str, Any]
) -> None:
    local_stage.seed(alert(1), alert(2))
    refused = run(local_stage.simulator, triage.OPERATION, query={}, rules=[NIGHT], **brake)
    assert next(iter(brake)) in refused["msg"]
    assert writes(local_stage.simulator) == []
    assert run(local_stage.simulator, triage.OPERATION, query={}, rules=[NIGHT])["changed"] is True
    again = run(local_stage.simulator, triage.OPERATION, query={}, rules=[NIGHT], **brake)
    assert (again["changed"], "failed" in again) == (False, False)


@pytest.mark.parametrize(
    ("brake", "said"),
    [({"protect": [{"target_host": "dc-01"}]}, "protected"), ({"hold_tags": ["Mine"]}, "hold tag")],
    ids=["protect", "hold_tags"],
)
def test_an_echo_brakes_its_alert(v11_stage: Stage, brake: dict[str, Any], said: str) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=ONE, tags=["Mine"], target={"host": "dc-01"}))
    result = run(v11_stage.simulator, triage.OPERATION, query={}, rules=[CLOSE], **brake)
    (row,) = result["alerts"]
    assert TWO in row["skipped"]
    assert said in row["skipped"]
    assert writes(v11_stage.simulator) == []
    # What does not reach the echo is done.
    tagging = {**CLOSE, "then": {"tags": ["Seen"]}}
    assert run(v11_stage.simulator, triage.OPERATION, query={}, rules=[tagging], **brake)["changed"] is True


@pytest.mark.parametrize("brake", ["protect", "unless"])
def test_brakes_find_alerts_that_a_query_leaves_out(local_stage: Stage, brake: str) -> None:
    local_stage.seed(alert(1, status=1))
    rule = {**CLOSE, "when": {"status": "automatic_review"}}
    stop = {"name": "Repeated failed logins"}
    options: dict[str, Any] = {"rules": [rule], "protect": [stop]}
    if brake == "unless":
        options = {"rules": [{**rule, "unless": stop}]}
    result = run(local_stage.simulator, triage.OPERATION, alert_ids=[ONE], **options)
    assert (result["changed"], "failed" in result, writes(local_stage.simulator)) == (False, False, [])


def test_a_plan_that_differs_in_incidents_only_says_where(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1))
    options: dict[str, Any] = {"query": {}, "rules": [NIGHT]}
    approved = tmp_path / "plan.json"
    approved.write_text(json.dumps(run(local_stage.simulator, triage.OPERATION, check=True, **options)))
    local_stage.seed(alert(2))
    exact: dict[str, Any] = {"plan": str(approved), "plan_policy": "exact"}
    refused = run(local_stage.simulator, triage.OPERATION, **exact, **options)
    assert refused["error"]["differences"] == [f"{TWO} (Repeated failed logins) was not planned"]
    moved = [{**NIGHT, "then": {"incident": "Day"}}]
    refused = run(local_stage.simulator, triage.OPERATION, alert_ids=[ONE], rules=moved, plan=str(approved))
    assert "made with other rules or options" in refused["msg"]
    assert writes(local_stage.simulator) == []
    done = run(local_stage.simulator, triage.OPERATION, plan=str(approved), **options)
    assert {row["id"]: row["after"]["incident"] for row in done["alerts"]} == {ONE: "Night"}
    assert done["approval"]["left"] == 1


def test_a_rule_that_leaves_alerts_as_they_are_does_not_tidy_them(local_stage: Stage) -> None:
    local_stage.seed(alert(1, tags=["a", "a"]))
    rules = [{**CLOSE, "then": {}}]
    result = run(local_stage.simulator, triage.OPERATION, query={}, rules=rules)
    assert (result["changed"], writes(local_stage.simulator)) == (False, [])


def test_what_was_closed_before_says_nothing_about_a_watched_rule(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1, status=5), alert(2))
    receipt = str(tmp_path / "watched.jsonl")
    run(local_stage.simulator, triage.OPERATION, query={}, rules=[{**CLOSE, "mode": "shadow"}], receipt=receipt)
    report = run(local_stage.simulator, shadow_info.OPERATION, receipt=receipt)
    assert (report["summary"]["candidates"], report["summary"]["closed_by_analysts"]) == (1, 0)
    assert (report["rules"][0]["would_close"], report["rules"][0]["undecided"]) == (1, 1)


@pytest.mark.parametrize("run_id", ["C:\\u0041", 'a"b', "a]b", "ä"])
def test_a_run_that_would_break_the_mark_is_refused(v11_stage: Stage, run_id: str) -> None:
    result = run(v11_stage.simulator, triage.OPERATION, query={}, rules=[CLOSE], run_id=run_id)
    assert "`run_id`" in result["msg"]
    assert v11_stage.simulator.requests() == []


def test_warnings_about_an_incident_are_passed_on(v10_stage: Stage) -> None:
    v10_stage.seed(alert(1, isIncident=True, incidentDetail={"incidentId": "7", "incidentName": "Old"}))
    for check in (True, False):
        result = run(v10_stage.simulator, triage.OPERATION, check=check, query={}, rules=[NIGHT])
        assert any("Old" in line for line in result["warnings"]), result
    assert run(v10_stage.simulator, triage.OPERATION, query={}, rules=[NIGHT])["changed"] is False


def test_a_report_says_that_its_receipt_is_of_another_server(v10_stage: Stage, tmp_path: Path) -> None:
    v10_stage.seed(alert(1))
    receipt = tmp_path / "watched.jsonl"
    run(v10_stage.simulator, triage.OPERATION, query={}, rules=[{**CLOSE, "mode": "shadow"}], receipt=str(receipt))
    alias = v10_stage.simulator.url.replace("127.0.0.1", "localhost")
    refused = run(v10_stage.simulator, shadow_info.OPERATION, receipt=str(receipt), url=alias)
    assert f"The receipt is from {v10_stage.simulator.url}, but this server is {alias}" in refused["msg"]
    report = run(v10_stage.simulator, shadow_info.OPERATION, receipt=str(receipt), url=alias, other_server=True)
    assert v10_stage.simulator.url in report["warnings"][0]
    receipt.write_text('{"receipt": 1}\n')
    for operation in (shadow_info.OPERATION, undo.OPERATION):
        assert "not a receipt" in run(v10_stage.simulator, operation, receipt=str(receipt))["msg"]
