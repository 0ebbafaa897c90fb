# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the answers that schedules and workflow nodes give to surveys. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .instance_rules import SECRET_VARIABLES
from .questions import survey_of
from .rule import (
    JOB_TEMPLATE,
    NODE,
    WORKFLOW,
    Finding,
    Rule,
    Scene,
    Subject,
    quoted,
    text_of,
)

# What a launch may change only if the template asks for it, and how the template says so.
_PROMPTS = {
    **{name: name for name in ("inventory", "scm_branch", "job_type", "skip_tags", "limit", "diff_mode", "verbosity")},
    **{name: name for name in ("execution_environment", "forks", "job_slice_count", "timeout")},
    "job_tags": "tags",
}


def _launches(scene: Scene) -> Iterator[tuple[Subject, Subject]]:
    """Schedules and nodes, and the templates that they launch."""
    templates = scene.by_name(JOB_TEMPLATE, WORKFLOW)
    for subject in scene.of("schedule", NODE):
        if subject.text("unified_job_template") in templates:
            yield subject, templates[subject.text("unified_job_template")]


def _unknown_template(scene: Scene) -> Iterator[Finding]:
    known = scene.by_name(JOB_TEMPLATE, WORKFLOW)
    for subject in scene.of("schedule", NODE):
        template = subject.text("unified_job_template")
        if template not in known and not (subject.kind == NODE and "approval_node" in subject.arguments):
            yield subject, f"there is no template `{template}`. Name one of {quoted(sorted(known))}."


def _outside_survey(scene: Scene) -> Iterator[Finding]:
    for subject, template in _launches(scene):
        if not template.arguments.get("ask_variables_on_launch"):
            asked = {question.variable for question in survey_of(template)}
            outside = [name for name in subject.mapping("extra_data") if name not in asked]
            if outside:
                yield (
                    subject,
                    f"the {template.label} does not ask for {quoted(outside)}, so a controller drops it. Answer a "
                    "question of its survey, or set the variable in the template.",
                )


def _refused(scene: Scene) -> Iterator[Finding]:
    for subject, template in _launches(scene):
        answers = subject.mapping("extra_data")
        for question in survey_of(template):
            refusal = question.refusal(answers[question.variable]) if question.variable in answers else ""
            if refusal:
                yield subject, f"a controller refuses the answer for `{question.variable}`: {refusal}. Correct it."


def _not_asked(scene: Scene) -> Iterator[Finding]:
    for subject, template in _launches(scene):
        changed = [name for name in _PROMPTS if subject.text(name) not in ("", template.text(name))]
        refused = [name for name in changed if not template.arguments.get(f"ask_{_PROMPTS[name]}_on_launch")]
        if refused:
            yield (
                subject,
                f"the {template.label} does not ask for {quoted(refused)} at launch. Set it in the template, or let "
                "the template ask for it.",
            )


def _with_template(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of("schedule", NODE):
        marked = [
            name for name, value in subject.mapping("extra_data").items() if "{{" in str(value) or "{%" in str(value)
        ]
        if marked:
            yield (
                subject,
                f"{quoted(marked)} holds a template, which a controller does not run in an answer. Write the value.",
            )


def _secret(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of("schedule", NODE):
        answers = subject.mapping("extra_data")
        found = [name for name in SECRET_VARIABLES if text_of(answers.get(name))]
        if found:
            yield subject, f"{quoted(found)} would be readable in each job. Put it into a credential."


RULES = (
    Rule("template-unknown", "Each schedule and each workflow node has a template that exists.", _unknown_template),
    Rule(
        "answer-outside-survey",
        "An answer belongs to a question, because a controller drops the others.",
        _outside_survey,
    ),
    Rule("answer-refused", "An answer has the type, the limits and the choices of its question.", _refused),
    Rule("prompt-not-asked", "A schedule or node changes only what its template asks for at launch.", _not_asked),
    Rule("answer-with-template", "An answer holds no template, because a controller does not run it.", _with_template),
    Rule("secret-in-answers", "No answer holds a secret.", _secret),
)
