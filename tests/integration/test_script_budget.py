# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that need more update scripts than the server compiles: refused before the first write, or paced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo

from utmstack_simulator.process import SimulatorProcess

from .direct import run, writes
from .playing import Stage, alert

MANY = 80
STATUS, TAGS, NOTES = (f"/api/utm-alerts/{part}" for part in ("status", "tags", "notes"))
QUERY: dict[str, Any] = {"query": {"status": ["open"]}}
TAG_RULE = {"name": "Reviewed", "when": {"severity": ["medium"]}, "then": {"tags": ["Reviewed"], "note": "seen"}}


def words(number: int) -> dict[str, Any]:
    return alert(number, statusObservation=f"words {number}")


def own_tags(number: int) -> dict[str, Any]:
    return alert(number, tags=[f"tag {number}"])


def own_notes(number: int) -> dict[str, Any]:
    return alert(number, notes=f"note {number}")


# By writer: the operation, the alert of a number, the options, and the requests that the first alert takes.
WRITERS: dict[str, tuple[Operation, Callable[[int], dict[str, Any]], dict[str, Any]]] = {
    "status": (alert_status.OPERATION, words, {"status": "completed"}),
    "false positive": (alert_status.OPERATION, own_tags, {"false_positive": True, "observation": "Scan"}),
    "tags": (alert_tags.OPERATION, own_tags, {"tags": ["Reviewed"]}),
    "notes": (alert_notes.OPERATION, own_notes, {"note": "seen", "mode": "append"}),
    "triage": (triage.OPERATION, own_tags, {"rules": [TAG_RULE]}),
}
EACH_WRITER = pytest.mark.parametrize("writer", WRITERS)


def budget(simulator: SimulatorProcess, capacity: int | None, seconds: float) -> None:
    simulator.faults({"kind": "compile-budget", "capacity": capacity, "seconds": seconds})


@EACH_WRITER
def test_a_run_that_needs_too_many_scripts_writes_nothing(local_stage: Stage, tmp_path: Path, writer: str) -> None:
    operation, seeded, options = WRITERS[writer]
    simulator = local_stage.simulator
    local_stage.seed(*(seeded(number) for number in range(MANY)))
    before, receipt = simulator.alerts(), tmp_path / "receipt.jsonl"
    checked = run(simulator, operation, check=True, **QUERY, **options)
    done = run(simulator, operation, receipt=str(receipt), **QUERY, **options)
    assert (writes(simulator), simulator.alerts(), receipt.exists()) == ([], before, False)
    for result in (checked, done):
        assert result["failed"]
        assert result["error"]["type"] == "TooManyScripts"
        needed = result["scripts"]["needed"]
        # One for each alert, and one for what all of them get.
        assert MANY <= needed <= MANY + 1
        assert (
            result["scripts"]
            == result["error"]["scripts"]
            == {"needed": needed, "limit": 75, "seconds": 4 * (needed - 75)}
        )
        for part in (f"{needed} update scripts", "75 in 5 minutes", f"`script_wait: {4 * (needed - 75)}`", "`limit`"):
            assert part in result["msg"]
        assert result["summary"]["changed"] == 0
        assert result["summary"]["skipped"] == MANY
    assert (checked["check_mode"], done["check_mode"]) == (True, False)
    assert {name: checked[name] for name in checked if name not in ("summary", "check_mode")} == {
        name: done[name] for name in done if name not in ("summary", "check_mode")
    }


@EACH_WRITER
def test_a_wait_that_is_too_short_is_no_wait(local_stage: Stage, writer: str) -> None:
    operation, seeded, options = WRITERS[writer]
    local_stage.seed(*(seeded(number) for number in range(MANY)))
    result = run(local_stage.simulator, operation, **QUERY, **options, script_wait=19)
    assert result["error"]["type"] == "TooManyScripts"
    assert "more than `script_wait: 19`" in result["msg"]
    assert writes(local_stage.simulator) == []


