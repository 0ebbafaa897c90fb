# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.notes_plan import NoteChange, plan_notes
from hypothesis import example, given
from hypothesis import strategies as st

from ...builders import alert, selection

LINE = st.text("abc |", min_size=1).filter(lambda text: text.strip() and text == text.strip())


@given(LINE, LINE)
@example("b |", "a")
def test_the_same_text_is_not_appended_twice(current: str, note: str) -> None:
    once = NoteChange(note, "present", "append").note_after(current)
    assert NoteChange(note, "present", "append").note_after(once) == once


@given(st.text("abc", min_size=1), st.text("def", min_size=1))
def test_removing_what_was_appended_restores(current: str, note: str) -> None:
    appended = NoteChange(note, "present", "append").note_after(current)
    assert appended == f"{current} | {note}"
    assert NoteChange(note, "absent", "replace").note_after(appended) == current


def test_a_part_of_a_word_does_not_count_as_the_same_text() -> None:
    assert NoteChange("checked", "present", "append").note_after("checked twice") == "checked twice | checked"


def test_text_of_several_lines_is_found_again() -> None:
    assert NoteChange("a | b", "present", "append").note_after("x | a | b") == "x | a | b"


def test_replace_and_absent() -> None:
    assert NoteChange("new", "present", "replace").note_after("old") == "new"
    assert NoteChange("", "absent", "replace").note_after("old") == ""
    assert NoteChange("other", "absent", "replace").note_after("old") == "old"


def test_a_blank_note_is_no_note() -> None:
    assert plan_notes(selection(alert(notes=" ")), NoteChange("", "absent", "replace")).edits == []


def test_removing_a_note_writes_an_empty_one() -> None:
    change = NoteChange("", "absent", "replace")
    (edit,) = plan_notes(selection(alert(notes="old")), change).edits
    ((alert_id, write),) = change.writes(edit, edit.alert, ())
    assert (alert_id, write.value) == ("a1", "")


def test_a_note_that_would_be_lost_is_not_rewritten() -> None:
    planned = plan_notes(selection(alert(notes="naïve")), NoteChange("more", "present", "append"))
    assert planned.edits == []
    assert "would damage the alert's own note" in planned.errors["a1"]


def test_many_different_notes_are_warned_about() -> None:
    alerts = [alert(f"a{number}", notes=f"note {number}") for number in range(76)]
    assert "76 different notes" in plan_notes(selection(*alerts), NoteChange("x", "present", "append")).warnings[0]
    assert plan_notes(selection(*alerts), NoteChange("x", "present", "replace")).warnings == []
