# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the role beside what a real controller accepted, and what the stand-in for one refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.checks import problems
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects

from tests.unit.plugins.plugin_utils.controller.broken import BROKEN, Objects
from tests.unit.plugins.plugin_utils.controller.setups import of_kind, settings, shipped_data
from tests.unit.plugins.plugin_utils.controller.ways import NIGHTLY

from .awx.credential_rules import credential_errors, type_errors
from .awx.schedules import rrule_errors, saved_launch_errors
from .awx.surveys import spec_error

ACCEPTED = Path(__file__).parent / "awx" / "accepted"
Object = Mapping[str, Any]


def accepted_objects() -> Iterator[dict[str, Any]]:
    """The objects that a real controller accepted, from the tasks that made them."""
    survey = json.loads((ACCEPTED / "survey-accepted.json").read_text(encoding="utf-8"))
    injectors = json.loads((ACCEPTED / "injectors-tried.json").read_text(encoding="utf-8"))
    (play,) = yaml.safe_load((ACCEPTED / "objects-accepted.yml").read_text(encoding="utf-8"))
    for task in play["tasks"]:
        ((module, arguments),) = ((name, value) for name, value in task.items() if name.startswith("awx.awx."))
        for item in task.get("loop", [{}]):
            made = {name: value for name, value in arguments.items() if "{{" not in str(value)}
            if isinstance(item, dict):
                made.update({name: item[name] for name in ("name", "playbook") if name in item})
            else:
                made["name"] = arguments["name"].replace("{{ item }}", str(item))
            made.update({"injectors": injectors} if "injectors" in arguments else {})
            made.update({"survey_spec": survey} if "survey_spec" in arguments else {})
            if module == "awx.awx.credential":
                made["inputs"] = {**arguments["inputs"], "api_key": "not-a-real-key"}
            yield {"kind": module.removeprefix("awx.awx."), "arguments": made}


def test_what_a_real_controller_accepted_keeps_the_rules_but_for_what_was_harmful() -> None:
    """No rule refuses what works; what worked in another sense than it was meant is found."""
    found = problems(list(accepted_objects()), {"playbooks": ["triage.yml", "report.yml"]})

    assert {problem.rule for problem in found} == {
        "boolean-default-not-safe",
        "file-variable-always-set",
        "missing-boolean-not-safe",
        "survey-multiselect-default-not-applied",
        "workflow-nodes-not-idempotent",
    }


def refusals(objects: Objects) -> list[Any]:
    """What the stand-in for a controller says to credential types, credentials, surveys, schedules and nodes."""
    types = of_kind(objects, "credential_type")
    said: list[Any] = [type_errors(made["kind"], made["inputs"], made["injectors"]) for made in types]
    if not any(said):
        said += [credential_errors(types[0], made["inputs"]) for made in of_kind(objects, "credential")]
    templates = {made["name"]: made for made in of_kind(objects, "job_template")}
    templates.update({made["name"]: made for made in of_kind(objects, "workflow_job_template")})
    said += [spec_error(made["survey_spec"]) for made in templates.values() if "survey_spec" in made]
    if any(said):
        return [error for error in said if error]
    said += [rrule_errors(made["rrule"]) for made in of_kind(objects, "schedule")]
    for kind, is_required in (("schedule", True), ("workflow_job_template_node", False)):
        for made in of_kind(objects, kind):
            template = templates.get(made.get("unified_job_template", ""))
            if template:
                said.append(saved_launch_errors(template, template.get("survey_spec"), made, is_required))
    return [error for error in said if error]


@pytest.fixture(scope="module")
def shipped() -> Callable[[], Objects]:
    """A function that gives the objects of the defaults with a schedule."""
    text = json.dumps(desired_objects(settings(schedules=[NIGHTLY]), shipped_data()))

    def copied() -> Objects:
        made: Objects = json.loads(text)
        return made

    return copied


def test_the_stand_in_refuses_the_breaches_that_a_controller_refuses(shipped: Callable[[], Objects]) -> None:
    """The other rules are about what a controller drops, takes in another sense, or says when the job runs."""
    assert refusals(shipped()) == []

    refused = set()
    for rule, edit in BROKEN.items():
        objects = shipped()
        edit(objects)
        refused |= {rule} if refusals(objects) else set()

    assert refused == {
        *("credential-type-kind", "field-named-tower", "field-name", "field-twice", "field-type", "field-property"),
        *("choices-on-boolean", "injector-kind", "injector-not-text", "injector-syntax", "injector-undefined-field"),
        *("ansible-variable-in-injector", "file-template-name", "credential-unknown-field", "credential-field-type"),
        *("survey-incomplete", "survey-empty", "survey-doubled-variable", "survey-type", "survey-without-choices"),
        *("survey-default-type", "survey-default-outside-choices", "answer-outside-survey", "answer-refused"),
        *("prompt-not-asked", "schedule-rule", "schedule-without-answers"),
    }
