# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many alerts in one state are seen by their IDs, and whatever is not as expected by its document."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.writing import sight

from .direct import run
from .playing import DAY, SEARCH, VALUES, Stage, alert

STATUS = "/api/utm-alerts/status"
MANY = 300
MINE = {"status": 3, "statusLabel": "In review", "statusObservation": "mine"}
CLOSE: dict[str, Any] = {"status": "completed", "observation": "Scan"}


def seed(stage: Stage, count: int = MANY, **fields: Any) -> list[str]:
    """Alerts of one kind; their IDs."""
    rows = [alert(number, **fields) for number in range(count)]
    stage.seed(*rows)
    return [row["id"] for row in rows]


def sent(stage: Stage) -> dict[str, int]:
    """How many requests went to each path of the alerts."""
    paths = Counter(row["path"] for row in stage.simulator.requests())
    return {path: paths[path] for path in (SEARCH, VALUES, STATUS)}


def close(stage: Stage, ids: list[str], **options: Any) -> dict[str, Any]:
    """Close alerts by ID."""
    return run(stage.simulator, alert_status.OPERATION, alert_ids=ids, **{**CLOSE, **options})


def test_alerts_by_id_are_read_once(local_stage: Stage) -> None:
    result = close(local_stage, seed(local_stage, 1200))
    assert result["summary"]["changed"] == 1200
    # Look and verification are one question each.
    assert sent(local_stage) == {SEARCH: 2, VALUES: 2, STATUS: 2}


def test_alerts_of_a_query_are_read_once(local_stage: Stage) -> None:
    seed(local_stage, 1200)
    options = {**CLOSE, "query": {"status": ["open"]}, "max_affected": 1200, "hold_tags": []}
    result = run(local_stage.simulator, alert_status.OPERATION, **options)
    assert result["summary"]["changed"] == 1200
    echoes = 1 if local_stage.dialect == "v11" else 0
    assert sent(local_stage) == {SEARCH: 1 + echoes, VALUES: 2, STATUS: 2}


@pytest.mark.parametrize("selected", ["by ID", "by query"])
def test_ten_thousand_alerts_are_closed_and_verified_with_28_requests(v11_stage: Stage, selected: str) -> None:
    ids = seed(v11_stage, 10_000)
    chosen: dict[str, Any] = {"alert_ids": ids}
    if selected == "by query":
        chosen = {"query": {"status": ["open"]}, "max_affected": 10_000}
    result = run(v11_stage.simulator, alert_status.OPERATION, **CLOSE, **chosen, rows="failed")
    assert (result["summary"]["changed"], result["alerts"]) == (10_000, [])
    # Without the login, which tasks of a run share.
    logins = sum("authenticate" in row["path"] or "info" in row["path"] for row in v11_stage.simulator.requests())
    assert result["summary"]["requests"] - logins <= 28
    assert {source["status"] for source in v11_stage.simulator.alerts().values()} == {5}


def test_what_the_server_drops_is_no_change(local_stage: Stage) -> None:
    ids = seed(local_stage)
    local_stage.simulator.faults({"kind": "lose-writes", "path": STATUS})
    result = close(local_stage, ids)
    assert (result["changed"], result["summary"]["failed"]) == (False, MANY)
    assert {row["after"]["status"] for row in result["alerts"]} == {"open"}
    # All documents are read that were not as expected.
    assert sent(local_stage) == {SEARCH: 2, VALUES: 2, STATUS: 1}


def test_what_the_server_stored_in_part_is_told_alert_by_alert(local_stage: Stage) -> None:
    ids = seed(local_stage)
    local_stage.simulator.faults({"kind": "partial-writes", "path": STATUS, "times": 1, "share": 0.5})
    result = close(local_stage, ids, concurrency=1)
    assert "failed" not in result, result["msg"]
    assert result["summary"]["changed"] == MANY


@pytest.mark.parametrize("question", [1, 2], ids=["before the write", "after it"])
def test_the_alert_that_an_analyst_takes_is_shown_as_it_is(local_stage: Stage, question: int) -> None:
    ids = seed(local_stage)
    local_stage.simulator.faults({"kind": "conflict", "path": VALUES, "nth": question, "ids": ids[:1], "set": MINE})
    result = close(local_stage, ids)
    first, *others = result["alerts"]
    assert first["after"] == {"status": "in_review", "observation": "mine"}
    assert "Changed on the server" in first["skipped"] if question == 1 else "changed by another user" in first["error"]
    assert all(row["changed"] and row["after"] == CLOSE for row in others)
    held = local_stage.simulator.alerts()
    assert {name: held[ids[0]][name] for name in MINE} == MINE


