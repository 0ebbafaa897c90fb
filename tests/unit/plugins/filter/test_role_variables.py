# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every variable of every role, and of playbooks without one: null, blank, as a text, and wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.filter.role_variables import role_variables
from ansible_collections.utmstack.siem.plugins.plugin_utils.role_variables import (
    COMMA_SEPARATED,
    LEFT_OUT,
    NEVER_BLANK,
)

from tests.matrices import BLANKS, Record

ROOT = Path(__file__).parents[4]
BLANK: tuple[Any, ...] = (None, "", " \n\t")
# Values of each type that differ from every default, and values that no text of the type means.
SAMPLES: dict[str, Any] = {"bool": True, "int": 7, "float": 0.25, "str": "text", "path": "/srv/x", "dict": {}}
WRONG: dict[str, Any] = {
    "bool": "perhaps",
    "int": "many",
    "float": "half",
    "str": ["a", "b"],
    "path": {"a": 1},
    "dict": "severity=high",
    "list": {"a": 1},
}


def specifications() -> dict[str, dict[str, Any]]:
    """By role, and by playbook without a role, the content of its argument specification."""
    found = {
        path.parts[-3]: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml"))
    }
    books = ROOT / "playbooks"
    undo, record, suggest, promote = (
        yaml.safe_load((books / f"{name}.yml").read_text(encoding="utf-8"))[0]
        for name in ("undo", "record", "suggest", "promote")
    )
    triage_test, tried = (
        yaml.safe_load((books / "vars" / f"{name}.yml").read_text(encoding="utf-8")) for name in ("triage_test", "try")
    )
    return {
        **found,
        "undo": undo["vars"]["undo_specs"],
        "record": record["vars"]["_record_specs"],
        "suggest": suggest["vars"]["_suggest_specs"],
        "promote": promote["vars"]["_promote_specs"],
        "triage_test": triage_test["_triage_test_specs"],
        "try": tried["_try_specs"],
    }


SPECS = specifications()


def options_of(role: str) -> dict[str, dict[str, Any]]:
    """The options of a role."""
    options: dict[str, dict[str, Any]] = SPECS[role]["argument_specs"]["main"]["options"]
    return options


VARIABLES = [(role, variable) for role in SPECS for variable in options_of(role)]
every_variable = pytest.mark.parametrize(("role", "variable"), VARIABLES, ids=[name for _, name in VARIABLES])
# A plan may be a text or a dictionary; its module judges which.
TYPED = [(role, variable) for role, variable in VARIABLES if options_of(role)[variable].get("type") != "raw"]
every_typed_variable = pytest.mark.parametrize(("role", "variable"), TYPED, ids=[name for _, name in TYPED])


def read(role: str, **given: Any) -> dict[str, Any]:
    """The converted variables. They must be free of problems."""
    found = role_variables(given, SPECS[role], role)
    assert found["problems"] == []
    variables: dict[str, Any] = found["variables"]
    return variables


def problem(role: str, variable: str, value: Any) -> str:
    """The message about one wrong variable."""
    (message,) = role_variables({variable: value}, SPECS[role], role)["problems"]
    return str(message)


def entry_of(options: dict[str, Any]) -> dict[str, Any]:
    """A dictionary with every member that these options know."""
    return {name: sample(option) for name, option in options.items()}


def sample(option: dict[str, Any]) -> Any:
    """A right value of an option, as the type means it."""
    kind = option.get("type", "str")
    if option.get("choices"):
        choice = next(choice for choice in option["choices"] if choice != "none")
        return [choice] if kind == "list" else choice
    if kind in ("dict", "raw"):
        return entry_of(option.get("options") or {}) if kind == "dict" else "2026-12-31"
    if kind == "list":
        return [entry_of(option.get("options") or {})] if option["elements"] == "dict" else ["a, b", "c"]
    return SAMPLES[kind]


