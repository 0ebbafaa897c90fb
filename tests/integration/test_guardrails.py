# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardrails bind everything that closes alerts: status, tag, following echo and tag rule."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status, alert_tags
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .direct import in_waits, run, writes
from .playing import Stage, alert, both_entry_points
from .server_tags import RULES, rule_body, server_get, server_post

ONE, TWO, THREE = (alert(number)["id"] for number in (1, 2, 3))
STATUS, TAGS = "/api/utm-alerts/status", "/api/utm-alerts/tags"
MARK: dict[str, Any] = {"tags": ["False positive"]}
TAGGING = {"name": "Mark", "when": {"severity": "medium"}, "then": {"tags": ["False positive"]}}
CLOSERS = pytest.mark.parametrize(
    ("operation", "options"),
    [
        (alert_status.OPERATION, {"status": "completed"}),
        (alert_status.OPERATION, {"false_positive": True}),
        (alert_tags.OPERATION, MARK),
        (alert_tags.OPERATION, {**MARK, "state": "set"}),
        (alert_tags.OPERATION, {"tags": ["false-positive"], "normalize": True}),
        (alert_tags.OPERATION, {**MARK, "replaces": ["Core", "Hold"]}),
        (triage.OPERATION, {"rules": [TAGGING]}),
    ],
    ids=["status", "false positive", "tag", "tags", "normalized", "replaced", "rule"],
)


def side(stage: Stage, host: str) -> dict[str, Any]:
    """The target of an alert."""
    return {{"v10": "destination", "v11": "target"}[stage.dialect]: {"host": host, "ip": "10.10.0.1"}}


def seed(stage: Stage) -> None:
    """A held alert, one on a protected host, and one that nothing holds back."""
    stage.seed(
        alert(1, tags=["on hold", "Hold"]), alert(2, tags=["Core"], **side(stage, "dc-01")), alert(3, tags=["Core"])
    )


def changed(result: dict[str, Any]) -> set[str]:
    assert "failed" not in result, result
    return {row["id"] for row in result["alerts"] if row["changed"]}


@CLOSERS
def test_a_query_closes_neither_held_nor_protected_alerts(
    local_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    seed(local_stage)
    given = {"query": {"all": True}, "protect": [{"target_host": "dc-01"}], **options}
    predicted = run(local_stage.simulator, operation, check=True, **given)
    done = run(local_stage.simulator, operation, **given)
    assert changed(predicted) == changed(done) == {THREE}
    assert predicted["plan_digest"] == done["plan_digest"]
    reasons = {row["id"]: row["skipped"] for row in done["alerts"]}
    assert "hold tag" in reasons[ONE]
    assert "`protect`" in reasons[TWO]
    again = run(local_stage.simulator, operation, **given)
    assert (changed(again), writes(local_stage.simulator)) == (set(), [])


@pytest.mark.parametrize(
    ("operation", "options"), [(alert_status.OPERATION, {"status": "completed"}), (alert_tags.OPERATION, MARK)]
)
@pytest.mark.parametrize(
    ("guardrails", "closed"),
    [
        ({}, {ONE, TWO, THREE}),
        ({"hold_tags": ["Hold"]}, {TWO, THREE}),
        ({"protect": [{"target_host": "dc-01"}]}, {ONE, THREE}),
        ({"hold_tags": ["core"], "protect": [{"severity": "high"}]}, {ONE}),
    ],
    ids=["none", "hold_tags", "protect", "both"],
)
def test_named_alerts_are_bound_by_what_the_task_names(
    local_stage: Stage, operation: Operation, options: dict[str, Any], guardrails: dict[str, Any], closed: set[str]
) -> None:
    seed(local_stage)
    given = {"alert_ids": [ONE, TWO, THREE], **options, **guardrails}
    assert changed(run(local_stage.simulator, operation, check=True, **given)) == closed
    assert changed(run(local_stage.simulator, operation, **given)) == closed


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        (alert_status.OPERATION, {"status": "in_review"}),
        (alert_tags.OPERATION, {"tags": ["Seen"]}),
        (alert_tags.OPERATION, {"tags": ["Hold", "Core"], "state": "absent"}),
        (alert_tags.OPERATION, {"tags": ["false positive"]}),
    ],
)
def test_what_closes_nothing_is_not_bound(local_stage: Stage, operation: Operation, options: dict[str, Any]) -> None:
    seed(local_stage)
    given = {"query": {"all": True}, "protect": [{"severity": "medium"}], **options}
    assert changed(run(local_stage.simulator, operation, **given)) == {ONE, TWO, THREE}


