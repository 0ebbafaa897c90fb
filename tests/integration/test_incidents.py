# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Incidents: opened once, with their alerts in both stores; alerts come out of the server's cascade as they should."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from .api import INCIDENTS, LINKS, Api
from .playing import SEARCH, Played, Stage, alert

CHANGE, MARK = "/api/utm-incidents/change-status", "/api/utm-alerts/convert-to-incident"
ONE, TWO, THREE = (alert(number)["id"] for number in (1, 2, 3))
NAME = "INC-1 brute force"


def marks(stage: Stage) -> dict[str, Any]:
    """For each alert, the number of the incident it is marked with."""
    return {
        alert_id: source["incidentDetail"]["incidentId"] if source["isIncident"] else None
        for alert_id, source in stage.simulator.alerts().items()
    }


def incident(stage: Stage, name: str = NAME, task: str = "it", **options: Any) -> dict[str, Any]:
    """A task; `name` is also a keyword of every task."""
    return {**stage.task("utmstack_incident", task), "utmstack.siem.utmstack_incident": {"name": name, **options}}


def ok(played: Played) -> dict[str, Any]:
    assert played.statuses["it"] == "ok", played.output
    return played.result()


def test_an_incident_is_predicted_opened_and_left_alone(stage: Stage) -> None:
    stage.seed(alert(1), alert(2, severity=3, name="Port scan"), alert(3))
    task = incident(stage, alert_ids=[ONE, TWO, ONE], description="Seen\nat night", assigned_to="admin")
    predicted = ok(stage.play(task, check=True))
    applied = ok(stage.play(task))

    for part in ("alerts", "plan_digest", "echoes_changed", "diff"):
        assert predicted[part] == applied[part]
    (stored,) = Api(stage).incidents()
    assert stored == {
        "id": stored["id"],
        "incidentName": NAME,
        "incidentDescription": "Seen\nat night",
        "incidentStatus": "OPEN",
        "incidentAssignedTo": "1",
        "incidentSeverity": 3,
        "incidentCreatedDate": stored["incidentCreatedDate"],
        "incidentSolution": None,
    }
    shown = {
        "id": stored["id"],
        "name": NAME,
        "description": "Seen\nat night",
        "assigned_to": "1",
        "assigned_login": "admin",
        "status": "open",
        "severity": "high",
        "created_at": stored["incidentCreatedDate"],
        "solution": "",
    }
    assert applied["incident"] == shown
    assert predicted["incident"] == {**shown, "id": None, "created_at": None}
    assert Api(stage).links() == {ONE: stored["id"], TWO: stored["id"]}
    assert marks(stage) == {ONE: str(stored["id"]), TWO: str(stored["id"]), THREE: None}
    assert [row["after"] for row in applied["alerts"]] == [{"incident": NAME, "marked": True}] * 2

    again = stage.play(task)
    assert ok(again)["changed"] is False
    assert again.result()["incident"] == shown
    assert again.writes() == []


def test_options_that_are_not_given_stay_and_given_ones_are_changed(stage: Stage) -> None:
    stage.seed(alert(1))
    first = {"alert_ids": [ONE], "description": "first", "assigned_to": "1"}
    stage.play(incident(stage, **first))
    task = incident(stage, description="second", status="in_review", assigned_to="none")
    predicted = ok(stage.play(task, check=True))
    applied = ok(stage.play(task))
    assert predicted["incident"] == {**applied["incident"]}
    assert (predicted["plan_digest"], predicted["diff"]) == (applied["plan_digest"], applied["diff"])
    assert "description: first -> second" in applied["diff"]["prepared"]
    (stored,) = Api(stage).incidents()
    assert (stored["incidentDescription"], stored["incidentStatus"], stored["incidentAssignedTo"]) == (
        "second",
        "IN_REVIEW",
        None,
    )
    again = stage.play(task)
    assert (ok(again)["changed"], again.writes()) == (False, [])
    # Neither the alert's status nor what was said about it went along.
    assert stage.simulator.alerts()[ONE]["statusLabel"] == "Open"
    kept = stage.play(incident(stage, alert_ids=[ONE]))
    assert (ok(kept)["incident"]["description"], kept.writes()) == ("second", [])


