# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles with the IDs of alerts, as an event or the answer of a survey names them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .playing import SEARCH, VALUES, Played, Stage, alert, v10_in_full

OPEN, OTHER, REVIEWED, COMPLETED, HELD = (alert(number)["id"] for number in range(1, 6))
UNKNOWN = "a0000099-0000-4000-8000-000000000001"


def seed(stage: Stage) -> None:
    """Two open alerts, one in review, a completed one, and one on hold; a rule matches all of them."""
    completed = {"status": 5, "statusObservation": "Real attack"}
    stage.seed(alert(1), alert(2), alert(3, status=3), alert(4, **completed), alert(5, tags=["Hold"]))


def triage(stage: Stage, alert_ids: Any, **variables: Any) -> Played:
    """Triage with a rule that closes each alert of the seed."""
    return stage.play_role(
        "alert_triage", alert_ids=alert_ids, benign_names=["Repeated failed logins"], max_share=0.01, **variables
    )


def completed(stage: Stage) -> list[str]:
    """IDs of the completed alerts."""
    return sorted(key for key, source in stage.simulator.alerts().items() if source["status"] == 5)


@v10_in_full
def test_only_the_open_alerts_with_these_ids_are_triaged(local_stage: Stage) -> None:
    seed(local_stage)
    # They replace the query, and the share is about a query.
    query = {"severity": ["high"]}
    played = triage(local_stage, f"{OPEN}, {REVIEWED},{COMPLETED}\n{HELD}", query=query, since="1h")
    assert played.code == 0, played.output
    done = played.role_result("alert_triage")
    counts = {name: done[name] for name in ("matched", "closed", "skipped", "not_open")}
    assert counts == {"matched": 2, "closed": 1, "skipped": 1, "not_open": 2}
    assert "not open, left alone" in played.output
    assert completed(local_stage) == [OPEN, COMPLETED]
    stored = local_stage.simulator.alerts()
    assert (stored[COMPLETED]["statusObservation"], stored[COMPLETED]["tags"]) == ("Real attack", None)

    again = triage(local_stage, json.dumps([OPEN]))
    assert (again.code, again.writes()) == (0, [])
    assert again.role_result("alert_triage")["not_open"] == 1


def test_an_unknown_id_is_an_error_and_the_others_are_triaged(v11_stage: Stage) -> None:
    seed(v11_stage)
    played = triage(v11_stage, [UNKNOWN, OPEN])
    assert played.code != 0
    assert UNKNOWN in played.output
    assert completed(v11_stage) == [OPEN, COMPLETED]


@pytest.mark.parametrize("given", [[], "[]"])
def test_an_empty_list_is_nothing_to_do(v11_stage: Stage, given: Any) -> None:
    seed(v11_stage)
    played = triage(v11_stage, given, since="all")
    assert played.code == 0, played.output
    assert played.role_result("alert_triage")["matched"] == 0
    assert [row["path"] for row in played.journal if row["path"] in (SEARCH, VALUES)] == []
    assert played.writes() == []


def test_blank_ids_leave_the_query_in_place(v11_stage: Stage) -> None:
    seed(v11_stage)
    played = triage(v11_stage, " ", since="all", query={"tags": ["Hold"]}, hold_tags=[])
    assert played.code != 0
    assert "max_share: 0.01" in played.output


def test_more_alerts_than_the_limit_are_refused(v11_stage: Stage) -> None:
    seed(v11_stage)
    played = triage(v11_stage, [OPEN, OTHER], max_affected=1)
    assert (played.code == 0, played.writes()) == (False, [])
    assert "max_affected: 1" in played.output


@v10_in_full
def test_candidates_are_closed_only_if_a_suppression_covers_them(local_stage: Stage) -> None:
    seed(local_stage)
    local_stage.seed(alert(6, name="Something else"), alert(7))
    known = {"name": "Logins", "query": {"name": ["Repeated failed logins"]}, "expires": "2099-12-31"}
    ended = {**known, "name": "Ended", "expires": "2020-01-01"}
    suppressions = [{**known, "tag_rule": True}, ended]
    ids = [OPEN, REVIEWED, COMPLETED, HELD, alert(6)["id"]]
    played = local_stage.play_role(
        "false_positives", candidate_ids=",".join(ids), suppressions=suppressions, since="1h", prune=True
    )
    assert played.code == 0, played.output
    assert played.role_result("false_positives")["closed"] == 1
    assert completed(local_stage) == [OPEN, COMPLETED]
    assert [path for path in played.writes() if "rule" in path] == []
    assert [row["path"] for row in played.journal if "rule" in row["path"]] == []
    none = local_stage.play_role("false_positives", candidate_ids=[], suppressions=suppressions)
    assert (none.code, none.writes()) == (0, [])


def test_a_burst_of_which_an_analyst_has_decided_some_is_escalated_and_their_status_stays(v11_stage: Stage) -> None:
    seed(v11_stage)
    played = v11_stage.play_role("alert_escalation", alert_ids=[OPEN, REVIEWED, COMPLETED], incident="Burst a1b2")
    assert played.code == 0, played.output
    assert played.role_result("alert_escalation")["added_ids"] == [OPEN, REVIEWED, COMPLETED]
    stored = v11_stage.simulator.alerts()
    assert [stored[key]["status"] for key in (OPEN, REVIEWED, COMPLETED)] == [3, 3, 5]
    assert stored[COMPLETED]["statusObservation"] == "Real attack"
