# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Null and empty never mean every alert, and texts of surveys mean what their option's type says."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    alert_export,
    alert_info,
    alert_notes,
    alert_status,
    alert_tags,
    alert_wait,
    property_values_info,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .direct import run
from .playing import Stage, alert, both_entry_points

RULES = [{"name": "One", "when": {"all": True}, "then": {"status": "in_review"}}]
WRITERS: list[tuple[Operation, dict[str, Any]]] = [
    (alert_status.OPERATION, {"status": "completed"}),
    (alert_tags.OPERATION, {"tags": ["x"]}),
    (alert_notes.OPERATION, {"note": "x"}),
    (triage.OPERATION, {"rules": RULES}),
    (incident.OPERATION, {"name": "Case", "description": "x"}),
]
READERS: list[tuple[Operation, dict[str, Any]]] = [
    (alert_info.OPERATION, {}),
    (alert_count_info.OPERATION, {}),
    (property_values_info.OPERATION, {"field": "name"}),
]
named = functools.partial(pytest.mark.parametrize, ("operation", "options"), ids=lambda item: getattr(item, "name", ""))
WAIT: tuple[Operation, dict[str, Any]] = (alert_wait.OPERATION, {})
RULE: tuple[Operation, dict[str, Any]] = (tag_rule.OPERATION, {"name": "R", "tags": ["x"], "create_tags": True})
BLANK_KEYS: list[dict[str, Any]] = [
    {"name": None},
    {"status": ["open"], "user": []},
    {"severity": ""},
    {"name": [" "]},
    {"since": " "},
    {"incident": None},
    {"where": []},
    {"all": None},
]


@pytest.mark.parametrize("query", BLANK_KEYS, ids=str)
@pytest.mark.parametrize(
    ("operation", "options"), [*WRITERS, *READERS, WAIT, RULE], ids=lambda item: getattr(item, "name", "")
)
def test_a_blank_key_is_named_before_the_login(
    v11_stage: Stage, operation: Operation, options: dict[str, Any], query: dict[str, Any]
) -> None:
    result = run(v11_stage.simulator, operation, query=query, **options)
    key = list(query)[-1]
    assert result["failed"]
    assert f"`query.{key}`" in result["msg"]
    assert v11_stage.simulator.requests() == []


@named(WRITERS)
def test_all_alerts_are_meant_by_name(local_stage: Stage, operation: Operation, options: dict[str, Any]) -> None:
    local_stage.seed(alert(1), alert(2, severity=3))
    empty = run(local_stage.simulator, operation, check=True, query={}, **options)
    if operation is triage.OPERATION:
        assert empty["summary"]["changed"] == 2
    else:
        assert "`query` is empty. Set what to look for; `all: true`" in empty["msg"]
        assert local_stage.simulator.requests() == []
    refused = run(local_stage.simulator, operation, query={"all": False, "severity": ["high"]}, **options)
    assert "`query.all` is false" in refused["msg"]
    narrowed = run(local_stage.simulator, operation, check=True, query={"all": True, "severity": ["high"]}, **options)
    assert narrowed["summary"]["matched"] == 1
    assert run(local_stage.simulator, operation, query={"all": True}, **options)["summary"]["changed"] == 2


@named(WRITERS[:4])
def test_without_ids_nothing_is_to_be_done(v11_stage: Stage, operation: Operation, options: dict[str, Any]) -> None:
    for more in ({}, {"create_rule": True, "rule_on": ["name"]} if operation is alert_tags.OPERATION else {}):
        result = run(v11_stage.simulator, operation, alert_ids=[], **options, **more)
        assert (result["changed"], result["alerts"], result["summary"]["requests"]) == (False, [], 0)
    assert v11_stage.simulator.requests() == []


def test_without_ids_the_further_alerts_of_a_triage_are_judged(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    also = {"alert_ids": [alert(1)["id"]], "query": None, "rules": RULES}
    rules = [{**RULES[0], "name": "Two"}]
    assert run(local_stage.simulator, triage.OPERATION, alert_ids=[], rules=rules, also=also)["summary"]["changed"] == 1


def test_readers_take_no_query_for_all(local_stage: Stage, tmp_path: Any) -> None:
    local_stage.seed(alert(1), alert(2))
    for query in ({}, {"all": True}):
        assert run(local_stage.simulator, alert_info.OPERATION, query=query)["total"] == 2
        assert run(local_stage.simulator, alert_count_info.OPERATION, query=query)["total"] == 2
        path = str(tmp_path / "alerts.csv")
        assert run(local_stage.simulator, alert_export.OPERATION, query=query, path=path)["rows"] == 2


@both_entry_points
def test_blank_and_text_options_of_a_task(stage: Stage) -> None:
    """Answers of a survey as a task gets them: null, blank, and texts in place of other types."""
    stage.seed(alert(1, name="[SOC] Scan"), alert(2, severity=3))
    ids, blank = [alert(number)["id"] for number in (1, 2)], "{{ nothing }}"
    info, status = "utmstack_alert_info", "utmstack_alert_status"
    connection = dict.fromkeys(("api_key", "token", "ca_path", "proxy", "validate_certs", "timeout", "dialect"), "")
    tasks = [
        stage.task(info, "blank connection", query={"all": "yes"}, limit=blank, **connection),
        stage.task(info, "json", query='{"severity": ["high"]}', include_echoes="no", limit="5"),
        stage.task(info, "yaml", query="name: [SOC] Scan\nseverity: medium"),
        stage.task(info, "lines", query={"name": "[SOC] Scan\nOther"}),
        stage.task(info, "printed", alert_ids=str(ids)),
        stage.task(status, "null ids", alert_ids=blank, status="completed"),
        stage.task(status, "null query", query=blank, status="completed"),
        stage.task(status, "null key", query={"name": blank}, status="completed"),
        stage.task(status, "truth value", query={"user": [True]}, status="completed"),
        stage.task("utmstack_triage", "null plan", query={}, rules=RULES, plan=blank),
        stage.task("utmstack_triage", "blank plan", query={}, rules=RULES, plan=" "),
        stage.task("utmstack_alert_tags", "wrong type", query=["open"], tags=["x"]),
        stage.task("utmstack_alert_tags", "null tags", alert_ids=ids, tags=blank, state="set"),
    ]
    played = stage.play(*tasks, play={"vars": {"nothing": None}})
    found = {name: result.get("total", len(result.get("alerts") or [])) for name, result in played.results.items()}
    assert {name: found[name] for name in ("blank connection", "json", "lines")} == {
        "blank connection": 2,
        "json": 1,
        "lines": 1,
    }
    assert [row["id"] for row in played.result("printed")["alerts"]] == ids
    assert (played.statuses["null ids"], played.result("null ids")["changed"]) == ("ok", False)
    messages = {
        "yaml": "`query` is 'name: [SOC] Scan",
        "null query": "utmstack_alert_status: `query` is blank. Set what to look for; `all: true`",
        "null key": "`query.name` is null",
        "truth value": "`query.user` contains True, which is not a string.",
        "null plan": "`plan` is blank",
        "blank plan": "`plan` is blank",
        "wrong type": "utmstack_alert_tags: `query` is ['open']. Use a dictionary.",
        "null tags": "missing required arguments: tags",
    }
    for name, message in messages.items():
        assert played.statuses[name] == "failed", name
        assert message in played.result(name)["msg"], played.result(name)["msg"]
    assert played.writes() == []