@EACH_WRITER
def test_a_run_that_may_wait_writes_everything(local_stage: Stage, tmp_path: Path, writer: str) -> None:
    operation, seeded, options = WRITERS[writer]
    simulator, receipt = local_stage.simulator, str(tmp_path / "receipt.jsonl")
    local_stage.seed(*(seeded(number) for number in range(MANY)))
    checked = run(simulator, operation, check=True, **QUERY, **options, script_wait=60)
    budget(simulator, 60, 6)
    before = simulator.alerts()
    done = run(simulator, operation, **QUERY, **options, script_wait=60, receipt=receipt)
    assert "failed" not in done
    assert done["summary"]["changed"] == MANY
    assert (done["alerts"], done["plan_digest"]) == (checked["alerts"], checked["plan_digest"])
    for result in (checked, done):
        assert result["scripts"]["needed"] >= MANY
        assert any("update scripts" in warning for warning in result["warnings"])
    simulator.faults()
    again = run(simulator, operation, **QUERY, **options)
    assert (again["changed"], writes(simulator)) == (False, [])

    budget(simulator, None, 1)
    refused = run(simulator, undo.OPERATION, receipt=receipt)
    assert refused["error"]["type"] == "TooManyScripts"
    assert writes(simulator) == []
    undone = run(simulator, undo.OPERATION, receipt=receipt, script_wait=60)
    assert undone["summary"]["changed"] == MANY
    for key, source in simulator.alerts().items():
        for field in ("status", "statusObservation", "tags"):
            assert (source[field] or []) == (before[key][field] or []), field
        assert source["notes"].strip() == before[key]["notes"].strip()


def test_equal_texts_share_a_script_however_many_alerts_get_them(local_stage: Stage) -> None:
    """75 different observations on 300 alerts are what a server takes."""
    local_stage.seed(*(alert(number, statusObservation=f"words {number % 75}") for number in range(300)))
    result = run(local_stage.simulator, alert_status.OPERATION, **QUERY, status="completed")
    assert result["summary"]["changed"] == 300
    assert writes(local_stage.simulator) == [STATUS] * 75
    assert result["scripts"] == {"needed": 75, "limit": 75, "seconds": 0}


def test_the_words_of_named_echoes_count(v11_stage: Stage) -> None:
    """One script for the alert, one for each echo that keeps words of its own."""
    parent = alert(0)["id"]
    v11_stage.seed(alert(0), *(alert(n, parentId=parent, statusObservation=f"words {n}") for n in range(1, MANY)))
    ids = list(v11_stage.simulator.alerts())
    result = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=ids, status="completed")
    assert result["scripts"]["needed"] == MANY
    assert writes(v11_stage.simulator) == []
    echoes_follow = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=[parent], status="completed")
    assert echoes_follow["echoes_changed"] == MANY - 1


def test_a_budget_that_others_used_up_is_waited_for(local_stage: Stage) -> None:
    """Fewer scripts than a server compiles, but it compiles none of them at first."""
    local_stage.seed(*(words(number) for number in range(12)))
    budget(local_stage.simulator, 4, 1)
    result = run(
        local_stage.simulator, alert_status.OPERATION, **QUERY, status="completed", script_wait=30, concurrency=1
    )
    assert result["summary"]["changed"] == 12
    assert result["scripts"] == {"needed": 12, "limit": 75, "seconds": 0}
    # One is refused before each wait, not all that are left.
    assert len(writes(local_stage.simulator)) <= 12 + 6


def test_a_wait_that_did_not_suffice_reports_what_was_written(local_stage: Stage) -> None:
    local_stage.seed(*(words(number) for number in range(12)))
    budget(local_stage.simulator, 4, 3600)
    result = run(
        local_stage.simulator, alert_status.OPERATION, **QUERY, status="completed", script_wait=1, concurrency=1
    )
    assert (result["summary"]["changed"], result["summary"]["failed"]) == (4, 8)
    stored = [source["status"] for source in local_stage.simulator.alerts().values()]
    assert sorted(stored) == [2] * 8 + [5] * 4


def test_without_a_wait_each_refusal_is_reported(local_stage: Stage) -> None:
    local_stage.seed(*(words(number) for number in range(6)))
    budget(local_stage.simulator, 4, 3600)
    result = run(local_stage.simulator, alert_status.OPERATION, **QUERY, status="completed", retry_budget=1)
    assert (result["summary"]["changed"], result["summary"]["failed"]) == (4, 2)