def texts_of(value: Any, name: str, option: dict[str, Any]) -> Iterator[str]:
    """What a survey or ``-e name=value`` gives for a value."""
    if isinstance(value, bool):
        yield from (str(value), str(value).lower(), "yes", " on ")
    elif isinstance(value, (dict, list)):
        yield from (json.dumps(value), json.dumps(value, indent=2), str(value))
        if value:
            yield yaml.safe_dump(value)
        if isinstance(value, list) and option["elements"] in ("str", "path"):
            yield "\n".join(value)
            yield "\r\n\n".join(f" {entry} " for entry in value) + "\n"
    elif isinstance(value, (int, float)):
        yield from (str(value), f" {value} ")
    else:
        yield str(value)


@every_variable
def test_a_variable_that_is_null_or_blank_means_its_default(role: str, variable: str, record_cell: Record) -> None:
    name = variable.removeprefix(f"{role}_")
    default = options_of(role)[variable].get("default")
    assert read(role)[name] == default
    for value in BLANK:
        if name in NEVER_BLANK:
            assert problem(role, variable, value).startswith(f"{variable} is set, but blank. ")
        else:
            assert read(role, **{variable: value})[name] == default
    record_cell(BLANKS, role, "null or blank", True)


@every_variable
def test_a_variable_that_comes_as_a_text_is_what_its_type_means(role: str, variable: str, record_cell: Record) -> None:
    name, option = variable.removeprefix(f"{role}_"), options_of(role)[variable]
    value = sample(option)
    separated = name in COMMA_SEPARATED or option.get("choices")
    if separated and isinstance(value, list) and not option.get("choices"):
        value = ["a", "b"]
    assert read(role, **{variable: value})[name] == value
    for text in texts_of(value, name, option):
        found = read(role, **{variable: text})[name]
        assert (found, type(found)) == (value, type(value)), text
    record_cell(BLANKS, role, "as a text", True)


@every_typed_variable
def test_a_wrong_variable_is_refused_by_its_name_with_what_was_given(
    role: str, variable: str, record_cell: Record
) -> None:
    option = options_of(role)[variable]
    wrong = "no-choice" if option.get("choices") else WRONG[option.get("type", "str")]
    message = problem(role, variable, wrong)
    assert variable in message
    # A wrong secret may be a secret in the wrong place.
    assert (ascii(wrong) in message) is not bool(option.get("no_log"))
    assert "Use " in message or "Put " in message
    record_cell(BLANKS, role, "wrong", True)


def test_all_wrong_variables_are_named_at_once() -> None:
    given = {"alert_triage_max_affected": "many", "alert_triage_max_share": "half"}
    first, second = role_variables(given, SPECS["alert_triage"], "alert_triage")["problems"]
    assert ("alert_triage_max_affected" in first, "alert_triage_max_share" in second) == (True, True)


@pytest.mark.parametrize("text", ["a,b", " a , b ", "a\nb", '["a", "b"]', "['a', 'b']", "- a\n- b"])
def test_commas_separate_entries_that_cannot_contain_one(text: str) -> None:
    assert read("alert_triage", alert_triage_scanners=text)["scanners"] == ["a", "b"]
    assert read("incident_runbook", incident_runbook_phases="open, close")["phases"] == ["open", "close"]


@pytest.mark.parametrize("role", ["alert_escalation", "alert_triage", "false_positives", "incident_runbook"])
@pytest.mark.parametrize("given", [["a", "b"], "a,b", ",a,b", "a, b", "a\nb\n", '["a", "b"]', "['a', 'b']"])
def test_ids_of_alerts_come_from_launches_and_rulebooks_in_any_form(role: str, given: Any) -> None:
    assert read(role, **{f"{role}_alert_ids": given})["alert_ids"] == ["a", "b"]
    if role == "false_positives":
        assert read(role, false_positives_candidate_ids=given)["candidate_ids"] == ["a", "b"]


@pytest.mark.parametrize("text", ["[SOC] Phishing, urgent", "Transfer, large", "{broken"])
def test_a_name_stays_a_name(text: str) -> None:
    assert read("alert_triage", alert_triage_benign_names=text)["benign_names"] == [text]
    assert read("alert_escalation", alert_escalation_tags=f"{text}\nTier 2")["tags"] == [text, "Tier 2"]


