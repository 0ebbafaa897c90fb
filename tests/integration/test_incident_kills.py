# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at each request of an incident's change, whose cascade overwrites the words of all its alerts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.recording import journal_path
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import undo
from ansible_collections.utmstack.siem.plugins.module_utils.writing import receipt_files

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.faults import is_writing

from .api import Api
from .direct import run, writes
from .playing import Stage, alert
from .tasks import execute_in, kill_process

CHANGE, STATUS = "/api/utm-incidents/change-status", "/api/utm-alerts/status"
EVIDENCE, FRESH, SCAN, HELD, ECHO, OWN_ECHO, HELD_ECHO = (alert(number)["id"] for number in range(1, 8))
COMPLETE = {"name": "INC", "status": "completed", "solution": "Blocked"}
CLOSE = {**COMPLETE, "close_alerts": True}
# A change that says nothing about the status rewrites the alerts as well.
DESCRIBE = {"name": "INC", "description": "Evidence: case 77"}
Words = dict[str, tuple[Any, Any]]


@pytest.fixture(autouse=True)
def _own_journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def seed(stage: Stage) -> Words:
    """An open incident with alerts in all kinds of states; the words that they hold."""
    stage.simulator.reset()
    rows = [
        alert(1, status=3, statusObservation="Evidence secured"),
        alert(2),
        alert(3, status=5, statusObservation="Scan"),
        alert(4, tags=["Hold"], statusObservation="Legal"),
    ]
    if stage.dialect == "v11":
        rows += [
            alert(5, parentId=FRESH),
            alert(6, parentId=EVIDENCE, status=3, statusObservation="Mine"),
            alert(7, parentId=HELD, statusObservation="Also legal"),
        ]
    stage.seed(*rows)
    Api(stage).open("INC", EVIDENCE, FRESH, SCAN, HELD)
    # The marks are written, so that nothing but the change is left to do.
    run(stage.simulator, incident.OPERATION, name="INC")
    return words(stage.simulator)


def words(simulator: SimulatorProcess) -> Words:
    """Status and observation of each alert and echo."""
    return {key: (row["status"], row["statusObservation"]) for key, row in simulator.alerts().items()}


def killed(simulator: SimulatorProcess, at: int, carried_out: bool, which: str, **options: Any) -> bool:
    """Kill a run, and all that it started, when the server has received its request number `at`; False if it ended."""
    simulator.forget_requests()
    operation = {"incident": incident, "undo": undo}[which].OPERATION
    defaults = {name: option.get("default") for name, option in operation.options.items()}
    identity = {"username": "admin", "password": "Adm1n-pass", "bypass_two_factor": True, "url": simulator.url}
    given = {**defaults, **identity, "concurrency": 1, **options}
    held = kill_process(simulator, at, carried_out, execute_in, dict(os.environ), which, given)
    simulator.faults()
    return held


@dataclass(frozen=True)
class Point:
    """A request of the change, and whether the server carries it out although the run was killed."""

    at: int
    carried_out: bool


def points(stage: Stage, which: str, **options: Any) -> list[Point]:
    """The points of a run that nobody kills."""
    run(stage.simulator, {"incident": incident, "undo": undo}[which].OPERATION, **options)
    rows = stage.simulator.requests()
    return [
        Point(at, carried_out)
        for at, row in enumerate(rows, 1)
        for carried_out in ((True, False) if is_writing(row["method"], row["path"]) else (True,))
    ]


def assert_settled(stage: Stage, **options: Any) -> None:
    """Another run has nothing left to do, and nothing is left on disk but a finished receipt."""
    again = run(stage.simulator, incident.OPERATION, **options)
    assert (again.get("failed"), again["changed"], again["recovered"]) == (None, False, []), again
    assert writes(stage.simulator) == []
    assert not Path(journal_path(stage.simulator.url, "INC")).exists()


every = pytest.mark.parametrize(
    "options",
    [
        CLOSE,
        pytest.param(COMPLETE, marks=pytest.mark.full),
        pytest.param(DESCRIBE, marks=pytest.mark.full),
    ],
    ids=["close", "complete", "describe"],
)


def sample(found: list[Point], request: pytest.FixtureRequest) -> list[Point]:
    """All points in the full set; in the fast one, some between the cascade and the end."""
    return found if request.config.getoption("full") else found[-6::3]


@every
def test_a_run_killed_at_any_request_is_finished_by_the_next(
    local_stage: Stage, tmp_path: Path, request: pytest.FixtureRequest, options: dict[str, Any]
) -> None:
    before = seed(local_stage)
    found = points(local_stage, "incident", **options)
    wanted = words(local_stage.simulator)
    assert wanted[SCAN] == before[SCAN]
    assert wanted[HELD] == before[HELD]
    overwritten = 0
    for point in sample(found, request):
        for receipt in ({}, {"receipt": str(tmp_path / f"{point.at}-{point.carried_out}.jsonl")}):
            assert seed(local_stage) == before
            assert killed(local_stage.simulator, point.at, point.carried_out, "incident", **options, **receipt)
            left = words(local_stage.simulator)
            overwritten += left not in (before, wanted)
            # Check mode predicts what the run then does.
            check = run(local_stage.simulator, incident.OPERATION, check=True, **options, **receipt)
            rerun = run(local_stage.simulator, incident.OPERATION, **options, **receipt)
            assert "failed" not in rerun, (point, rerun)
            assert words(local_stage.simulator) == wanted, (point, receipt)
            for key in ("changed", "plan_digest", "recovered"):
                assert check[key] == rerun[key], (point, key)
            assert_settled(local_stage, **options)
            if receipt and Path(receipt["receipt"]).exists():
                undone = run(local_stage.simulator, undo.OPERATION, **receipt)
                assert "failed" not in undone, (point, undone)
                assert words(local_stage.simulator) == before, point
    # Some of the kills must have hit between the cascade and the end, or nothing was shown.
    assert overwritten >= 1


