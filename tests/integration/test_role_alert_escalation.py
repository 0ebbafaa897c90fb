# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role alert_escalation: the next run finishes what one began, who was to be told is told, what is over is over."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from .api import NOTES, Api
from .playing import Played, Stage, alert, v10_in_full
from .test_roles import example

NAME = "INC-1"
GIVEN = {"incident": NAME, "query": {"severity": ["high"]}}
ONE, TWO = alert(1)["id"], alert(2)["id"]
TAGS = "/api/utm-alerts/tags"
GONE = {"kind": "status", "status": 503, "headers": {"Retry-After": "600"}}


def escalate(stage: Stage, check: bool = False, **variables: Any) -> Played:
    """Play the role for one incident."""
    return stage.play_role("alert_escalation", check, **{**GIVEN, **variables})


def result(played: Played) -> dict[str, Any]:
    """What the role says it did."""
    assert played.code == 0, played.output
    return played.role_result("alert_escalation")


def urgent(number: int, **fields: Any) -> dict[str, Any]:
    return alert(number, severity=3, severityLabel="High", **fields)


def notes(stage: Stage) -> list[str]:
    return [row["noteText"] for row in Api(stage).get(NOTES)]


@pytest.fixture
def hook(tmp_path: Path) -> str:
    """Tasks that tell the tag catalogue, which is what the tests can look at; they fail while a file is missing."""
    path = tmp_path / "notify.yml"
    tasks = [
        {
            "name": "Insist that the channel is there",
            "ansible.builtin.assert": {"that": f"'{tmp_path / 'channel'}' is exists or ansible_check_mode"},
        },
        {
            "name": "Tell",
            "ansible.builtin.debug": {"msg": "{{ alert_escalation_result.alert_ids | length }} alerts"},
        },
    ]
    path.write_text(yaml.safe_dump(tasks), encoding="utf-8")
    return str(path)


@pytest.mark.full
@v10_in_full
def test_the_next_run_finishes_what_the_last_one_began(local_stage: Stage) -> None:
    local_stage.seed(urgent(1), urgent(2), alert(3))
    local_stage.simulator.faults({**GONE, "path": TAGS})
    assert escalate(local_stage, incident_note="n").code != 0
    assert Api(local_stage).links().keys() == {ONE, TWO}

    local_stage.simulator.faults()
    mended = result(escalate(local_stage, incident_note="n"))
    assert (mended["added_ids"], mended["tagged"]) == ([], 2)
    assert sorted(mended["alert_ids"]) == sorted([ONE, TWO])
    stored = local_stage.simulator.alerts()
    assert [stored[key]["tags"] for key in (ONE, TWO)] == [["Escalated"]] * 2
    assert notes(local_stage) == ["n"]
    again = escalate(local_stage, incident_note="n")
    assert result(again)["tagged"] == 0
    assert again.writes() == []


@pytest.mark.full
@v10_in_full
def test_somebody_is_told_until_it_has_worked(local_stage: Stage, hook: str, tmp_path: Path) -> None:
    local_stage.seed(urgent(1))
    foreseen = escalate(local_stage, check=True, notification_tasks=hook)
    assert result(foreseen)["notified"]
    assert foreseen.result("Tell")["msg"] == "1 alerts"
    failed = escalate(local_stage, notification_tasks=hook)
    assert failed.code != 0
    assert not failed.role_result("alert_escalation")["notified"]
    assert notes(local_stage) == []

    (tmp_path / "channel").touch()
    told = escalate(local_stage, notification_tasks=hook)
    assert (told.result("Tell")["msg"], result(told)["notified"]) == ("1 alerts", True)
    assert len(notes(local_stage)) == 1
    quiet = escalate(local_stage, notification_tasks=hook)
    assert not result(quiet)["notified"]
    assert ("Tell" in quiet.results, quiet.writes()) == (False, [])

    local_stage.seed(urgent(2))
    assert escalate(local_stage, notification_tasks=hook).result("Tell")["msg"] == "2 alerts"
    assert [text.startswith("Notified of ") for text in notes(local_stage)] == [True, True]


