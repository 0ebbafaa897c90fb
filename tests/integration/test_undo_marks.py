# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run whose receipt is lost is undone from its marks and the history; what neither shows stays and is listed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo

from .direct import run, writes
from .kills import points_of
from .playing import Stage, alert, v10_in_full
from .tasks import Step, carry_out, kill_during
from .test_undo import ECHO, ONE, RULES, TWO, held

SCAN = [{"name": "Scan", "when": {"name": ["Port scan"]}, "then": {"false_positive": True, "tags": ["Scan"]}}]
CLOSE = [{"name": "Close", "when": {"severity": ["medium"]}, "then": {"status": "completed"}}]
LONG_AGO = "2026-01-01"


def triaged(stage: Stage, rules: list[dict[str, Any]], run_id: str = "4711") -> None:
    done = run(stage.simulator, triage.OPERATION, query={"all": True}, rules=rules, run_id=run_id)
    assert done["changed"] is True


def restored(stage: Stage, check: bool = False, run_id: str = "4711", **options: Any) -> dict[str, Any]:
    result = run(stage.simulator, undo.OPERATION, check, run_id=run_id, from_marks=True, **options)
    assert "failed" not in result, result["msg"]
    return result


def uncertain(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(row["id"], row["field"]) for row in result["uncertain"]}


def test_status_and_observation_come_from_the_history_and_tags_with_the_beginning(local_stage: Stage) -> None:
    local_stage.seed(
        alert(1, name="Port scan", tags=["Old"], status=3, statusObservation="I look at it"),
        alert(2, name="Port scan of another run"),
    )
    before = held(local_stage.simulator)
    triaged(local_stage, SCAN)
    triaged(local_stage, CLOSE, "4711-b")
    after = held(local_stage.simulator)

    predicted = restored(local_stage, check=True)
    assert uncertain(predicted) == {(ONE, "tags")}
    assert "run_began" in predicted["uncertain"][0]["reason"]
    predicted = restored(local_stage, check=True, run_began=LONG_AGO)
    done = restored(local_stage, run_began=LONG_AGO)
    assert (done["alerts"], done["plan_digest"]) == (predicted["alerts"], predicted["plan_digest"])
    # The mark of another run that begins with the same words is another mark.
    assert held(local_stage.simulator) == {ONE: before[ONE], TWO: after[TWO]}
    assert (done["uncertain"], done["incident"]) == ([], None)
    # The mark went with the observation.
    again = restored(local_stage, run_began=LONG_AGO)
    assert (again["changed"], again["alerts"], writes(local_stage.simulator)) == (False, [], [])
    assert "No alert carries a mark with run=4711" in again["warnings"][0]


def test_an_approved_plan_is_restored_and_what_changed_since_is_left(local_stage: Stage) -> None:
    local_stage.seed(alert(1, name="Port scan"), alert(2, name="Port scan"))
    before = held(local_stage.simulator)
    triaged(local_stage, SCAN)
    plan = restored(local_stage, check=True, run_began=LONG_AGO)["plan"]
    run(local_stage.simulator, alert_notes.OPERATION, alert_ids=[TWO], note="I look at it")
    left = held(local_stage.simulator)[TWO]
    result = restored(local_stage, run_began=LONG_AGO, plan=plan)
    assert (result["summary"]["changed"], result["summary"]["skipped"]) == (1, 1)
    assert held(local_stage.simulator) == {ONE: before[ONE], TWO: left}
    again = restored(local_stage, run_began=LONG_AGO, plan=plan)
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])


def test_without_the_beginning_tags_stay(local_stage: Stage) -> None:
    local_stage.seed(alert(1, name="Port scan", tags=["Old"]))
    run(local_stage.simulator, alert_tags.OPERATION, alert_ids=[ONE], tags=["Mine"])
    triaged(local_stage, SCAN)
    restored(local_stage)
    assert held(local_stage.simulator)[ONE]["tags"] == ["False positive", "Mine", "Old", "Scan"]
    assert held(local_stage.simulator)[ONE]["status"] == 2


@pytest.mark.parametrize("change", ["status", "tags", "notes"])
def test_what_changed_since_is_left_alone(local_stage: Stage, change: str) -> None:
    local_stage.seed(alert(1, name="Port scan"))
    triaged(local_stage, SCAN)
    options: dict[str, Any] = {"alert_ids": [ONE]}
    if change == "status":
        run(local_stage.simulator, alert_status.OPERATION, status="in_review", reopen=True, **options)
    elif change == "tags":
        run(local_stage.simulator, alert_tags.OPERATION, tags=["Mine"], **options)
    else:
        run(local_stage.simulator, alert_notes.OPERATION, note="I look at it", **options)
    left = held(local_stage.simulator)
    result = restored(local_stage, run_began=LONG_AGO)
    (row,) = result["alerts"]
    assert ("since the run" if change == "status" else "a later change by admin") in row["skipped"]
    assert (held(local_stage.simulator), writes(local_stage.simulator)) == (left, [])


