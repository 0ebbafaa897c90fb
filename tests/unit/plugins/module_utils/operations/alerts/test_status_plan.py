# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.alert_status import change_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.status_plan import (
    StatusChange,
    plan_status,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.change import Seen
from ansible_collections.utmstack.siem.plugins.module_utils.writing.guardrails import Guardrails
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import Write
from hypothesis import given
from hypothesis import strategies as st

from ...builders import alert, selection
from ...exchanges import params

ALERTS = st.builds(
    alert,
    status=st.sampled_from(["automatic_review", "open", "in_review", "completed"]),
    observation=st.text("ab\n\\u", max_size=6),
    tags=st.lists(st.sampled_from(["False positive", "x", "y"]), unique=True).map(tuple),
    notes=st.sampled_from(["", " ", "seen", "scan | seen", "caf\u00e9"]),
)
ADDED = {"tags": st.sampled_from([(), ("x",), ("z", "x", "z")]), "note": st.none() | st.sampled_from(["scan", "seen"])}
WISHES = st.builds(
    StatusChange,
    status=st.sampled_from(["open", "in_review", "completed"]),
    observation=st.none() | st.text("ab", max_size=3),
    update_observation=st.booleans(),
    reopen=st.just(True),
    **ADDED,
) | st.builds(StatusChange, status=st.just("completed"), observation=st.none(), false_positive=st.just(True), **ADDED)


@given(ALERTS, WISHES)
def test_nothing_is_planned_after_the_plan_was_applied(current: Alert, wanted: StatusChange) -> None:
    planned = plan_status(selection(current), wanted)
    for edit in planned.edits:
        done = replace(edit.alert, **{**edit.after, "tags": tuple(edit.after.get("tags", edit.alert.tags))})
        assert plan_status(selection(done), wanted).edits == []


@given(ALERTS, WISHES)
def test_the_planned_writes_give_an_alert_all_that_the_plan_says_and_nothing_else(
    current: Alert, wanted: StatusChange
) -> None:
    for edit in plan_status(selection(current), wanted).edits:
        stored: dict[str, object] = dict(edit.before)
        for alert_id, write in wanted.writes(edit, edit.alert, []):
            assert alert_id == current.id
            if write.kind == "status":
                stored["status"], stored["observation"] = write.value
            else:
                stored[write.kind] = list(write.value) if write.kind == "tags" else write.value
        assert stored == edit.after
        assert set(edit.after.get("tags", ())) >= set(edit.before.get("tags", ()))


def test_an_observation_alone_is_no_change() -> None:
    completed = alert(status="completed", observation="an analyst's words")
    assert plan_status(selection(completed), StatusChange("completed", "ours")).edits == []
    (edit,) = plan_status(selection(completed), StatusChange("completed", "ours", update_observation=True)).edits
    assert edit.after == {"status": "completed", "observation": "ours"}


def test_without_an_observation_the_analysts_words_stay() -> None:
    assert StatusChange("completed").state_after(alert(observation="words")) == {
        "status": "completed",
        "observation": "words",
    }


def test_words_that_cannot_be_sent_back_are_changed_visibly_or_refused() -> None:
    current = selection(alert(observation="two\nlines"))
    planned = plan_status(current, StatusChange("completed"))
    assert planned.edits[0].after["observation"] == "two lines"
    assert "cannot store again" in planned.warnings[0]
    refused = plan_status(current, StatusChange("completed", unsupported_text="fail"))
    assert refused.edits == []
    assert "would be lost" in refused.errors["a1"]


def test_completed_alerts_are_reopened_only_when_asked() -> None:
    completed = selection(alert(status="completed"))
    planned = plan_status(completed, StatusChange("open"))
    assert planned.edits == []
    assert "reopen: true" in planned.skipped["a1"]
    assert len(plan_status(completed, StatusChange("open", reopen=True)).edits) == 1


def test_echoes_follow_their_parent_and_are_counted() -> None:
    echoes = [alert("e1", parent_id="a1"), alert("e2", parent_id="a1", status="completed")]
    planned = plan_status(selection(alert(), echoes={"a1": echoes}), StatusChange("completed"))
    assert [echo.id for echo in planned.edits[0].echoes] == ["e1"]
    assert planned.echoes_changed == 1


