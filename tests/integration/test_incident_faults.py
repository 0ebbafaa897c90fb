# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Incidents on a server that loses, refuses, half does or forgets things, and for callers who may not do everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from .api import INCIDENTS, LINKS, Api
from .playing import SEARCH, Played, Stage, alert

ADD, CHANGE = "/api/utm-incidents/add-alerts", "/api/utm-incidents/change-status"
MARK, STATUS = "/api/utm-alerts/convert-to-incident", "/api/utm-alerts/status"
ONE, TWO, THREE = (alert(number)["id"] for number in (1, 2, 3))
NAME = "INC-1"
AWAY = {"kind": "status", "status": 503, "headers": {"Retry-After": "600"}}


def incident(stage: Stage, name: str = NAME, **options: Any) -> dict[str, Any]:
    return {**stage.task("utmstack_incident"), "utmstack.siem.utmstack_incident": {"name": name, **options}}


def assert_complete(stage: Stage, *ids: str) -> None:
    """One incident, with exactly these alerts in both stores."""
    api = Api(stage)
    (only,) = api.incidents()
    assert api.links() == dict.fromkeys(ids, only["id"])
    documents = stage.simulator.alerts()
    assert {i for i, source in documents.items() if source["isIncident"]} == set(ids)
    assert {documents[i]["incidentDetail"]["incidentId"] for i in ids} == {str(only["id"])}


def failed(played: Played) -> dict[str, Any]:
    assert played.statuses["it"] == "failed", played.output
    return played.result()


def rerun(stage: Stage, task: dict[str, Any]) -> Played:
    """The same task on a server that works again, twice: the second time nothing is left to do."""
    stage.simulator.faults()
    repaired = stage.play(task)
    assert repaired.statuses["it"] == "ok", repaired.output
    again = stage.play(task)
    assert again.result()["changed"] is False
    assert again.writes() == []
    return repaired


@pytest.mark.parametrize("kind", ["drop-after", "not-json"])
@pytest.mark.parametrize("path", [INCIDENTS, ADD, MARK, CHANGE], ids=["create", "add", "mark", "change"])
def test_a_write_whose_answer_was_lost_is_seen_and_not_repeated(local_stage: Stage, path: str, kind: str) -> None:
    local_stage.seed(alert(1), alert(2))
    if path != INCIDENTS:
        Api(local_stage).open(NAME, ONE)
    # Reading by POST is no write, so that only this request is met.
    local_stage.simulator.faults({"kind": kind, "path": path, "method": "PUT" if path == CHANGE else "POST"})
    played = local_stage.play(incident(local_stage, alert_ids=[ONE, TWO], status="in_review"))
    assert played.statuses["it"] == "ok", played.output
    assert played.result()["changed"] is True
    assert played.writes().count(path) == 1
    assert_complete(local_stage, ONE, TWO)
    assert {source["statusLabel"] for source in local_stage.simulator.alerts().values()} == {"Open"}


NOT_DONE = {"kind": "status", "status": 500}
NOT_HEARD = {"kind": "drop-before"}


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        *[(path, NOT_DONE) for path in (INCIDENTS, ADD, MARK, CHANGE)],
        # Setting the same link or mark twice is the same as once.
        (ADD, NOT_HEARD),
        (MARK, NOT_HEARD),
    ],
)
def test_a_write_that_was_not_done_is_repeated(local_stage: Stage, path: str, fault: dict[str, Any]) -> None:
    local_stage.seed(alert(1), alert(2))
    if path != INCIDENTS:
        Api(local_stage).open(NAME, ONE)
    method = "PUT" if path == CHANGE else "POST"
    local_stage.simulator.faults({**fault, "path": path, "method": method, "times": 1})
    played = local_stage.play(incident(local_stage, alert_ids=[ONE, TWO], status="in_review"))
    assert played.statuses["it"] == "ok", played.output
    assert played.writes().count(path) == 2
    assert_complete(local_stage, ONE, TWO)


@pytest.mark.parametrize("path", [INCIDENTS, CHANGE], ids=["create", "change"])
def test_a_write_that_may_still_be_running_is_waited_for_and_not_repeated(local_stage: Stage, path: str) -> None:
    """A second new incident or a second change of an incident would do more than the first."""
    local_stage.seed(alert(1), alert(2))
    if path != INCIDENTS:
        Api(local_stage).open(NAME, ONE)
    task = incident(local_stage, alert_ids=[ONE, TWO], status="in_review")
    local_stage.simulator.faults({**NOT_HEARD, "path": path, "method": "PUT" if path == CHANGE else "POST", "times": 1})
    played = local_stage.play(task)
    result = failed(played)
    assert "It may still take effect" in result["msg"]
    assert result["error"]["repeat"] == "perhaps still running"
    assert played.writes().count(path) == 1
    rerun(local_stage, task)
    assert_complete(local_stage, ONE, TWO)