def test_only_alerts_with_an_entry_are_restored(local_stage: Stage) -> None:
    """The history records the first ten alerts of a call."""
    local_stage.seed(*(alert(number) for number in range(1, 16)))
    before = held(local_stage.simulator)
    triaged(local_stage, CLOSE)
    after = held(local_stage.simulator)
    result = restored(local_stage)
    unknown = {key for key, name in uncertain(result) if name == "status"}
    assert (result["summary"]["changed"], len(unknown)) == (10, 5)
    assert held(local_stage.simulator) == {**before, **{key: after[key] for key in unknown}}


@pytest.mark.parametrize("v11_stage", ["v11.2"], indirect=True)
def test_an_alert_without_an_entry_on_11_2_is_uncertain(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1, events=[{"id": "e1"}]), alert(2, events=[{"id": "e2", "log": {}}]))
    triaged(v11_stage, CLOSE)
    result = restored(v11_stage)
    assert {(ONE, "status"), (TWO, "tags")} == uncertain(result)
    assert [held(v11_stage.simulator)[key]["status"] for key in (ONE, TWO)] == [5, 2]


def test_echoes_keep_what_they_hold(v11_stage: Stage) -> None:
    echo = alert(9, parentId=ONE, status=3, statusObservation="looking")
    v11_stage.seed(alert(1, name="Port scan"), echo)
    triaged(v11_stage, SCAN)
    left = held(v11_stage.simulator)[ECHO]
    result = restored(v11_stage, run_began=LONG_AGO)
    assert held(v11_stage.simulator)[ONE]["status"] == 2
    assert held(v11_stage.simulator)[ECHO] == left
    assert uncertain(result) == {(ECHO, "status")}
    # The first undo wrote the echo back, which is an entry of the history.
    again = restored(v11_stage, run_began=LONG_AGO)
    assert (again["changed"], writes(v11_stage.simulator), uncertain(again)) == (False, [], {(ECHO, "status")})


def test_a_mark_restores_nothing_that_the_run_did_not_close(local_stage: Stage) -> None:
    local_stage.seed(alert(1, name="Port scan"), alert(2))
    triaged(local_stage, RULES)
    reviewed = held(local_stage.simulator)[TWO]
    result = restored(local_stage)
    assert [row["id"] for row in result["alerts"]] == [ONE]
    assert held(local_stage.simulator)[TWO] == reviewed
    assert "Only closures carry a mark" in result["warnings"][0]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"from_marks": True}, "needs the `run_id`"),
        ({"from_marks": True, "run_id": "1", "last": True}, "Leave `receipt` and `last` out"),
        ({"run_id": "1", "run_began": "2026-11-29"}, "needs `from_marks: true`"),
        ({"from_marks": True, "run_id": "1", "run_began": "soon"}, "`run_began`"),
    ],
)
def test_contradicting_options_are_named(v11_stage: Stage, options: dict[str, Any], word: str) -> None:
    assert word in run(v11_stage.simulator, undo.OPERATION, **options)["msg"]


def several(stage: Stage) -> dict[str, dict[str, Any]]:
    """Four alerts to close, one of them in review with words and tags of an analyst, on v11 one with an echo."""
    stage.simulator.reset()
    stage.seed(
        alert(1, name="Port scan", tags=["Old"], status=3, statusObservation="I look at it"),
        *(alert(number, name="Port scan") for number in (2, 3, 4)),
        *([alert(9, parentId=ONE, status=3, statusObservation="looking")] if stage.dialect == "v11" else []),
    )
    stage.simulator.forget_requests()
    return held(stage.simulator)


@v10_in_full
def test_a_run_that_was_killed_at_any_request_and_left_no_receipt(local_stage: Stage) -> None:
    """Each alert becomes what it was, or stays as the run left it and is listed."""
    options = {"query": {"name": ["Port scan"]}, "rules": SCAN, "run_id": "4711"}
    steps = [Step("triage", options)]
    several(local_stage)
    assert "failed" not in carry_out(local_stage.simulator.url, steps)[0]
    listed = 0
    for point in points_of(local_stage.simulator.requests()):
        before = several(local_stage)
        assert kill_during(local_stage.simulator, steps, point.number, point.carried_out)
        local_stage.simulator.faults()
        left = held(local_stage.simulator)
        named = uncertain(restored(local_stage, run_began=LONG_AGO))
        listed += len(named)
        # The status is written last: without it, no alert has a mark.
        marked = {key for key in left if "run=4711]" in left[key]["statusObservation"]}
        wanted = {key: before[key] if key in marked and (key, "status") not in named else left[key] for key in left}
        assert held(local_stage.simulator) == wanted, point
        assert {key for key, _field in named} <= marked
    assert listed or local_stage.dialect == "v10"
