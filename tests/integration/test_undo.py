# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A receipt takes a run back, whatever became of the run; what somebody changed since stays."""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo
from ansible_collections.utmstack.siem.plugins.module_utils.writing import receipt_files, receipts

from utmstack_simulator.process import SimulatorProcess

from .direct import run, writes
from .playing import SIGHT, Stage, alert

ONE, TWO, ECHO = (alert(number)["id"] for number in (1, 2, 9))
WRITE = "/api/utm-alerts/(status|tags|notes)"
RULES: list[dict[str, Any]] = [
    {
        "name": "Scan",
        "when": {"name": ["Port scan"]},
        "then": {"false_positive": True, "tags": ["Scan"], "remove_tags": ["Old"], "note": "Closed by rule"},
    },
    {"name": "Rest", "when": {"severity": ["medium"]}, "then": {"status": "in_review"}},
]


def seed(stage: Stage) -> dict[str, dict[str, Any]]:
    """Two alerts, on v11 with an echo that has words of its own."""
    echo = alert(9, parentId=ONE, status=3, statusObservation="looking", tags=["Mine"])
    stage.seed(
        alert(1, name="Port scan", tags=["Old"], notes="seen", statusObservation="evaluated"),
        alert(2),
        *([echo] if stage.dialect == "v11" else []),
    )
    return held(stage.simulator)


def held(simulator: SimulatorProcess) -> dict[str, dict[str, Any]]:
    """What the server holds; no tags and no note have several spellings."""
    names = ("status", "statusLabel", "statusObservation")
    return {
        key: {
            **{name: source[name] for name in names},
            "tags": sorted(source["tags"] or []),
            "notes": source["notes"].strip(),
        }
        for key, source in simulator.alerts().items()
    }


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        (alert_status.OPERATION, {"status": "completed", "observation": "done"}),
        (alert_status.OPERATION, {"false_positive": True}),
        (alert_status.OPERATION, {"status": "completed", "tags": ["New"], "note": "done"}),
        (alert_tags.OPERATION, {"tags": ["New"], "state": "set"}),
        (alert_notes.OPERATION, {"state": "absent"}),
        (triage.OPERATION, {"rules": RULES}),
    ],
    ids=["status", "false positive", "status with tags and a note", "tags", "notes", "triage"],
)
def test_a_run_is_taken_back(local_stage: Stage, tmp_path: Path, operation: Any, options: dict[str, Any]) -> None:
    before = seed(local_stage)
    receipt = tmp_path / "receipt.jsonl"
    done = run(local_stage.simulator, operation, alert_ids=[ONE, TWO], receipt=str(receipt), **options)
    assert (done["changed"], done["receipt"]) == (True, str(receipt))
    assert stat.S_IMODE(receipt.stat().st_mode) == 0o600
    assert "Adm1n-pass" not in receipt.read_text()
    after = held(local_stage.simulator)
    assert after != before

    predicted = run(local_stage.simulator, undo.OPERATION, check=True, receipt=str(receipt))
    assert held(local_stage.simulator) == after
    taken_back = run(local_stage.simulator, undo.OPERATION, receipt=str(receipt))
    assert held(local_stage.simulator) == before
    for part in ("changed", "alerts", "plan_digest", "diff", "echoes_changed"):
        assert predicted[part] == taken_back[part]
    again = run(local_stage.simulator, undo.OPERATION, receipt=str(receipt))
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])


def test_what_somebody_changed_since_stays(local_stage: Stage, tmp_path: Path) -> None:
    before = seed(local_stage)
    receipt = str(tmp_path / "receipt.jsonl")
    run(local_stage.simulator, triage.OPERATION, query={}, rules=RULES, receipt=receipt)
    run(local_stage.simulator, alert_notes.OPERATION, alert_ids=[TWO], note="An analyst was here")
    run(local_stage.simulator, alert_status.OPERATION, alert_ids=[TWO], status="completed")
    left = held(local_stage.simulator)
    result = run(local_stage.simulator, undo.OPERATION, receipt=receipt)
    assert result["summary"]["skipped"] == 1
    assert "Changed on the server" in next(row["skipped"] for row in result["alerts"] if row["id"] == TWO)
    assert held(local_stage.simulator) == {**before, TWO: left[TWO]}


