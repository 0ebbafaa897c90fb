# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for AWX: what becomes of variables at launch, and which surveys and schedules are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .awx.launch import Node, hosts_of_slices, launched, node_extra_vars, node_launched
from .awx.schedules import rrule_errors, saved_launch_errors
from .awx.surveys import shown_spec, spec_error

ACCEPTED: dict[str, Any] = json.loads((Path(__file__).parent / "awx/accepted/survey-accepted.json").read_text())
TEMPLATE = {"survey_enabled": True, "extra_vars": '{"triage_mode": "all"}'}
SHIPPED = sorted((Path(__file__).parents[2] / "controller" / "objects" / "surveys").glob("*.json"))
RULE = "DTSTART:20270101T020000Z RRULE:FREQ=DAILY;INTERVAL=1"


def question(**changes: Any) -> dict[str, Any]:
    """A question, changed; None takes a field away."""
    whole = {"question_name": "Q", "variable": "q", "type": "text", "required": False, **changes}
    return {name: value for name, value in whole.items() if value is not None}


def survey(*questions: dict[str, Any]) -> dict[str, Any]:
    """A survey of questions."""
    return {"name": "", "description": "", "spec": list(questions)}


def test_a_launch_applies_defaults_except_that_of_a_multiselect() -> None:
    """The default of a text reaches the job, that of an optional multiselect does not."""
    assert spec_error(ACCEPTED) == ""
    assert launched(TEMPLATE, ACCEPTED, {"alert_triage_max_affected": 5}) == {
        "extra_vars": {"triage_mode": "all", "alert_triage_since": "24h", "alert_triage_max_affected": 5},
        "ignored_fields": {},
        "errors": {},
    }


def test_a_required_question_is_answered_at_launch_default_or_not() -> None:
    """Without an answer there is no job."""
    assert launched(TEMPLATE, ACCEPTED, {})["errors"] == {
        "variables_needed_to_start": ["'alert_triage_max_affected' value missing"]
    }


def test_variables_outside_of_the_survey_are_ignored_unless_the_template_asks_for_them() -> None:
    """What the template has anyway is neither taken nor ignored."""
    given = {"alert_triage_max_affected": 5, "note": "x", "triage_mode": "all"}
    answer = launched(TEMPLATE, ACCEPTED, given)
    assert answer["ignored_fields"] == {"extra_vars": {"note": "x"}}
    assert "note" not in answer["extra_vars"]
    asking = launched({**TEMPLATE, "ask_variables_on_launch": True}, ACCEPTED, given)
    assert (asking["extra_vars"]["note"], asking["ignored_fields"]) == ("x", {})


