# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions of a survey, and which answers to them a controller refuses. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rule import (
    JOB_TEMPLATE,
    WORKFLOW,
    Scene,
    Subject,
    list_of,
    mapping_of,
)

TEXTS = ("text", "textarea", "password")
NUMBERS = ("integer", "float")
CHOICES = ("multiplechoice", "multiselect")
TYPES = (*TEXTS, *CHOICES, *NUMBERS)


@dataclass(frozen=True)
class Question:
    """One question of a survey."""

    item: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The type of the answer."""
        return str(self.item.get("type", ""))

    @property
    def variable(self) -> str:
        """The variable that gets the answer."""
        return str(self.item.get("variable", ""))

    @property
    def label(self) -> str:
        """The question for messages."""
        return f"the question for `{self.variable}`"

    @property
    def is_required(self) -> bool:
        """Whether a launch must answer it, whatever its default."""
        return self.item.get("required") is True

    @property
    def choices(self) -> list[str]:
        """The choices; a controller also takes them as lines of a text."""
        return _lines(self.item.get("choices"))

    @property
    def defaults(self) -> list[Any]:
        """The default as a list, empty for none."""
        default = self.item.get("default")
        if default is None or default == "":
            return []
        return _lines(default) if self.type in CHOICES else [default]

    def limit(self, name: str) -> int | None:
        """The limit `min` or `max`, None for none."""
        value = self.item.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def is_within_limits(self, value: Any) -> bool:
        """Whether a number, or the length of a text, is within the limits."""
        size = len(value) if isinstance(value, str) else value
        least, most = self.limit("min"), self.limit("max")
        return (least is None or size >= least) and (most is None or size <= most)

    def refusal(self, answer: Any) -> str:
        """Why a controller refuses this answer, empty if it takes it."""
        if self.type == "multiselect":
            return (
                ""
                if isinstance(answer, list) and set(answer) <= set(self.choices)
                else _one_of("a list of", self.choices)
            )
        if self.type == "multiplechoice":
            return "" if answer in self.choices else _one_of("one of", self.choices)
        if not _has_type(answer, self.type):
            return f"it must be {_WANTED[self.type]}"
        return "" if self.is_within_limits(answer) else "it is outside of the limits"


_WANTED = {
    "integer": "an integer without quotes",
    "float": "a number without quotes",
    **dict.fromkeys(TEXTS, "a string"),
}


def survey_of(subject: Subject) -> list[Question]:
    """The questions of a job template or workflow."""
    spec = subject.mapping("survey_spec").get("spec")
    return [Question(item) for item in map(mapping_of, list_of(spec)) if item]


def surveys(scene: Scene) -> Iterator[tuple[Subject, list[Question]]]:
    """The job templates and workflows, and their questions."""
    for subject in scene.of(JOB_TEMPLATE, WORKFLOW):
        yield subject, survey_of(subject)


def questions(scene: Scene) -> Iterator[tuple[Subject, Question]]:
    """All questions and whose they are."""
    for subject, found in surveys(scene):
        yield from ((subject, question) for question in found)


def _lines(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [line for line in value.splitlines() if line.strip()]
    return list(value) if isinstance(value, Sequence) else [value] if value is not None else []


def _has_type(value: Any, question_type: str) -> bool:
    if isinstance(value, bool):
        return False
    if question_type == "integer":
        return isinstance(value, int)
    if question_type == "float":
        return isinstance(value, (int, float))
    return isinstance(value, str)


def _one_of(which: str, choices: Sequence[str]) -> str:
    return f"it must be {which} {', '.join(map(str, choices))}"
