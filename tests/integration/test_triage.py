# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision table: what it decides is what is done, and the brakes hold."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info, triage
from ansible_collections.utmstack.siem.plugins.module_utils.writing import apply

from .direct import run, writes
from .playing import SEARCH, SIGHT, Stage, alert, both_entry_points

STATUS, TAGS, NOTES = "/api/utm-alerts/status", "/api/utm-alerts/tags", "/api/utm-alerts/notes"
SCANNER = {"v10": {"source": {"ip": "10.0.0.5"}}, "v11": {"adversary": {"ip": "10.0.0.5"}}}
RULES: list[dict[str, Any]] = [
    {
        "name": "Own scanners",
        "when": {"source_ip": "10.0.0.5"},
        "unless": {"severity": ["high"]},
        "then": {"false_positive": True, "observation": "Planned scan"},
    },
    {"name": "Campaign", "when": {"name": ["Phishing"]}, "then": {"tags": ["Campaign 42"]}, "stop": False},
    {
        "name": "Urgent",
        "when": {"severity": "high"},
        "then": {"status": "in_review", "tags": ["Tier 1"], "note": "Taken up"},
    },
]


def seed(stage: Stage) -> None:
    """Four alerts: a scan, an urgent scan, urgent phishing, and one that no rule covers."""
    scanner = SCANNER[stage.dialect]
    stage.seed(
        alert(1, **scanner),
        alert(2, severity=3, **scanner),
        alert(3, severity=3, name="Phishing"),
        alert(4, name="Something else"),
    )


def by_number(stage: Stage) -> list[dict[str, Any]]:
    stored = stage.simulator.alerts()
    return [stored[alert(number)["id"]] for number in range(1, 5)]


@both_entry_points
def test_check_apply_and_again(stage: Stage) -> None:
    seed(stage)
    task = stage.task("utmstack_triage", query={"status": ["open"]}, rules=RULES, run_id="77", max_share=1.0)
    predicted = stage.play(task, check=True).result()
    applied = stage.play(task).result()

    assert predicted["changed"] is applied["changed"] is True
    for part in ("alerts", "plan_digest", "echoes_changed", "diff", "coverage", "rules_digest"):
        assert predicted[part] == applied[part]
    scan, urgent_scan, phishing, other = by_number(stage)
    version = applied["rules_digest"][:8]
    assert scan["statusObservation"] == f'Planned scan [utmstack.siem rule="Own scanners" rules={version} run=77]'
    assert (scan["status"], scan["tags"], scan["notes"]) == (5, ["False positive"], "")
    assert (urgent_scan["status"], urgent_scan["tags"], urgent_scan["notes"]) == (3, ["Tier 1"], "Taken up")
    assert (phishing["status"], sorted(phishing["tags"])) == (3, ["Campaign 42", "Tier 1"])
    assert (other["status"], other["tags"]) == (2, None)

    again = stage.play(task)
    assert again.result()["changed"] is False
    assert again.writes() == []


def test_each_alert_says_which_rule_decided_and_why(local_stage: Stage) -> None:
    seed(local_stage)
    result = run(local_stage.simulator, triage.OPERATION, check=True, query={}, rules=RULES)
    told = {row["id"]: row for row in result["alerts"]}
    side = "source" if local_stage.dialect == "v10" else "adversary"
    assert told[alert(1)["id"]]["rule"] == "Own scanners"
    assert told[alert(1)["id"]]["rules"] == [{"name": "Own scanners", "why": {f"{side}.ip": "10.0.0.5"}}]
    phishing = told[alert(3)["id"]]
    assert phishing["rule"] == "Urgent"
    assert [row["name"] for row in phishing["rules"]] == ["Campaign", "Urgent"]
    assert phishing["rules"][1]["why"] == {"severity": 3}
    assert told[alert(4)["id"]]["rule"] is None
    assert result["coverage"] == {
        "hits": {"Own scanners": 1, "Campaign": 1, "Urgent": 2},
        "never_hit": [],
        "uncovered": [alert(4)["id"]],
    }


