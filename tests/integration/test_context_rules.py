# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules with `asset`, `group` and named lists against a server, with plans and through roles."""

from __future__ import annotations

from typing import Any

from . import direct
from .operations import OPERATIONS
from .playing import DAY, LABELS, Stage, alert, v10_in_full

ASSETS = "/api/utm-network-scans/search-by-filters"
BURST = "Burst of failed logins"
RULE: dict[str, Any] = {
    "name": "Burst",
    "when": {"name": [{"list": "logins"}], "status": ["open"]},
    "group": {"by": ["source_ip"], "at_least": 3, "within": "1h"},
    "then": {"status": "in_review", "incident": BURST},
}
LISTS = {"logins": ["Repeated failed logins"]}
INVENTORY = {
    "groups": [{"id": 1, "groupName": "Lab"}, {"id": 2, "groupName": "Domain controllers"}],
    "assets": [{"assetName": "lab-07", "assetIp": "10.1.0.7", "groupId": 1}, {"assetName": "dc-01", "groupId": 2}],
}
TOO_SMALL = "The task no longer makes the approved change: its group is now too small for the rule 'Burst'."
Result = dict[str, Any]


def seed(stage: Stage, count: int = 5) -> list[str]:
    """A burst of alerts from one source; their IDs."""
    side = "source" if stage.dialect == "v10" else "adversary"
    sources = [alert(number, **{side: {"ip": "10.1.0.7"}}) for number in range(1, count + 1)]
    stage.seed(*sources)
    stage.simulator.assets(INVENTORY)
    return [source["id"] for source in sources]


def triage(stage: Stage, check: bool = False, **options: Any) -> Result:
    given = {"query": {"status": ["open", "in_review"]}, "rules": [RULE], "lists": LISTS, "run_id": "1", **options}
    return direct.run(stage.simulator, OPERATIONS["utmstack_triage"], check=check, **given)


def put(stage: Stage, alert_id: str, status: int, observation: str = "") -> None:
    """Write a status as an analyst or another run does."""
    words = {"status": status, "statusLabel": LABELS[status], "statusObservation": observation}
    source = {**stage.simulator.alerts()[alert_id], **words}
    stage.simulator.documents([{"index": DAY[stage.dialect], "id": alert_id, "source": source}])


def test_one_incident_is_opened_for_a_burst(local_stage: Stage) -> None:
    ids = seed(local_stage)
    result = triage(local_stage)
    assert [row["name"] for row in result["incidents"]] == [BURST]
    assert sorted(result["incidents"][0]["alerts"]) == sorted(ids)
    assert {row["rules"][0]["why"]["group.size"] for row in result["alerts"]} == {5}
    again = triage(local_stage)
    assert (again["changed"], again["coverage"]["hits"]) == (False, {"Burst": 0})


def test_a_plan_whose_group_became_too_small_is_not_applied_and_says_why(local_stage: Stage) -> None:
    ids = seed(local_stage, 4)
    plan = triage(local_stage, check=True)["plan"]
    for taken in ids[:2]:
        put(local_stage, taken, 3, "seen by an analyst")
    result = triage(local_stage, plan=plan)
    reasons = {row["id"]: row["skipped"] for row in result["alerts"]}
    assert [reasons[key] for key in ids[2:]] == [TOO_SMALL, TOO_SMALL]
    assert all("Changed since the plan was made" in reasons[key] for key in ids[:2])
    assert (result["changed"], direct.writes(local_stage.simulator)) == (False, [])


def test_an_incident_is_not_opened_for_a_group_that_became_too_small(local_stage: Stage) -> None:
    """The rule changes nothing of its alerts but their incident."""
    ids = seed(local_stage, 3)
    rules = [{**RULE, "then": {"incident": BURST}}]
    plan = triage(local_stage, check=True, rules=rules)["plan"]
    put(local_stage, ids[0], 5)
    result = triage(local_stage, rules=rules, plan=plan)
    assert [row["skipped"] for row in result["alerts"] if row["id"] != ids[0]] == [TOO_SMALL, TOO_SMALL]
    assert direct.writes(local_stage.simulator) == []