@pytest.mark.parametrize("later", [0, 1], ids=["before the write", "after it"])
@pytest.mark.usefixtures("way_to_see")
def test_what_somebody_took_up_during_the_run_stays(local_stage: Stage, tmp_path: Path, later: int) -> None:
    local_stage.seed(alert(1), alert(2))
    receipt = str(tmp_path / "receipt.jsonl")
    looked_again = {"v10": 2, "v11": 3}[local_stage.dialect]
    mine = {"status": 3, "statusLabel": "In review", "statusObservation": "mine"}
    fault = {"kind": "conflict", "path": SIGHT, "nth": looked_again + later, "ids": [ONE], "set": mine}
    local_stage.simulator.faults(fault)
    done = run(local_stage.simulator, triage.OPERATION, query={}, rules=RULES[1:], receipt=receipt)
    local_stage.simulator.faults()
    assert done["summary"]["failed" if later else "skipped"] == 1
    taken_back = run(local_stage.simulator, undo.OPERATION, receipt=receipt)
    assert {row["id"] for row in taken_back["alerts"] if row["changed"]} == {TWO}
    assert held(local_stage.simulator)[ONE]["statusObservation"] == "mine"
    assert held(local_stage.simulator)[TWO]["status"] == 2


def test_an_echo_that_an_analyst_took_up_keeps_its_alert_closed(v11_stage: Stage, tmp_path: Path) -> None:
    seed(v11_stage)
    receipt = str(tmp_path / "receipt.jsonl")
    run(v11_stage.simulator, triage.OPERATION, query={}, rules=RULES, receipt=receipt)
    run(v11_stage.simulator, alert_status.OPERATION, alert_ids=[ECHO], status="in_review", reopen=True)
    result = run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert ECHO in next(row["skipped"] for row in result["alerts"] if row["id"] == ONE)
    assert held(v11_stage.simulator)[ECHO]["status"] == 3


def test_an_echo_that_the_run_left_as_it_was_is_not_dragged_along_by_undo(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1, status=3, statusObservation="looked at"), {**alert(2), "parentId": ONE})
    receipt = str(tmp_path / "receipt.jsonl")
    before = held(v11_stage.simulator)
    opened = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=[ONE], status="open", receipt=receipt)
    assert (opened["changed"], before[TWO]["status"]) == (True, 2)
    assert "failed" not in run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert held(v11_stage.simulator) == before