def test_the_cascade_leaves_alerts_and_echoes_as_they_were_unless_they_are_to_be_closed(stage: Stage) -> None:
    words = 'Mine: don\'t touch \\ "quoted" 東京'
    stage.seed(
        alert(1, status=3, statusObservation=words),
        alert(2, status=5, statusObservation="Scan"),
        alert(3, status=1),
        *([alert(4, parentId=ONE, status=2, statusObservation="echo")] if stage.dialect == "v11" else []),
    )
    before = stage.simulator.alerts()
    opened = incident(stage, alert_ids=[ONE, TWO, THREE])
    stage.play(opened)
    for change in ({"status": "in_review"}, {"description": "x"}, {"status": "completed", "solution": "Blocked"}):
        result = ok(stage.play(incident(stage, **change)))
        assert (result["changed"], result["echoes_changed"]) == (True, 0)
        after = stage.simulator.alerts()
        for alert_id, source in before.items():
            for name in ("status", "statusLabel", "statusObservation"):
                assert after[alert_id][name] == source[name], (change, alert_id, name)
    again = stage.play(incident(stage, status="completed", solution="Blocked"))
    assert (ok(again)["changed"], again.writes()) == (False, [])


def test_completing_closes_the_alerts_when_asked_and_keeps_what_analysts_said(stage: Stage) -> None:
    echoes = [alert(4, parentId=ONE), alert(5, parentId=TWO, status=3)] if stage.dialect == "v11" else []
    stage.seed(alert(1), alert(2, status=5, statusObservation="Scan"), alert(3, status=3), *echoes)
    stage.play(incident(stage, alert_ids=[ONE, TWO]))
    task = incident(
        stage, alert_ids=[THREE], status="completed", solution='Blocked "for good"\nat the firewall', close_alerts=True
    )
    predicted = ok(stage.play(task, check=True))
    applied = ok(stage.play(task))
    for part in ("alerts", "plan_digest", "echoes_changed", "diff", "incident"):
        assert predicted[part] == applied[part], part
    solution = 'Blocked "for good" at the firewall'
    assert any("line break" in text for text in applied["warnings"])
    assert applied["echoes_changed"] == len(echoes) / 2
    documents = stage.simulator.alerts()
    for alert_id in (ONE, THREE, *(echo["id"] for echo in echoes[:1])):
        stored = documents[alert_id]
        assert (stored["status"], stored["statusObservation"]) == (5, solution)
    assert documents[TWO]["statusObservation"] == "Scan"
    for echo in echoes[1:]:
        assert documents[echo["id"]]["statusLabel"] == "In review"
    again = stage.play(task)
    assert (ok(again)["changed"], again.writes()) == (False, [])


def test_an_alert_of_another_incident_stops_everything_before_the_first_write(stage: Stage) -> None:
    stage.seed(alert(1), alert(2), alert(3))
    number = Api(stage).open("Taken {{ 7 * 7 }}\x1b[31m", TWO)
    task = incident(stage, alert_ids=[ONE, TWO, "nobody"])
    for check in (True, False):
        played = stage.play(task, check=check)
        assert played.statuses["it"] == "failed"
        assert played.writes() == []
        first, second, unknown = played.result()["alerts"]
        assert (first["changed"], first["error"]) == (False, None)
        assert "nothing was written" in first["skipped"]
        assert f"incident {number} (Taken {{{{ 7 * 7 }}}}\\x1b[31m)" in second["error"]
        assert "No alert has this ID" in unknown["error"]
        assert played.result()["incident"] is None
    assert len(Api(stage).incidents()) == 1