def test_an_echo_that_stays_as_it_is_is_remembered_for_undo() -> None:
    echo = alert("e1", parent_id="a1", status="open")
    held = selection(alert(status="in_review"), echoes={"a1": [echo]})
    (edit,) = plan_status(held, StatusChange("open")).edits
    assert (edit.echoes, edit.unmoved) == ((), (echo,))


def test_an_echo_that_was_chosen_itself_is_not_counted_twice() -> None:
    echo = alert("e1", parent_id="a1")
    planned = plan_status(selection(alert(), echo, echoes={"a1": [echo]}), StatusChange("completed"))
    assert [edit.alert.id for edit in planned.edits] == ["a1", "e1"]
    assert planned.echoes_changed == 0


def test_false_positive_completes_and_tags_alert_and_echoes() -> None:
    echo = alert("e1", parent_id="a1", tags=("x",))
    wanted = StatusChange("completed", "scan", false_positive=True)
    (edit,) = plan_status(selection(alert(), echoes={"a1": [echo]}), wanted).edits
    assert edit.after == {"status": "completed", "observation": "scan", "tags": ["False positive"]}
    assert wanted.writes(edit, edit.alert, [echo]) == [
        ("a1", Write("tags", ("False positive",))),
        ("e1", Write("tags", ("False positive", "x"))),
        ("a1", Write("status", ("completed", "scan"))),
    ]


def test_only_the_missing_half_of_a_false_positive_is_written() -> None:
    wanted = StatusChange("completed", false_positive=True)
    (edit,) = plan_status(selection(alert(status="completed")), wanted).edits
    assert wanted.writes(edit, edit.alert, []) == [("a1", Write("tags", ("False positive",)))]


CLOSING = StatusChange("completed", "scan", tags=("Scan",), note="Checked")


def test_a_closed_alert_has_its_tags_and_note_before_its_status() -> None:
    (edit,) = plan_status(selection(alert(tags=("x",), notes="seen")), CLOSING).edits
    assert edit.before == {"status": "open", "observation": "", "tags": ["x"], "notes": "seen"}
    assert edit.after == {
        "status": "completed",
        "observation": "scan",
        "tags": ["Scan", "x"],
        "notes": "seen | Checked",
    }
    assert CLOSING.writes(edit, edit.alert, []) == [
        ("a1", Write("tags", ("Scan", "x"))),
        ("a1", Write("notes", "seen | Checked")),
        ("a1", Write("status", ("completed", "scan"))),
    ]


def test_an_alert_that_has_the_status_gets_what_it_lacks() -> None:
    tagged = alert("a1", status="completed", observation="mine", tags=("Scan",))
    noted = alert("a2", status="completed", observation="mine", notes="Checked | later")
    one, two = plan_status(selection(tagged, noted), CLOSING).edits
    assert CLOSING.writes(one, tagged, []) == [("a1", Write("notes", "Checked"))]
    assert CLOSING.writes(two, noted, []) == [("a2", Write("tags", ("Scan",)))]
    assert {edit.after["observation"] for edit in (one, two)} == {"mine"}


def test_an_alert_that_is_not_reopened_gets_neither_tags_nor_a_note() -> None:
    planned = plan_status(selection(alert(status="completed")), replace(CLOSING, status="in_review"))
    assert (planned.edits, list(planned.skipped)) == ([], ["a1"])


def test_tags_and_note_of_an_alert_do_not_reach_its_echoes() -> None:
    echo = alert("e1", parent_id="a1", tags=("mine",), notes="mine")
    change = replace(CLOSING, false_positive=True)
    (edit,) = plan_status(selection(alert(), echoes={"a1": [echo]}), change).edits
    assert edit.after["tags"] == ["False positive", "Scan"]
    assert change.echo_after(edit, echo) == {
        "status": "completed",
        "observation": "scan",
        "tags": ["False positive", "mine"],
        "notes": "mine",
    }
    assert change.writes(edit, edit.alert, [echo]) == [
        ("a1", Write("tags", ("False positive", "Scan"))),
        ("e1", Write("tags", ("False positive", "mine"))),
        ("a1", Write("notes", "Checked")),
        ("a1", Write("status", ("completed", "scan"))),
    ]
    (edit,) = plan_status(selection(alert(status="completed"), echoes={"a1": [echo]}), CLOSING).edits
    assert (edit.echoes, [key for key, _write in CLOSING.writes(edit, edit.alert, [])]) == ((), ["a1", "a1"])