def test_an_interrupted_plan_is_completed_although_its_group_became_smaller(local_stage: Stage) -> None:
    ids = seed(local_stage, 4)
    rules = [{**RULE, "then": {"status": "in_review"}}]
    plan = triage(local_stage, check=True, rules=rules)["plan"]
    for done in ids[:2]:
        put(local_stage, done, 3)
    result = triage(local_stage, rules=rules, plan=plan)
    assert sorted(row["id"] for row in result["alerts"] if row["changed"]) == sorted(ids[2:])
    assert all(row["skipped"] is None for row in result["alerts"])
    assert triage(local_stage, rules=rules, plan=plan)["changed"] is False


def test_a_plan_is_not_applied_to_alerts_whose_assets_moved_to_another_group(local_stage: Stage) -> None:
    seed(local_stage, 1)
    rules = [{"name": "Lab", "when": {"all": True}, "asset": {"group": "Lab"}, "then": {"status": "in_review"}}]
    plan = triage(local_stage, check=True, rules=rules)["plan"]
    local_stage.simulator.assets({"groups": [{"id": 1, "groupName": "Office"}, {"id": 2, "groupName": "Lab"}]})
    (row,) = triage(local_stage, rules=rules, plan=plan)["alerts"]
    assert row["skipped"] == (
        "The task no longer makes the approved change: its assets no longer match the rule 'Lab'."
    )


def test_assets_are_read_once_also_for_entries_of_guardrails(local_stage: Stage) -> None:
    seed(local_stage, 1)
    rules = [{"name": "Lab", "when": {"all": True}, "asset": {"group": ["Lab"], "name": "lab-7"}, "then": {}}]
    result = triage(local_stage, rules=rules, protect=[{"target_host": ["dc-01"]}])
    requests = [row["path"] for row in local_stage.simulator.requests()]
    assert requests.count(ASSETS) == 1
    assert [line for line in result["warnings"] if "asset" in line or "protect" in line] == [
        "Rule 'Lab' has 'lab-7' in `asset.name`, but no asset has it. Did you mean lab-07?"
    ]


def test_a_group_of_assets_that_does_not_exist_is_refused(local_stage: Stage) -> None:
    ids = seed(local_stage)
    wrong = {**RULE, "name": "Lab", "asset": {"group": "Laab"}}
    for options in ({"rules": [RULE, wrong]}, {"also": {"alert_ids": ids, "rules": [wrong]}}):
        result = triage(local_stage, **options)
        assert "Rule 'Lab' has 'Laab' in `asset.group`" in result["msg"]
        assert "Did you mean Lab?" in result["msg"]
        assert direct.writes(local_stage.simulator) == []


def test_named_lists_are_typed_like_texts_and_change_no_digest(local_stage: Stage) -> None:
    seed(local_stage)
    plain = {**RULE, "when": {**RULE["when"], "name": LISTS["logins"]}}
    named = triage(local_stage, check=True, query={"status": ["open"], "name": [{"list": "logins"}]})
    assert named["rules_digest"] == triage(local_stage, check=True, rules=[plain])["rules_digest"]
    assert named["summary"]["matched"] == 5
    unknown = triage(local_stage, lists={"login": ["x"]})
    assert "`when.name` names the list 'logins', but `lists` has login. Did you mean login?" in unknown["msg"]


@v10_in_full
def test_roles_take_lists_assets_and_groups(local_stage: Stage) -> None:
    seed(local_stage)
    rule = {**RULE, "asset": {"group": "Lab"}}
    names = {"name": {"list": "logins"}}
    triaged = local_stage.play_role("alert_triage", since="2026-11-01", rules=[rule], lists=LISTS)
    assert triaged.role_result("alert_triage")["in_review"] == 5, triaged.output
    context = {"asset": {"group": [{"list": "labs"}]}, "group": {"by": ["name"], "at_least": 5}}
    closed = local_stage.play_role(
        "false_positives",
        since="2026-11-01",
        statuses=["in_review"],
        lists={**LISTS, "labs": ["Lab"]},
        suppressions=[{"name": "Lab", "query": names, "expires": "2999-12-31", **context}],
    )
    assert closed.role_result("false_positives")["closed"] == 5, closed.output