def test_an_incident_needs_an_alert_to_be_opened(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    for options in ({}, {"alert_ids": []}, {"query": {"name": ["nothing like this"]}}):
        for check in (True, False):
            played = local_stage.play(incident(local_stage, **options), check=check)
            assert played.statuses["it"] == "failed"
            assert "at least one alert" in played.result()["msg"]
            assert played.writes() == []
    # One that exists needs none.
    Api(local_stage).open(NAME, ONE)
    assert ok(local_stage.play(incident(local_stage, alert_ids=[], description="x")))["changed"] is True


def test_what_somebody_left_half_done_is_completed(stage: Stage) -> None:
    """Linked and not marked; marked and not linked; marked for another incident."""
    stage.seed(
        alert(1),
        alert(2),
        alert(3, isIncident=True, incidentDetail={"incidentId": "7", "incidentName": "Gone", "source": ""}),
    )
    number = Api(stage).open(NAME, ONE)
    played = stage.play(incident(stage, alert_ids=[TWO, THREE]))
    result = ok(played)
    assert marks(stage) == {ONE: str(number), TWO: str(number), THREE: "7"}
    assert Api(stage).links() == {ONE: number, TWO: number, THREE: number}
    assert any("mark of another incident" in text and "Gone" in text for text in result["warnings"])
    # The alert that the task did not name is in the result, because it changed.
    assert [row["id"] for row in result["alerts"]] == [TWO, THREE, ONE]
    again = stage.play(incident(stage, alert_ids=[TWO, THREE]))
    assert (ok(again)["changed"], again.writes()) == (False, [])


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien's {{ lookup('pipe', 'id') }} $HOME `x`; -- DROP",
        "share \\\\web-01\\C$ and a last \\",
        "二行\nzwei\tZeilen 🚨",
        "a" * 250,
        "mixed \\' quote, 100% & a=b?c#d+e,f",
    ],
)
def test_hostile_names_are_stored_as_they_are_in_both_places(local_stage: Stage, name: str) -> None:
    local_stage.seed(alert(1, name="<b>'x'\\\u0000" + "y" * 300), alert(2))
    ok(local_stage.play(incident(local_stage, name="other", alert_ids=[TWO])))
    made = ok(named(local_stage, name))
    number = made["incident"]["id"]
    assert {row["incidentName"] for row in Api(local_stage).incidents()} == {"other", name}
    detail = local_stage.simulator.alerts()[ONE]["incidentDetail"]
    assert (detail["incidentId"], detail["incidentName"]) == (str(number), name)
    again = named(local_stage, name)
    assert (ok(again)["changed"], again.writes()) == (False, [])


def named(stage: Stage, name: str) -> Played:
    """The name comes from a file: what a lookup gives is not templated."""
    path = stage.directory / "names.json"
    path.write_text(json.dumps({"wanted": name}), encoding="utf-8")
    return stage.play(
        incident(stage, "{{ (lookup('ansible.builtin.file', path) | from_json).wanted }}", alert_ids=[ONE]),
        arguments=["-e", json.dumps({"path": str(path)})],
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": 'say "hi"'}, "double quote"),
        ({"name": "  "}, "blank"),
        ({"name": "a" * 251}, "at most 250"),
        ({"name": "C:\\users"}, "backslash followed by u"),
        ({"name": "bell \x07"}, "control character"),
        ({"description": "a" * 2001}, "at most 2000"),
        ({"solution": "a" * 901}, "at most 900"),
        ({"solution": "a\nb", "unsupported_text": "fail"}, "line break"),
        ({"close_alerts": True}, "status: completed"),
        ({"close_alerts": True, "status": "in_review"}, "status: completed"),
        ({"alert_ids": [" "]}, "empty ID"),
        ({"state": "absent"}, "state"),
        ({"status": "closed"}, "status"),
        ({"query": {"all": True}, "limit": 0}, "limit"),
    ],
)
def test_mistakes_are_named_and_write_nothing(v11_stage: Stage, options: dict[str, Any], said: str) -> None:
    v11_stage.seed(alert(1))
    given = {} if "query" in options else {"alert_ids": [ONE]}
    played = v11_stage.play(incident(v11_stage, **{**given, **options}))
    assert played.statuses["it"] == "failed"
    assert said in played.result()["msg"]
    assert played.writes() == []