@pytest.mark.parametrize("named", [False, True], ids=["its alert", "both"])
@pytest.mark.parametrize("options", [{"status": "completed"}, {"false_positive": True}], ids=["status", "tag"])
def test_an_echo_binds_its_alert(v11_stage: Stage, options: dict[str, Any], named: bool) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=ONE, tags=["Hold"]), alert(3))
    ids = [ONE, THREE, *([TWO] if named else [])]
    result = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=ids, hold_tags=["Hold"], **options)
    assert changed(result) == {THREE}
    assert TWO in result["alerts"][0]["skipped"]
    stored = v11_stage.simulator.alerts()
    assert {stored[key]["status"] for key in (ONE, TWO)} == {2}
    protect = [{"tags": "Hold"}]
    result = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=ids, protect=protect, **options)
    assert (changed(result), writes(v11_stage.simulator)) == (set(), [])


@pytest.mark.parametrize("options", [{"status": "completed"}, {"false_positive": True}], ids=["status", "tag"])
def test_an_alert_that_gets_a_hold_tag_during_a_wait_is_not_closed(local_stage: Stage, options: dict[str, Any]) -> None:
    local_stage.seed(alert(1))
    refused = {"kind": "status", "nth": 1, "status": 503, "headers": {"Retry-After": "1"}}
    local_stage.simulator.faults(*({**refused, "path": path} for path in (STATUS, TAGS)))

    def hold() -> None:
        local_stage.simulator.faults()
        server_post(local_stage, TAGS, {"alertIds": [ONE], "tags": ["Hold"], "createRule": False})

    with in_waits(hold):
        result = run(local_stage.simulator, alert_status.OPERATION, query={"all": True}, **options)
    assert changed(result) == set()
    assert result["alerts"][0]["skipped"]
    assert local_stage.simulator.alerts()[ONE]["status"] == 2


SCANS: dict[str, Any] = {"name": "Scans", "query": {"name": ["Scan"]}, "tags": ["False positive"]}
SINCE = {"preview_since": "2026-11-01"}


def arrive(stage: Stage, *alerts: dict[str, Any]) -> list[int]:
    """Let new alerts arrive and the rule engine run; their status afterwards."""
    stage.seed(*({"name": "Scan", "status": 1, **row} for row in alerts))
    stage.simulator.tick()
    stored = stage.simulator.alerts()
    return [stored[row["id"]]["status"] for row in alerts]


def scan(number: int, **fields: Any) -> dict[str, Any]:
    """A new alert that the rule is for."""
    return alert(number, **{"name": "Scan", "status": 1, **fields})


def test_a_tag_rule_leaves_out_what_the_guardrails_hold_back(local_stage: Stage) -> None:
    local_stage.seed(alert(1, name="Scan"), alert(2, name="Scan", **side(local_stage, "dc-01")))
    guarded = {**SCANS, **SINCE, "protect": [{"target_host": "dc-01"}, {"user": ["root"]}], "hold_tags": ["on hold"]}
    predicted = run(local_stage.simulator, tag_rule.OPERATION, check=True, **guarded)
    stored = run(local_stage.simulator, tag_rule.OPERATION, **guarded)
    assert stored["would_match"] == predicted["would_match"] == 1
    assert stored["rule"]["conditions"] == predicted["rule"]["conditions"]
    near = {"v10": "source", "v11": "adversary"}[local_stage.dialect]
    arrived = arrive(
        local_stage,
        scan(11),
        scan(12, **side(local_stage, "dc-01")),
        scan(13, **{near: {"user": "root"}}),
        scan(14, tags=["On-Hold"]),
        scan(15, tags=["Hold on"]),
    )
    assert arrived == [5, 2, 2, 2, 5]
    again = run(local_stage.simulator, tag_rule.OPERATION, **guarded)
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])
    # A rule stored without guardrails gets them, and loses them again.
    for given, matching in (({**SCANS, **SINCE}, 7), (guarded, 3)):
        result = run(local_stage.simulator, tag_rule.OPERATION, **given)
        assert (result["changed"], result["would_match"]) == (True, matching)


@pytest.mark.parametrize(
    ("guardrails", "named"),
    [
        ({"protect": [{"target_host": "dc-01", "severity": "high"}]}, "several conditions"),
        ({"protect": [{"target_ip": "10.10.0.0/16"}]}, "10.10.0.0/16"),
        ({"protect": [{"hots": "dc-01"}]}, "hots"),
        ({"hold_tags": ["a b c d e"]}, "a b c d e"),
    ],
)
def test_what_a_tag_rule_cannot_leave_out_is_refused_before_the_first_request(
    local_stage: Stage, guardrails: dict[str, Any], named: str
) -> None:
    result = run(local_stage.simulator, tag_rule.OPERATION, **SCANS, **guardrails)
    assert named in result["msg"]
    assert local_stage.simulator.requests() == []
    # A rule that closes nothing, and the removal of a rule, are not bound.
    harmless = {**SCANS, "tags": ["Scan"], "create_tags": True}
    if "hots" not in named:
        assert "failed" not in run(local_stage.simulator, tag_rule.OPERATION, **harmless, **guardrails)
        assert "failed" not in run(local_stage.simulator, tag_rule.OPERATION, **SCANS, **guardrails, active=False)


CREATE = {**MARK, "create_rule": True, "rule_on": ["name"], "rule_since": "2026-11-01"}