def test_a_hold_tag_of_the_last_moment_holds(local_stage: Stage) -> None:
    ids = seed(local_stage)
    held = {"kind": "conflict", "path": VALUES, "nth": 1, "ids": ids[:1], "set": {"tags": ["ON-HOLD"]}}
    local_stage.simulator.faults(held)
    result = close(local_stage, ids, hold_tags=["on hold"])
    assert "hold tag" in result["alerts"][0]["skipped"]
    assert (result["summary"]["skipped"], result["summary"]["changed"]) == (1, MANY - 1)
    assert local_stage.simulator.alerts()[ids[0]]["status"] == 2


@pytest.mark.parametrize("question", [1, 2], ids=["before the write", "after it"])
@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "not-json"}], ids=["500", "not-json"])
def test_no_answer_is_not_taken_for_an_empty_one(local_stage: Stage, question: int, fault: dict[str, Any]) -> None:
    ids = seed(local_stage)
    local_stage.simulator.faults({**fault, "path": VALUES, "nth": question})
    result = close(local_stage, ids, retry_budget=0)
    said = "Not written." if question == 1 else "reading it back failed"
    assert all(said in row["error"] for row in result["alerts"])
    assert (sent(local_stage)[STATUS], result["changed"]) == (question - 1, False)


def test_an_answer_without_an_alert_is_no_proof_that_it_is_gone(local_stage: Stage) -> None:
    """A search that one day cannot carry out leaves its alerts out."""
    ids = seed(local_stage)
    local_stage.simulator.faults({"kind": "status", "path": VALUES, "status": 200, "body": "{}"})
    result = close(local_stage, ids)
    assert (result["summary"]["changed"], "failed" in result) == (MANY, False)
    assert sent(local_stage) == {SEARCH: 3, VALUES: 2, STATUS: 1}


def test_observations_that_are_missing_or_empty_are_two_questions(local_stage: Stage) -> None:
    rows = [alert(number, statusObservation=None if number % 2 else "") for number in range(2 * MANY)]
    local_stage.seed(*rows)
    result = close(local_stage, [row["id"] for row in rows])
    assert result["summary"]["changed"] == 2 * MANY
    assert sent(local_stage) == {SEARCH: 1, VALUES: 3, STATUS: 1}


def test_texts_that_no_search_finds_are_read(local_stage: Stage) -> None:
    ids = seed(local_stage)
    long = "x" * 257
    result = close(local_stage, ids, observation=long)
    assert (result["summary"]["changed"], result["alerts"][-1]["after"]["observation"]) == (MANY, long)
    assert sent(local_stage) == {SEARCH: 2, VALUES: 1, STATUS: 1}


def test_echoes_are_verified_with_their_alerts(v11_stage: Stage) -> None:
    rows = [alert(number) for number in range(MANY)]
    echoes = [alert(MANY + number, parentId=rows[number]["id"]) for number in range(MANY)]
    v11_stage.seed(*rows, *echoes)
    ids = [row["id"] for row in rows]
    before = {"status": 2, "statusLabel": "Open", "statusObservation": ""}
    # One echo does not follow.
    lagging = {"kind": "conflict", "path": VALUES, "nth": 2, "ids": [echoes[7]["id"]], "set": before}
    v11_stage.simulator.faults(lagging)
    result = close(v11_stage, ids)
    (wrong,) = [row for row in result["alerts"] if row["error"]]
    assert wrong["id"] == ids[7]
    assert "1 of 1 echoes were not updated" in wrong["error"]
    assert result["echoes_changed"] == MANY - 1
    assert sent(v11_stage) == {SEARCH: 2, VALUES: 2, STATUS: 1}


def test_of_two_alerts_with_one_id_documents_are_read(local_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for fewest in (sight.MIN_ALIKE, 10**6):
        monkeypatch.setattr(sight, "MIN_ALIKE", fewest)
        ids = seed(local_stage)
        day = f"{DAY[local_stage.dialect][:-2]}21"
        local_stage.simulator.documents([{"index": day, "id": "twin", "source": alert(0)}])
        result = close(local_stage, ids)
        results.append({**result, "summary": {**result["summary"], "requests": None}})
    assert results[0] == results[1]
