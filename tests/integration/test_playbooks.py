# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks on the simulator's day: what the check run predicts is done, once; wrong variables are explained."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.scenarios import load

from .playing import Played, Stage, alert, v10_in_full
from .rogue import Said, rogue

DECISIONS: dict[str, Any] = {
    "alert_triage_since": "48h",
    "alert_triage_scanners": ["10.20.0.5", "10.20.0.6"],
    "alert_triage_benign_names": ["Large transfer by a backup job"],
    "alert_triage_tags": [{"categories": ["Credential access"], "tags": ["Brute force"]}],
    "alert_triage_max_affected": 1000,
}


def run(stage: Stage, playbook: str, *, check: bool = False, **variables: Any) -> Played:
    """Run a playbook of the collection with credentials from the environment."""
    environment = {
        "UTMSTACK_URL": stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
    }
    arguments = (f"utmstack.siem.{playbook}", "-e", json.dumps(variables), *(["--check"] if check else []))
    return stage.run_playbook(*arguments, check=check, environment=environment)


def result(played: Played, role: str) -> dict[str, Any]:
    """The fact with the role's result."""
    assert played.code == 0, played.output
    return played.role_result(role)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"<html></html>"])
def test_the_demo_refuses_a_server_that_is_not_simulated(v11_stage: Stage, body: bytes) -> None:
    with rogue(lambda _asked: Said(body=body)) as server:
        played = v11_stage.run_playbook("utmstack.siem.demo", environment={"UTMSTACK_URL": server.url})
    assert played.code != 0
    assert "the server in UTMSTACK_URL is not simulated" in played.output
    assert [(asked.method, asked.path) for asked in server.asked] == [("GET", "/simulator/held?seconds=0")]


@v10_in_full
def test_triage_predicts_does_and_is_done(local_stage: Stage) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    before = local_stage.simulator.alerts()
    predicted = result(run(local_stage, "triage", check=True, **DECISIONS), "alert_triage")
    assert local_stage.simulator.alerts() == before

    done = result(run(local_stage, "triage", **DECISIONS), "alert_triage")
    assert done["plan_digest"] == predicted["plan_digest"]
    assert done["closed"] > 300
    assert done["in_review"] == done["noted"] > 50
    after = local_stage.simulator.alerts()
    open_scans = [
        source
        for source in after.values()
        if source["status"] == 2 and source["name"] == "Large transfer by a backup job" and not source.get("parentId")
    ]
    assert open_scans == []

    again = run(local_stage, "triage", **DECISIONS)
    assert result(again, "alert_triage")["changed"] == 0
    assert again.writes() == []
    assert local_stage.simulator.alerts() == after


def test_triage_takes_the_texts_of_a_survey_for_lists(v11_stage: Stage) -> None:
    v11_stage.simulator.fill(load("soc-day", "v11"))
    texts = {
        "alert_triage_scanners": "10.20.0.5\n10.20.0.6\n",
        "alert_triage_benign_names": "Large transfer by a backup job\n",
        "alert_triage_review_severities": "high",
        "alert_triage_max_affected": "1000",
    }
    as_lists = result(run(v11_stage, "triage", check=True, **DECISIONS), "alert_triage")
    as_texts = result(run(v11_stage, "triage", check=True, **{**DECISIONS, **texts}), "alert_triage")
    assert as_texts["coverage"]["hits"] == as_lists["coverage"]["hits"]
    assert as_texts["plan_digest"] == as_lists["plan_digest"]


@v10_in_full
def test_triage_by_severity_touches_only_what_is_urgent(local_stage: Stage) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    done = result(run(local_stage, "triage", alert_triage_review_severities="high"), "alert_triage")
    assert (done["closed"], done["tagged"]) == (0, 0)
    assert done["in_review"] > 50