def test_rules_from_alerts_leave_out_what_the_guardrails_hold_back(local_stage: Stage) -> None:
    local_stage.seed(
        alert(1, name="Scan"), alert(2, name="Held", tags=["Hold"]), alert(3, name="Core", **side(local_stage, "dc-01"))
    )
    given = {"query": {"all": True}, "protect": [{"target_host": "dc-01"}], **CREATE}
    predicted = run(local_stage.simulator, alert_tags.OPERATION, check=True, **given)
    done = run(local_stage.simulator, alert_tags.OPERATION, **given)
    assert changed(predicted) == changed(done) == {ONE}
    # There is no rule for alerts that are not tagged.
    assert [row["name"] for row in done["rules"]] == ["False positive: name 'Scan'"]
    arrived = arrive(local_stage, scan(11), scan(12, **side(local_stage, "dc-01")), scan(13, tags=["HOLD"]))
    assert arrived == [5, 2, 2]
    again = run(local_stage.simulator, alert_tags.OPERATION, **given)
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])


@pytest.mark.parametrize("name", ["False positive: name 'Scan'", "By hand"])
def test_a_rule_without_the_guardrails_gets_them_or_is_reported(local_stage: Stage, name: str) -> None:
    local_stage.seed(alert(1, name="Scan"))
    server_post(local_stage, RULES, rule_body(name, 1, field="name.keyword", value="Scan"))
    given = {"alert_ids": [ONE], "protect": [{"target_host": "dc-01"}], **CREATE}
    for check in (True, False):
        result = run(local_stage.simulator, alert_tags.OPERATION, check=check, **given)
        assert result["changed"] is True
        assert sum("By hand" in line for line in result["warnings"]) == (name == "By hand")
    rules = {row["name"]: row["conditions"] for row in server_get(local_stage, RULES)}
    assert [len(rules[key]) for key in rules] == ([1, 2] if name == "By hand" else [2])
    again = run(local_stage.simulator, alert_tags.OPERATION, **given)
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])


def test_without_a_rule_that_can_leave_them_out_nothing_is_tagged(local_stage: Stage) -> None:
    local_stage.seed(alert(1, name="Scan"))
    entry = {"target_host": "dc-01", "severity": "high"}
    result = run(local_stage.simulator, alert_tags.OPERATION, query={"all": True}, protect=[entry], **CREATE)
    assert "A tag rule that adds False positive" in result["msg"]
    assert str(entry) in result["msg"]
    assert writes(local_stage.simulator) == []
    # The tag alone takes any entry.
    assert changed(run(local_stage.simulator, alert_tags.OPERATION, query={"all": True}, protect=[entry], **MARK)) == {
        ONE
    }


@both_entry_points
@pytest.mark.parametrize("odd", [None, 5, True])
def test_a_tag_that_is_no_text_is_refused(stage: Stage, odd: Any) -> None:
    stage.seed(alert(1))
    played = stage.play(stage.task("utmstack_alert_tags", alert_ids=[ONE], tags=["Scan", odd]))
    assert f"`tags` contains {odd}, which is not a string" in played.result()["msg"]
    assert played.writes() == []


@pytest.mark.parametrize("odd", [None, 5, True])
@pytest.mark.parametrize(
    ("operation", "options", "option"),
    [
        (alert_tags.OPERATION, {"query": {"all": True}, "tags": ["Seen"], "replaces": ["Scan", ...]}, "replaces"),
        (alert_tags.OPERATION, {"query": {"all": True}, "tags": [...], "state": "absent"}, "tags"),
        (alert_tags.OPERATION, {"query": {"all": True}, "tags": [...], "state": "set"}, "tags"),
        (alert_tags.OPERATION, {"query": {"all": True}, **MARK, "hold_tags": [...]}, "hold_tags"),
        (alert_status.OPERATION, {"query": {"all": True}, "status": "completed", "hold_tags": [...]}, "hold_tags"),
        (tag_rule.OPERATION, {**SCANS, "tags": ["False positive", ...]}, "tags"),
        (tag_rule.OPERATION, {**SCANS, "hold_tags": ["Hold", ...]}, "hold_tags"),
        (triage.OPERATION, {"query": {"all": True}, "rules": [{**TAGGING, "then": {"tags": [...]}}]}, "then.tags"),
        (
            triage.OPERATION,
            {"query": {"all": True}, "rules": [{**TAGGING, "then": {"remove_tags": ["a", ...]}}]},
            "then.remove_tags",
        ),
        (triage.OPERATION, {"query": {"all": True}, "rules": [TAGGING], "hold_tags": ["Hold", ...]}, "hold_tags"),
    ],
)
def test_whatever_names_tags_takes_texts_only(
    v11_stage: Stage, operation: Operation, options: dict[str, Any], option: str, odd: Any
) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else odd if value is ... else value

    v11_stage.seed(alert(1))
    result = run(v11_stage.simulator, operation, **filled(options))
    assert f"`{option}` contains {odd}, which is not a string" in result["msg"]
    assert v11_stage.simulator.requests() == []
