# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What undo restores, on plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.undo_plan import (
    Restoration,
    plan_undo,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import Plan
from ansible_collections.utmstack.siem.plugins.module_utils.writing.receipts import (
    WATCHED,
    Entry,
    Receipt,
    RecordedIncident,
)

from ...builders import alert, selection

WRITTEN = {"status": "completed", "observation": "Planned", "tags": ["Scan"], "notes": ""}
DONE = alert(status="completed", observation="Planned", tags=("Scan",))


def undone(**before: Any) -> Plan:
    entry = Entry("a1", "Repeated failed logins", {**WRITTEN, **before}, WRITTEN, "changed")
    return plan_undo(selection(DONE, echoes={}), Restoration(Receipt({}, [entry])))


def test_a_field_that_cannot_be_restored_keeps_no_other_from_being_restored() -> None:
    plan = undone(status="open", observation="", tags=["owner's"])
    (edit,) = plan.edits
    assert edit.after == {**WRITTEN, "status": "open", "observation": ""}
    assert plan.errors["a1"].startswith("Not everything can be restored.")
    assert "owner's" in plan.errors["a1"]


def test_each_field_that_cannot_be_restored_is_named() -> None:
    plan = undone(observation="two\nlines", tags=["owner's"], notes="kept")
    assert plan.edits[0].after == {**WRITTEN, "notes": "kept"}
    assert "owner's" in plan.errors["a1"]
    assert "line" in plan.errors["a1"]


def test_a_status_without_a_word_is_named_and_nothing_else_is_lost() -> None:
    plan = undone(status="unknown (4)", tags=[])
    assert plan.edits[0].after == {**WRITTEN, "tags": []}
    assert "'unknown (4)'" in plan.errors["a1"]


def test_nothing_that_can_be_restored_is_no_edit() -> None:
    plan = undone(tags=["owner's"])
    assert list(plan.edits) == []
    assert list(plan.errors) == ["a1"]


@pytest.mark.parametrize("became", ["unchanged", WATCHED])
@pytest.mark.parametrize("recorded", [True, False], ids=["with its alert", "as an alert"])
def test_a_selected_echo_that_the_run_did_not_decide_on_gets_its_state_back(became: str, recorded: bool) -> None:
    own = {"status": "in_review", "observation": "mine", "tags": [], "notes": ""}
    moved = {**own, "status": "completed", "observation": "Planned", "tags": ["False positive"]}
    echo = alert("e1", parent_id="a1", status="completed", observation="Planned")
    if recorded:
        echo = replace(echo, tags=("False positive",))
    before = {**WRITTEN, "status": "open", "observation": ""}
    echoes = {"e1": (own, moved)} if recorded else {}
    entries = [Entry("a1", "A", before, WRITTEN, "changed", echoes), Entry("e1", "E", own, own, became)]
    restoration = Restoration(Receipt({}, entries))
    plan = plan_undo(selection(DONE, echoes={"a1": [echo]}), restoration)
    (edit,) = plan.edits
    assert (dict(plan.skipped), [one.id for one in edit.echoes]) == ({}, ["e1"])
    assert restoration.echo_after(edit, echo) == own


def test_an_echo_that_an_analyst_took_keeps_its_alert_from_being_restored() -> None:
    own = {"status": "in_review", "observation": "mine", "tags": [], "notes": ""}
    before = {**WRITTEN, "status": "open", "observation": ""}
    entries = [Entry("a1", "A", before, WRITTEN, "changed"), Entry("e1", "E", own, own, "unchanged")]
    taken = alert("e1", parent_id="a1", status="open", observation="an analyst's")
    plan = plan_undo(selection(DONE, echoes={"a1": [taken]}), Restoration(Receipt({}, entries)))
    assert list(plan.edits) == []
    assert "Its echo e1 changed" in plan.skipped["a1"]


CASCADE = {"status": "completed", "observation": "Blocked"}
EVIDENCE = {"status": "in_review", "observation": "Evidence"}


def of_an_incident(*entries: Entry) -> Restoration:
    """The receipt of a change of an incident that was killed."""
    incident = RecordedIncident(7, "INC", {"status": "open"}, {"status": "completed"}, CASCADE)
    return Restoration(Receipt({}, entries, incident=incident))


def test_words_that_the_change_of_an_incident_overwrote_are_restored() -> None:
    restoration = of_an_incident(Entry("a1", "A", EVIDENCE, EVIDENCE, None, {"e1": (EVIDENCE, EVIDENCE)}))
    overwritten = alert(status="completed", observation="Blocked")
    echo = alert("e1", parent_id="a1", status="completed", observation="Blocked")
    (edit,) = plan_undo(selection(overwritten, echoes={"a1": [echo]}), restoration).edits
    assert edit.after == EVIDENCE


def test_an_echo_that_was_not_restored_yet_is_restored_beside_its_alert() -> None:
    other = {"status": "open", "observation": "Mine"}
    restoration = of_an_incident(Entry("a1", "A", EVIDENCE, EVIDENCE, None, {"e1": (other, other)}))
    restored = alert(status="in_review", observation="Evidence")
    for held in (CASCADE, EVIDENCE):
        echo = alert("e1", parent_id="a1", **held)
        (edit,) = plan_undo(selection(restored, echoes={"a1": [echo]}), restoration).edits
        assert [write.value for _id, write in restoration.writes(edit, restored, edit.echoes)] == [("open", "Mine")]


def test_what_an_analyst_wrote_after_the_change_of_the_incident_stays() -> None:
    restoration = of_an_incident(Entry("a1", "A", EVIDENCE, EVIDENCE))
    plan = plan_undo(selection(alert(status="completed", observation="Theirs"), echoes={}), restoration)
    assert (list(plan.edits), list(plan.skipped)) == ([], ["a1"])


def test_words_that_cannot_be_stored_as_they_were_become_one_line() -> None:
    before, after = {"status": "open", "observation": "two\nlines"}, {"status": "open", "observation": "two lines"}
    restoration = of_an_incident(Entry("a1", "A", before, after))
    plan = plan_undo(selection(alert(status="completed", observation="Blocked"), echoes={}), restoration)
    assert [edit.after for edit in plan.edits] == [after]
    assert plan.errors["a1"].startswith("Not everything can be restored.")