@v10_in_full
@pytest.mark.parametrize(
    ("playbook", "role", "decides"),
    [
        ("triage", "alert_triage", "alert_triage_rules_files, alert_triage_rules, or one of alert_triage_scanners"),
        ("false_positives", "false_positives", "Set false_positives_suppressions, false_positives_query or"),
        ("stale", "stale_alerts", "because stale_alerts_policy is not set"),
        (
            "escalate",
            "alert_escalation",
            "neither alert_escalation_query nor alert_escalation_alert_ids is set",
        ),
    ],
)
def test_a_run_without_a_decision_changes_nothing_and_says_what_decides(
    local_stage: Stage, playbook: str, role: str, decides: str
) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    played = run(local_stage, playbook)
    told = result(played, role)
    assert played.writes() == []
    # A controller shows what the recap counts.
    assert set(re.findall(r"changed=[0-9]+", played.output)) == {"changed=0"}
    assert not told["decided"]
    assert told["headline"].startswith("nothing changed, ")
    assert decides in " ".join(played.output.split())
    # What is shown is worth reading: some alerts are urgent or stale.
    assert playbook == "false_positives" or any(value > 50 for value in told.values() if isinstance(value, int))


@v10_in_full
def test_the_report_of_a_run_gives_reasons_and_keeps_text_text(local_stage: Stage, tmp_path: Path) -> None:
    hostile = "<b>[x](http://e.vil)</b> | {{ 1 + 1 }}"
    odd = {"name": hostile, "category": "<i>"}
    local_stage.seed(alert(1, **odd), alert(2, **odd, tags=["Hold"]), alert(3))
    odd_rule = {"name": "Odd | names", "when": {"category": ["<i>"]}, "then": {"tags": ["Odd"]}}
    remarks = {"expires": "2026-11-01", "owner": "<img src=x> | a", "ticket": "[x](http://e.vil)"}
    rules = [odd_rule, {**odd_rule, **remarks, "name": "Ended"}, {**odd_rule, "name": "Idle", "when": {"name": "Typo"}}]
    folder = tmp_path / "reports"
    variables: dict[str, Any] = {
        "alert_triage_rules": rules,
        "alert_triage_since": "all",
        "alert_triage_report_directory": str(folder),
    }
    assert not result(run(local_stage, "triage", check=True, **variables), "alert_triage")["report"]
    played = run(local_stage, "triage", **variables)
    done = result(played, "alert_triage")
    (report,) = folder.iterdir()
    assert (str(report), report.stat().st_mode & 0o777) == (done["report"], 0o640)
    text = report.read_text(encoding="utf-8")
    name = f"`{hostile}`".replace("|", "\\|")
    reason, change = "`category`: `<i>`<br>", '`tags`: `["Odd"]`<br>'
    assert f"| {name} | `{alert(1)['id']}` | `Odd \\| names` | {reason} | {change} |" in text
    assert "| Checked | 3 |\n| Closed | 0 |" in text
    assert "| `Ended` | `expired (2026-11-01)` | `<img src=x> \\| a` | `[x](http://e.vil)` |" in text
    assert "| `Idle` | `no alert of the last 30 days matches` |  |  |" in text
    assert "Ended expired (2026-11-01) <img src=x> | a" in " ".join(played.output.split())
    assert [row["name"] for row in done["lifecycle"]["expired"]] == ["Ended"]
    (skipped,) = (line for line in text.split("## Skipped alerts")[1].splitlines() if alert(2)["id"] in line)
    assert "hold tag" in skipped
    assert not result(run(local_stage, "triage", **variables), "alert_triage")["report"]


@v10_in_full
def test_triage_stops_at_its_bound(local_stage: Stage) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    played = run(local_stage, "triage", **{**DECISIONS, "alert_triage_max_affected": 10})
    assert played.code != 0
    assert "more than `max_affected: 10`" in played.output
    assert played.writes() == []