def test_created_and_cut_off_before_the_mark(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    local_stage.simulator.faults({**AWAY, "path": MARK})
    task = incident(local_stage, alert_ids=[ONE, TWO], description="d", status="in_review")
    result = failed(local_stage.play(task))
    assert result["changed"] is True
    assert result["incident"]["status"] == "open"
    for row in result["alerts"]:
        assert row["after"] == {"incident": NAME, "marked": False}
        assert "but was not marked" in row["error"]
        assert "503" in row["error"]
    repaired = rerun(local_stage, task)
    assert repaired.writes() == [MARK, CHANGE, STATUS]
    assert_complete(local_stage, ONE, TWO)


def test_created_and_not_read_back(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults(
        {"kind": "drop-after", "path": INCIDENTS, "method": "POST"},
        {**AWAY, "path": INCIDENTS, "method": "GET", "nth": 2},
    )
    task = incident(local_stage, alert_ids=[ONE])
    result = failed(local_stage.play(task))
    assert "reading it back failed" in result["msg"]
    assert "Run the task again" in result["msg"]
    assert result["alerts"][0]["after"] is None
    repaired = rerun(local_stage, task)
    assert repaired.writes() == [MARK]
    assert_complete(local_stage, ONE)


def test_added_and_not_read_back(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    Api(local_stage).open(NAME, ONE)
    local_stage.simulator.faults({"kind": "drop-after", "path": ADD}, {**AWAY, "path": LINKS, "nth": 3})
    task = incident(local_stage, alert_ids=[ONE, TWO])
    result = failed(local_stage.play(task))
    assert result["alerts"][1]["after"] is None
    repaired = rerun(local_stage, task)
    assert repaired.writes() == [MARK]
    assert_complete(local_stage, ONE, TWO)


def test_changed_and_not_read_back_the_alerts_get_their_words_again(local_stage: Stage) -> None:
    local_stage.seed(alert(1, statusObservation="Mine", isIncident=True))
    Api(local_stage).open(NAME, ONE)
    local_stage.simulator.faults({**AWAY, "path": INCIDENTS, "method": "GET", "nth": 3})
    task = incident(local_stage, status="completed", solution="Blocked")
    result = failed(local_stage.play(task))
    assert "reading it back failed" in result["msg"]
    stored = local_stage.simulator.alerts()[ONE]
    assert (stored["statusLabel"], stored["statusObservation"]) == ("Open", "Mine")
    local_stage.simulator.faults()
    again = local_stage.play(task)
    # It had been stored, which the first run could not know.
    assert (again.result()["changed"], again.writes()) == (False, [])


def test_alerts_that_could_not_be_looked_at_after_the_cascade_are_named_with_what_they_held(
    local_stage: Stage,
) -> None:
    local_stage.seed(alert(1, statusObservation="Mine"))
    local_stage.play(incident(local_stage, alert_ids=[ONE]))
    # Linked alerts to plan, the same right before the change, and then no more.
    local_stage.simulator.faults({**AWAY, "path": SEARCH, "nth": 3})
    result = failed(local_stage.play(incident(local_stage, status="completed", solution="Blocked")))
    assert result["incident"]["status"] == "completed"
    (row,) = result["alerts"]
    assert "open with the observation 'Mine'" in row["error"]


def test_words_that_could_not_be_written_back_are_named(local_stage: Stage) -> None:
    local_stage.seed(alert(1, statusObservation="Mine"), alert(2, status=5, statusObservation="Scan"))
    local_stage.play(incident(local_stage, alert_ids=[ONE, TWO]))
    local_stage.simulator.faults({"kind": "lose-writes", "path": STATUS})
    task = incident(local_stage, alert_ids=[ONE, TWO], status="completed", solution="Blocked")
    result = failed(local_stage.play(task))
    first, second = result["alerts"]
    assert "Restoring open with the observation 'Mine' failed." in first["error"]
    assert "completed with the observation 'Scan'" in second["error"]


def test_marks_that_the_server_throws_away_are_errors(stage: Stage) -> None:
    stage.seed(alert(1), alert(2))
    stage.simulator.faults({"kind": "lose-writes", "alerts_only": True})
    task = incident(stage, alert_ids=[ONE, TWO], status="in_review")
    played = stage.play(task)
    result = failed(played)
    assert result["changed"] is True
    assert all("did not store" in row["error"] for row in result["alerts"])
    # The incident is not changed while its alerts are not complete.
    assert played.writes() == [INCIDENTS, MARK]
    rerun(stage, task)
    assert_complete(stage, ONE, TWO)


def test_half_of_the_marks_are_completed(local_stage: Stage) -> None:
    ids = [alert(number)["id"] for number in range(1, 11)]
    local_stage.seed(*[alert(number) for number in range(1, 11)])
    local_stage.simulator.faults({"kind": "partial-writes", "path": MARK, "times": 1})
    played = local_stage.play(incident(local_stage, alert_ids=ids))
    assert played.statuses["it"] == "ok", played.output
    first, second = [row["body_digest"] for row in played.journal if row["path"] == MARK]
    assert first != second
    assert_complete(local_stage, *ids)


def test_a_lost_cascade_is_made_good(stage: Stage) -> None:
    """The incident says completed and its alerts were not closed; this run, or the next one, closes them."""
    echoes = [alert(3, parentId=ONE)] if stage.dialect == "v11" else []
    stage.seed(alert(1), alert(2), *echoes)
    stage.play(incident(stage, alert_ids=[ONE, TWO]))
    task = incident(stage, status="completed", solution="Blocked", close_alerts=True)
    stage.simulator.faults({"kind": "lose-writes", "alerts_only": True})
    result = failed(stage.play(task))
    assert result["incident"]["status"] == "completed"
    assert all("Restoring completed" in row["error"] for row in result["alerts"])
    repaired = rerun(stage, task)
    assert repaired.writes() == [STATUS]
    assert repaired.result()["echoes_changed"] == len(echoes)
    assert {source["status"] for source in stage.simulator.alerts().values()} == {5}
    stage.simulator.reset()
    stage.seed(alert(1), alert(2), *echoes)
    stage.play(incident(stage, alert_ids=[ONE, TWO]))
    stage.simulator.faults({"kind": "lose-writes", "alerts_only": True, "path": CHANGE})
    at_once = stage.play(task)
    assert at_once.statuses["it"] == "ok", at_once.output
    assert {source["status"] for source in stage.simulator.alerts().values()} == {5}


def test_an_alert_that_somebody_marks_meanwhile_keeps_that_mark(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    other = {"isIncident": True, "incidentDetail": {"incidentId": "9", "incidentName": "Other"}}
    local_stage.simulator.faults({"kind": "conflict", "path": SEARCH, "nth": 2, "ids": [ONE], "set": other})
    result = failed(local_stage.play(incident(local_stage, alert_ids=[ONE, TWO])))
    assert "Changed on the server" in result["alerts"][0]["error"]
    assert local_stage.simulator.alerts()[ONE]["incidentDetail"]["incidentId"] == "9"
    assert result["alerts"][1]["changed"] is True


@pytest.mark.parametrize("close", [False, True])
def test_what_an_analyst_does_right_after_the_cascade_stays(local_stage: Stage, close: bool) -> None:
    """The conflict strikes with the look after the change."""
    local_stage.seed(alert(1), alert(2))
    local_stage.play(incident(local_stage, alert_ids=[ONE, TWO]))
    taken = {"status": 3, "statusLabel": "In review", "statusObservation": "Mine"}
    local_stage.simulator.faults({"kind": "conflict", "path": SEARCH, "nth": 3, "ids": [ONE], "set": taken})
    options = {"status": "completed", "solution": "Blocked", "close_alerts": close}
    played = local_stage.play(incident(local_stage, **options))
    stored = local_stage.simulator.alerts()
    assert {name: stored[ONE][name] for name in taken} == taken
    assert stored[TWO]["status"] == (5 if close else 2)
    if close:
        rows = {row["id"]: row for row in failed(played)["alerts"]}
        assert "The alert changed on the server" in rows[ONE]["error"]
        assert (rows[TWO]["changed"], rows[TWO]["error"]) == (True, None)
    else:
        assert played.statuses["it"] == "ok", played.output


def test_different_words_beyond_the_script_budget_are_refused_before_the_first_write(local_stage: Stage) -> None:
    alerts = [alert(number, statusObservation=f"word {number}") for number in range(1, 80)]
    local_stage.seed(*alerts)
    ids = [source["id"] for source in alerts]
    played = local_stage.play(incident(local_stage, alert_ids=ids, status="completed", solution="Blocked"))
    assert "The changes need 81 update scripts" in failed(played)["msg"]
    assert played.writes() == []
    closed = local_stage.play(
        incident(local_stage, alert_ids=ids, status="completed", solution="Blocked", close_alerts=True)
    )
    assert closed.statuses["it"] == "ok", closed.output


def test_observations_that_cannot_be_written_back_as_they_are_become_one_line(local_stage: Stage) -> None:
    local_stage.seed(alert(1, statusObservation="two\nlines"))
    result = local_stage.play(incident(local_stage, alert_ids=[ONE], status="in_review")).result()
    assert local_stage.simulator.alerts()[ONE]["statusObservation"] == "two lines"
    assert any("line breaks" in text for text in result["warnings"])


@pytest.mark.parametrize("release", ["11.0.1", "11.2"])
def test_the_build_that_answers_errors_in_headers(
    utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path, release: str
) -> None:
    simulator = utmstack_simulator("v11", "--release", release, "--handlers", "own-first")
    simulator.reset()
    stage = Stage(simulator, "local", tmp_path)
    stage.seed(alert(1), alert(2))
    Api(stage).open("Other", TWO)
    refused = stage.play(incident(stage, alert_ids=[ONE, TWO]))
    assert "belongs to incident" in failed(refused)["alerts"][1]["error"]
    assert refused.writes() == []
    task = incident(stage, alert_ids=[ONE], status="completed", solution="Blocked", close_alerts=True)
    rerun(stage, task)


def test_an_api_key_is_enough(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    v11_stage.simulator.users([ANALYST])
    key = {"api_key": v11_stage.simulator.api_key("analyst"), "username": None, "password": None}
    task = incident(v11_stage, alert_ids=[ONE], assigned_to="analyst", status="completed", solution="Blocked")
    played = v11_stage.play(task, options={**key, "bypass_two_factor": None})
    assert played.statuses["it"] == "ok", played.output
    assert (played.result()["incident"]["assigned_to"], played.count("/api/authenticate")) == ("101", 0)


ANALYST = {"login": "analyst", "password": "An4lyst-pass", "roles": ["ROLE_USER"]}
AS_ANALYST = {"username": "analyst", "password": "An4lyst-pass"}


def test_an_analyst_without_administrator_rights(stage: Stage) -> None:
    stage.seed(alert(1), alert(2))
    stage.simulator.users([ANALYST])
    mine = stage.play(incident(stage, alert_ids=[ONE], assigned_to="Analyst"), options=AS_ANALYST).result()
    assert (mine["incident"]["assigned_to"], mine["incident"]["assigned_login"]) == ("101", "analyst")

    unknown = stage.play(incident(stage, alert_ids=[ONE], assigned_to="admin"), options=AS_ANALYST)
    assert "may not list users" in failed(unknown)["msg"]
    assert "number" in unknown.result()["msg"]
    assert unknown.writes() == []
    assert unknown.count("/api/users") == 0
    Api(stage).open("Other", TWO, incidentAssignedTo="1")
    known = stage.play(incident(stage, alert_ids=[ONE], assigned_to="admin"), options=AS_ANALYST).result()
    assert known["incident"]["assigned_to"] == "1"
    by_number = stage.play(incident(stage, assigned_to="0101"), options=AS_ANALYST).result()
    assert by_number["incident"]["assigned_to"] == "101"


def test_logins_are_looked_up_by_administrators(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.users([ANALYST])
    found = local_stage.play(incident(local_stage, alert_ids=[ONE], assigned_to="analyst"))
    assert found.result()["incident"]["assigned_to"] == "101"
    nobody = local_stage.play(incident(local_stage, assigned_to="nobody-here"))
    assert "no user with the login 'nobody-here'" in failed(nobody)["msg"]
    assert nobody.writes() == []


def test_a_login_in_the_place_of_a_number_is_told_and_mended(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    api = Api(local_stage)
    api.open(NAME, ONE, incidentAssignedTo="admin")
    told = local_stage.play(incident(local_stage, description="x")).result()
    assert any("returns 500 for the list of assigned users" in text for text in told["warnings"])
    mended = local_stage.play(incident(local_stage, assigned_to="admin")).result()
    assert (mended["changed"], mended["incident"]["assigned_to"]) == (True, "1")
    assert api.get(f"{INCIDENTS}/users-assigned") == [{"id": 1, "login": "admin"}]
