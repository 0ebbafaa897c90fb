# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding incidents, and leaving notes on them."""

from __future__ import annotations

from typing import Any

import pytest

from .api import LINKS, NOTES, Api
from .playing import Stage, alert

ONE, TWO, THREE, FOUR = (alert(number)["id"] for number in (1, 2, 3, 4))


def find(stage: Stage, task: str = "it", **options: Any) -> dict[str, Any]:
    """A task that finds incidents; `name` is also a keyword of every task."""
    return {**stage.task("utmstack_incident_info", task), "utmstack.siem.utmstack_incident_info": options}


def note(stage: Stage, **options: Any) -> dict[str, Any]:
    return stage.task("utmstack_incident_note", **options)


def test_conditions_hold_whatever_the_server_makes_of_them(stage: Stage) -> None:
    stage.seed(alert(1), alert(2), alert(3), alert(4))
    api = Api(stage)
    api.open("Alpha 100%_done", ONE)
    api.open("alpha", TWO, incidentAssignedTo="1")
    api.open("Beta ÉTÉ {{ 7 * 7 }}", THREE, incidentAssignedTo="1,2")
    stage.play(
        {
            **stage.task("utmstack_incident"),
            "utmstack.siem.utmstack_incident": {"name": "alpha", "status": "in_review", "alert_ids": [FOUR]},
        }
    )
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Beta ÉTÉ {{ 7 * 7 }}", "alpha", "Alpha 100%_done"]),
        ({"name": "alpha"}, ["alpha"]),
        ({"name_contains": "ALPHA"}, ["alpha", "Alpha 100%_done"]),
        ({"name_contains": "0%_D"}, ["Alpha 100%_done"]),
        ({"name_contains": "a%l"}, []),
        ({"name_contains": "été"}, ["Beta ÉTÉ {{ 7 * 7 }}"]),
        ({"status": ["in_review"]}, ["alpha"]),
        ({"status": ["completed", "merged"]}, []),
        ({"severity": ["low", "high"], "status": ["open"]}, ["Beta ÉTÉ {{ 7 * 7 }}", "Alpha 100%_done"]),
        ({"severity": ["high"]}, []),
        ({"assigned_to": "admin"}, ["Beta ÉTÉ {{ 7 * 7 }}", "alpha"]),
        ({"assigned_to": "2"}, ["Beta ÉTÉ {{ 7 * 7 }}"]),
        ({"assigned_to": "none"}, ["Alpha 100%_done"]),
        ({"since": "1h"}, ["Beta ÉTÉ {{ 7 * 7 }}", "alpha", "Alpha 100%_done"]),
        ({"until": "1h"}, []),
        ({"since": "2001-01-01", "until": "2001-12-31"}, []),
        ({"ids": []}, []),
        ({"ids": [999999]}, []),
    ]
    played = stage.play(*[find(stage, str(number), **options) for number, (options, _names) in enumerate(cases)])
    for number, (options, names) in enumerate(cases):
        result = played.result(str(number))
        assert [row["name"] for row in result["incidents"]] == names, options
        assert (result["total"], result["changed"]) == (len(names), False)
    assert played.writes() == []


def test_alerts_notes_and_history_are_read_where_wanted(stage: Stage) -> None:
    stage.seed(alert(1), alert(2, status=5, statusObservation="Scan", name="Port scan"))
    api = Api(stage)
    number = api.open("INC-1", ONE, TWO, "gone")
    api.open("INC-2", THREE)
    stage.play(note(stage, incident_id=number, note="first\nsecond {{ 7 * 7 }}"))
    played = stage.play(find(stage, name="INC-1", include=["alerts", "notes", "history"]))
    (found,) = played.result()["incidents"]
    assert found["alerts"] == [
        {
            "id": ONE,
            "name": "Repeated failed logins",
            "status": "open",
            "severity": "medium",
            "observation": "",
            "marked": False,
        },
        {
            "id": TWO,
            "name": "Port scan",
            "status": "completed",
            "severity": "medium",
            "observation": "Scan",
            "marked": False,
        },
        {"id": "gone", "name": "n", "status": None, "severity": None, "observation": None, "marked": None},
    ]
    assert [(row["note"], row["user"]) for row in found["notes"]] == [("first\nsecond 49", "admin")]
    assert [row["action"] for row in found["history"]] == ["Incident Created", "Note added"]
    plain = stage.play(find(stage, name="INC-1"))
    assert {"alerts", "notes", "history"} & set(plain.result()["incidents"][0]) == set()
    assert (plain.count(LINKS), plain.count(NOTES)) == (0, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"status": []}, "`status` is empty"),
        ({"name": ""}, "`name` is empty"),
        ({"since": "last week"}, "`since`"),
        ({"since": "1h", "until": "2h"}, "is after `until`"),
        ({"status": ["closed"]}, "status"),
        ({"assigned_to": "nobody-here"}, "no user with the login"),
    ],
)
def test_mistakes_are_named(v11_stage: Stage, options: dict[str, Any], said: str) -> None:
    played = v11_stage.play(find(v11_stage, **options))
    assert played.statuses["it"] == "failed"
    assert said in played.result()["msg"]


