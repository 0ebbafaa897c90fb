# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller makes of variables at launch, in a workflow and of slices."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .surveys import answer_errors

Vars = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """Which variables a template takes, which it does not, and what it says to them."""

    accepted: dict[str, Any]
    rejected: dict[str, Any]
    needed: list[str]


def launched(job_template: Vars, survey_spec: Vars | None, given: Vars) -> dict[str, Any]:
    """The extra variables of the job that a launch makes, the variables that it ignores, and what it refuses.

    Variables outside of the survey are ignored unless the template asks for variables. With errors, no job is made.
    """
    verdict = judged(job_template, survey_spec, given)
    return {
        "extra_vars": {**defaults(job_template, survey_spec), **verdict.accepted},
        "ignored_fields": {"extra_vars": verdict.rejected} if verdict.rejected else {},
        "errors": {"variables_needed_to_start": verdict.needed} if verdict.needed else {},
    }


def defaults(job_template: Vars, survey_spec: Vars | None) -> dict[str, Any]:
    """The variables of a job without any answer: those of the template, and over them the defaults of its survey.

    A default that its own question would refuse as an answer is left out. The default of a multiselect is text, its
    answer a list: it is never applied.
    """
    taken = {
        question["variable"]: question["default"]
        for question in _questions(job_template, survey_spec)
        if question.get("default") is not None
        and not answer_errors(question, {question["variable"]: question["default"]})
    }
    return {**own_variables(job_template), **taken}


def judged(job_template: Vars, survey_spec: Vars | None, given: Vars, required: bool = True) -> Verdict:
    """The variables that a template takes, and those that it does not."""
    left, needed = dict(given), []
    accepted: dict[str, Any] = {}
    rejected: dict[str, Any] = {}
    for question in _questions(job_template, survey_spec):
        variable = question["variable"]
        errors = answer_errors(question, given, required)
        needed += errors
        if variable in left:
            (rejected if errors else accepted)[variable] = left.pop(variable)
    if job_template.get("ask_variables_on_launch"):
        return Verdict({**accepted, **left}, rejected, needed)
    own = own_variables(job_template)
    # What the template has anyway is neither taken nor ignored.
    unasked = {name: value for name, value in left.items() if name not in own or own[name] != value}
    return Verdict(accepted, {**rejected, **unasked}, needed)


def own_variables(template: Vars) -> dict[str, Any]:
    """The extra variables of a template, which a controller keeps as text."""
    own = template.get("extra_vars") or {}
    return dict(json.loads(own) if isinstance(own, str) else own)


def _questions(job_template: Vars, survey_spec: Vars | None) -> list[dict[str, Any]]:
    return list(survey_spec.get("spec", [])) if survey_spec and job_template.get("survey_enabled", True) else []


def node_extra_vars(artifacts: Iterable[Vars], answers: Vars, extra_data: Vars) -> dict[str, Any]:
    """The variables that a workflow gives to the job of a node, whether or not its template asks for variables.

    The artifacts of the nodes before win over what is saved with the node. The workflow's own variables, that is the
    answers to its survey, the defaults of it and its extra variables, win over both.
    """
    before = merged_artifacts(artifacts)
    before.pop("_ansible_no_log", None)
    return {**extra_data, **before, **answers}


def node_launched(job_template: Vars, survey_spec: Vars | None, variables: Vars) -> dict[str, Any]:
    """The extra variables of a node's job: variables of a workflow are not checked against prompts and survey."""
    return {**defaults(job_template, survey_spec), **variables}


def merged_artifacts(slices: Iterable[Vars]) -> dict[str, Any]:
    """The artifacts of a sliced job, or of several nodes, for what comes after it.

    They are merged by their top-level names: of a dictionary that two have, one is lost.
    """
    merged: dict[str, Any] = {}
    for artifacts in slices:
        merged.update(artifacts)
    return merged


@dataclass
class Node:
    """A job of a workflow that ran: which came before it, and the artifacts of its job or of each of its slices."""

    parents: Sequence[Node] = ()
    slices: Sequence[Vars] = field(default_factory=list)

    def inherited(self) -> dict[str, Any]:
        """The artifacts of all that came before."""
        return merged_artifacts(parent.handed_on() for parent in self.parents)

    def handed_on(self) -> dict[str, Any]:
        """The artifacts that the nodes after it get. An approval has none of its own and hands on what came to it."""
        return merged_artifacts([self.inherited(), *self.slices])


def hosts_of_slices(hosts: Sequence[str], job_slice_count: int) -> list[list[str]]:
    """The hosts of each slice: there are never more slices than hosts, and they take turns."""
    count = max(1, min(job_slice_count, len(hosts)))
    ordered = sorted(hosts)
    return [ordered[number::count] for number in range(count)]