def test_a_server_that_refuses_all_writes_is_not_waited_for(local_stage: Stage) -> None:
    local_stage.seed(words(1))
    local_stage.simulator.faults({"kind": "read-only"})
    result = run(
        local_stage.simulator, alert_status.OPERATION, **QUERY, status="completed", script_wait=3600, retry_budget=1
    )
    assert "Forbidden access" in result["msg"]


def test_a_negative_wait_is_refused(local_stage: Stage) -> None:
    local_stage.seed(words(1))
    result = run(local_stage.simulator, alert_status.OPERATION, **QUERY, status="completed", script_wait=-1)
    assert "`script_wait` is -1" in result["msg"]
    assert writes(local_stage.simulator) == []


def test_an_analyst_who_acts_during_the_wait_is_not_overwritten(local_stage: Stage) -> None:
    local_stage.seed(*(words(number) for number in range(3)))
    taken = alert(2)["id"]
    mine = {"status": 3, "statusLabel": "In review", "statusObservation": "mine"}
    local_stage.simulator.faults(
        {"kind": "compile-budget", "capacity": 1, "seconds": 1},
        # With the second refused write, after the look.
        {"kind": "conflict", "path": STATUS, "nth": 2, "ids": [taken], "set": mine},
    )
    result = run(
        local_stage.simulator, alert_status.OPERATION, **QUERY, status="completed", script_wait=30, concurrency=1
    )
    held = local_stage.simulator.alerts()[taken]
    assert (held["status"], held["statusObservation"]) == (3, "mine")
    (row,) = [row for row in result["alerts"] if row["id"] == taken]
    assert row["changed"] is False
    assert row["skipped"] or row["error"]
    assert result["summary"]["changed"] == 2


def test_rules_that_open_many_incidents_count_a_mark_for_each(local_stage: Stage) -> None:
    local_stage.seed(*(alert(number, name=f"Name {number}") for number in range(MANY)))
    rules = [
        {"name": f"Rule {n}", "when": {"name": [f"Name {n}"]}, "then": {"incident": f"INC {n}"}} for n in range(MANY)
    ]
    result = run(local_stage.simulator, triage.OPERATION, **QUERY, rules=rules)
    assert result["scripts"]["needed"] == MANY
    assert (result["incidents"], writes(local_stage.simulator)) == ([], [])


def test_an_incident_whose_alerts_cannot_be_restored_in_time_is_not_changed(local_stage: Stage) -> None:
    simulator = local_stage.simulator
    local_stage.seed(*(words(number) for number in range(MANY)))
    ids = list(simulator.alerts())
    opened = run(simulator, incident.OPERATION, name="INC", alert_ids=ids)
    assert "failed" not in opened
    change = {"name": "INC", "status": "in_review", "assigned_to": None}
    before = simulator.alerts()
    checked = run(simulator, incident.OPERATION, check=True, **change)
    result = run(simulator, incident.OPERATION, **change)
    for one in (checked, result):
        # The words of each alert, and what the server itself writes into all of them.
        assert one["scripts"]["needed"] == MANY + 1
        assert one["error"]["type"] == "TooManyScripts"
        assert one["incident"]["status"] == "open"
    assert (writes(simulator), simulator.alerts()) == ([], before)

    budget(simulator, 60, 6)
    changed = run(simulator, incident.OPERATION, **change, script_wait=60)
    assert "failed" not in changed
    assert changed["incident"]["status"] == "in_review"
    held = {key: (source["status"], source["statusObservation"]) for key, source in simulator.alerts().items()}
    assert held == {key: (source["status"], source["statusObservation"]) for key, source in before.items()}


def test_progress_is_shown_in_verbose_mode(local_stage: Stage) -> None:
    local_stage.seed(*(words(number) for number in range(8)))
    budget(local_stage.simulator, 4, 1)
    task = local_stage.task("utmstack_alert_status", **QUERY, status="completed", script_wait=30)
    played = local_stage.play(task, arguments=["-v"])
    assert played.result()["summary"]["changed"] == 8
    assert "of 8 alerts written, waiting for UTMStack to compile more update scripts" in played.output