def test_the_example_does_not_say_that_somebody_was_told_where_nobody_was(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1, **{"@timestamp": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")}))
    environment = {
        "UTMSTACK_URL": v11_stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
    }
    playbook = str(example("alert_escalation", v11_stage.directory))
    assert not result(v11_stage.run_playbook(playbook, environment=environment))["notified"]
    assert [text.split()[0] for text in notes(v11_stage)] == ["Reset"]


@v10_in_full
def test_an_incident_that_is_over_is_left_alone_until_it_is_reopened(local_stage: Stage) -> None:
    local_stage.seed(urgent(1))
    number = Api(local_stage).open(NAME, ONE)
    done = local_stage.task("utmstack_incident", name=NAME, status="completed", solution="s", alert_ids=[ONE])
    assert local_stage.play(done).code == 0
    quiet = escalate(local_stage)
    assert result(quiet)["incident"]["status"] == "completed"
    assert quiet.writes() == []

    local_stage.seed(urgent(2))
    refused = escalate(local_stage, reopen="false")
    assert refused.code != 0
    assert "The incident INC-1 is completed, and 1 alerts would be added to it." in refused.output
    assert refused.writes() == []
    reopened = result(escalate(local_stage, reopen=True))
    assert (reopened["incident"]["id"], reopened["incident"]["status"]) == (number, "open")
    assert reopened["added_ids"] == [TWO]


@v10_in_full
def test_nothing_to_escalate_is_no_error_and_no_incident(local_stage: Stage, hook: str) -> None:
    local_stage.seed(alert(1), urgent(2, tags=["Hold"]))
    for ids in ({}, {"alert_ids": []}, {"alert_ids": ""}):
        played = escalate(local_stage, notification_tasks=hook, **ids)
        assert result(played)["headline"] == "nothing to escalate"
        assert ("Tell" in played.results, played.writes()) == (False, [])


@v10_in_full
def test_alerts_are_named_by_the_answer_of_a_survey(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2), urgent(3))
    done = result(escalate(local_stage, alert_ids=f"{ONE}\n{TWO}\n", tags="Tier 2\nNight shift", status="none"))
    assert (done["added_ids"], done["in_review"]) == ([ONE, TWO], 0)
    assert local_stage.simulator.alerts()[TWO]["tags"] == ["Night shift", "Tier 2"]


@v10_in_full
def test_an_alert_of_another_incident_stays_there(local_stage: Stage) -> None:
    local_stage.seed(urgent(1), urgent(2))
    other = Api(local_stage).open("Another", ONE)
    played = escalate(local_stage, alert_ids=[ONE, TWO])
    assert played.code != 0
    assert "Another" in played.output
    assert Api(local_stage).links() == {ONE: other}
    assert played.writes() == []


@v10_in_full
def test_a_missing_file_is_found_before_anything_is_written(local_stage: Stage) -> None:
    local_stage.seed(urgent(1))
    played = escalate(local_stage, notification_tasks="/nowhere/notify.yml")
    assert played.code != 0
    assert "/nowhere/notify.yml, which is not a file on this host" in played.output
    assert played.writes() == []


def test_ids_that_are_null_escalate_nothing_that_no_query_names(v11_stage: Stage) -> None:
    v11_stage.seed(urgent(1))
    played = v11_stage.play_role("alert_escalation", incident=NAME, alert_ids=None)
    assert not result(played)["decided"]
    assert "neither alert_escalation_query nor alert_escalation_alert_ids is set" in " ".join(played.output.split())
    assert played.writes() == []


@v10_in_full
def test_without_a_name_there_is_one_incident_a_day(local_stage: Stage) -> None:
    local_stage.seed(urgent(1))
    name = result(escalate(local_stage, incident=""))["incident"]["name"]
    assert name.startswith("Escalation 20")
    local_stage.seed(urgent(2))
    assert result(escalate(local_stage, incident=name))["added_ids"] == [TWO]


@v10_in_full
def test_the_alerts_of_a_run_can_be_taken_back(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(urgent(1))
    before = local_stage.simulator.alerts()[ONE]
    done = result(escalate(local_stage, receipt_directory=str(tmp_path / "receipts")))
    undone = local_stage.play(local_stage.task("utmstack_undo", receipt=done["receipt"]))
    assert undone.code == 0, undone.output
    after = local_stage.simulator.alerts()[ONE]
    assert (after["status"], after["tags"] or [], after["isIncident"]) == (2, before["tags"] or [], True)


@v10_in_full
def test_alerts_on_hold_stay_as_they_are_also_within_the_incident(local_stage: Stage) -> None:
    local_stage.seed(urgent(1, tags=["Hold"]), urgent(2))
    Api(local_stage).open(NAME, ONE)
    done = result(escalate(local_stage, assigned_to="admin"))
    assert (done["added_ids"], done["skipped"], done["tagged"]) == ([TWO], 1, 1)
    assert done["incident"]["assigned_login"] == "admin"
    held = local_stage.simulator.alerts()[ONE]
    assert (held["status"], held["tags"]) == (2, ["Hold"])


def test_without_hold_tags_no_alert_is_left_out(v11_stage: Stage) -> None:
    v11_stage.seed(urgent(1, tags=["Hold"]), urgent(2))
    done = result(escalate(v11_stage, check=True, hold_tags=[]))
    assert (sorted(done["added_ids"]), int(done["tagged"])) == ([ONE, TWO], 2)


def test_too_many_alerts_in_a_step_are_a_failure_before_it_writes(v11_stage: Stage) -> None:
    v11_stage.seed(urgent(1), urgent(2))
    adding = escalate(v11_stage, max_affected=1)
    assert (adding.code != 0, adding.writes()) == (True, [])
    assert escalate(v11_stage, status="none", tags=[], note="none").code == 0
    marking = escalate(v11_stage, max_affected=1)
    assert (marking.code != 0, marking.writes()) == (True, [])
