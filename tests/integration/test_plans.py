# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of every writer: what was approved and nothing else, in every form in which a plan reaches a task."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.reviewing import document_content
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo
from ansible_collections.utmstack.siem.plugins.module_utils.times import exact
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_reading import plan_document

from .direct import run, writes
from .playing import SEARCH, Stage, alert, both_entry_points

ONE, TWO, THREE = (alert(number)["id"] for number in (1, 2, 3))
RULES = [{"name": "Logins", "when": {"name": ["Repeated failed logins"]}, "then": {"tags": ["Tier 1"]}}]

WRITERS = [
    pytest.param(alert_status.OPERATION, {"status": "completed", "observation": "Scan"}, {"status": 3}, id="status"),
    pytest.param(alert_status.OPERATION, {"status": "completed", "tags": ["Scan"]}, {"tags": ["Mine"]}, id="both"),
    pytest.param(alert_tags.OPERATION, {"tags": ["Scan"]}, {"tags": ["Mine"]}, id="tags"),
    pytest.param(alert_notes.OPERATION, {"note": "Scan", "mode": "append"}, {"notes": "Mine"}, id="notes"),
    pytest.param(triage.OPERATION, {"rules": RULES}, {"notes": "Mine"}, id="triage"),
]


def planned(stage: Stage, operation: Operation, options: dict[str, Any]) -> dict[str, Any]:
    """The result of a check run over two open alerts."""
    stage.seed(alert(1), alert(2))
    return run(stage.simulator, operation, check=True, query={"status": ["open"]}, **options)


@pytest.mark.parametrize(("operation", "options", "mine"), WRITERS)
def test_what_was_approved_and_nothing_else(
    local_stage: Stage, operation: Operation, options: dict[str, Any], mine: dict[str, Any]
) -> None:
    plan = planned(local_stage, operation, options)["plan"]
    local_stage.seed(alert(2, **mine), alert(3))
    before = local_stage.simulator.alerts()
    options = {"query": {"status": ["open"]}, "plan": plan, **options}
    predicted = run(local_stage.simulator, operation, check=True, **options)
    assert writes(local_stage.simulator) == []
    done = run(local_stage.simulator, operation, **options)

    for result in (predicted, done):
        assert {row["id"]: (row["changed"], bool(row["skipped"])) for row in result["alerts"]} == {
            ONE: (True, False),
            TWO: (False, True),
        }
        assert {**result["approval"], "plan_digest": "", "made": ""} == {
            "policy": "approved",
            "plan_digest": "",
            "made": "",
            "approved": 2,
            "applied": 1,
            "unchanged": 0,
            "skipped": 1,
            "failed": 0,
            "left": 1,
        }
        assert "failed" not in result
    after = local_stage.simulator.alerts()
    assert (after[TWO], after[THREE]) == (before[TWO], before[THREE])
    assert after[ONE] != before[ONE]
    assert predicted["alerts"] == done["alerts"]

    again = run(local_stage.simulator, operation, **options)
    assert (again["changed"], again["approval"]["unchanged"]) == (False, 1)


@pytest.mark.parametrize(("operation", "options", "mine"), WRITERS)
def test_every_form_of_a_plan_is_taken(
    local_stage: Stage, operation: Operation, options: dict[str, Any], mine: dict[str, Any], tmp_path: Path
) -> None:
    result = planned(local_stage, operation, options)
    document = document_content(result["plan"])
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(result), encoding="utf-8")
    digests = set()
    for form in (result["plan"], document, json.dumps(document), result, str(path), result["plan_digest"]):
        found = run(local_stage.simulator, operation, check=True, query={"status": ["open"]}, plan=form, **options)
        assert (found["changed"], found["summary"]["changed"]) == (True, 2)
        digests |= {found["plan_digest"], found["approval"]["plan_digest"]}
    assert digests == {document["plan_digest"]}
    # The digest does not need the same query, but other alerts void it.
    local_stage.seed(alert(3))
    refused = run(local_stage.simulator, operation, query={"status": ["open"]}, plan=result["plan_digest"], **options)
    assert (refused["error"]["type"], writes(local_stage.simulator)) == ("PlanChanged", [])