def test_a_named_echo_gets_tags_and_a_note_of_its_own() -> None:
    echo = alert("e1", parent_id="a1")
    planned = plan_status(selection(alert(), echo, echoes={"a1": [echo]}), CLOSING)
    assert [(edit.after["tags"], edit.after["notes"]) for edit in planned.edits] == [(["Scan"], "Checked")] * 2


@pytest.mark.parametrize(
    ("own", "said"), [({"tags": ("Bob's",)}, "apostrophe"), ({"notes": "caf\u00e9"}, "non-ASCII character")]
)
def test_an_alert_whose_own_tag_or_note_a_write_would_lose_is_not_written(own: dict[str, object], said: str) -> None:
    planned = plan_status(selection(alert(**own)), CLOSING)
    assert planned.edits == []
    assert said in planned.errors["a1"]
    untouched = replace(CLOSING, tags=() if "tags" in own else CLOSING.tags, note=None if "notes" in own else "Checked")
    assert len(plan_status(selection(alert(**own)), untouched).edits) == 1


def test_a_tag_that_closes_is_subject_to_the_guardrails() -> None:
    change = StatusChange("in_review", guardrails=Guardrails(["Hold"]), tags=("False positive",))
    planned = plan_status(selection(alert("a1", tags=("Hold",)), alert("a2")), change)
    assert ([edit.alert.id for edit in planned.edits], list(planned.skipped)) == (["a2"], ["a1"])
    (edit,) = planned.edits
    held = change.with_merged(Seen(edit, alert("a2", status="in_review", tags=("Hold",)), []))
    assert "hold tag" in (change.conflict(held) or "")


@pytest.mark.parametrize("added", [{"tags": ("Mine",)}, {"notes": "looking at it"}])
def test_what_an_analyst_adds_to_an_alert_that_is_to_be_closed_keeps_it_open(added: dict[str, object]) -> None:
    (edit,) = plan_status(selection(alert()), CLOSING).edits
    seen = CLOSING.with_merged(Seen(edit, alert(**added), []))
    assert "Changed on the server" in (CLOSING.conflict(seen) or "")


@pytest.mark.parametrize("before", [{}, {"status": "completed", "observation": "scan"}], ids=["open", "closed"])
def test_tags_and_note_are_added_to_what_others_gave_an_alert_with_the_same_status(before: dict[str, object]) -> None:
    """Two hosts of a run close the same alert, each with a note of its own."""
    echo = alert("e1", parent_id="a1")
    (edit,) = plan_status(selection(alert(**before), echoes={"a1": [echo]}), CLOSING).edits
    closed = alert(status="completed", observation="scan", tags=("Other",), notes="other")
    seen = CLOSING.with_merged(Seen(edit, closed, [replace(echo, status="completed", observation="scan")]))
    assert (seen.edit.before, seen.edit.echoes) == (CLOSING.state(closed), ())
    assert CLOSING.writes(seen.edit, closed, []) == [
        ("a1", Write("tags", ("Other", "Scan"))),
        ("a1", Write("notes", "other | Checked")),
    ]
    done = replace(closed, tags=("Other", "Scan"), notes="other | Checked | later")
    assert CLOSING.holds(edit, done)
    assert not CLOSING.holds(edit, replace(done, observation="mine"))


def test_alerts_of_the_rule_engine_are_warned_about() -> None:
    planned = plan_status(selection(alert(status="automatic_review")), StatusChange("completed"))
    assert "rule engine" in planned.warnings[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"status": "open", "false_positive": True}, "completes alerts"),
        ({"update_observation": True}, "needs an `observation`"),
        ({"status": "completed", "note": " "}, "`note` is blank. Leave it out"),
        ({"status": "completed", "note": "caf\u00e9", "unsupported_text": "fail"}, "`note` holds"),
        ({"status": "completed", "tags": ["Bob's laptop"]}, "apostrophe"),
    ],
)
def test_contradictions_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        change_from(params(alert_status.OPERATION, **options), V11)
