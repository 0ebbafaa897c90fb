# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule for the objects of a controller is. Pure.

An object is a dictionary: ``kind`` is the name of its awx.awx module, ``arguments`` are the arguments of that module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.conversion import is_blank

JOB_TEMPLATE = "job_template"
WORKFLOW = "workflow_job_template"
NODE = "workflow_job_template_node"
_TITLES = {WORKFLOW: "workflow", NODE: "workflow node"}


@dataclass(frozen=True)
class Problem:
    """An object that breaks a rule.

    :param rule: name of the rule.
    :param object: kind and name of the object.
    :param message: what is wrong with which object, and what to do next.
    """

    rule: str
    object: str
    message: str


@dataclass(frozen=True)
class Subject:
    """One object: the kind and the arguments of its module."""

    kind: str
    arguments: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What other objects call it."""
        return text_of(self.arguments.get("identifier" if self.kind == NODE else "name"))

    @property
    def label(self) -> str:
        """Its kind and its name, for messages."""
        title = _TITLES.get(self.kind, self.kind.replace("_", " "))
        return f"{title} {self.name or 'without a name'}"

    def text(self, argument: str) -> str:
        """An argument as a text, empty if it is not given."""
        return text_of(self.arguments.get(argument))

    def mapping(self, argument: str) -> Mapping[str, Any]:
        """An argument that is a dictionary, empty if it is none."""
        return mapping_of(self.arguments.get(argument))

    def names(self, argument: str) -> list[str]:
        """An argument that is a list of names."""
        return [str(entry) for entry in list_of(self.arguments.get(argument))]


@dataclass(frozen=True)
class Scene:
    """All objects that belong together.

    :param playbooks: files of the project; None if they are not known.
    """

    subjects: Sequence[Subject]
    playbooks: frozenset[str] | None

    def of(self, *kinds: str) -> list[Subject]:
        """The objects of these kinds."""
        return [subject for subject in self.subjects if subject.kind in kinds]

    def by_name(self, *kinds: str) -> dict[str, Subject]:
        """The objects of these kinds by their names."""
        return {subject.name: subject for subject in self.of(*kinds)}

    def nodes_of(self, workflow: Subject) -> list[Subject]:
        """The nodes of a workflow."""
        return [node for node in self.of(NODE) if node.text("workflow_job_template") == workflow.name]


# An object that breaks a rule, and what is wrong with it.
Finding = tuple[Subject, str]


@dataclass(frozen=True)
class Rule:
    """A named rule.

    :param sentence: what the rule demands.
    :param find: gives one finding for each breach.
    """

    name: str
    sentence: str
    find: Callable[[Scene], Iterable[Finding]]

    def problems(self, scene: Scene) -> Iterator[Problem]:
        """The breaches of the rule."""
        for subject, text in self.find(scene):
            label = subject.label
            yield Problem(self.name, label, f"{label[:1].upper()}{label[1:]}: {text}")


def text_of(value: Any) -> str:
    """A value as a text; empty for none and for blanks."""
    return "" if is_blank(value) else str(value).strip()


def mapping_of(value: Any) -> Mapping[str, Any]:
    """A dictionary, empty for another type."""
    return value if isinstance(value, Mapping) else {}


def list_of(value: Any) -> Sequence[Any]:
    """A list, empty for another type."""
    return value if isinstance(value, (list, tuple)) else ()


def quoted(values: Iterable[Any]) -> str:
    """Values for a message."""
    return ", ".join(f"`{value}`" for value in values)