@pytest.mark.parametrize(
    ("operation", "options", "other"),
    [
        (alert_status.OPERATION, {"status": "completed"}, {"status": "in_review"}),
        (alert_status.OPERATION, {"status": "completed", "tags": ["Scan"]}, {"status": "completed", "tags": ["X"]}),
        (alert_tags.OPERATION, {"tags": ["Scan"]}, {"tags": ["Scan"], "state": "set"}),
        (alert_notes.OPERATION, {"note": "Scan"}, {"note": "Other"}),
        (triage.OPERATION, {"rules": RULES}, {"rules": [{**RULES[0], "then": {"status": "completed"}}]}),
    ],
)
def test_other_options_than_those_of_the_plan_are_refused(
    local_stage: Stage, operation: Operation, options: dict[str, Any], other: dict[str, Any]
) -> None:
    plan = planned(local_stage, operation, options)["plan"]
    refused = run(local_stage.simulator, operation, query={"status": ["open"]}, plan=plan, **other)
    assert "made with other rules or options" in refused["msg"]
    assert writes(local_stage.simulator) == []


def test_an_undo_is_approved_alert_by_alert(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1), alert(2))
    receipt = str(tmp_path / "receipt.jsonl")
    run(local_stage.simulator, alert_status.OPERATION, alert_ids=[ONE, TWO], status="completed", receipt=receipt)
    plan = run(local_stage.simulator, undo.OPERATION, check=True, receipt=receipt)["plan"]
    run(local_stage.simulator, alert_status.OPERATION, alert_ids=[TWO], status="in_review", reopen=True)
    done = run(local_stage.simulator, undo.OPERATION, receipt=receipt, plan=plan)
    assert {row["id"]: row["changed"] for row in done["alerts"]} == {ONE: True, TWO: False}
    assert [document["status"] for document in local_stage.simulator.alerts().values()] == [2, 3]
    assert (done["approval"]["applied"], done["approval"]["skipped"]) == (1, 1)


def test_nothing_is_merged_into_an_approved_alert(local_stage: Stage) -> None:
    """An analyst adds a tag right before the write. Without a plan, the task's tag would be added to it."""
    plan = planned(local_stage, alert_tags.OPERATION, {"tags": ["Scan"]})["plan"]
    mine = {"kind": "conflict", "path": SEARCH, "nth": 2, "ids": [ONE], "set": {"tags": ["Mine"]}}
    local_stage.simulator.faults(mine)
    options: dict[str, Any] = {"query": {"status": ["open"]}, "tags": ["Scan"]}
    done = run(local_stage.simulator, alert_tags.OPERATION, plan=plan, **options)
    assert {row["id"]: row["changed"] for row in done["alerts"]} == {ONE: False, TWO: True}
    assert local_stage.simulator.alerts()[ONE]["tags"] == ["Mine"]


