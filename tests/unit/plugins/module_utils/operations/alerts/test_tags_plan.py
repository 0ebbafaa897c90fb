# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.tags_plan import (
    TagChange,
    plan_tags,
    unreleased_warnings,
)
from hypothesis import given
from hypothesis import strategies as st

from ...builders import alert, selection

TAGS = st.lists(st.text("abcXYZ ", min_size=1).filter(str.strip), unique=True)
STATES = st.sampled_from(["present", "absent", "set"])


@given(TAGS, TAGS, STATES)
def test_nothing_is_planned_after_the_plan_was_applied(current: list[str], named: list[str], state: str) -> None:
    after = TagChange(named, state).tags_after(current)
    assert plan_tags(selection(alert(tags=tuple(after))), TagChange(named, state)).edits == []


@given(TAGS, TAGS)
def test_present_then_absent_restores(current: list[str], named: list[str]) -> None:
    new = [tag for tag in named if tag not in current]
    assert TagChange(new, "absent").tags_after(TagChange(new, "present").tags_after(current)) == sorted(current)


@given(TAGS, TAGS, STATES)
def test_the_order_of_tags_does_not_matter(current: list[str], named: list[str], state: str) -> None:
    assert TagChange(named[::-1], state).tags_after(current[::-1]) == TagChange(named, state).tags_after(current)


def test_other_tags_survive() -> None:
    assert TagChange(["new"], "present").tags_after(["keep", "drop"]) == ["drop", "keep", "new"]
    assert TagChange(["drop"], "absent").tags_after(["keep", "drop"]) == ["keep"]
    assert TagChange(["new"], "set").tags_after(["keep", "drop"]) == ["new"]


def test_letter_case_counts() -> None:
    assert TagChange(["False positive"], "present").tags_after(["False Positive"]) == [
        "False Positive",
        "False positive",
    ]
    assert TagChange(["False positive"], "absent").tags_after(["False Positive"]) == ["False Positive"]


def test_normalizing_replaces_other_spellings_on_the_alert() -> None:
    assert TagChange(["False positive"], "present", normalize=True).tags_after(["false-positive", "x"]) == [
        "False positive",
        "x",
    ]
    assert TagChange(["False positive"], "absent", normalize=True).tags_after(["false-positive", "x"]) == ["x"]


def test_a_tag_is_replaced_only_where_it_is() -> None:
    assert TagChange(["new"], "present", replaces=["old"]).tags_after(["keep", "old"]) == ["keep", "new"]
    assert TagChange(["new"], "present", replaces=["old"]).tags_after(["keep"]) == ["keep"]
    assert TagChange(["new"], "present", replaces=["old", "older"]).tags_after(["new", "old"]) == ["new"]
    assert TagChange(["new"], "present", replaces=["old"]).tags_after(["Old"]) == ["Old"]


def test_an_alert_that_holds_an_unwritable_tag_is_an_error_and_not_an_edit() -> None:
    planned = plan_tags(selection(alert("a1", tags=("Bob's laptop",)), alert("a2")), TagChange(["new"], "present"))
    assert [edit.alert.id for edit in planned.edits] == ["a2"]
    assert "would lose another tag" in planned.errors["a1"]


def test_removing_the_unwritable_tag_works() -> None:
    planned = plan_tags(selection(alert(tags=("Bob's laptop", "x"))), TagChange(["x"], "set"))
    assert [edit.after for edit in planned.edits] == [{"tags": ["x"]}]


def warned(dialect: Dialect, tags: list[str], status: str = "automatic_review", held: tuple[str, ...] = ()) -> bool:
    planned = plan_tags(selection(alert("a1", status=status, tags=held)), TagChange(tags, "present"))
    return any("utmstack_alert_status" in text for text in unreleased_warnings(planned, dialect))


def test_an_alert_that_would_stay_in_automatic_review_is_warned_about() -> None:
    assert warned(V11, ["False positive"])
    # The server looks for words.
    assert warned(V11, ["Not false, but positive"])
    assert warned(V11, ["positive"], held=("FALSE",))
    assert not warned(V11, ["False"])
    assert not warned(V11, ["False positive"], status="open")
    assert not warned(V11, ["Scan"], held=("False positive",))
    assert not warned(V10, ["False positive"])


def test_the_same_tags_in_another_order_or_twice_are_no_change() -> None:
    for held in (("b", "a"), ("a", "b", "b")):
        assert plan_tags(selection(alert(tags=held)), TagChange(["a"], "present")).edits == []
        assert plan_tags(selection(alert(tags=held)), TagChange(["b", "a", "b"], "set")).edits == []
