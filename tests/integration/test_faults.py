# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules report when the server loses, refuses, half does or forgets things."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import SEARCH, Stage, alert

STATUS, TAGS, NOTES = "/api/utm-alerts/status", "/api/utm-alerts/tags", "/api/utm-alerts/notes"
ONE, TWO = alert(1)["id"], alert(2)["id"]
CLOSE = {"alert_ids": [ONE, TWO], "status": "completed", "observation": "Scan"}

WRITERS = [
    pytest.param("utmstack_alert_status", {"status": "completed"}, id="status"),
    pytest.param("utmstack_alert_tags", {"tags": ["x"]}, id="tags"),
    pytest.param("utmstack_alert_notes", {"note": "x"}, id="notes"),
]


@pytest.mark.parametrize(("module", "options"), WRITERS)
def test_lost_writes_fail_and_name_the_alerts(stage: Stage, module: str, options: dict[str, Any]) -> None:
    stage.seed(alert(1), alert(2))
    stage.simulator.faults({"kind": "lose-writes"})
    played = stage.play(stage.task(module, alert_ids=[ONE, TWO], **options))
    assert played.statuses["it"] == "failed"
    result = played.result()
    assert result["changed"] is False
    assert ONE in result["msg"]
    assert TWO in result["msg"]
    assert result["summary"]["failed"] == 2
    assert all("did not store" in row["error"] for row in result["alerts"])
    # What was answered 200 and not stored would be thrown away again.
    assert len(played.writes()) == (2 if module == "utmstack_alert_notes" else 1)


@pytest.mark.parametrize(("module", "options"), WRITERS)
def test_a_write_whose_answer_was_lost_is_seen_and_not_repeated(
    local_stage: Stage, module: str, options: dict[str, Any]
) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults({"kind": "drop-after"})
    played = local_stage.play(local_stage.task(module, alert_ids=[ONE], **options))
    assert played.statuses["it"] == "ok"
    assert played.result()["changed"] is True
    assert len(played.writes()) == 1


def test_a_write_that_never_arrived_is_repeated(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    local_stage.simulator.faults({"kind": "drop-before", "path": STATUS, "times": 1})
    played = local_stage.play(local_stage.task("utmstack_alert_status", **CLOSE))
    assert played.result()["summary"]["changed"] == 2
    assert played.count(STATUS) == 2


def test_after_a_half_done_write_only_the_missing_half_is_repeated(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 11)])
    local_stage.simulator.faults({"kind": "partial-writes", "times": 1, "share": 0.5})
    ids = [alert(number)["id"] for number in range(1, 11)]
    played = local_stage.play(
        local_stage.task("utmstack_alert_status", alert_ids=ids, status="completed", observation="Scan")
    )
    assert played.result()["summary"]["changed"] == 10, played.output
    first, second = [row["body_digest"] for row in played.journal if row["path"] == STATUS]
    assert first != second


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(local_stage: Stage, status: int) -> None:
    local_stage.seed(alert(1), alert(2))
    busy = {"kind": "status", "status": status, "headers": {"Retry-After": "0"}, "times": 1}
    local_stage.simulator.faults({**busy, "path": SEARCH}, {**busy, "path": STATUS})
    played = local_stage.play(local_stage.task("utmstack_alert_status", **CLOSE))
    assert played.result()["summary"]["changed"] == 2
    assert played.count(STATUS) == 2


def test_a_server_that_stays_away_ends_in_an_error_that_says_so(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults({"kind": "status", "status": 503, "headers": {"Retry-After": "600"}, "path": SEARCH})
    played = local_stage.play(local_stage.task("utmstack_alert_info", query={}))
    assert "not available" in played.result()["msg"]
    assert played.result()["error"]["status"] == 503
    assert played.count(SEARCH) == 1


@pytest.mark.parametrize("module", ["utmstack_alert_status", "utmstack_alert_tags", "utmstack_alert_notes"])
def test_an_alert_that_an_analyst_takes_meanwhile_is_left_alone(local_stage: Stage, module: str) -> None:
    """The conflict strikes with the second read, after the selection."""
    local_stage.seed(alert(1), alert(2))
    taken = {"status": 3, "statusObservation": "Mine", "tags": ["mine"], "notes": "mine", "statusLabel": "In review"}
    local_stage.simulator.faults({"kind": "conflict", "path": SEARCH, "nth": 2, "ids": [ONE], "set": taken})
    options: dict[str, Any] = {
        "utmstack_alert_status": {"status": "completed"},
        "utmstack_alert_tags": {"tags": ["x"], "state": "set"},
        "utmstack_alert_notes": {"note": "x"},
    }[module]
    played = local_stage.play(local_stage.task(module, alert_ids=[ONE, TWO], **options))
    first, second = played.result()["alerts"]
    assert "Changed on the server" in first["skipped"]
    assert first["changed"] is False
    assert second["changed"] is True
    stored = local_stage.simulator.alerts()[ONE]
    assert {name: stored[name] for name in taken} == taken


def test_a_restart_in_the_middle_costs_one_login(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    local_stage.simulator.faults({"kind": "restart", "path": STATUS, "nth": 1})
    played = local_stage.play(local_stage.task("utmstack_alert_status", **CLOSE))
    assert played.result()["summary"]["changed"] == 2
    assert played.count("/api/authenticate") == 2


def test_a_read_only_index_is_an_error_per_alert(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    local_stage.simulator.faults({"kind": "read-only"})
    played = local_stage.play(local_stage.task("utmstack_alert_status", **CLOSE), options={"retry_budget": 1})
    assert played.result()["changed"] is False
    assert all("Forbidden access" in row["error"] for row in played.result()["alerts"])


def test_a_spent_script_budget_is_reported_and_what_was_written_stays_reported(local_stage: Stage) -> None:
    local_stage.seed(alert(1, notes="one"), alert(2, notes="two"))
    local_stage.simulator.faults({"kind": "compile-budget", "capacity": 1, "seconds": 3600})
    played = local_stage.play(
        local_stage.task("utmstack_alert_notes", alert_ids=[ONE, TWO], note="x", mode="append", concurrency=1),
        options={"retry_budget": 1},
    )
    assert played.statuses["it"] == "failed"
    assert sorted(row["changed"] for row in played.result()["alerts"]) == [False, True]
    assert played.result()["changed"] is True


@pytest.mark.parametrize("kind", ["truncate-body", "not-json"])
def test_a_broken_answer_is_never_taken_for_an_empty_one(local_stage: Stage, kind: str) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults({"kind": kind, "path": SEARCH})
    played = local_stage.play(local_stage.task("utmstack_alert_info", query={}), options={"retry_budget": 1})
    assert played.statuses["it"] == "failed"
    assert "alerts" not in played.result()


def test_when_reading_back_fails_the_result_says_that_it_is_not_known(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults({"kind": "status", "status": 500, "path": SEARCH, "nth": 3})
    played = local_stage.play(local_stage.task("utmstack_alert_status", alert_ids=[ONE], status="completed"))
    assert played.statuses["it"] == "failed"
    (row,) = played.result()["alerts"]
    assert row["after"] is None
    assert "reading it back failed" in row["error"]


def test_a_server_too_slow_is_given_up(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults({"kind": "delay", "seconds": 3, "path": SEARCH})
    played = local_stage.play(local_stage.task("utmstack_alert_info", query={}), options={"timeout": 1})
    assert "within 1 s" in played.result()["msg"]