@v10_in_full
def test_undo_takes_back_what_triage_did(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    before = local_stage.simulator.alerts()
    receipts = {"alert_triage_receipt_directory": str(tmp_path / "receipts")}
    done = result(run(local_stage, "triage", **DECISIONS, **receipts), "alert_triage")
    undone = run(local_stage, "undo", undo_receipt=done["receipt"], undo_max_affected=1000)
    assert undone.code == 0, undone.output
    assert undone.result("Restore the alerts")["summary"]["changed"] == done["changed"]
    after = local_stage.simulator.alerts()
    fields = ("status", "statusObservation", "tags")
    assert [[after[key].get(name) or None for name in fields] for key in before] == [
        [source.get(name) or None for name in fields] for source in before.values()
    ]


@pytest.mark.parametrize("playbook", ["triage", "false_positives", "stale", "escalate", "bootstrap"])
def test_a_playbook_needs_only_the_connection(v11_stage: Stage, playbook: str) -> None:
    v11_stage.seed(alert(1))
    played = run(v11_stage, playbook)
    assert played.code == 0, played.output


@v10_in_full
def test_suppressions_end_on_their_day(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    known = {
        "name": "Failed logins of the scanner",
        "query": {"name": ["Repeated failed logins"]},
        "expires": "2026-11-25",
        "tag_rule": True,
        "owner": "Blue team",
        "ticket": "SEC-1",
    }
    variables = {"false_positives_suppressions": [known], "false_positives_since": "2026-11-01"}
    now = {"false_positives_now": "2026-11-25T23:59:59Z"}
    predicted = result(run(local_stage, "false_positives", check=True, **variables, **now), "false_positives")
    done = result(run(local_stage, "false_positives", **variables, **now), "false_positives")
    assert done["rules_written"] == predicted["rules_written"] == ["Suppression: Failed logins of the scanner"]
    assert (done["closed"], predicted["closed"]) == (1, 1)
    row = {"name": known["name"], "expires": "2026-11-25", "days_left": 0, "owner": "Blue team", "ticket": "SEC-1"}
    assert done["lifecycle"] == {"ending": [row], "expired": [], "idle_days": 30, "idle": [], "unchecked": []}

    local_stage.seed(alert(2))
    now = {"false_positives_now": "2026-11-26"}
    ended = result(run(local_stage, "false_positives", **variables, **now), "false_positives")
    assert ended["expired"] == ["Failed logins of the scanner"]
    assert ended["lifecycle"]["expired"] == [{**row, "days_left": -1}]
    assert ended["rules_removed"] == ["Suppression: Failed logins of the scanner"]
    assert ended["closed"] == 0
    again = run(local_stage, "false_positives", **variables, **now)
    assert again.writes() == []
    assert {source["id"]: source["status"] for source in local_stage.simulator.alerts().values()} == {
        alert(1)["id"]: 5,
        alert(2)["id"]: 2,
    }


def test_a_tag_rule_that_would_close_too_much_is_not_stored(v11_stage: Stage) -> None:
    v11_stage.simulator.fill(load("soc-day", "v11"))
    known = {"name": "All", "query": {"severity": ["low"]}, "expires": "2099-01-01", "tag_rule": True}
    played = run(
        v11_stage,
        "false_positives",
        false_positives_suppressions=[known],
        false_positives_tag_rule_max_match=10,
    )
    assert played.code != 0
    assert "false_positives_tag_rule_max_match" in played.output
    assert played.writes() == []


@v10_in_full
def test_the_tag_rule_of_a_suppression_spares_protected_and_held_alerts(local_stage: Stage) -> None:
    target = {"v10": "destination", "v11": "target"}[local_stage.dialect]
    known = {"name": "Scans", "query": {"name": ["Scan"]}, "expires": "2099-01-01", "tag_rule": True}
    variables = {"false_positives_suppressions": [known], "false_positives_protect": [{"target_host": ["dc-01"]}]}
    done = result(run(local_stage, "false_positives", **variables), "false_positives")
    assert done["rules_written"] == ["Suppression: Scans"]
    new = {"name": "Scan", "status": 1}
    local_stage.seed(alert(1, **new), alert(2, **new, **{target: {"host": "dc-01"}}), alert(3, **new, tags=["hold"]))
    local_stage.simulator.tick()
    stored = local_stage.simulator.alerts()
    assert [stored[alert(number)["id"]]["status"] for number in (1, 2, 3)] == [5, 2, 2]
    again = run(local_stage, "false_positives", **variables)
    assert (result(again, "false_positives")["rules_written"], again.writes()) == ([], [])


@v10_in_full
@pytest.mark.parametrize("entry", [{"target_host": ["dc-01"], "severity": ["high"]}, {"target_ip": ["10.10.0.0/16"]}])
def test_no_tag_rule_is_stored_that_cannot_spare_what_is_protected(local_stage: Stage, entry: dict[str, Any]) -> None:
    local_stage.seed(alert(1))
    known = {"name": "Scans", "query": {"name": ["Repeated failed logins"]}, "expires": "2099-01-01", "tag_rule": True}
    ended = {**known, "name": "Old", "expires": "2026-01-01"}
    variables = {"false_positives_suppressions": [ended, known], "false_positives_protect": [entry]}
    for check in (True, False):
        played = run(local_stage, "false_positives", check=check, **variables)
        assert played.code != 0
        assert "Suppression 2 ('Scans')" in played.output
        assert all(str(value) in played.output for value in next(iter(entry.values())))
        assert played.writes() == []


@v10_in_full
def test_a_second_run_on_the_same_day_writes_no_second_note(local_stage: Stage) -> None:
    local_stage.seed(alert(1, notes="Asked the owner"), alert(2, severity=1, severityLabel="Low"))
    policy = {"stale_alerts_policy": {"medium": {"remind": "1h"}, "low": {"remind": "30m", "close": "1h"}}}
    done = result(run(local_stage, "stale", **policy), "stale_alerts")
    assert (done["reminded"], done["escalated"], done["closed"]) == (1, 0, 1)
    again = run(local_stage, "stale", **policy)
    assert result(again, "stale_alerts")["reminded"] == 0
    assert again.writes() == []
    stored = local_stage.simulator.alerts()[alert(1)["id"]]
    assert stored["notes"] == "Asked the owner | Reminder: this alert is awaiting triage (medium, older than 1h)"


@pytest.mark.parametrize(
    "playbook, variables, explained",
    [
        ("triage", {"alert_triage_rules_files": ["nowhere.yml"]}, "nowhere.yml cannot be found"),
        ("triage", {"alert_triage_max_affected": "many"}, "alert_triage_max_affected"),
        ("false_positives", {"false_positives_suppressions": [{"name": "x", "query": {"name": ["y"]}}]}, "expires"),
        ("false_positives", {"false_positives_alert_ids": ["a"], "false_positives_query": {"name": ["b"]}}, "not both"),
        ("stale", {"stale_alerts_policy": {"low": {"remind": "soon"}}}, "Use an age such as 90m"),
        ("stale", {"stale_alerts_policy": {"low": {"remind": "2d", "close": "1d"}}}, "must increase"),
        ("stale", {"stale_alerts_policy": {"low": {"escalate": "1d", "close": "2d"}}}, "in review"),
        ("undo", {}, "Set undo_receipt"),
        ("bootstrap", {"session_bootstrap_dialects": ["v10"]}, "session_bootstrap_dialects accepts"),
    ],
)
def test_a_wrong_variable_is_explained_before_anything_is_written(
    v11_stage: Stage, playbook: str, variables: dict[str, Any], explained: str
) -> None:
    played = run(v11_stage, playbook, **variables)
    assert played.code != 0
    assert explained in played.output
    assert played.writes() == []


def test_the_summary_hides_what_no_log_hides(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1, severity=3, severityLabel="High"))
    hook = tmp_path / "notify.yml"
    task = {"name": "Tell", "ansible.builtin.fail": {"msg": "token 4711 refused"}, "no_log": True}
    hook.write_text(json.dumps([task]), encoding="utf-8")
    query = {"severity": ["high"]}
    played = run(v11_stage, "escalate", alert_escalation_query=query, alert_escalation_notification_tasks=str(hook))
    assert played.code != 0
    assert "has no_log" in played.result("Fail if the instance failed")["msg"]
    assert "4711" not in json.dumps([played.results[name] for name in played.results if name != "Tell"])