@every
def test_a_run_killed_at_any_request_can_be_undone(
    local_stage: Stage, tmp_path: Path, request: pytest.FixtureRequest, options: dict[str, Any]
) -> None:
    before = seed(local_stage)
    for point in sample(points(local_stage, "incident", **options), request):
        receipt = tmp_path / f"{point.at}-{point.carried_out}.jsonl"
        assert seed(local_stage) == before
        killed(local_stage.simulator, point.at, point.carried_out, "incident", **options, receipt=str(receipt))
        row = Api(local_stage).incidents()[0]
        if receipt.exists():
            undone = run(local_stage.simulator, undo.OPERATION, receipt=str(receipt))
            assert "failed" not in undone, (point, undone)
            assert undone["incident"]["before"]["status"] == "open"
            again = run(local_stage.simulator, undo.OPERATION, receipt=str(receipt))
            assert (again["changed"], writes(local_stage.simulator)) == (False, []), point
        assert words(local_stage.simulator) == before, point
        assert Api(local_stage).incidents()[0] == row


@pytest.mark.full
@every
def test_an_undo_killed_at_any_request_is_finished_by_the_next(
    local_stage: Stage, tmp_path: Path, options: dict[str, Any]
) -> None:
    """The run was killed right after the cascade, which is when most is left to restore."""
    before = seed(local_stage)
    found = points(local_stage, "incident", **options)
    rows = local_stage.simulator.requests()
    change = next(at for at, row in enumerate(rows, 1) if row["path"] == CHANGE)
    receipt = tmp_path / "receipt.jsonl"

    def begin() -> None:
        receipt.unlink(missing_ok=True)
        seed(local_stage)
        assert killed(local_stage.simulator, change, True, "incident", **options, receipt=str(receipt))

    assert Point(change, True) in found
    begin()
    for point in points(local_stage, "undo", receipt=str(receipt)):
        begin()
        killed(local_stage.simulator, point.at, point.carried_out, "undo", receipt=str(receipt))
        undone = run(local_stage.simulator, undo.OPERATION, receipt=str(receipt))
        assert "failed" not in undone, (point, undone)
        assert words(local_stage.simulator) == before, point


def kill_after_the_cascade(stage: Stage, **options: Any) -> Words:
    """Kill a run when its first request that restores alerts is on its way; return what the alerts held before."""
    before = seed(stage)
    points(stage, "incident", **{name: value for name, value in options.items() if name != "receipt"})
    at = next(at for at, row in enumerate(stage.simulator.requests(), 1) if row["path"] == STATUS)
    seed(stage)
    assert killed(stage.simulator, at, False, "incident", **options)
    assert words(stage.simulator) != before
    return before


def test_what_an_analyst_wrote_after_the_kill_stays(local_stage: Stage) -> None:
    before = kill_after_the_cascade(local_stage, **COMPLETE)
    mine = {"status": 3, "statusLabel": "In review", "statusObservation": "Mine now"}
    row = {**local_stage.simulator.alerts()[FRESH], **mine}
    local_stage.seed(row)
    result = run(local_stage.simulator, incident.OPERATION, **COMPLETE)
    assert "failed" not in result, result
    assert FRESH not in result["recovered"]
    expected = {**before, FRESH: (3, "Mine now")}
    held = words(local_stage.simulator)
    assert {key: held[key] for key in (EVIDENCE, FRESH, SCAN, HELD)} == {
        key: expected[key] for key in (EVIDENCE, FRESH, SCAN, HELD)
    }


def test_a_killed_run_is_named_when_its_alerts_are_restored(local_stage: Stage) -> None:
    kill_after_the_cascade(local_stage, **COMPLETE)
    result = run(local_stage.simulator, incident.OPERATION, **COMPLETE)
    assert result["changed"] is True
    assert {EVIDENCE, FRESH, SCAN, HELD} <= set(result["recovered"])
    assert any("was killed while it changed the incident" in text for text in result["warnings"])