@pytest.mark.parametrize(
    ("changes", "answer", "error"),
    [
        ({"type": "integer"}, "7", "Value 7 for 'q' expected to be an integer."),
        ({"type": "integer"}, True, "Value True for 'q' expected to be an integer."),
        ({"type": "integer", "min": 1}, 0, "'q' value 0 is too small (must be at least 1)."),
        ({"type": "integer", "max": 5}, 6, "'q' value 6 is too large (must be no more than 5)."),
        ({"type": "float"}, "x", "Value x for 'q' expected to be a numeric type."),
        ({"type": "text"}, 7, "Value 7 for 'q' expected to be a string."),
        ({"type": "text", "min": 2}, "a", "'q' value a is too small (length is 1 must be at least 2)."),
        ({"type": "text", "max": 2}, "abc", "'q' value abc is too large (must be no more than 2)."),
        ({"type": "multiselect", "choices": ["a"]}, "a", "'q' value is expected to be a list."),
        ({"type": "multiselect", "choices": "a\nb\n"}, ["c"], "Value c for 'q' expected to be one of ['a', 'b']."),
        ({"type": "multiplechoice", "choices": ["a"]}, "", "Value  for 'q' expected to be one of ['a']."),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused(changes: dict[str, Any], answer: Any, error: str) -> None:
    """Each question has its own limits, and a text with digits is no number."""
    asked = survey(question(**changes))
    assert launched(TEMPLATE, asked, {"q": answer})["errors"] == {"variables_needed_to_start": [error]}


@pytest.mark.parametrize(("changes", "answer"), [({"type": "text", "min": 0}, ""), ({"choices": ["a"]}, [])])
def test_an_empty_answer_arrives(changes: dict[str, Any], answer: Any) -> None:
    """An empty text or list is an answer, which wins over a default."""
    asked = survey(question(**{"type": "multiselect", "default": "a", **changes}))
    assert launched(TEMPLATE, asked, {"q": answer})["extra_vars"]["q"] == answer


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"type": "boolean"}, "'boolean' in survey question 0 is not one of 'text, textarea,"),
        ({"type": "integer", "default": "7"}, "Default value 7 in survey question 0 expected to be integer."),
        ({"default": 7}, "Default value 7 in survey question 0 expected to be string."),
        ({"type": "multiselect", "choices": ["a"], "default": ["a"]}, "expected to be string."),
        ({"type": "multiplechoice"}, "must specify choices."),
        ({"type": "multiplechoice", "choices": ["a"], "default": "b"}, "Default choice must be answered from the"),
        ({"type": "multiplechoice", "choices": ["a", "b"], "default": "a\nb"}, "can only have one default value."),
        ({"question_name": None}, "'question_name' missing from survey question 0"),
        ({"required": "yes"}, "'required' in survey question 0 expected to be boolean."),
        ({"min": "1"}, "The min limit in survey question 0 expected to be integer."),
    ],
)
def test_a_broken_question_is_refused(changes: dict[str, Any], error: str) -> None:
    """A survey is refused as a whole, with the number of the question."""
    assert error in spec_error(survey(question(**changes)))


def test_a_broken_survey_is_refused() -> None:
    """An empty one, a doubled variable, and one without a name; a variable with a blank is accepted."""
    assert spec_error(survey()) == "'spec' doesn't contain any items."
    assert spec_error(survey(question(), question())) == "'variable' 'q' duplicated in survey question 1."
    assert spec_error({"description": "", "spec": [question()]}) == "Field 'name' is missing from survey spec."
    assert spec_error(survey("text")) == "Survey question 0 is not a json object."  # type: ignore[arg-type]
    assert spec_error(survey(question(variable="a b"))) == ""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_survey_is_accepted_and_launched_with_empty_answers(path: Path) -> None:
    """Whoever leaves an optional question empty sends an empty text or list, which is no error."""
    shipped = json.loads(path.read_text())
    assert spec_error(shipped) == ""
    empty = {
        one["variable"]: [] if one["type"] == "multiselect" else ""
        for one in shipped["spec"]
        if one["type"] in ("text", "textarea", "multiselect") and not one["required"]
    }
    assert empty
    answer = launched(TEMPLATE, shipped, empty)
    assert (answer["errors"], {name: answer["extra_vars"][name] for name in empty}) == ({}, empty)


def test_the_default_of_a_password_is_hidden() -> None:
    """A survey is answered without what is secret in it."""
    shown = shown_spec(survey(question(type="password", default="S3cret"), question(variable="p", default="d")))
    assert [one["default"] for one in shown["spec"]] == ["$encrypted$", "d"]


def test_artifacts_reach_a_node_past_an_approval_and_answers_of_the_workflow_win() -> None:
    """A template that does not ask for variables gets them all the same."""
    plan = Node(slices=[{"plan": {"a": 1}, "since": "1h"}])
    approve = Node(parents=[plan])
    variables = node_extra_vars([approve.handed_on()], {"since": "24h"}, {"plan": None, "note": "x"})
    assert variables == {"plan": {"a": 1}, "since": "24h", "note": "x"}
    assert node_launched(TEMPLATE, ACCEPTED, variables) == {
        "triage_mode": "all",
        "alert_triage_since": "24h",
        "alert_triage_max_affected": 500,
        **variables,
    }


