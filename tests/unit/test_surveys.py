# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the surveys for a controller: they are those of the code, and a controller takes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import promoting, rule_suggestions_info
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.gates import Gates
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION
from ansible_collections.utmstack.siem.plugins.plugin_utils.role_variables import NEVER_BLANK, role_variables

from tools.surveys import PAGE, RANGES, ROOT, files, options_of, page, plan, prefix_of, surveys

PLAN = plan()["playbooks"]
OPTIONS = {playbook: options_of(playbook, entry) for playbook, entry in PLAN.items()}
REASONS = set(plan()["reasons"])
SURVEYS = surveys()
ITEMS: dict[str, tuple[str, dict[str, Any]]] = {
    item["variable"]: (playbook, item) for playbook, survey in SURVEYS.items() for item in survey["spec"]
}
# Playbooks without questions.
NOT_ASKED = {"controller", "demo"}
TYPES: dict[str, type] = {"integer": int, "float": float}
SECRET = re.compile(r"password|token|secret|api_key|(^|_)key($|_)")
every_question = pytest.mark.parametrize("variable", ITEMS)


def test_the_surveys_are_those_of_the_options() -> None:
    folder = ROOT / "controller" / "objects" / "surveys"
    held = {path: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert held == files(), "run make docs"
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"


def test_each_playbook_has_a_survey() -> None:
    assert set(PLAN) == {path.stem for path in (ROOT / "playbooks").glob("*.yml")} - NOT_ASKED


@pytest.mark.parametrize("playbook", PLAN)
def test_each_option_is_asked_or_has_a_reason_not_to_be(playbook: str) -> None:
    entry = PLAN[playbook]
    named = [*entry["ask"], *chain.from_iterable(entry["not_asked"].values())]
    assert sorted(named) == sorted(OPTIONS[playbook]), "name each option once in tools/surveys.yml"
    assert set(entry["not_asked"]) <= REASONS
    assert set(entry.get("long", ())) <= set(entry["ask"])


@pytest.mark.parametrize("playbook", SURVEYS)
def test_a_survey_asks_each_variable_once(playbook: str) -> None:
    variables = [item["variable"] for item in SURVEYS[playbook]["spec"]]
    assert variables
    assert len(set(variables)) == len(variables)
    assert set(SURVEYS[playbook]) == {"name", "description", "spec"}


@every_question
def test_no_secret_and_no_approval_is_asked(variable: str) -> None:
    playbook, _item = ITEMS[variable]
    prefix = prefix_of(playbook, PLAN[playbook])
    name = variable.removeprefix(prefix)
    assert not OPTIONS[playbook][name].get("no_log")
    assert not SECRET.search(name)
    assert not variable.startswith("utmstack_")
    assert name not in {option.name for option in CONNECTION}
    assert name not in NEVER_BLANK


@every_question
def test_a_controller_takes_the_question(variable: str) -> None:
    """What AWX 24.6 checks when a survey is stored, and what it does with answers."""
    _playbook, item = ITEMS[variable]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", variable)
    assert 5 < len(item["question_name"]) <= 110
    assert not re.search(r"\b[A-Z]\(|[`{}\n]", item["question_name"])
    assert not re.search(r"\b[A-Z]\(|`", item["question_description"])
    assert item["required"] is False
    assert {type(item[key]) for key in ("min", "max") if key in item} <= {int}
    default = item.get("default")
    if item["type"] == "multiselect":
        assert default is None
    elif default is not None:
        assert type(default) is TYPES.get(item["type"], str)
        size = default if item["type"] in TYPES else len(default)
        if item["type"] != "multiplechoice":
            assert item.get("min", size) <= size <= item.get("max", size)
    if "choices" in item:
        assert default is None or default in item["choices"]
    # An empty answer of a text has the length 0.
    assert item["type"] in TYPES or item.get("min", 0) == 0


@every_question
@pytest.mark.parametrize("answer", ["", "  \n", None, "default"], ids=repr)
def test_an_answer_that_is_empty_or_the_default_means_the_default(variable: str, answer: Any) -> None:
    playbook, item = ITEMS[variable]
    prefix = prefix_of(playbook, PLAN[playbook])
    options = {variable: OPTIONS[playbook][variable.removeprefix(prefix)]}
    given = item.get("default", "") if answer == "default" else answer
    unasked = role_variables({}, options, prefix[:-1], {})
    assert unasked[1] == []
    assert role_variables({variable: given}, options, prefix[:-1], {}) == unasked


def test_a_multiple_choice_with_nothing_chosen_has_a_documented_meaning() -> None:
    chosen = {variable for variable, (_playbook, item) in ITEMS.items() if item["type"] == "multiselect"}
    text = PAGE.read_text(encoding="utf-8").split("## Surveys\n")[1].split("<!--")[0]
    assert {variable for variable in chosen if f"`{variable}`" in text} == chosen
    options = {"incident_runbook_phases": OPTIONS["incident"]["phases"]}
    (phases, problems) = role_variables({"incident_runbook_phases": []}, options, "incident_runbook", {})
    assert (phases["phases"], problems) == (["open", "contain", "eradicate", "close"], [])


def _suggest(**given: Any) -> None:
    usual = {"minimum_alerts": 20, "minimum_days": 3, "minimum_agreement": 0.99}
    rule_suggestions_info.thresholds_from({**usual, **given})


def _promote(**given: Any) -> None:
    usual = {"minimum_precision": 0.98, "minimum_decisions": 20, "withdraw_below": 0}
    promoting.thresholds_from({**usual, **given})


def _gate(minimum_coverage: float) -> None:
    Gates(coverage=minimum_coverage).check()


CHECKED: list[tuple[str, Callable[..., None]]] = [
    *((name, _suggest) for name in ("minimum_alerts", "minimum_days", "minimum_agreement")),
    *((name, _promote) for name in ("minimum_decisions", "withdraw_below")),
    ("minimum_coverage", _gate),
]


@pytest.mark.parametrize(("name", "check"), CHECKED, ids=[name for name, _check in CHECKED])
def test_a_range_is_that_of_the_code(name: str, check: Callable[..., None]) -> None:
    least, most = RANGES[name]
    step = 1 if most is None else 0.01
    assert least is not None
    check(**{name: least})
    with pytest.raises(InvalidInput, match=name):
        check(**{name: least - step})
    if most is not None and name != "withdraw_below":
        check(**{name: most})
    if most is not None:
        with pytest.raises(InvalidInput, match=name):
            check(**{name: most + step})


def test_every_range_is_one_of_a_question() -> None:
    asked = {name for entry in PLAN.values() for name in entry["ask"]}
    assert set(RANGES) <= asked
