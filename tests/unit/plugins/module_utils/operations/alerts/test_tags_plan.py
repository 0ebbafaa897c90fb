# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.tags_plan import plan, tags_after
from hypothesis import given
from hypothesis import strategies as st

from ...builders import alert, selection

TAGS = st.lists(st.text("abcXYZ ", min_size=1).filter(str.strip), unique=True)
STATES = st.sampled_from(["present", "absent", "set"])


@given(TAGS, TAGS, STATES)
def test_nothing_is_planned_after_the_plan_was_applied(current: list[str], named: list[str], state: str) -> None:
    after = tags_after(current, named, state)
    assert plan(selection(alert(tags=tuple(after))), named, state).edits == []


@given(TAGS, TAGS)
def test_present_then_absent_restores(current: list[str], named: list[str]) -> None:
    new = [tag for tag in named if tag not in current]
    assert tags_after(tags_after(current, new, "present"), new, "absent") == sorted(current)


@given(TAGS, TAGS, STATES)
def test_the_order_of_tags_does_not_matter(current: list[str], named: list[str], state: str) -> None:
    assert tags_after(current[::-1], named[::-1], state) == tags_after(current, named, state)


def test_other_tags_survive() -> None:
    assert tags_after(["keep", "drop"], ["new"], "present") == ["drop", "keep", "new"]
    assert tags_after(["keep", "drop"], ["drop"], "absent") == ["keep"]
    assert tags_after(["keep", "drop"], ["new"], "set") == ["new"]


def test_letter_case_counts() -> None:
    assert tags_after(["False Positive"], ["False positive"], "present") == ["False Positive", "False positive"]
    assert tags_after(["False Positive"], ["False positive"], "absent") == ["False Positive"]


def test_normalizing_replaces_other_spellings_on_the_alert() -> None:
    assert tags_after(["false-positive", "x"], ["False positive"], "present", normalize=True) == ["False positive", "x"]
    assert tags_after(["false-positive", "x"], ["False positive"], "absent", normalize=True) == ["x"]


def test_a_tag_is_replaced_only_where_it_is() -> None:
    assert tags_after(["keep", "old"], ["new"], "present", replaces=["old"]) == ["keep", "new"]
    assert tags_after(["keep"], ["new"], "present", replaces=["old"]) == ["keep"]
    assert tags_after(["new", "old"], ["new"], "present", replaces=["old", "older"]) == ["new"]
    assert tags_after(["Old"], ["new"], "present", replaces=["old"]) == ["Old"]


def test_an_alert_that_holds_an_unwritable_tag_is_an_error_and_not_an_edit() -> None:
    planned = plan(selection(alert("a1", tags=("Bob's laptop",)), alert("a2")), ["new"], "present")
    assert [edit.alert.id for edit in planned.edits] == ["a2"]
    assert "would be lost" in planned.errors["a1"]


def test_removing_the_unwritable_tag_works() -> None:
    planned = plan(selection(alert(tags=("Bob's laptop", "x"))), ["x"], "set")
    assert [edit.after for edit in planned.edits] == [{"tags": ["x"]}]
