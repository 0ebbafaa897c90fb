# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role incident_runbook: files of the user's own, phases that fail, incidents that are over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .api import NOTES, Api
from .playing import Played, Stage, alert, v10_in_full

NAME = "INC-1"
ONE, TWO = alert(1)["id"], alert(2)["id"]
SHOW, FAIL = "Show the progress", "Fail if a phase failed"


def work(stage: Stage, check: bool = False, **variables: Any) -> Played:
    """Play the role for one incident."""
    return stage.play_role("incident_runbook", check, **{"name": NAME, **variables})


def result(played: Played) -> dict[str, Any]:
    """What the role says it did, whether it failed or not."""
    return played.role_result("incident_runbook")


def notes(stage: Stage) -> list[str]:
    return [row["noteText"] for row in Api(stage).get(NOTES)]


def tasks(path: Path, *entries: dict[str, Any]) -> str:
    """A file with tasks."""
    path.write_text(yaml.safe_dump(list(entries)), encoding="utf-8")
    return str(path)


@v10_in_full
def test_a_file_of_the_user_finds_the_incident_and_its_alerts(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1, name="{{ 1 + 1 }}"), alert(2))
    names = "incident_runbook_alerts | map(attribute='name') | sort"
    shown = "{{ incident_runbook_phase }} {{ incident_runbook_incident.status }} {{ " + names + " }}"
    contain = tasks(tmp_path / "contain.yml", {"name": "Isolate", "ansible.builtin.debug": {"msg": shown}})
    variables = {"alert_ids": [ONE, TWO], "contain_tasks": contain}
    seen = work(local_stage, check=True, **variables).result("Isolate")["msg"]
    assert seen == "contain open ['Repeated failed logins', '{{ 1 + 1 }}']"
    played = work(local_stage, **variables)
    assert played.result("Isolate")["msg"] == seen.replace("open", "in_review")
    assert result(played)["phases"] == {"open": "done", "contain": "done", "eradicate": "done"}
    assert notes(local_stage) == ["Opened by the runbook.", "Phase contain completed."]


@pytest.mark.full
@v10_in_full
def test_a_phase_that_fails_leaves_a_note_and_the_next_run_goes_on(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1))
    switch = tmp_path / "mended"
    task = {
        "name": "Isolate web-01",
        "ansible.builtin.assert": {"that": f"'{switch}' is exists", "fail_msg": "No route\nto EDR"},
    }
    variables = {"alert_ids": [ONE], "contain_tasks": tasks(tmp_path / "contain.yml", task), "solution": "s"}
    failed = work(local_stage, **variables)
    assert failed.code != 0
    reason = 'Phase contain failed in the task "Isolate web-01": No route to EDR'
    assert failed.result(FAIL)["msg"] == reason
    assert result(failed)["phases"] == {"open": "done", "contain": "FAILED"}
    assert notes(local_stage) == ["Opened by the runbook.", reason]
    (incident,) = Api(local_stage).incidents()
    assert incident["incidentStatus"] == "IN_REVIEW"

    switch.touch()
    mended = work(local_stage, **variables)
    assert (mended.code, result(mended)["incident"]["status"]) == (0, "completed")
    assert notes(local_stage)[2:] == ["Phase contain completed."]
    assert work(local_stage, **variables).writes() == []


def test_what_no_log_hides_stays_out_of_the_note(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1))
    task = {"ansible.builtin.fail": {"msg": "token 4711 refused"}, "no_log": True}
    played = work(v11_stage, alert_ids=[ONE], contain_tasks=tasks(tmp_path / "contain.yml", task))
    assert played.code != 0
    told = 'Phase contain failed in the task "ansible.builtin.fail": The reason is hidden'
    assert notes(v11_stage)[-1].startswith(told)
    assert "4711" not in str([notes(v11_stage), result(played), played.result(FAIL), played.result(SHOW)])