def test_an_alert_that_cannot_be_restored_hides_none_that_was(local_stage: Stage) -> None:
    before = kill_after_the_cascade(local_stage, **COMPLETE)
    local_stage.simulator.faults({"kind": "lose-writes", "path": STATUS, "nth": 1})
    result = run(local_stage.simulator, incident.OPERATION, **COMPLETE)
    assert (result["failed"], result["changed"], result["incident"]) == (True, True, None)
    assert "of a killed run could not be restored" in result["msg"]
    held = words(local_stage.simulator)
    assert set(result["recovered"]) == {key for key, value in held.items() if value == before[key]}
    local_stage.simulator.faults()
    assert "failed" not in run(local_stage.simulator, incident.OPERATION, **COMPLETE)
    assert words(local_stage.simulator) == before


def test_a_task_that_is_refused_after_it_restored_alerts_says_both(local_stage: Stage) -> None:
    before = kill_after_the_cascade(local_stage, **COMPLETE)
    result = run(
        local_stage.simulator, incident.OPERATION, **{**COMPLETE, "solution": "x", "max_affected": 0}, close_alerts=True
    )
    assert (result["failed"], result["changed"]) == (True, True)
    assert "max_affected: 0" in result["msg"]
    assert result["recovered"]
    assert words(local_stage.simulator) == before


def test_without_a_record_a_killed_run_is_at_least_suspected(local_stage: Stage, monkeypatch: Any) -> None:
    """The next run may be on another host, or in a new container."""
    kill_after_the_cascade(local_stage, **COMPLETE)
    monkeypatch.setenv("XDG_STATE_HOME", "/nonexistent/elsewhere")
    result = run(local_stage.simulator, incident.OPERATION, **COMPLETE)
    assert (result["changed"], result["recovered"]) == (False, [])
    assert any("it overwrote their own status and observation" in text for text in result["warnings"])


def test_a_place_that_cannot_be_written_is_a_warning(
    local_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seed(local_stage)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    result = run(local_stage.simulator, incident.OPERATION, **COMPLETE)
    assert any("could not be recorded" in text for text in result["warnings"])
    assert words(local_stage.simulator) == before
    seed(local_stage)
    with_receipt = run(local_stage.simulator, incident.OPERATION, **COMPLETE, receipt=str(tmp_path / "r.jsonl"))
    assert not any("could not be recorded" in text for text in with_receipt["warnings"])


def test_a_killed_run_is_found_in_the_directory_of_receipts(local_stage: Stage, tmp_path: Path) -> None:
    directory = tmp_path / "receipts"
    directory.mkdir()
    before = kill_after_the_cascade(local_stage, **COMPLETE, receipt=f"{directory}/")
    (unfinished,) = directory.iterdir()
    # On a new host, only the directory is left.
    Path(journal_path(local_stage.simulator.url, "INC")).unlink()
    run(local_stage.simulator, incident.OPERATION, **COMPLETE, receipt=f"{directory}/")
    assert words(local_stage.simulator) == before
    assert list(directory.iterdir()) == [unfinished]
    recorded = receipt_files.read(str(unfinished)).incident
    assert recorded is not None
    assert recorded.is_finished


def test_a_change_that_may_still_run_keeps_its_record(local_stage: Stage) -> None:
    """It overwrites the alerts after the task has failed; the next run restores them."""
    before = seed(local_stage)
    local_stage.simulator.faults({"kind": "hold", "path": CHANGE})
    result = run(local_stage.simulator, incident.OPERATION, **COMPLETE, timeout=1, retry_budget=1)
    assert "It may still take effect" in result["msg"]
    assert Path(journal_path(local_stage.simulator.url, "INC")).exists()
    local_stage.simulator.faults()
    local_stage.simulator.settle()
    assert words(local_stage.simulator) != before
    late = run(local_stage.simulator, incident.OPERATION, **COMPLETE)
    assert late["changed"] is True
    assert words(local_stage.simulator) == before
    assert_settled(local_stage, **COMPLETE)


def test_a_receipt_of_something_else_is_not_continued(local_stage: Stage, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.jsonl"
    kill_after_the_cascade(local_stage, **COMPLETE, receipt=str(receipt))
    text = receipt.read_text()
    for options in ({"name": "Other", "alert_ids": [EVIDENCE]}, {"name": "Other", "status": "in_review"}):
        result = run(local_stage.simulator, incident.OPERATION, **options, receipt=str(receipt))
        assert "exists. Receipts are never overwritten" in result["msg"]
        assert writes(local_stage.simulator) == []
    assert receipt.read_text() == text


def test_a_finished_receipt_is_not_continued(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    receipt = tmp_path / "receipt.jsonl"
    first = run(local_stage.simulator, incident.OPERATION, **COMPLETE, receipt=str(receipt))
    assert first["receipt"] == str(receipt)
    assert receipt.stat().st_mode & 0o777 == 0o600
    text = receipt.read_text()
    options = {**COMPLETE, "status": "in_review", "reopen": True, "receipt": str(receipt)}
    result = run(local_stage.simulator, incident.OPERATION, **options)
    assert "exists. Receipts are never overwritten" in result["msg"]
    assert receipt.read_text() == text


def test_adding_alerts_alone_needs_no_receipt(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1))
    receipt = tmp_path / "receipt.jsonl"
    result = run(local_stage.simulator, incident.OPERATION, name="INC", alert_ids=[EVIDENCE], receipt=str(receipt))
    assert (result["changed"], result["receipt"], receipt.exists()) == (True, None, False)
