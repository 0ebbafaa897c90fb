# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles check everything before the first write, take texts for values, and run in loops."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .playing import Played, Stage, alert, v10_in_full
from .server_tags import RULES, rule_body, server_get, server_post

PROXY = {"name": "Old proxy", "query": {"name": ["Repeated failed logins"]}, "expires": "2099-12-31", "tag_rule": True}
LEFT = "Suppression: Old proxy"


def suppress(stage: Stage, **variables: Any) -> Played:
    """Play the role false_positives."""
    return stage.play_role("false_positives", **{"since": "2026-11-01", **variables})


def stored_rules(stage: Stage) -> list[str]:
    return [row["name"] for row in server_get(stage, RULES)]


@v10_in_full
def test_suppressions_are_stored_only_with_the_closures_they_belong_to(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    refused = suppress(local_stage, suppressions=[PROXY], max_affected=1)
    assert refused.code != 0
    assert "max_affected" in refused.result("Check the closures")["msg"]
    assert refused.writes() == []
    refused = suppress(local_stage, suppressions=[PROXY], observation="x" * 40_000, tags=["Bob's"], alert_ids=["a"])
    assert refused.code != 0
    assert refused.writes() == []


@pytest.mark.full
@v10_in_full
def test_tag_rules_of_suppressions_taken_out_of_the_list_are_named_and_pruned_on_demand(local_stage: Stage) -> None:
    server_post(local_stage, RULES, rule_body("Ours: Suppression: no", 1))
    assert suppress(local_stage, suppressions=[PROXY]).code == 0
    named = suppress(local_stage, suppressions=[])
    assert named.role_result("false_positives")["rules_left"] == [LEFT]
    assert f"go on closing new alerts: {LEFT}." in named.output.replace("\n", " ").replace("    ", "")
    assert named.writes() == []
    # A list that is not there removes nothing.
    for variables in ({"prune": True}, {"prune": "true", "suppressions": None}):
        assert suppress(local_stage, **variables).writes() == []
    limited = suppress(local_stage, suppressions=[], prune=True, max_pruned=0)
    assert limited.code != 0
    assert (LEFT in limited.output, limited.writes()) == (True, [])
    pruned = suppress(local_stage, suppressions=[], prune="true")
    done = pruned.role_result("false_positives")
    assert (done["rules_removed"], done["rules_left"]) == ([LEFT], [])
    assert stored_rules(local_stage) == ["Ours: Suppression: no"]


@v10_in_full
@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"tags": ["Bob's"]}, "apostrophe"),
        ({"incident_note": "x" * 1001}, "alert_escalation_incident_note: `note` has 1001 characters"),
        ({"description": "x" * 2001}, "alert_escalation_description: "),
        ({"query": {}}, "alert_escalation_query is empty"),
    ],
)
def test_no_incident_is_opened_for_an_escalation_that_is_refused(
    local_stage: Stage, variables: dict[str, Any], told: str
) -> None:
    local_stage.seed(alert(1))
    given = {"incident": "INC-1", "query": {"severity": ["medium"]}, **variables}
    refused = local_stage.play_role("alert_escalation", **given)
    assert refused.code != 0
    assert told in " ".join(refused.output.split())
    assert refused.writes() == []


@v10_in_full
@pytest.mark.parametrize(
    ("role", "variables", "told"),
    [
        (
            "tag_rules",
            {"rules": [{"name": name, "query": {"name": ["x"]}, "tags": [tag]} for name, tag in ("1F", "2G")]},
            "no tag 'G'",
        ),
        (
            "stale_alerts",
            {"policy": {"medium": {"remind": "1h"}}, "escalation_tasks": "/nowhere/x.yml"},
            "/nowhere/x.yml, which is not a file",
        ),
        (
            "incident_runbook",
            {"name": "INC-1", "query": {"severity": ["medium"]}, "contain_tags": ["Bob's"]},
            "incident_runbook_contain_tags: The tag",
        ),
        (
            "incident_runbook",
            {"name": "INC-1", "query": {"severity": ["medium"]}, "phase_notes": {"close": "x" * 1001}},
            "incident_runbook_phase_notes: `note` has 1001",
        ),
    ],
    ids=["tag_rules", "stale_alerts", "tags of the runbook", "notes of the runbook"],
)
def test_what_a_later_step_would_refuse_is_found_before_the_first(
    local_stage: Stage, role: str, variables: dict[str, Any], told: str
) -> None:
    local_stage.seed(alert(1))
    if role == "tag_rules":
        local_stage.play(local_stage.task("utmstack_tag", name="F"))
    refused = local_stage.play_role(role, **variables)
    assert refused.code != 0
    assert told in " ".join(refused.output.split())
    assert refused.writes() == []


def test_a_wrong_value_is_named_with_its_variable(v11_stage: Stage) -> None:
    given = {"alert_triage_max_affected": "many", "alert_triage_review_severities": "urgent", "alert_triage_plan": ""}
    environment = {"UTMSTACK_URL": v11_stage.simulator.url, "UTMSTACK_API_KEY": v11_stage.simulator.api_key()}
    played = v11_stage.run_playbook("utmstack.siem.triage", "-e", json.dumps(given), environment=environment)
    assert played.code != 0
    message = played.result("Check the values of the variables")["msg"]
    assert "`alert_triage_max_affected` is 'many'. Use a whole number." in message
    assert "'urgent'" in message
    assert "alert_triage_plan is set, but blank." in message
    assert played.journal == []


@pytest.mark.full
def test_each_role_runs_in_a_loop_with_values_of_the_item(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2, name="Port scan"))
    names = ("Repeated failed logins", "Port scan")
    roles: dict[str, dict[str, Any]] = {
        "tag_rules": {"rules": [{"name": "{{ item }}", "query": {"name": ["{{ item }}"]}, "tags": ["False positive"]}]},
        "tag_governance": {"catalogue": [{"name": "{{ item }}"}]},
        "stale_alerts": {"policy": {"medium": {"remind": "1h"}}, "query": {"name": ["{{ item }}"]}},
        "false_positives": {"query": {"name": ["{{ item }}"]}, "suppressions": [{**PROXY, "name": "{{ item }}"}]},
        "alert_escalation": {"incident": "{{ item }}", "query": {"name": ["{{ item }}"]}},
        "incident_runbook": {"name": "{{ item }} 2", "query": {"name": ["{{ item }}"]}},
        "triage_report": {"directory": str(v11_stage.directory), "name": "{{ item | replace(' ', '-') }}"},
        "session_bootstrap": {"minimum_version": "{{ '10.' ~ (item | length) }}"},
        "alert_triage": {"benign_names": "{{ [item] }}", "since": "all"},
    }
    tasks = [
        {
            "name": role,
            "ansible.builtin.include_role": {"name": f"utmstack.siem.{role}"},
            "vars": {f"{role}_{name}": value for name, value in variables.items()},
            "loop": list(names),
        }
        for role, variables in roles.items()
    ]
    played = v11_stage.play(*tasks, check=True)
    assert played.code == 0, played.output
    assert "already in use" not in played.output
    # Of the second item, and of no other.
    assert played.role_result("tag_rules")["created"] == ["Port scan"]
    assert played.role_result("tag_governance")["created"] == ["Port scan"]
    assert played.role_result("alert_triage")["coverage"]["hits"]["Known benign"] == 1
    assert played.role_result("alert_triage")["matched"] == 2
    assert played.role_result("alert_escalation")["added_ids"] == [alert(2)["id"]]
    assert played.role_result("stale_alerts")["reminded"] == 1
    assert played.role_result("triage_report")["files"]["html"].endswith("/Port-scan.html")