def test_an_empty_list_is_no_blank() -> None:
    for value in ([], "[]"):
        assert read("alert_triage", alert_triage_hold_tags=value)["hold_tags"] == []


@pytest.mark.parametrize(("variable", "word"), LEFT_OUT.items())
def test_a_text_with_a_default_can_be_left_out_by_a_word(variable: str, word: str) -> None:
    role = next(role for role in SPECS if variable in options_of(role))
    spellings = (word,) if options_of(role)[variable].get("choices") else (word, word.upper(), f" {word.title()}\n")
    for given in spellings:
        assert read(role, **{variable: given})[variable.removeprefix(f"{role}_")] == ""


def test_the_words_that_leave_a_text_out_are_documented_where_they_hold() -> None:
    told = {
        variable: word
        for role, variable in VARIABLES
        for word in ("none", "all")
        if f"V({word}) " in str(options_of(role)[variable].get("description"))
        and options_of(role)[variable].get("default") != ""
        and "keep the current" not in str(options_of(role)[variable]["description"])
    }
    assert told == LEFT_OUT


def test_dates_of_yaml_become_texts() -> None:
    known = {"name": "Scans", "query": {"until": date(2026, 12, 30)}, "expires": date(2026, 12, 31)}
    (found,) = read("false_positives", false_positives_suppressions=[known])["suppressions"]
    assert found == {"name": "Scans", "query": {"until": "2026-12-30"}, "expires": "2026-12-31"}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"query": {"name": ["x"]}, "expires": "2026-12-31"}, "`false_positives_suppressions[0]` has no `name`"),
        ({"name": "x", "query": {}, "expires": "2026-12-31", "tag_rul": True}, "tag_rule"),
        ({"name": "x", "query": "open", "expires": "2026-12-31"}, "`false_positives_suppressions[0].query` is 'open'"),
    ],
)
def test_members_of_entries_are_checked_as_ansible_would(entry: dict[str, Any], said: str) -> None:
    assert said in problem("false_positives", "false_positives_suppressions", [entry])


def test_no_variable_is_called_like_a_method_of_dictionaries() -> None:
    # A dot would find the method.
    assert [variable for role, variable in VARIABLES if hasattr({}, variable.removeprefix(f"{role}_"))] == []


def test_defaults_that_are_templates_are_given_by_the_roles() -> None:
    for role, variable in VARIABLES:
        if "{{" in str(options_of(role)[variable].get("default")):
            variables = (ROOT / "roles" / role / "vars" / "main.yml").read_text(encoding="utf-8")
            assert f"'{variable.removeprefix(f'{role}_')}': " in variables, variable
    found = role_variables({"triage_report_name": ""}, SPECS["triage_report"], "triage_report", {"name": "siem-1"})
    assert found["variables"]["name"] == "siem-1"


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_blank_default_of_an_environment_variable_is_none(blank: str) -> None:
    given = {"notification_tasks": [], "notification_slack_url": blank}
    for values, default in ((given, "https://hooks.example"), ({}, blank)):
        found = role_variables(values, SPECS["notification"], "notification", {"slack_url": default})
        assert found["problems"] == []
        assert found["variables"]["slack_url"] == default.strip()


def test_a_default_is_neither_shared_nor_copied_with_what_ansible_attaches_to_it() -> None:
    class Attached(list[str]):
        """A list in a template: a deep copy of it holds the variables of all hosts."""

        def __deepcopy__(self, memo: dict[int, Any]) -> Attached:
            raise AssertionError("copied with all variables")

    default = Attached(["a"])
    options = {"patching_hosts": {"type": "list", "elements": "str", "default": default}}
    specs = {"argument_specs": {"main": {"options": options}}}
    found = role_variables({}, specs, "patching")["variables"]["hosts"]
    assert (found, type(found)) == (["a"], list)
    assert found is not default