def test_rules_of_files_come_first_and_errors_name_file_rule_and_key(v11_stage: Stage) -> None:
    seed(v11_stage)
    folder = v11_stage.directory / "files"
    folder.mkdir()
    (folder / "scanners.yml").write_text(yaml.safe_dump({"rules": RULES[:1]}), encoding="utf-8")
    options = {"query": {}, "rules_files": ["scanners.yml"], "rules": RULES[1:]}
    result = v11_stage.play(v11_stage.task("utmstack_triage", **options), check=True).result()
    assert list(result["coverage"]["hits"]) == ["Own scanners", "Campaign", "Urgent"]

    (folder / "scanners.yml").write_text("- name: Broken\n  when: {sevrity: [high]}\n  then: {}\n", encoding="utf-8")
    played = v11_stage.play(v11_stage.task("utmstack_triage", **options), check=True)
    assert played.statuses["it"] == "failed"
    result = played.result()
    for part in ("scanners.yml", "Rule 1", "'Broken'", "`when`", "'sevrity'", "mean severity"):
        assert part in result["msg"]
    (folder / "scanners.yml").write_text("- name: Broken\n  when: [}\n", encoding="utf-8")
    assert "scanners.yml" in v11_stage.play(v11_stage.task("utmstack_triage", **options), check=True).result()["msg"]
    missing = {**options, "rules_files": ["nowhere.yml"]}
    assert "nowhere.yml" in v11_stage.play(v11_stage.task("utmstack_triage", **missing), check=True).result()["msg"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rules": []}, "at least one"),
        ({"rules": [{**RULES[0], "when": {"nmae": "x"}}]}, "Did you mean name?"),
        ({"protect": [{"hots": "x"}]}, "`protect`"),
        ({"max_share": 2.0}, "`max_share`"),
        ({"run_id": "a\nb"}, "`run_id`"),
        ({"query": {"nmae": ["x"]}}, "Did you mean name?"),
    ],
)
def test_mistakes_are_told_before_anything_is_asked(local_stage: Stage, options: dict[str, Any], said: str) -> None:
    result = run(local_stage.simulator, triage.OPERATION, **{"query": {}, "rules": RULES, **options})
    assert said in result["msg"]
    assert local_stage.simulator.requests() == []


@pytest.mark.parametrize("name", ["protect", "hold_tags", "max_affected", "max_share", "shadow", "plan"])
def test_brakes(local_stage: Stage, name: str) -> None:
    local_stage.seed(alert(1, tags=["on hold"] if name == "hold_tags" else None), alert(2, name="Other"))
    rules = [{"name": "Close", "when": {"severity": ["medium"]}, "then": {"status": "completed"}}]
    options: dict[str, Any] = {"query": {}, "rules": rules}
    options.update(
        {
            "protect": {"protect": [{"name": "Other"}]},
            "hold_tags": {"hold_tags": ["On-Hold"]},
            "max_affected": {"max_affected": 1},
            "max_share": {"max_share": 0.5},
            "shadow": {"rules": [{**rules[0], "mode": "shadow"}]},
            "plan": {"plan": "0" * 64},
        }[name]
    )
    result = run(local_stage.simulator, triage.OPERATION, **options)
    statuses = [local_stage.simulator.alerts()[alert(number)["id"]]["status"] for number in (1, 2)]
    if name in ("protect", "hold_tags"):
        kept = alert(2 if name == "protect" else 1)["id"]
        assert sorted(statuses) == [2, 5]
        assert {row["id"] for row in result["alerts"] if row["skipped"]} == {kept}
        assert ("protect" if name == "protect" else "hold tag") in str(result["alerts"])
        return
    assert statuses == [2, 2]
    assert writes(local_stage.simulator) == []
    if name == "shadow":
        assert result["changed"] is False
        assert [row["shadow_rules"][0]["status"] for row in result["alerts"]] == ["completed", "completed"]
    else:
        assert result["failed"] is True
        assert (name if name != "plan" else "approved") in result["msg"]