def test_a_run_that_is_no_check_run_returns_no_plan(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    done = run(local_stage.simulator, alert_status.OPERATION, alert_ids=[ONE], status="completed")
    assert "plan" not in done
    assert done["approval"] is None


def test_an_alert_that_only_the_further_rules_closed_keeps_its_rule(local_stage: Stage) -> None:
    """Both selections find nothing any more when the plan is applied."""
    local_stage.seed(alert(1), alert(2, name="Port scan"))
    options: dict[str, Any] = {
        "rules": [{"name": "All", "when": {"all": True}, "then": {"status": "in_review"}}],
        "also": {
            "alert_ids": None,
            "query": {"name": ["Port scan"]},
            "rules": [{"name": "Scans", "when": {"name": ["Port scan"]}, "then": {"status": "completed"}}],
        },
    }
    query = {"name": ["Repeated failed logins"]}
    predicted = run(local_stage.simulator, triage.OPERATION, check=True, query=query, **options)
    assert predicted.get("msg") is None
    plan = predicted["plan"]
    options["also"]["query"] = {"name": ["Nothing"]}
    done = run(local_stage.simulator, triage.OPERATION, query={"name": ["Nothing"]}, plan=plan, **options)
    assert {row["id"]: row["rule"] for row in done["alerts"] if row["changed"]} == {ONE: "All", TWO: "Scans"}
    assert [document["status"] for document in local_stage.simulator.alerts().values()] == [3, 5]


def test_ages_in_rules_count_from_the_plan(local_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that no longer matches because time passed does not take away what was approved."""
    source = alert(1)
    local_stage.seed(source)
    now, ten = datetime.now(timezone.utc), timedelta(hours=10)
    age = now - datetime.fromisoformat(source["@timestamp"].replace("Z", "+00:00")) - ten
    rule = {"name": "Fresh", "when": {"since": f"{age // timedelta(minutes=1)}m"}, "then": {"status": "completed"}}
    options: dict[str, Any] = {"query": {"all": True}, "rules": [rule]}
    assert run(local_stage.simulator, triage.OPERATION, check=True, **options)["changed"] is False
    with monkeypatch.context() as earlier:
        earlier.setattr(triage, "now_in", lambda _zone: now - 2 * ten)
        made = plan_document(run(local_stage.simulator, triage.OPERATION, check=True, **options))
    plan = replace(made, made=exact(now - 2 * ten)).content()
    done = run(local_stage.simulator, triage.OPERATION, plan=plan, **options)
    assert (done["approval"]["approved"], done["approval"]["applied"]) == (1, 1)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("", "`plan` is blank"),
        ("no/such/file.json", "neither a digest"),
        ("{}", "holds no plan"),
        ("H4sIAAAAAAACA6uuBQBDv6ajAgAAAA==", "holds no plan"),
        ({"plan_version": 7}, "version 7"),
    ],
)
@pytest.mark.parametrize(
    ("operation", "options"),
    [
        (alert_status.OPERATION, {"status": "completed"}),
        (alert_tags.OPERATION, {"tags": ["Scan"]}),
        (alert_notes.OPERATION, {"note": "Scan"}),
        (triage.OPERATION, {"rules": RULES}),
    ],
)
def test_what_is_no_plan_applies_nothing(
    v11_stage: Stage, operation: Operation, options: dict[str, Any], plan: Any, message: str
) -> None:
    v11_stage.seed(alert(1))
    refused = run(v11_stage.simulator, operation, query={"all": True}, plan=plan, **options)
    assert message in refused["msg"]
    assert writes(v11_stage.simulator) == []


@both_entry_points
def test_a_plan_travels_by_file_and_by_variable(stage: Stage, tmp_path: Path) -> None:
    """A check run and the run that applies its plan, as two tasks of a play."""
    stage.seed(alert(1), alert(2))
    options = {"query": {"status": ["open"]}, "rules": RULES}
    path = tmp_path / "plan.json"
    plan = {**stage.task("utmstack_triage", **options), "check_mode": True, "register": "planned"}
    content = "{{ planned.plan | utmstack.siem.plan_document | to_nice_json }}"
    save = {"ansible.builtin.copy": {"content": content, "dest": str(path), "mode": "0600"}}
    by_file = stage.task("utmstack_triage", **options, plan=str(path))
    assert stage.play(plan, save, {**by_file, "check_mode": True}).result()["approval"]["applied"] == 2
    by_variable = stage.task("utmstack_triage", **options, plan="{{ planned }}")
    by_text = stage.task("utmstack_triage", **options, plan="{{ planned.plan }}")
    done = stage.play(plan, {**by_text, "check_mode": True}, by_variable)
    assert done.result()["approval"]["applied"] == 2
    assert [document["tags"] for document in stage.simulator.alerts().values()] == [["Tier 1"]] * 2
