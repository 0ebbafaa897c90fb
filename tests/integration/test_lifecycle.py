# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules end: an expired one decides nothing, with or without an approved plan, and unused ones are named."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.lifetimes import ALL_EXPIRED
from ansible_collections.utmstack.siem.plugins.module_utils.writing import guardrail_matches

from .direct import run, writes
from .playing import Stage, alert

NAME = "Repeated failed logins"
LOGINS: dict[str, Any] = {"name": "Logins", "when": {"name": [NAME]}, "then": {"tags": ["Tier 1"]}}
BELOW = {**LOGINS, "name": "Below", "then": {"tags": ["Tier 2"]}}
ONE, TWO = (alert(number)["id"] for number in (1, 2))
OPEN = {"status": ["open"]}


def days_ago(days: int) -> str:
    """A time as UTMStack stores it."""
    return (datetime.now(timezone.utc) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def day(days: int) -> str:
    """A day from today."""
    return (datetime.now(timezone.utc) + timedelta(days=days)).date().isoformat()


def triaged(stage: Stage, *rules: dict[str, Any], **options: Any) -> dict[str, Any]:
    return run(stage.simulator, triage.OPERATION, rules=list(rules), **{"query": OPEN, **options})


def named(result: dict[str, Any]) -> dict[str, Any]:
    """The names under each state."""
    rows = {key: value for key, value in result["lifecycle"].items() if key != "idle_days"}
    return {key: None if found is None else [row["name"] for row in found] for key, found in rows.items()}


def test_an_expired_rule_decides_nothing_and_is_named(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    ended = {**LOGINS, "expires": day(-2), "owner": "Blue team", "ticket": "SEC-1"}
    ending = {**BELOW, "expires": day(5), "unless": {"severity": ["high"]}}
    result = triaged(local_stage, ended, ending)
    assert [(row["rule"], row["after"]["tags"]) for row in result["alerts"]] == [("Below", ["Tier 2"])]
    shown = {"name": "Logins", "expires": day(-2), "days_left": -2, "owner": "Blue team", "ticket": "SEC-1"}
    assert result["lifecycle"]["expired"] == [shown]
    assert named(result) == {"ending": ["Below"], "expired": ["Logins"], "idle": None, "unchecked": None}
    assert result["coverage"]["hits"] == {"Below": 1}
    assert named(triaged(local_stage, ended, ending, remind_days=4))["ending"] == []


def test_a_table_of_expired_rules_writes_nothing_and_warns(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    result = triaged(local_stage, {**LOGINS, "expires": day(-1)}, {**BELOW, "expires": day(-1), "mode": "shadow"})
    assert "failed" not in result
    assert ALL_EXPIRED in result["warnings"]
    assert (writes(local_stage.simulator), result["coverage"]["uncovered"]) == ([], [ONE])


def test_a_rule_that_ended_since_its_plan_takes_its_changes_away(
    local_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    local_stage.seed(alert(1), alert(2))
    entering = {**LOGINS, "name": "Entering", "when": {"name": ["Other"]}, "then": {"incident": "Night"}}
    local_stage.seed(alert(3, name="Other"))
    rules = [{**rule, "expires": day(0)} for rule in (LOGINS, entering)]
    plan = triaged(local_stage, *rules, check=True)["plan"]
    approved = {"plan": plan, "plan_max_age": "7d"}
    run(local_stage.simulator, triage.OPERATION, rules=rules, alert_ids=[ONE], **approved)
    local_stage.seed(alert(2), alert(3, name="Other"))
    monkeypatch.setattr(triage, "now_in", lambda _zone: datetime.now(timezone.utc) + timedelta(days=2))
    result = triaged(local_stage, *rules, **approved)
    assert writes(local_stage.simulator) == []
    reason = f"The task no longer makes the approved change: the rule '{{}}' has expired ({day(0)})."
    skipped = {row["id"]: row["skipped"] for row in result["alerts"]}
    assert skipped[ONE] is None
    assert skipped[TWO] == reason.format("Logins")
    assert skipped[alert(3)["id"]] == reason.format("Entering")
    assert {key: result["approval"][key] for key in ("applied", "unchanged", "skipped")} == {
        "applied": 0,
        "unchanged": 1,
        "skipped": 2,
    }


def test_a_rule_without_a_match_in_the_last_days_is_named(local_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    local_stage.seed(
        alert(1),
        alert(2, name="Lately", status=5, **{"@timestamp": days_ago(20)}),
        alert(3, name="Long ago", status=5, **{"@timestamp": days_ago(40)}),
    )
    names = {"Lately": "Lately", "Long ago": "Long ago", "Nowhere": "Misspelled", "Logins": NAME}
    rules = [
        {"name": name, "when": {"name": [given], "status": ["open"]}, "then": {}, "owner": "Blue team"}
        for name, given in names.items()
    ]
    # An upper rule is first, so this one has no hit, but its alerts are there.
    rules += [{**LOGINS, "name": "Covered"}, {**LOGINS, "name": "Every", "when": {"status": ["completed"]}}]
    plain = triaged(local_stage, *rules)
    result = triaged(local_stage, *rules, idle_days=30)
    assert named(result) == {"ending": [], "expired": [], "idle": ["Long ago", "Nowhere"], "unchecked": []}
    assert result["lifecycle"]["idle_days"] == 30
    assert result["lifecycle"]["idle"][0]["owner"] == "Blue team"
    # Three rules match no alert that was read.
    assert result["summary"]["requests"] - plain["summary"]["requests"] == 3
    assert named(triaged(local_stage, *rules, idle_days=50))["idle"] == ["Nowhere"]
    monkeypatch.setattr(guardrail_matches, "MAX_CHECKED", 2)
    assert named(triaged(local_stage, *rules, idle_days=30))["unchecked"] == ["Nowhere"]
    nothing = triaged(local_stage, *rules, idle_days=30, query=None, alert_ids=[])
    assert (named(nothing)["idle"], local_stage.simulator.requests()) == ([], [])


@pytest.mark.parametrize("option", ["remind_days", "idle_days"])
def test_an_absurd_number_of_days_is_refused_before_a_request(v11_stage: Stage, option: str) -> None:
    result = triaged(v11_stage, LOGINS, **{option: -1})
    assert f"`{option}` is -1" in result["msg"]
    assert v11_stage.simulator.requests() == []
