# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for surveys. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .instance_rules import SECRET_VARIABLES
from .questions import (
    CHOICES,
    NUMBERS,
    TYPES,
    Question,
    questions,
    surveys,
)
from .rule import (
    JOB_TEMPLATE,
    WORKFLOW,
    Finding,
    Rule,
    Scene,
    Subject,
    list_of,
    mapping_of,
    quoted,
    text_of,
)

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARTS: dict[str, type] = {"name": str, "description": str, "spec": list}
_PROPERTIES: dict[str, type] = {"type": str, "variable": str, "required": bool}
_DEFAULT_TYPES: dict[str, type] = {"integer": int, "float": float}


def _specs(scene: Scene) -> Iterator[tuple[Subject, Mapping[str, Any]]]:
    for subject, _questions in surveys(scene):
        if subject.arguments.get("survey_spec") is not None or subject.arguments.get("survey_enabled"):
            yield subject, subject.mapping("survey_spec")


def _incomplete(scene: Scene) -> Iterator[Finding]:
    for subject, spec in _specs(scene):
        wrong = [name for name, expected in _PARTS.items() if not isinstance(spec.get(name), expected)]
        if wrong:
            yield (
                subject,
                f"the survey needs {quoted(wrong)}. A survey has a name, a description, "
                "and a spec, the list of questions.",
            )
        for item in list_of(spec.get("spec")):
            found = mapping_of(item)
            lacking = [name for name, expected in _PROPERTIES.items() if not isinstance(found.get(name), expected)]
            if lacking:
                yield subject, f"{Question(found).label} needs {quoted(lacking)}. Set type, variable and required."


def _empty(scene: Scene) -> Iterator[Finding]:
    for subject, spec in _specs(scene):
        if spec.get("spec") == []:
            yield subject, "the survey has no question. Leave survey_spec out, and set survey_enabled to false."


def _not_enabled(scene: Scene) -> Iterator[Finding]:
    for subject, found in surveys(scene):
        if found and not subject.arguments.get("survey_enabled"):
            yield subject, "the survey would not be asked. Set survey_enabled to true."