def test_a_failure_is_told_where_no_note_can_be_left(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1))
    fault = {"kind": "status", "status": 503, "headers": {"Retry-After": "600"}, "path": NOTES}
    task = {"name": "Isolate", "ansible.builtin.fail": {"msg": "EDR is away"}}
    contain = tasks(tmp_path / "contain.yml", task)
    assert work(v11_stage, alert_ids=[ONE], phases=["open"]).code == 0
    v11_stage.simulator.faults(fault)
    played = work(v11_stage, phases=["contain"], contain_tasks=contain)
    message = played.result(FAIL)["msg"]
    assert message.startswith(
        'Phase contain failed in the task "Isolate": EDR is away (The note about it could not be added'
    )
    v11_stage.simulator.faults()
    assert notes(v11_stage) == ["Opened by the runbook."]


@pytest.mark.full
@v10_in_full
def test_a_file_that_does_not_open_or_close_the_incident_is_found_out(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1))
    nothing = tasks(tmp_path / "nothing.yml", {"name": "Nothing", "ansible.builtin.meta": "noop"})
    assert work(local_stage, check=True, alert_ids=[ONE], open_tasks=nothing).code == 0
    unopened = work(local_stage, alert_ids=[ONE], open_tasks=nothing)
    assert "there is no incident INC-1" in unopened.result(FAIL)["msg"]
    assert Api(local_stage).incidents() == []
    for check in (True, False):
        missing = work(local_stage, check=check, query={"name": ["x"]}, phases=["eradicate"])
        assert "there is no incident INC-1" in missing.result(FAIL)["msg"]
    unclosed = work(local_stage, alert_ids=[ONE], close_tasks=nothing, solution="s")
    assert "no completed incident INC-1" in unclosed.result(FAIL)["msg"]