def test_slices_are_merged_by_top_level_names() -> None:
    """One dictionary for all instances loses those of the other slice; a name for each instance loses none."""
    nested = Node(slices=[{"plan": {"one": 1}}, {"plan": {"two": 2}}])
    flat = Node(slices=[{"plan_one": 1}, {"plan_two": 2}])
    assert nested.handed_on() == {"plan": {"two": 2}}
    assert flat.handed_on() == {"plan_one": 1, "plan_two": 2}


def test_hosts_are_dealt_to_slices() -> None:
    """There are never more slices than hosts."""
    assert hosts_of_slices(["c", "a", "b"], 2) == [["a", "c"], ["b"]]
    assert hosts_of_slices(["a"], 5) == [["a"]]


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("RRULE:FREQ=DAILY;INTERVAL=1", "Valid DTSTART required in rrule."),
        ("DTSTART:20270101T020000 RRULE:FREQ=DAILY;INTERVAL=1", "DTSTART cannot be a naive datetime."),
        ("DTSTART:20270101T020000Z", "One or more rule required in rrule."),
        ("DTSTART:20270101T020000Z RRULE:FREQ=DAILY", "INTERVAL required in rrule: RULE:FREQ=DAILY"),
        (f"{RULE};COUNT=1000", "COUNT > 999 is unsupported: RULE:FREQ=DAILY;INTERVAL=1;COUNT=1000"),
        (f"{RULE};COUNT=5;UNTIL=20280101T000000Z", "RRULE may not contain both COUNT and UNTIL"),
        (f"{RULE};BYDAY=2MO", "BYDAY with numeric prefix not supported"),
        (f"{RULE} EXDATE:20270102T020000Z", "EXDATE not allowed in rrule."),
        (f"{RULE} DTSTART:20270102T020000Z", "Multiple DTSTART is not supported."),
        ("DTSTART:20270101T020000Z RRULE:FREQ=SECONDLY;INTERVAL=1", "SECONDLY is not supported"),
        ("DTSTART:20270101T020000Z RRULE:FREQ=OFTEN;INTERVAL=1", "rrule parsing failed validation: invalid 'FREQ'"),
        ("DTSTART;TZID=Mars/North:20270101T020000 RRULE:FREQ=DAILY;INTERVAL=1", "A valid TZID must be provided"),
        ("DTSTART:20271301T020000Z RRULE:FREQ=DAILY;INTERVAL=1", "rrule parsing failed validation"),
    ],
)
def test_a_broken_rule_is_refused(rule: str, error: str) -> None:
    """A rule needs a start with a zone, and an interval."""
    assert any(one.startswith(error) or error in one for one in rrule_errors(rule))


def test_a_good_rule_is_accepted() -> None:
    """A start in UTC or with a zone, and at most 999 times."""
    zoned = "DTSTART;TZID=Europe/Berlin:20270101T020000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU"
    assert [rrule_errors(rule) for rule in (RULE, f"{RULE};COUNT=999", zoned)] == [[], [], []]


def test_a_schedule_answers_required_questions_and_a_node_need_not() -> None:
    """Neither may have variables or prompts that the template does not ask for."""
    missing = {"variables_needed_to_start": ["'alert_triage_max_affected' value missing"]}
    assert saved_launch_errors(TEMPLATE, ACCEPTED, {}) == missing
    assert saved_launch_errors(TEMPLATE, ACCEPTED, {}, required=False) == {}
    answered = {"extra_data": {"alert_triage_max_affected": 5, "note": "x"}, "limit": "siem-1", "job_type": "check"}
    assert saved_launch_errors({**TEMPLATE, "job_type": "check"}, ACCEPTED, answered) == {
        "extra_data": [
            "Variables note are not allowed on launch. Check the Prompt on Launch setting on the Job Template to "
            "include Extra Variables."
        ],
        "limit": ["Field is not configured to prompt on launch."],
    }
