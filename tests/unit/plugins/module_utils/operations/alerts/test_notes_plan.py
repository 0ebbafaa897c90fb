# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.notes_plan import note_after, plan, writes
from hypothesis import example, given
from hypothesis import strategies as st

from ...builders import alert, selection

LINE = st.text("abc |", min_size=1).filter(lambda text: text.strip() and text == text.strip())


@given(LINE, LINE)
@example("b |", "a")
def test_the_same_text_is_not_appended_twice(current: str, note: str) -> None:
    once = note_after(current, note, "present", "append")
    assert note_after(once, note, "present", "append") == once


@given(st.text("abc", min_size=1), st.text("def", min_size=1))
def test_removing_what_was_appended_restores(current: str, note: str) -> None:
    appended = note_after(current, note, "present", "append")
    assert appended == f"{current} | {note}"
    assert note_after(appended, note, "absent", "replace") == current


def test_a_part_of_a_word_does_not_count_as_the_same_text() -> None:
    assert note_after("checked twice", "checked", "present", "append") == "checked twice | checked"


def test_text_of_several_lines_is_found_again() -> None:
    assert note_after("x | a | b", "a | b", "present", "append") == "x | a | b"


def test_replace_and_absent() -> None:
    assert note_after("old", "new", "present", "replace") == "new"
    assert note_after("old", "", "absent", "replace") == ""
    assert note_after("old", "other", "absent", "replace") == "old"


def test_a_blank_note_is_no_note() -> None:
    assert plan(selection(alert(notes=" ")), "", "absent", "replace").edits == []


def test_removing_a_note_stores_a_blank_because_an_empty_body_would_store_the_word_null() -> None:
    (edit,) = plan(selection(alert(notes="old")), "", "absent", "replace").edits
    ((alert_id, write),) = writes(edit, edit.alert, ())
    assert (alert_id, write.value) == ("a1", " ")


def test_a_note_that_would_be_lost_is_not_rewritten() -> None:
    planned = plan(selection(alert(notes="naïve")), "more", "present", "append")
    assert planned.edits == []
    assert "could not be kept" in planned.errors["a1"]


def test_many_different_notes_are_warned_about() -> None:
    alerts = [alert(f"a{number}", notes=f"note {number}") for number in range(76)]
    assert "76 different notes" in plan(selection(*alerts), "x", "present", "append").warnings[0]
    assert plan(selection(*alerts), "x", "present", "replace").warnings == []
