# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No rulebook passes on a text of an alert, and each names only what exists."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.source_options import (
    SOURCE_OPTIONS,
    source_options,
)

from .rulebooks import ROOT, SOURCE, actions, documented, names_in, shipped, texts, unsafe_parts

PAGE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
RULEBOOKS = shipped()
WRONG = "# wrong.yml\n"
every_rulebook = pytest.mark.parametrize("name", RULEBOOKS)
JOB = "_job"
# | `variable` | default | meaning |
_ROWS = {
    name: (default.strip().strip("`"), about)
    for name, default, about in re.findall(r"^\| `(utmstack_\w+)` \|([^|]*)\| (.*)", PAGE, re.MULTILINE)
}
_DEFAULTED = re.compile(r"(utmstack_\w+) \| default\((.*?)\) ?\}\}")


def arguments_of(name: str) -> dict[str, Any]:
    """The arguments of the source of a rulebook."""
    (source,) = RULEBOOKS[name]["sources"]
    arguments: dict[str, Any] = source[SOURCE]
    return arguments


@every_rulebook
def test_no_action_passes_on_a_text_of_an_alert(name: str) -> None:
    assert unsafe_parts(RULEBOOKS[name]) == []


@pytest.mark.parametrize("place", documented())
def test_the_documentation_passes_on_no_text_but_where_it_shows_what_is_wrong(place: str) -> None:
    text, ruleset = documented()[place]
    assert bool(unsafe_parts(ruleset)) is text.startswith(WRONG)


def test_the_documentation_shows_what_is_wrong() -> None:
    assert any(text.startswith(WRONG) for text, _ruleset in documented().values())


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "utmstack.siem.triage", "extra_vars": {"name": "{{ event.alert.name }}"}},
        {"name": "utmstack.siem.triage", "extra_vars": {"a": [{"b": "x {{ event['alert']['name'] | lower }}"}]}},
        {"name": "utmstack.siem.triage", "extra_vars": {"alert": "{{ event.alert }}"}},
        {"name": "utmstack.siem.triage", "extra_vars": {"event": "{{ event }}"}},
        {"name": "utmstack.siem.triage", "extra_vars": {"{{ event.alert.name }}": 1}},
        {"name": "utmstack.siem.triage", "extra_vars": {"a": "{{ event.alert[utmstack_field] }}"}},
        {"name": "utmstack.siem.triage", "extra_vars": {"a": "{% for key in event %}{{ event[key] }}{% endfor %}"}},
        {"name": "utmstack.siem.triage", "extra_vars": {"a": "{{ events.m_0.alert.id }}"}},
    ],
)
def test_a_text_is_found_wherever_it_stands(arguments: dict[str, Any]) -> None:
    rule = {"name": "r", "condition": True, "action": {"run_playbook": arguments}}
    assert unsafe_parts({"sources": [{SOURCE: {}}], "rules": [rule]})


@pytest.mark.parametrize(
    "action", [{"print_event": None}, {"debug": None}, {"run_module": {"name": "ping"}}, {"post_event": {"event": {}}}]
)
def test_an_action_with_the_whole_event_is_found(action: dict[str, Any]) -> None:
    rule = {"name": "r", "condition": True, "action": action}
    assert unsafe_parts({"sources": [{SOURCE: {}}], "rules": [rule]})


def test_fields_are_found_where_an_action_gets_the_whole_event() -> None:
    sources = [{SOURCE: {"fields": ["name"]}}]
    run, show = {"run_playbook": {"name": "a.yml"}}, {"debug": {"msg": "{{ event.alert.id }}"}}
    for action, is_found in ((run, True), (show, False)):
        rule = {"name": "r", "condition": True, "action": action}
        assert bool(unsafe_parts({"sources": sources, "rules": [rule]})) is is_found


@every_rulebook
def test_the_source_takes_each_argument_and_its_default(name: str) -> None:
    given = arguments_of(name)
    assert set(given) <= {option.name for option in SOURCE_OPTIONS}
    defaults = {}
    for argument, text in given.items():
        ((_variable, default),) = _DEFAULTED.findall(text)
        defaults[argument] = yaml.safe_load(default)
    assert source_options(defaults, datetime.now(timezone.utc)).give_up_after > 0


@every_rulebook
def test_each_variable_is_documented_with_its_default(name: str) -> None:
    used = {found for text in texts(RULEBOOKS[name]) for found in names_in(text) if not found.startswith("event")}
    assert used
    found = [pair for text in texts(RULEBOOKS[name]) for pair in _DEFAULTED.findall(text)]
    for variable, written in found:
        default, about = _ROWS[variable]
        # A rulebook with a default of its own is named in the meaning.
        shown = [yaml.safe_load(text) for text in [default, *re.findall(r"`([^`]+)`", about)]]
        assert yaml.safe_load(written) in [one or "" for one in shown], variable
    assert used <= set(_ROWS)


@every_rulebook
def test_what_an_action_starts_exists_and_takes_the_variables(name: str) -> None:
    templates = yaml.safe_load((ROOT / "controller/objects/job_templates.yml").read_text(encoding="utf-8"))
    surveys = {entry["title"]: entry["survey"] for entry in templates}
    started = [(kind, given) for _rule, kind, given in actions(RULEBOOKS[name]) if kind != "debug"]
    assert {kind for kind, _given in started} == {"run_job_template" if name.endswith(JOB) else "run_playbook"}
    for kind, given in started:
        if kind == "run_playbook":
            playbook = given["name"].removeprefix("utmstack.siem.")
            assert (ROOT / "playbooks" / f"{playbook}.yml").exists()
            survey, passed = playbook, given["extra_vars"]
        else:
            ((_variable, default),) = _DEFAULTED.findall(given["name"])
            survey = surveys[default.strip("'").removeprefix("UTMStack ")]
            passed = given["job_args"]["extra_vars"]
            assert given["include_events"] is False
        path = ROOT / "controller" / "objects" / "surveys" / f"{survey}.json"
        asked = {question["variable"] for question in json.loads(path.read_text(encoding="utf-8"))["spec"]}
        assert set(passed) <= asked


@pytest.mark.parametrize("name", [name for name in RULEBOOKS if not name.endswith(JOB)])
def test_both_forms_follow_the_same_alerts(name: str) -> None:
    here, there = RULEBOOKS[name], RULEBOOKS[f"{name}{JOB}"]
    assert here["sources"] == there["sources"]
    compared = ("name", "condition", "throttle")
    assert [[rule.get(key) for key in compared] for rule in here["rules"]] == [
        [rule.get(key) for key in compared] for rule in there["rules"]
    ]
    assert (here["hosts"], there["hosts"]) == ("localhost", "all")


@every_rulebook
def test_every_event_of_the_source_meets_a_rule(name: str) -> None:
    conditions = " ".join(str(rule["condition"]) for rule in RULEBOOKS[name]["rules"])
    for word in ("opened", "reopened", "event.of", "health"):
        assert word in conditions


@every_rulebook
def test_the_head_of_a_rulebook_says_how_it_is_started(name: str) -> None:
    text = (ROOT / "extensions" / "eda" / "rulebooks" / f"{name}.yml").read_text(encoding="utf-8")
    assert f"--rulebook utmstack.siem.{name} " in text
    assert "UTMSTACK_URL" in text