def test_closing_alerts_needs_words_for_them(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    played = local_stage.play(incident(local_stage, alert_ids=[ONE], status="completed", close_alerts=True))
    assert "requires a `solution`" in played.result()["msg"]
    assert played.writes() == []


def test_a_closed_incident_is_reopened_only_when_asked(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    local_stage.play(incident(local_stage, alert_ids=[ONE], status="completed", solution="Done"))
    kept = local_stage.play(incident(local_stage, status="in_review"))
    assert (ok(kept)["changed"], kept.writes()) == (False, [])
    assert any("reopen: true" in text for text in kept.result()["warnings"])
    opened = ok(local_stage.play(incident(local_stage, status="in_review", reopen=True)))
    assert (opened["incident"]["status"], opened["incident"]["solution"]) == ("in_review", "Done")


def test_alerts_that_enter_a_completed_incident_are_warned_about(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    local_stage.play(incident(local_stage, alert_ids=[ONE], status="completed", solution="Done"))
    late = incident(local_stage, alert_ids=[TWO])
    warnings = [ok(local_stage.play(late, check=check))["warnings"] for check in (True, False)]
    assert warnings[0] == warnings[1]
    assert any(TWO in text and "reopen: true" in text for text in warnings[0])
    assert not any("reopen" in text for text in ok(local_stage.play(late)).get("warnings", []))


def test_a_query_is_bounded(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 502)])
    query = {"status": ["open"], "incident": False}
    refused = local_stage.play(incident(local_stage, query=query))
    assert "would change 501 alerts" in refused.result()["msg"]
    assert refused.writes() == []
    three = ok(local_stage.play(incident(local_stage, query=query, limit=3)))
    assert [row["id"] for row in three["alerts"]] == [alert(number)["id"] for number in (501, 500, 499)]


def test_twelve_hundred_alerts_in_few_requests(local_stage: Stage) -> None:
    alerts = [alert(number) for number in range(1, 1201)]
    local_stage.seed(*alerts)
    ids = [source["id"] for source in alerts]
    opened = local_stage.play(incident(local_stage, alert_ids=ids))
    assert ok(opened)["summary"]["changed"] == 1200
    # One to create, one to mark: each mark is a new script for the server.
    assert opened.writes() == [INCIDENTS, MARK]
    # By name before and after; twelve addresses of a hundred ids, and the links of the incident.
    assert (opened.count(INCIDENTS), opened.count(LINKS)) == (3, 13)
    # Two reads each to select, to look again and to read back.
    assert opened.count(SEARCH) == 6

    again = local_stage.play(incident(local_stage, alert_ids=ids))
    assert ok(again)["changed"] is False
    assert (again.count(INCIDENTS), again.count(LINKS), again.count(SEARCH)) == (1, 1, 2)

    closed = local_stage.play(
        incident(local_stage, status="completed", solution="Blocked", close_alerts=True, max_affected=1200)
    )
    assert ok(closed)["summary"]["changed"] == 1200
    # The server's cascade closed them all; nothing had to be written a second time.
    assert closed.writes() == [CHANGE]
    assert closed.count(SEARCH) == 6
    assert {source["status"] for source in local_stage.simulator.alerts().values()} == {5}


def test_another_page_of_incidents_with_similar_names(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 31)])
    api = Api(local_stage)
    for number in range(1, 30):
        api.open(f"inc-{number}", alert(number)["id"])
    played = local_stage.play(incident(local_stage, name="INC-7", alert_ids=[alert(30)["id"]]))
    assert ok(played)["changed"] is True
    assert len(api.incidents()) == 30


def test_both_entry_points_give_the_same_result(local_stage: Stage) -> None:
    close = {"status": "completed", "solution": "a\nb", "close_alerts": True}
    tasks = [
        incident(local_stage, task="open", alert_ids=[ONE], assigned_to="admin"),
        incident(local_stage, task="close", alert_ids=[ONE], **close),
        incident(local_stage, name="Other", task="refused", alert_ids=[ONE, TWO, "nobody"]),
        local_stage.task("utmstack_incident_note", "note", incident=NAME, note="two\nlines"),
        {**local_stage.task("utmstack_incident_info", "info"), "utmstack.siem.utmstack_incident_info": {"name": NAME}},
    ]
    results = []
    for entry_point in ("in_process", "as_module"):
        local_stage.simulator.reset()
        local_stage.seed(alert(1, name="{{ 7 * 7 }}"), alert(2))
        results.append(Stage(local_stage.simulator, entry_point, local_stage.directory).play(*tasks).results)
    for name in ("open", "close", "refused", "note", "info"):
        local, module = (_comparable(result[name]) for result in results)
        assert local == module, name


def _comparable(result: dict[str, Any]) -> str:
    """Without what belongs to the run, not to the operation."""
    run = ("invocation", "exception", "requests", "failed")
    kept = {key: value for key, value in result.items() if not key.startswith("_") and key not in run}
    # Only the task that happens to log in sends that request, and warns about the bypass.
    kept["warnings"] = [text for text in kept.get("warnings", []) if "bypass" not in text]
    kept["summary"] = {**kept.get("summary", {}), "requests": 0}
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", json.dumps(kept, sort_keys=True))