def test_a_receipt_is_never_overwritten_and_bad_ones_are_named(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    taken = tmp_path / "taken.jsonl"
    taken.write_text("mine")
    options: dict[str, Any] = {"alert_ids": [ONE], "status": "completed"}
    for path, word in ((taken, "exists"), (taken / "receipt.jsonl", "is not a directory")):
        for check in (True, False):
            result = run(local_stage.simulator, alert_status.OPERATION, check=check, receipt=str(path), **options)
            assert word in result["msg"]
            assert writes(local_stage.simulator) == []
    assert taken.read_text() == "mine"
    for path, word in ((taken, "not a receipt"), (tmp_path / "none", "cannot read"), (tmp_path, "holds no receipt of")):
        assert word in run(local_stage.simulator, undo.OPERATION, receipt=str(path))["msg"]


def test_a_receipt_of_another_address_is_undone_only_if_the_task_says_so(local_stage: Stage, tmp_path: Path) -> None:
    before = seed(local_stage)
    receipt = str(tmp_path / "receipt.jsonl")
    run(local_stage.simulator, alert_status.OPERATION, alert_ids=[ONE], status="completed", receipt=receipt)
    alias = {"receipt": receipt, "url": local_stage.simulator.url.replace("127.0.0.1", "localhost")}
    for check in (True, False):
        refused = run(local_stage.simulator, undo.OPERATION, check=check, **alias)
        assert "set `other_server: true`" in refused["msg"]
        assert writes(local_stage.simulator) == []
    undone = run(local_stage.simulator, undo.OPERATION, other_server=True, **alias)
    assert local_stage.simulator.url in undone["warnings"][0]
    assert held(local_stage.simulator) == before


@pytest.mark.parametrize("cut", [True, False], ids=["cut", "edited"])
def test_a_receipt_that_is_not_that_of_the_run_is_not_undone_in_part(
    local_stage: Stage, tmp_path: Path, cut: bool
) -> None:
    seed(local_stage)
    receipt = tmp_path / "receipt.jsonl"
    run(local_stage.simulator, alert_status.OPERATION, alert_ids=[ONE, TWO], status="completed", receipt=str(receipt))
    text = receipt.read_text()
    receipt.write_text(text[: text.rindex('{"id"')] if cut else text.replace('"completed"', '"open"', 1))
    for check in (True, False):
        result = run(local_stage.simulator, undo.OPERATION, check=check, receipt=str(receipt))
        assert ("it holds 1 of 2 alerts" if cut else "was changed after the run") in result["msg"]
        assert writes(local_stage.simulator) == []


def test_a_receipt_that_cannot_be_completed_hides_nothing(
    local_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seed(local_stage)
    receipt = tmp_path / "receipt.jsonl"

    def full_disk_at_last(*_paths: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    # A new file is linked to its place; only the second writing replaces one.
    monkeypatch.setattr(os, "replace", full_disk_at_last)
    result = run(
        local_stage.simulator, alert_status.OPERATION, alert_ids=[TWO], status="completed", receipt=str(receipt)
    )
    assert (result["failed"], result["changed"], result["summary"]["changed"]) == (True, True, 1)
    assert "No space left on device" in result["msg"]
    assert [path.name for path in tmp_path.iterdir()] == [receipt.name]
    monkeypatch.undo()
    assert run(local_stage.simulator, undo.OPERATION, receipt=str(receipt))["changed"] is True
    assert held(local_stage.simulator) == before


FILE_SYSTEMS = ["files without names", "hard links", "neither"]


def no_links(*_paths: Any) -> None:
    """A file system without hard links."""
    raise OSError(errno.EPERM, "Operation not permitted")


def as_file_system(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """Leave a file system what it can do."""
    if system != FILE_SYSTEMS[0]:
        monkeypatch.delattr(os, "O_TMPFILE")
    if system == FILE_SYSTEMS[2]:
        monkeypatch.setattr(os, "link", no_links)


def between_check_and_write(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Another run takes the receipt's place when it was found to be free."""
    head_of = receipts.head_of

    def late(*options: Any) -> dict[str, Any]:
        path.write_text("another run's")
        return head_of(*options)

    monkeypatch.setattr(receipts, "head_of", late)


@pytest.mark.parametrize("system", FILE_SYSTEMS)
def test_a_run_whose_receipt_was_taken_meanwhile_writes_nothing(
    local_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    seed(local_stage)
    receipt = tmp_path / "receipt.jsonl"
    between_check_and_write(monkeypatch, receipt)
    as_file_system(monkeypatch, system)
    result = run(
        local_stage.simulator, alert_status.OPERATION, alert_ids=[TWO], status="completed", receipt=str(receipt)
    )
    assert "`receipt`" in result["msg"]
    assert "exists" in result["msg"]
    assert writes(local_stage.simulator) == []
    assert [path.read_text() for path in tmp_path.iterdir()] == ["another run's"]


@pytest.mark.parametrize("system", FILE_SYSTEMS)
def test_one_of_many_makes_a_receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    as_file_system(monkeypatch, system)
    path = tmp_path / "receipt.jsonl"
    start = threading.Barrier(8)

    def make(number: int) -> str:
        start.wait()
        try:
            head = {"server": str(number), "dialect": "v11"}
            receipt_files.begin(str(path), head, [])
        except InvalidInput as error:
            return error.message
        return str(number)

    with ThreadPoolExecutor(max_workers=8) as pool:
        said = list(pool.map(make, range(8)))
    made = [line for line in said if line.isdigit()]
    assert [receipt_files.read(str(path)).server] == made
    assert all("exists" in line for line in said if line not in made)
    assert [path.name for path in tmp_path.iterdir()] == ["receipt.jsonl"]


@pytest.mark.parametrize("gone", [True, False])
def test_a_receipt_is_completed_only_in_the_file_that_the_run_made(
    local_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    seed(local_stage)
    receipt = tmp_path / "receipt.jsonl"
    complete = receipt_files.Journal.complete

    def after_the_file_changed(*options: Any) -> list[str]:
        receipt.unlink() if gone else receipt.write_text("mine now")
        return complete(*options)

    monkeypatch.setattr(receipt_files.Journal, "complete", after_the_file_changed)
    result = run(
        local_stage.simulator, alert_status.OPERATION, alert_ids=[TWO], status="completed", receipt=str(receipt)
    )
    assert result["summary"]["changed"] == 1
    if gone:
        assert "failed" not in result
        assert receipt_files.read(str(receipt)).entries[0].became == "changed"
    else:
        assert (result["failed"], receipt.read_text()) == (True, "mine now")
        assert "`receipt`" in result["msg"]
        assert "replaced by another process" in result["msg"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_directory_gets_a_receipt_named_after_server_and_time(local_stage: Stage, tmp_path: Path, slash: str) -> None:
    seed(local_stage)
    options: dict[str, Any] = {"alert_ids": [TWO], "status": "completed", "receipt": f"{tmp_path}{slash}"}
    assert run(local_stage.simulator, alert_status.OPERATION, check=True, **options)["receipt"] is None
    result = run(local_stage.simulator, alert_status.OPERATION, **options)
    (made,) = tmp_path.iterdir()
    assert result["receipt"] == str(made)
    assert re.fullmatch(r"127\.0\.0\.1_\d+-\d{8}T\d{6}\.\d{6}Z\.jsonl", made.name)
    assert run(local_stage.simulator, undo.OPERATION, receipt=str(made))["summary"]["changed"] == 1


def test_a_directory_for_receipts_is_created_for_its_owner_alone(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    directory = tmp_path / "new" / "receipts"
    options: dict[str, Any] = {"alert_ids": [TWO], "status": "completed", "receipt": f"{directory}/"}
    checked = run(local_stage.simulator, alert_status.OPERATION, check=True, **options)
    assert (checked["receipt"], checked["check_mode"], list(tmp_path.iterdir())) == (None, True, [])
    result = run(local_stage.simulator, alert_status.OPERATION, **options)
    assert (Path(result["receipt"]).parent, result["check_mode"]) == (directory, False)
    assert [oct(path.stat().st_mode)[-3:] for path in (directory.parent, directory)] == ["700", "700"]


def test_a_receipt_that_everybody_may_replace_needs_consent(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    tmp_path.chmod(0o777)
    options: dict[str, Any] = {"alert_ids": [TWO], "status": "completed", "receipt": f"{tmp_path}/"}
    for check in (True, False):
        result = run(local_stage.simulator, alert_status.OPERATION, check=check, **options)
        assert "allow_insecure_directory" in result["msg"]
        assert (writes(local_stage.simulator), list(tmp_path.iterdir())) == ([], [])
    result = run(local_stage.simulator, alert_status.OPERATION, allow_insecure_directory=True, **options)
    assert (result["changed"], oct(tmp_path.stat().st_mode)[-3:]) == (True, "777")


def test_nothing_to_change_leaves_no_receipt(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    receipt = tmp_path / "receipt.jsonl"
    result = run(local_stage.simulator, alert_status.OPERATION, alert_ids=[ONE], status="open", receipt=str(receipt))
    assert (result["changed"], result["receipt"], receipt.exists()) == (False, None, False)


def test_what_the_server_lost_is_told_and_not_taken_back(local_stage: Stage, tmp_path: Path) -> None:
    before = seed(local_stage)
    receipt = str(tmp_path / "receipt.jsonl")
    local_stage.simulator.faults({"kind": "lose-writes", "path": "/api/utm-alerts/tags"})
    failed = run(local_stage.simulator, triage.OPERATION, query={}, rules=RULES, receipt=receipt)
    assert failed["failed"] is True
    local_stage.simulator.faults()
    taken_back = run(local_stage.simulator, undo.OPERATION, receipt=receipt)
    assert "failed" not in taken_back, taken_back
    assert held(local_stage.simulator) == before