@pytest.mark.full
@v10_in_full
def test_a_completed_incident_is_taken_up_again_only_on_demand(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    query = {"name": ["Repeated failed logins"]}
    assert work(local_stage, alert_ids=[ONE], solution="s").code == 0
    left = work(local_stage, query=query)
    assert result(left)["phases"]["open"] == "left out, the incident is completed"
    assert left.writes() == []
    both = work(local_stage, query=query, reopen=True, solution="s")
    assert (result(both)["incident"]["status"], both.writes()) == ("completed", [])
    again = work(local_stage, query=query, reopen=True)
    assert (result(again)["incident"]["status"], result(again)["added"]) == ("in_review", 1)
    assert Api(local_stage).links().keys() == {ONE, TWO}


def test_a_survey_gives_yes_and_no_as_texts(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    kept = work(v11_stage, alert_ids=[ONE], solution="s", close_alerts="false")
    assert (kept.code, result(kept)["closed"]) == (0, 0), kept.output
    assert v11_stage.simulator.alerts()[ONE]["status"] == 2
    closed = work(v11_stage, alert_ids=[ONE], solution="s", close_alerts="true")
    assert (closed.code, result(closed)["closed"]) == (0, 1), closed.output


@pytest.mark.full
@v10_in_full
def test_check_mode_counts_what_the_run_does(local_stage: Stage) -> None:
    query = {"name": ["Repeated failed logins"]}
    counts = ("added", "closed")
    for number, phases in ((1, ["open"]), (2, ["eradicate"]), (3, ["open", "contain", "eradicate", "close"])):
        local_stage.seed(alert(number))
        given = {"query": query, "phases": phases, "solution": "s", "close_alerts": True}
        foreseen, done = result(work(local_stage, check=True, **given)), result(work(local_stage, **given))
        assert [foreseen[key] for key in counts] == [done[key] for key in counts] == [1, number if number == 3 else 0]
        assert foreseen["alert_ids"] == done["alert_ids"]
    new = {"name": "INC-2", "alert_ids": [alert(4)["id"]], "solution": "s", "close_alerts": True}
    local_stage.seed(alert(4))
    assert result(work(local_stage, check=True, **new))["closed"] == 1


@v10_in_full
def test_alerts_that_came_since_are_added_without_the_phase_open(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    query = {"name": ["Repeated failed logins"]}
    assert work(local_stage, query=query, note="By the night shift").code == 0
    local_stage.seed(alert(2))
    later = work(local_stage, query=query, phases="eradicate")
    assert result(later)["added"] == 1
    assert result(later)["phases"] == {"eradicate": "done"}
    assert notes(local_stage) == ["Opened by the runbook.", "By the night shift", "Under investigation."]


def test_check_mode_tells_how_many_alerts_a_new_incident_would_close(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2, status=5))
    variables = {"alert_ids": [ONE, TWO], "solution": "s", "close_alerts": True}
    foreseen = result(work(v11_stage, check=True, **variables))
    assert foreseen["closed"] == result(work(v11_stage, **variables))["closed"] == 1
    stored = v11_stage.simulator.alerts()
    assert [stored[key]["tags"] or [] for key in (ONE, TWO)] == [["Under Investigation"], []]


def test_blanks_are_no_name_and_no_solution(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    left = result(work(v11_stage, name=f" {NAME}\n", alert_ids=[ONE], solution=" "))
    assert left["phases"].keys() == {"open", "contain", "eradicate"}
    (incident,) = Api(v11_stage).incidents()
    assert (incident["incidentName"], incident["incidentStatus"]) == (NAME, "IN_REVIEW")
    assert work(v11_stage, alert_ids=[ONE]).writes() == []


@pytest.mark.parametrize(
    ("given", "explained"),
    [
        ({"name": " "}, "Set incident_runbook_name"),
        ({"contain_tasks": "/nowhere/contain.yml"}, "These files do not exist on this host: /nowhere/contain.yml"),
        ({"query": {"name": ["x"]}}, "not both"),
        ({"phases": ["recover"]}, "incident_runbook_phases"),
        ({"name": "INC-2", "alert_ids": []}, "select no alert to open it with"),
    ],
)
def test_wrong_variables_are_explained(v11_stage: Stage, given: dict[str, Any], explained: str) -> None:
    v11_stage.seed(alert(1))
    played = work(v11_stage, **{"alert_ids": [ONE], **given})
    assert played.code != 0
    assert explained in played.output
    assert played.writes() == []


@pytest.mark.full
@v10_in_full
def test_held_and_protected_alerts_are_not_closed_and_are_named(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1, tags=["on-hold"]), alert(2, dataSource="dc-01"), alert(3))
    three = alert(3)["id"]
    variables = {
        "alert_ids": [ONE, TWO, three],
        "solution": "Blocked",
        "close_alerts": True,
        "hold_tags": ["On hold"],
        "protect": [{"data_source": ["dc-01"]}],
        "receipt_directory": str(tmp_path / "receipts"),
    }
    # The incident exists, so check mode sees its alerts.
    local_stage.play({**local_stage.task("utmstack_incident", name=NAME, alert_ids=[ONE, TWO, three])})
    check = result(work(local_stage, check=True, **variables))
    done = result(work(local_stage, **variables))
    assert (done["closed"], sorted(done["held"])) == (1, [ONE, TWO])
    assert (check["closed"], sorted(check["held"])) == (1, [ONE, TWO])
    assert done["incident"]["status"] == "completed"
    held = {key: row["status"] for key, row in local_stage.simulator.alerts().items()}
    assert held == {ONE: 2, TWO: 2, three: 5}
    # One for the status in review, one for the completion.
    assert sorted(Path(path).name for path in done["receipts"]) == sorted(
        path.name for path in (tmp_path / "receipts").iterdir()
    )
    assert len(done["receipts"]) == 2
    for path in reversed(done["receipts"]):
        local_stage.play(local_stage.task("utmstack_undo", receipt=path))
    assert {row["status"] for row in local_stage.simulator.alerts().values()} == {2}