def test_a_note_is_added_once_per_user(stage: Stage) -> None:
    stage.seed(alert(1))
    number = Api(stage).open("INC-1", ONE)
    stage.simulator.users([{"login": "analyst", "password": "An4lyst-pass", "roles": ["ROLE_USER"]}])
    text = 'it\'s "two"\nlines 東京 🚨 \\u0041 ' + "a" * 900
    task = note(stage, incident="INC-1", note=text)
    predicted = stage.play(task, check=True).result()
    applied = stage.play(task).result()
    assert (predicted["changed"], applied["changed"]) == (True, True)
    assert predicted["diff"] == applied["diff"]
    assert predicted["note"] == {**applied["note"], "id": None, "sent_at": None}
    assert (applied["note"]["note"], applied["note"]["user"], applied["incident"]["id"]) == (text, "admin", number)
    again = stage.play(task)
    assert (again.result()["changed"], again.writes()) == (False, [])
    assert again.result()["note"] == applied["note"]
    analyst = {"username": "analyst", "password": "An4lyst-pass"}
    assert stage.play(task, options=analyst).result()["changed"] is True
    assert stage.play(task, options=analyst).result()["changed"] is False
    assert [row["noteSendBy"] for row in Api(stage).get(NOTES)] == ["admin", "analyst"]


@pytest.mark.parametrize("kind", ["drop-after", "not-json"])
def test_a_note_on_a_bad_line_is_there_once(local_stage: Stage, kind: str) -> None:
    local_stage.seed(alert(1))
    Api(local_stage).open("INC-1", ONE)
    local_stage.simulator.faults({"kind": kind, "path": NOTES, "method": "POST", "times": 1})
    played = local_stage.play(note(local_stage, incident="INC-1", note="x"))
    assert played.result()["changed"] is True
    assert len(Api(local_stage).get(NOTES)) == 1


def test_a_note_that_may_still_arrive_is_not_sent_again(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    Api(local_stage).open("INC-1", ONE)
    task = note(local_stage, incident="INC-1", note="x")
    local_stage.simulator.faults({"kind": "drop-before", "path": NOTES, "method": "POST", "times": 1})
    played = local_stage.play(task)
    assert played.statuses["it"] == "failed"
    assert played.writes() == [NOTES]
    assert "It may still take effect" in played.result()["msg"]
    assert played.result()["error"]["repeat"] == "perhaps still running"
    assert local_stage.play(task).result()["changed"] is True
    assert len(Api(local_stage).get(NOTES)) == 1


def test_a_note_that_could_not_be_read_back_is_found_by_the_next_run(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    Api(local_stage).open("INC-1", ONE)
    task = note(local_stage, incident="INC-1", note="x")
    local_stage.simulator.faults({"kind": "status", "status": 500, "path": NOTES, "method": "GET", "nth": 2})
    played = local_stage.play(task)
    assert played.statuses["it"] == "failed"
    assert "reading it back failed" in played.result()["msg"]
    local_stage.simulator.faults()
    assert local_stage.play(task).result()["changed"] is False


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"incident": "inc-1", "note": "x"}, "case-sensitive"),
        ({"incident_id": 999999, "note": "x"}, "no incident with the number 999999"),
        ({"incident": "INC-1", "note": "a" * 1001}, "at most 1000"),
        ({"incident": "INC-1", "note": " \n"}, "`note` is empty"),
        ({"incident": "", "note": "x"}, "`incident` is empty"),
        ({"incident": "INC-1", "incident_id": 5, "note": "x"}, "mutually exclusive"),
        ({"note": "x"}, "one of the following is required"),
    ],
)
def test_mistakes_in_notes_are_named(v11_stage: Stage, options: dict[str, Any], said: str) -> None:
    v11_stage.seed(alert(1))
    Api(v11_stage).open("INC-1", ONE)
    played = v11_stage.play(note(v11_stage, **options))
    assert played.statuses["it"] == "failed"
    assert said in played.result()["msg"]
    assert played.writes() == []