def test_a_plan_is_carried_out_as_approved_or_not_at_all(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    options: dict[str, Any] = {"query": {}, "rules": RULES}
    planned = run(local_stage.simulator, triage.OPERATION, check=True, **options)
    approved = tmp_path / "plan.json"
    approved.write_text(json.dumps(planned), encoding="utf-8")
    local_stage.seed(alert(3, severity=3, name="Phishing", tags=["Seen"]), alert(5, severity=3))
    refused = run(local_stage.simulator, triage.OPERATION, plan=str(approved), plan_policy="exact", **options)
    assert refused["error"]["type"] == "PlanChanged"
    assert len(refused["error"]["differences"]) == 2
    assert "has changed: tags is ['Seen'] instead of []" in refused["msg"]
    assert f"{alert(5)['id']} (Repeated failed logins) was not planned" in refused["msg"]
    assert writes(local_stage.simulator) == []
    fresh = run(local_stage.simulator, triage.OPERATION, check=True, **options)
    done = run(local_stage.simulator, triage.OPERATION, plan=fresh["plan_digest"], **options)
    assert done["changed"] is True


def test_a_watched_rule_is_judged_by_what_people_did(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1), alert(2), alert(3), alert(4, name="Other"))
    rule = {"name": "Logins", "when": {"name": ["Repeated failed logins"]}, "then": {"status": "completed"}}
    receipt = str(tmp_path / "watched.jsonl")
    watched = run(
        local_stage.simulator, triage.OPERATION, query={}, rules=[{**rule, "mode": "shadow"}], receipt=receipt
    )
    assert (watched["changed"], watched["receipt"], writes(local_stage.simulator)) == (False, receipt, [])
    run(local_stage.simulator, triage.OPERATION, alert_ids=[alert(3)["id"]], rules=[rule])
    by_hand = [alert(1)["id"], alert(4)["id"]]
    run(local_stage.simulator, alert_status.OPERATION, alert_ids=by_hand, status="completed", observation="by hand")

    (report,) = run(local_stage.simulator, shadow_info.OPERATION, receipt=receipt)["rules"]
    assert (report["would_close"], report["agreed"], report["automated"], report["undecided"]) == (3, 1, 1, 1)
    assert (report["decided"], report["precision"], report["recall"]) == (1, 1.0, 0.5)
    unwatched = str(tmp_path / "unwatched.jsonl")
    run(local_stage.simulator, triage.OPERATION, query={}, rules=[rule], receipt=unwatched)
    assert "without shadow rules" in run(local_stage.simulator, shadow_info.OPERATION, receipt=unwatched)["msg"]


@pytest.mark.usefixtures("way_to_see")
def test_an_alert_that_an_analyst_takes_up_meanwhile_is_left_alone(local_stage: Stage) -> None:
    seed(local_stage)
    looked_again = {"v10": 2, "v11": 3}[local_stage.dialect]
    taken = alert(1)["id"]
    local_stage.simulator.faults({"kind": "conflict", "path": SIGHT, "nth": looked_again, "ids": [taken]})
    result = run(local_stage.simulator, triage.OPERATION, query={}, rules=RULES)
    row = next(row for row in result["alerts"] if row["id"] == taken)
    assert "Changed on the server" in row["skipped"]
    assert local_stage.simulator.alerts()[taken]["status"] == 3
    assert result["summary"]["changed"] == 2


def test_5000_candidates_and_40_rules_in_few_requests(local_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow this machine is.
    monkeypatch.setattr(apply, "LOOK_IS_VALID", math.inf)
    rows = [alert(number, name=f"Kind {number % 50}", tags=["Old"]) for number in range(5000)]
    local_stage.seed(*rows)
    rules = [
        {
            "name": f"Rule {n}",
            "when": {"name": [f"Kind {n}"]},
            "then": {"status": "completed", "tags": [f"Group {n % 8}"]},
        }
        for n in range(40)
    ]
    result = run(local_stage.simulator, triage.OPERATION, query={"status": ["open"]}, rules=rules, max_affected=5000)
    assert result["summary"]["changed"] == 4000
    assert len(result["coverage"]["uncovered"]) == 1000
    requests = local_stage.simulator.requests()
    reads = sum(1 for row in requests if row["path"] == SEARCH)
    # 5,000 candidates are 3 pages; v11 reads their echoes; 4,000 edits are looked at, looked at again between
    # tags and status, and read back by 1,000.
    assert reads <= 3 + (2 if local_stage.dialect == "v11" else 0) + 4 + 4 + 4
    # At most one write for each distinct edit and chunk: 40 texts and 8 lists of tags.
    assert sum(1 for row in requests if row["path"] == STATUS) == 40
    assert sum(1 for row in requests if row["path"] == TAGS) <= 40
    again = run(local_stage.simulator, triage.OPERATION, query={"status": ["open"]}, rules=rules)
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])
