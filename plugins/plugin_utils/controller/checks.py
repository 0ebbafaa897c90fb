# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the objects of a controller without one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from . import (
    answer_rules,
    credential_rules,
    credential_type_rules,
    injector_rules,
    instance_rules,
    name_rules,
    schedule_rules,
    survey_rules,
    template_rules,
    workflow_rules,
)
from .rule import (
    Problem,
    Rule,
    Scene,
    Subject,
    mapping_of,
)

# The rules by their subjects.
SUBJECTS: Mapping[str, Sequence[Rule]] = {
    "names": name_rules.RULES,
    "instances": instance_rules.RULES,
    "credential types": credential_type_rules.RULES,
    "injectors": injector_rules.RULES,
    "credentials": credential_rules.RULES,
    "projects and job templates": template_rules.RULES,
    "surveys": survey_rules.RULES,
    "answers of schedules and nodes": answer_rules.RULES,
    "schedules": schedule_rules.RULES,
    "workflows": workflow_rules.RULES,
}
_ALL = tuple(chain(*SUBJECTS.values()))
# The rules by name, each as a sentence.
RULES: dict[str, str] = {rule.name: rule.sentence for rule in _ALL}


def problems(objects: Sequence[Mapping[str, Any]], project: Mapping[str, Any]) -> list[Problem]:
    """One problem for each object and rule that it breaks.

    :param objects: dictionaries with ``kind`` and ``arguments``.
    :param project: what is known of the project; ``playbooks`` are the names of its files, or None.
    """
    playbooks = project.get("playbooks")
    subjects = [Subject(str(entry["kind"]), mapping_of(entry.get("arguments"))) for entry in objects]
    scene = Scene(subjects, None if playbooks is None else frozenset(playbooks))
    return [problem for rule in _ALL for problem in rule.problems(scene)]