def _without_name(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        if not text_of(question.item.get("question_name")):
            yield subject, f"{question.label} has no text. Set question_name."


def _doubled(scene: Scene) -> Iterator[Finding]:
    for subject, found in surveys(scene):
        counts = Counter(question.variable for question in found)
        for variable in [variable for variable, count in counts.items() if count > 1]:
            yield subject, f"the survey asks for `{variable}` more than once. Remove one of the questions."


def _blank_variable(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        if not _VARIABLE.fullmatch(question.variable):
            yield (
                subject,
                f"no playbook could use a variable `{question.variable}`. Use letters, digits and underscores.",
            )


def _type(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        if question.type not in TYPES:
            yield subject, f"{question.label} has the unknown type `{question.type}`. Use one of {', '.join(TYPES)}."


def _choices(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        if question.type in CHOICES and not question.choices:
            yield subject, f"{question.label} has no choices. List them in choices."


def _default_type(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        expected = _DEFAULT_TYPES.get(question.type, str)
        default = question.item.get("default", "")
        if default != "" and (not isinstance(default, expected) or isinstance(default, bool)):
            yield (
                subject,
                f"the default `{default}` of {question.label} is not of the type {question.type}. Correct it.",
            )


def _default_outside_choices(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        if question.type not in CHOICES or not question.choices:
            continue
        outside = [default for default in question.defaults if default not in question.choices]
        if outside:
            yield subject, f"{question.label} has the default {quoted(outside)}, which is no choice. Use a choice."
        elif question.type == "multiplechoice" and len(question.defaults) > 1:
            yield subject, f"{question.label} takes one answer, and has {len(question.defaults)} defaults. Keep one."


def _default_not_applied(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        if question.type == "multiselect" and not question.is_required and question.defaults:
            yield (
                subject,
                f"the default of {question.label} would not reach a launch by the API, a schedule or an event. Remove "
                "it, and let the playbook have the default.",
            )


def _limits(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        given = {name: question.item[name] for name in ("min", "max") if question.item.get(name) is not None}
        if any(question.limit(name) is None for name in given):
            yield subject, f"the limits of {question.label} are not integers. Correct min and max."
        elif len(given) == 2 and given["min"] > given["max"]:
            yield subject, f"no answer to {question.label} is possible, because min is larger than max. Exchange them."


def _default_outside_limits(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        for default in question.defaults if question.type not in CHOICES else ():
            if isinstance(default, (int, float) if question.type in NUMBERS else str) and not question.is_within_limits(
                default
            ):
                yield (
                    subject,
                    f"the default `{default}` of {question.label} is outside of its limits. Correct one of them.",
                )


def _secret(scene: Scene) -> Iterator[Finding]:
    for subject, question in questions(scene):
        if question.type == "password" or question.variable in SECRET_VARIABLES:
            yield subject, f"{question.label} asks for a secret. Put it into a credential."


def _overrides_template(scene: Scene) -> Iterator[Finding]:
    for subject, found in surveys(scene):
        users = [subject, *_templates_of(scene, subject)]
        fixed = {name for user in users for name in user.mapping("extra_vars")}
        asked = sorted(fixed & {question.variable for question in found})
        if asked:
            yield subject, f"an answer for {quoted(asked)} would override what the template sets. Remove the question."


def _templates_of(scene: Scene, subject: Subject) -> list[Subject]:
    """The job templates of a workflow, all of which get the answers of its survey."""
    if subject.kind != WORKFLOW:
        return []
    templates = scene.by_name("job_template")
    names = [node.text("unified_job_template") for node in scene.nodes_of(subject)]
    return [templates[name] for name in names if name in templates]


def _overrides_host(scene: Scene) -> Iterator[Finding]:
    asking = [(template, {question.variable for question in asked}) for template, asked in surveys(scene)]
    for host in scene.of("host"):
        for template, variables in asking:
            lost = sorted(variables.intersection(host.mapping("variables")))
            if lost and template.kind == JOB_TEMPLATE and template.text("limit") in ("", host.name):
                yield (
                    host,
                    f"{quoted(lost)} would not count, because the survey of {template.label} asks for it, and answers "
                    "and defaults of a survey are stronger. Add it to unasked, or remove it from the instance.",
                )
                break


RULES = (
    Rule(
        "survey-incomplete",
        "A survey has a name, a description and questions with type, variable and required.",
        _incomplete,
    ),
    Rule("survey-empty", "A survey has at least one question.", _empty),
    Rule("survey-not-enabled", "A job template or workflow with questions has its survey enabled.", _not_enabled),
    Rule("survey-question-without-name", "Every question has a text.", _without_name),
    Rule("survey-doubled-variable", "A survey asks for a variable once.", _doubled),
    Rule("survey-variable-blank", "The variable of a question is one that a playbook can use.", _blank_variable),
    Rule("survey-type", f"The type of a question is one of {', '.join(TYPES)}.", _type),
    Rule("survey-without-choices", "A question of the type multiplechoice or multiselect has choices.", _choices),
    Rule("survey-default-type", "The default of a question is of its type.", _default_type),
    Rule(
        "survey-default-outside-choices", "The default of a question is one of its choices.", _default_outside_choices
    ),
    Rule(
        "survey-multiselect-default-not-applied",
        "An optional question of the type multiselect has no default, because it is not applied without the form.",
        _default_not_applied,
    ),
    Rule("survey-limits", "The limits of a question are integers, and leave room for an answer.", _limits),
    Rule("survey-default-outside-limits", "The default of a question is within its limits.", _default_outside_limits),
    Rule("secret-in-survey", "No survey asks for a secret.", _secret),
    Rule(
        "survey-overrides-template",
        "No survey asks for a variable that its job template, or one of its workflow, sets.",
        _overrides_template,
    ),
    Rule("survey-overrides-host", "No survey asks for a variable that one of its hosts sets.", _overrides_host),
)
