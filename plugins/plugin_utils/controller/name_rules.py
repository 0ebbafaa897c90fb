# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the names of objects. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .rule import NODE, Finding, Rule, Scene, Subject

# Objects of these kinds are unique within another one, which this argument names.
_WITHIN = {NODE: "workflow_job_template", "schedule": "unified_job_template", "credential": "credential_type"}


def _with_slash(scene: Scene) -> Iterator[Finding]:
    for subject in scene.subjects:
        if "/" in subject.name:
            yield subject, "the name contains a slash. Use a name without one."


def _without_name(scene: Scene) -> Iterator[Finding]:
    for subject in scene.subjects:
        if not subject.name:
            yield subject, "the name is blank. Set one."


def _twice(scene: Scene) -> Iterator[Finding]:
    named = [subject for subject in scene.subjects if subject.kind != "host" and subject.name]
    counts = Counter(_identity(subject) for subject in named)
    first = {_identity(subject): subject for subject in reversed(named)}
    for identity, count in counts.items():
        if count > 1:
            yield (
                first[identity],
                f"{count} objects have this name, and each would overwrite the one before. Rename them.",
            )


def _identity(subject: Subject) -> tuple[str, str, str]:
    return subject.kind, subject.name, subject.text(_WITHIN.get(subject.kind, ""))


RULES = (
    Rule("name-missing", "Every object has a name.", _without_name),
    Rule(
        "name-with-slash", "A name contains no slash, because addresses of a controller are made of names.", _with_slash
    ),
    Rule("name-twice", "No two objects of one kind have the same name.", _twice),
)
