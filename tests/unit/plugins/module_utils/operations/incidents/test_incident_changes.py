# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly a change of an incident sends: its alerts are read and recorded before it, and restored after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import (
    applying,
    recording,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing import receipt_files

from ...exchanges import URL, Exchange, exchanged
from .incident_exchanges import (
    COMPLETED,
    LINK,
    LOOKED,
    MARKED,
    PLANNED,
    PUT,
    ROW,
    documents,
    linked,
    named,
    numbered,
    restored,
    run,
)


@pytest.mark.parametrize("refused", [{"status": 429}, {"status": 503}], ids=str)
def test_after_a_wait_the_alerts_are_read_and_recorded_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, refused: dict[str, Any]
) -> None:
    receipt = tmp_path / "receipt.jsonl"
    theirs = {**MARKED, "statusObservation": "Theirs"}
    again = (numbered(ROW), documents(theirs, echoes=True), numbered(ROW), PUT, *restored(theirs))
    with exchanged(monkeypatch, *PLANNED, *LOOKED, replace(PUT, answer=None, **refused), *again) as (client, waits):
        result = run(client, status="in_review", receipt=str(receipt))
    assert (result.get("failed"), waits) == (None, [0.5])
    (entry,) = receipt_files.read(str(receipt)).entries
    assert entry.before == {"status": "open", "observation": "Theirs"}


def test_alerts_that_an_earlier_attempt_overwrote_keep_the_words_that_were_read_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server writes the alerts first, and rolls only the incident back."""
    overwritten = {**MARKED, "status": 3, "statusObservation": ""}
    failed = replace(PUT, answer={"detail": "could not execute statement"}, status=500)
    again = (numbered(ROW), numbered(ROW), documents(overwritten, echoes=True), numbered(ROW), PUT, *restored(MARKED))
    with exchanged(monkeypatch, *PLANNED, *LOOKED, failed, *again) as (client, waits):
        result = run(client, status="in_review")
    assert (result.get("failed"), waits) == (None, [0.5])


def test_an_incident_that_changes_while_its_alerts_are_read_again_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = {**ROW, "incidentDescription": "Evidence"}
    again = (
        numbered(ROW),
        documents(MARKED, echoes=True),
        numbered(theirs),
        numbered(theirs),
        documents(MARKED, echoes=True),
    )
    refused = replace(PUT, answer=None, status=503)
    with exchanged(monkeypatch, *PLANNED, *LOOKED, refused, *again) as (client, _waits):
        result = run(client, status="in_review")
    assert result["failed"] is True
    assert "changed on the server in the meantime" in result["msg"]


def test_a_look_is_good_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a large incident takes longer; then it is read once more."""
    ticks = iter(range(0, 300, 3))
    again = (documents(MARKED, echoes=True), numbered(ROW), PUT, *restored(MARKED))
    with exchanged(monkeypatch, *PLANNED, *LOOKED, *again, clock=lambda: float(next(ticks))) as (client, _waits):
        assert run(client, status="in_review").get("failed") is None


def test_the_words_are_on_disk_when_the_change_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    receipt, seen = tmp_path / "receipt.jsonl", []
    change = applying.change_incident

    def recorded(*arguments: Any) -> None:
        for path in (str(receipt), recording.journal_path(URL, "INC-1")):
            found = receipt_files.read(path)
            assert found.incident is not None
            assert not found.incident.is_finished
            seen.extend(entry.before for entry in found.entries)
        change(*arguments)

    monkeypatch.setattr(applying, "change_incident", recorded)
    with exchanged(monkeypatch, *PLANNED, *LOOKED, PUT, *restored(MARKED)) as (client, _waits):
        result = run(client, status="in_review", receipt=str(receipt))
    assert seen == [{"status": "open", "observation": "Mine"}] * 2
    assert (result["receipt"], result["recovered"]) == (str(receipt), [])
    finished = receipt_files.read(str(receipt)).incident
    assert finished is not None
    assert finished.is_finished


def test_a_receipt_that_cannot_be_written_keeps_the_incident_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.jsonl"

    def full(*_arguments: Any) -> None:
        raise InvalidInput("`receipt`: no space left")

    monkeypatch.setattr(receipt_files, "begin", full)
    with exchanged(monkeypatch, *PLANNED, *LOOKED) as (client, _waits):
        result = run(client, status="in_review", receipt=str(receipt))
    assert (result["failed"], result["changed"]) == (True, False)
    assert "no space left" in result["msg"]


HELD = {**MARKED, "tags": ["Hold"]}
COMPLETE: dict[str, Any] = {"status": "completed", "solution": "Blocked", "close_alerts": True}


def kept(*looks: Exchange) -> tuple[Exchange, ...]:
    """The requests that complete the incident, and give the held alert its words again."""
    return (*looks, replace(PUT, sent=COMPLETED, answer=COMPLETED), *restored(HELD, COMPLETED))


def test_a_held_alert_keeps_its_words_when_its_incident_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = documents(HELD, echoes=True)
    looks = (named(ROW), linked(LINK), seen, linked(LINK), seen, numbered(ROW))
    with exchanged(monkeypatch, *kept(*looks)) as (client, _waits):
        result = run(client, **COMPLETE)
    (row,) = result["alerts"]
    assert (row["changed"], row["skipped"]) == (False, "Not closed. The alert carries a hold tag.")
    assert (result.get("failed"), result["summary"]["skipped"]) == (None, 1)


def test_an_alert_that_gets_a_hold_tag_meanwhile_is_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = (*PLANNED, linked(LINK), documents(HELD, echoes=True), numbered(ROW))
    with exchanged(monkeypatch, *kept(*looks)) as (client, _waits):
        result = run(client, **COMPLETE)
    assert result["failed"] is True
    assert result["alerts"][0]["error"] == "Not closed. The alert carries a hold tag."
