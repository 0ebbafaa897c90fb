# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that put alerts into incidents: once, without taking them from another one, and each row says where it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo

from .direct import run, writes
from .playing import Stage, alert
from .test_triage import by_number, seed


def test_rules_open_an_incident_once_and_add_what_comes_later(local_stage: Stage) -> None:
    seed(local_stage)
    rules = [{"name": "Urgent", "when": {"severity": "high"}, "then": {"status": "in_review", "incident": "Night"}}]
    options: dict[str, Any] = {"query": {}, "rules": rules}
    predicted = run(local_stage.simulator, triage.OPERATION, check=True, **options)
    applied = run(local_stage.simulator, triage.OPERATION, plan=predicted["plan_digest"], **options)
    assert applied["plan_digest"] == predicted["plan_digest"]
    (row,) = applied["incidents"]
    assert (row["name"], row["changed"], row["alerts"]) == ("Night", True, [alert(3)["id"], alert(2)["id"]])
    assert (predicted["incidents"][0]["id"], predicted["incidents"][0]["alerts"]) == (None, row["alerts"])
    stored = by_number(local_stage)
    assert [source["isIncident"] for source in stored] == [False, True, True, False]
    assert [source["status"] for source in stored] == [2, 3, 3, 2]
    assert stored[1]["incidentDetail"]["incidentId"] == str(row["id"])

    again = run(local_stage.simulator, triage.OPERATION, **options)
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])
    local_stage.seed(alert(5, severity=3))
    later = run(local_stage.simulator, triage.OPERATION, **options)
    assert (later["incidents"][0]["id"], later["incidents"][0]["alerts"]) == (row["id"], [alert(5)["id"]])


def test_an_alert_of_another_incident_is_told_and_stays_there(local_stage: Stage) -> None:
    seed(local_stage)
    first = [{"name": "One", "when": {"name": ["Phishing"]}, "then": {"incident": "First"}}]
    wish = {"status": "in_review", "tags": ["Tier 1"], "incident": "Second"}
    second = [{"name": "Two", "when": {"severity": ["high"]}, "then": wish}]
    run(local_stage.simulator, triage.OPERATION, query={}, rules=first)
    before = local_stage.simulator.alerts()[alert(3)["id"]]
    predicted = run(local_stage.simulator, triage.OPERATION, check=True, query={}, rules=second)
    result = run(local_stage.simulator, triage.OPERATION, query={}, rules=second, plan=predicted["plan_digest"])
    assert "failed" not in result, result
    assert result["alerts"] == predicted["alerts"]
    rows = {row["id"]: row for row in result["alerts"]}
    taken, entered = rows[alert(3)["id"]], rows[alert(2)["id"]]
    assert "First" in taken["skipped"]
    assert (taken["changed"], taken["error"]) == (False, None)
    assert local_stage.simulator.alerts()[alert(3)["id"]] == before
    assert (entered["changed"], entered["after"]["incident"]) == (True, "Second")
    assert result["incidents"][0]["alerts"] == [alert(2)["id"]]
    assert (result["summary"]["changed"], result["summary"]["skipped"]) == (1, 1)
    again = run(local_stage.simulator, triage.OPERATION, query={}, rules=second)
    assert (again["changed"], writes(local_stage.simulator), again["summary"]["skipped"]) == (False, [], 1)


def test_an_alert_that_only_enters_an_incident_is_a_changed_one(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    rules = [{"name": "Urgent", "when": {"severity": "high"}, "then": {"incident": "Night"}}]
    options: dict[str, Any] = {"query": {}, "rules": rules, "receipt": str(tmp_path / "receipt.jsonl")}
    predicted = run(local_stage.simulator, triage.OPERATION, check=True, **options)
    approved = tmp_path / "plan.json"
    approved.write_text(json.dumps(predicted))
    result = run(local_stage.simulator, triage.OPERATION, plan=str(approved), **options)
    # Other alerts than the approved ones have no row.
    assert result["alerts"] == [row for row in predicted["alerts"] if row["changed"]]
    for part in ("plan_digest", "diff"):
        assert result[part] == predicted[part]
    rows = [row for row in result["alerts"] if row["rule"] == "Urgent"]
    assert [row["changed"] for row in rows] == [True, True]
    for row in rows:
        assert (row["before"]["incident"], row["after"]["incident"]) == (None, "Night")
        assert f"{row['id']} ({row['name']}) incident: (none) -> Night" in result["diff"]["prepared"]
    for one in (predicted, result):
        numbers = {name: one["summary"][name] for name in ("changed", "unchanged", "skipped", "failed")}
        assert numbers == {"changed": 2, "unchanged": len(one["alerts"]) - 2, "skipped": 0, "failed": 0}
    # Nothing that could be taken back.
    assert (result["receipt"], (tmp_path / "receipt.jsonl").exists()) == (None, False)


def test_undo_leaves_alerts_in_their_incident(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    receipt = str(tmp_path / "receipt.jsonl")
    wish = {"status": "in_review", "incident": "Night"}
    rules = [{"name": "Urgent", "when": {"severity": "high"}, "then": wish}]
    run(local_stage.simulator, triage.OPERATION, query={}, rules=rules, receipt=receipt)
    taken_back = run(local_stage.simulator, undo.OPERATION, receipt=receipt)
    assert ("failed" in taken_back, taken_back["summary"]["changed"]) == (False, 2)
    stored = by_number(local_stage)
    assert [source["status"] for source in stored] == [2, 2, 2, 2]
    assert [source["isIncident"] for source in stored] == [False, True, True, False]


def test_asking_for_incidents_takes_few_requests(local_stage: Stage) -> None:
    """The links are asked once per 100 alerts, by the rules' brakes; the incident goes on from what they found."""
    local_stage.seed(*(alert(number, severity=3) for number in range(250)))
    rules = [{"name": "Urgent", "when": {"severity": "high"}, "then": {"incident": "Night"}}]

    def asked() -> int:
        rows = local_stage.simulator.requests()
        return sum(1 for row in rows if row["method"] == "GET" and row["path"] == "/api/utm-incident-alerts")

    assert run(local_stage.simulator, triage.OPERATION, query={}, rules=rules)["summary"]["changed"] == 250
    # Three for the alerts, and one to read back.
    assert asked() == 4
    assert run(local_stage.simulator, triage.OPERATION, query={}, rules=rules)["changed"] is False
    # The marks say it already, and the incident is asked for its alerts.
    assert asked() == 1
    run(local_stage.simulator, triage.OPERATION, query={}, rules=[{**rules[0], "then": {"tags": ["x"]}}])
    assert asked() == 0


def test_an_incident_that_cannot_be_opened_fails_its_alerts(local_stage: Stage) -> None:
    seed(local_stage)
    rules = [{"name": "Urgent", "when": {"severity": "high"}, "then": {"incident": "Night"}}]
    local_stage.simulator.faults({"kind": "status", "status": 403, "method": "POST", "path": "/api/utm-incidents$"})
    result = run(local_stage.simulator, triage.OPERATION, query={}, rules=rules)
    assert result["failed"] is True
    assert "Night" in result["msg"]
    assert (result["summary"]["failed"], result["summary"]["changed"]) == (2, 0)
    assert [bool(row["error"]) for row in result["alerts"]] == [row["rule"] == "Urgent" for row in result["alerts"]]
