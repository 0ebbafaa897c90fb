# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands on disk before an incident is changed, and what becomes of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import recording
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.recording import (
    Record,
    continuing,
    finish_undone,
    journal_path,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing import receipt_files
from ansible_collections.utmstack.siem.plugins.module_utils.writing.receipts import Entry, Receipt, RecordedIncident
from ansible_collections.utmstack.siem.plugins.module_utils.writing.run_receipt import Keeping

SERVER, NAME = "https://siem.example", "INC"
MINE = {"status": "in_review", "observation": "Evidence"}
OPEN = {"status": "open", "observation": ""}
BLOCKED = {"status": "completed", "observation": "Blocked"}
BEFORE = {"description": "", "assigned_to": None, "status": "open", "solution": ""}
AFTER = {**BEFORE, "status": "completed", "solution": "Blocked"}
INCIDENT = RecordedIncident(7, NAME, BEFORE, AFTER, BLOCKED)
ENTRIES = [Entry("a1", "A", MINE, MINE), Entry("a2", "B", OPEN, BLOCKED, None, {"e1": (MINE, BLOCKED)})]


@pytest.fixture(autouse=True)
def _own_journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def begun(receipt: str | None = None, incident: RecordedIncident = INCIDENT) -> Record:
    """The record of a run that is killed after it began it."""
    record = Record.find(SERVER, "v11", NAME, Keeping(receipt))
    record.describe(incident, "4f0c")
    record.begin(ENTRIES)
    return record


def found(receipt: str | None = None, **where: Any) -> Record:
    return Record.find(**{"server": SERVER, "dialect": "v11", "name": NAME, "keeping": Keeping(receipt), **where})


def test_the_journal_holds_all_and_nobody_else_can_read_it() -> None:
    begun()
    path = Path(journal_path(SERVER, NAME))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    (left,) = found().left
    assert (left.incident, left.receipt.entries) == (INCIDENT, ENTRIES)


@pytest.mark.parametrize(
    "other", [{"server": "https://other.example"}, {"dialect": "v10"}, {"name": "inc"}], ids=["server", "major", "name"]
)
def test_a_record_belongs_to_one_incident(tmp_path: Path, other: dict[str, str]) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    begun(receipt)
    assert [left.path for left in found(receipt).left] == [receipt, journal_path(SERVER, NAME)]
    with pytest.raises(InvalidInput, match=r"exists\. Receipts are never overwritten"):
        found(receipt, **other)
    assert list(found(**other).left) == []


def test_a_finished_run_leaves_its_receipt_and_no_journal(tmp_path: Path) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    record = begun(receipt)
    record.see([replace(entry, became="changed") for entry in ENTRIES], is_complete=True)
    assert record.as_result(True, lambda text: False)["receipt"] == receipt
    read = receipt_files.read(receipt)
    assert read.incident == replace(INCIDENT, is_finished=True)
    assert [entry.became for entry in read.entries] == ["changed", "changed"]
    assert not Path(journal_path(SERVER, NAME)).exists()
    assert list(found().left) == []


def test_a_run_that_did_not_see_all_leaves_both(tmp_path: Path) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    begun(receipt).see([replace(entry, became="failed") for entry in ENTRIES], is_complete=False)
    assert [left.path for left in found(receipt).left] == [receipt, journal_path(SERVER, NAME)]


def test_another_runs_journal_is_not_removed() -> None:
    record = begun()
    begun(incident=replace(INCIDENT, after={**AFTER, "solution": "Other"}))
    record.see(ENTRIES, is_complete=True)
    (left,) = found().left
    assert left.incident.after["solution"] == "Other"


def test_an_alert_that_changed_before_the_change_was_sent_is_recorded_anew(tmp_path: Path) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    record = begun(receipt)
    record.update([replace(ENTRIES[0], before=OPEN, after=OPEN), ENTRIES[1]])
    for left in found(receipt).left:
        assert left.receipt.entries[0].before == OPEN


def test_alerts_alone_need_no_journal(tmp_path: Path) -> None:
    """Without a change of the incident, nothing is overwritten that would have to be restored."""
    receipt = str(tmp_path / "receipt.jsonl")
    begun(receipt, replace(INCIDENT, after=BEFORE, written=None))
    assert not Path(journal_path(SERVER, NAME)).exists()
    assert receipt_files.read(receipt).entries == ENTRIES


def test_a_directory_is_searched_for_the_receipts_of_the_incident(tmp_path: Path) -> None:
    directory = f"{tmp_path}/receipts/"
    os.mkdir(directory)
    first = begun(directory)
    assert first.path is not None
    Path(journal_path(SERVER, NAME)).unlink()
    assert [left.path for left in found(directory).left] == [first.path]
    assert found(directory).path == first.path
    other = found(directory, name="Other")
    assert (list(other.left), other.path == first.path) == ([], False)


def test_a_continued_receipt_undoes_both_runs(tmp_path: Path) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    begun(receipt)
    record = found(receipt)
    record.describe(INCIDENT, "4f0c")
    # The killed run had closed a2 and its echo.
    record.begin([Entry("a1", "A", MINE, MINE), Entry("a2", "B", BLOCKED, BLOCKED, None, {"e1": (BLOCKED, BLOCKED)})])
    _first, second = receipt_files.read(receipt).entries
    assert (second.before, second.echoes["e1"][0]) == (OPEN, MINE)


def test_what_an_analyst_wrote_after_the_killed_run_is_what_undo_restores() -> None:
    theirs = {"status": "in_review", "observation": "Theirs"}
    earlier = Receipt({}, ENTRIES)
    (kept, *rest) = continuing([Entry("a2", "B", theirs, BLOCKED, "changed")], earlier)
    assert kept.before == theirs
    assert [entry.alert_id for entry in rest] == ["a1"]
    (closed, _rest) = continuing([Entry("a2", "B", BLOCKED, BLOCKED, "unchanged")], earlier)
    assert (closed.before, closed.became) == (OPEN, "changed")


@pytest.mark.parametrize(("fields", "is_left"), [(AFTER, False), (BEFORE, True)], ids=["stored", "not seen"])
def test_a_record_stays_while_the_change_may_still_come(fields: dict[str, Any], is_left: bool) -> None:
    begun()
    found().close_left(fields)
    assert bool(found().left) is is_left
    path = journal_path(SERVER, NAME)
    if is_left:
        os.utime(path, (0, 0))
        found().close_left(fields)
    assert not Path(path).exists()


def test_an_undone_run_is_not_completed_by_the_next(tmp_path: Path) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    begun(receipt)
    assert finish_undone(receipt, receipt_files.read(receipt)) == []
    assert list(found().left) == []
    recorded = receipt_files.read(receipt).incident
    assert recorded is not None
    assert recorded.is_finished


def test_undo_leaves_the_journal_of_a_later_run(tmp_path: Path) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    begun(receipt)
    undone = receipt_files.read(receipt)
    begun()
    finish_undone(receipt, undone)
    assert len(found().left) == 1


def test_without_a_home_the_journal_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    record = begun()
    assert "could not be recorded" in record.warnings[0]
    assert "Set `receipt`" in record.warnings[0]


def test_a_place_below_the_home_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert recording.user_directory() == f"{tmp_path}/.local/state/utmstack.siem"


def test_a_journal_that_everybody_may_replace_is_a_warning_or_needs_consent(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    assert "mode 0777" in begun().warnings[0]
    assert not Path(journal_path(SERVER, NAME)).exists()
    record = Record.find(SERVER, "v11", NAME, Keeping(allow_insecure=True))
    record.describe(INCIDENT, "4f0c")
    record.begin(ENTRIES)
    assert (record.warnings, Path(journal_path(SERVER, NAME)).exists()) == ([], True)
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o777


def test_a_relative_home_of_journals_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Path(journal_path(SERVER, NAME)).parent == tmp_path / ".local" / "state" / "utmstack.siem"
