# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.alert_status import change_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.status_plan import (
    StatusChange,
    plan_status,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import Write
from hypothesis import given
from hypothesis import strategies as st

from ...builders import alert, selection

ALERTS = st.builds(
    alert,
    status=st.sampled_from(["automatic_review", "open", "in_review", "completed"]),
    observation=st.text("ab\n\\u", max_size=6),
    tags=st.lists(st.sampled_from(["False positive", "x", "y"]), unique=True).map(tuple),
)
WISHES = st.builds(
    StatusChange,
    status=st.sampled_from(["open", "in_review", "completed"]),
    observation=st.none() | st.text("ab", max_size=3),
    update_observation=st.booleans(),
    reopen=st.just(True),
) | st.builds(StatusChange, status=st.just("completed"), observation=st.none(), false_positive=st.just(True))


@given(ALERTS, WISHES)
def test_nothing_is_planned_after_the_plan_was_applied(current: object, wanted: StatusChange) -> None:
    planned = plan_status(selection(current), wanted)
    for edit in planned.edits:
        fields = dict(edit.after)
        done = alert(status=fields["status"], observation=fields["observation"], tags=tuple(fields.get("tags", ())))
        assert plan_status(selection(done), wanted).edits == []


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


def test_alerts_of_the_rule_engine_are_warned_about() -> None:
    planned = plan_status(selection(alert(status="automatic_review")), StatusChange("completed"))
    assert "rule engine" in planned.warnings[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"status": "open", "false_positive": True}, "completes alerts"),
        ({"update_observation": True}, "needs an `observation`"),
    ],
)
def test_contradictions_are_refused(options: dict[str, object], message: str) -> None:
    params = {
        "status": None,
        "observation": None,
        "update_observation": False,
        "false_positive": False,
        "reopen": False,
        "unsupported_text": "replace",
    }
    with pytest.raises(InvalidInput, match=message):
        change_from({**params, **options}, V11)
