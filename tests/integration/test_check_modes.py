# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles under `check_mode` on a task, which Ansible does not tell them of, and files with relative paths."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .playing import Played, Stage, alert

RULES = [{"name": "Known benign", "when": {"name": ["Repeated failed logins"]}, "then": {"status": "completed"}}]


def role(name: str, check_mode: bool, /, **variables: Any) -> dict[str, Any]:
    """The task that includes a role, its tasks in a check mode of their own."""
    include = {"name": f"utmstack.siem.{name}", "apply": {"check_mode": check_mode}}
    given = {f"{name}_{key}": value for key, value in variables.items()}
    return {"name": name, "ansible.builtin.include_role": include, "vars": given}


def table(played: Played, task: str) -> str:
    """What a role showed."""
    return "\n".join(played.result(task)["msg"])


@pytest.mark.full
def test_check_mode_of_a_task_makes_roles_predict(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2))
    before = v11_stage.simulator.alerts()
    directory = v11_stage.directory / "new"
    here = {"receipt_directory": "new/receipts"}
    played = v11_stage.play(
        role("alert_triage", True, rules=RULES, since="3650d", report_directory="new/reports", **here),
        role("incident_runbook", True, name="Case 7", query={"status": ["open"]}, note="Seen", **here),
        role("alert_escalation", True, query={"status": ["open"]}, incident="Case 8", **here),
        role("triage_report", True, directory="new/reports"),
        arguments=["-vv"],
    )
    assert played.code == 0, played.output
    assert played.writes() == []
    assert (v11_stage.simulator.alerts(), directory.exists()) == (before, False)
    assert "would be closed" in played.output
    result = played.role_result("incident_runbook")
    assert (result["incident"]["name"], result["added"], result["phases"]["open"]) == ("Case 7", 2, "would be done")
    assert "would be added" in table(played, "Show the progress")
    assert f"would be written: {directory}/reports/localhost.html" in table(played, "Show the summary")
    triage = played.role_result("alert_triage")
    assert (triage["changed"], triage["receipt"], triage["report"]) == (2, None, None)


def test_check_mode_false_writes_receipt_and_report_and_relative_paths_are_of_the_user(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2))
    (v11_stage.directory / "rules").mkdir()
    (v11_stage.directory / "rules" / "soc.yml").write_text(json.dumps(RULES), encoding="utf-8")
    given: dict[str, Any] = {"rules_files": ["rules/soc.yml"], "review_severities": []}
    here = {"receipt_directory": "new/receipts", "report_directory": "new/reports"}
    play = v11_stage.directory / "plays"
    play.mkdir()
    v11_stage = Stage(v11_stage.simulator, v11_stage.entry_point, play)
    review = v11_stage.task(
        "utmstack_triage", "review", query={"status": ["open"]}, rules_files=["rules/soc.yml"], run_id="job"
    )
    checked = v11_stage.play(review, check=True).result("review")
    (play.parent / "plan.json").write_text(json.dumps(checked), encoding="utf-8")
    played = v11_stage.play(
        role("alert_triage", False, **given, **here, plan="plan.json", since="3650d", run_id="job"),
        arguments=["--check"],
    )
    assert played.code == 0, played.output
    result = played.role_result("alert_triage")
    assert "would" not in table(played, "Show the result")
    receipts, reports = play.parent / "new" / "receipts", play.parent / "new" / "reports"
    assert [str(path) for path in receipts.iterdir()] == [result["receipt"]]
    assert [str(path) for path in reports.iterdir()] == [result["report"]]
    assert [oct(path.stat().st_mode)[-3:] for path in (receipts, reports)] == ["700", "750"]
