# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule for objects of a controller is. Pure.

An object is a dictionary: ``kind`` is the name of its awx.awx module, ``arguments`` are the arguments of that module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """An object that breaks a rule.

    :param rule: name of the rule.
    :param object: kind and name of the object.
    :param message: what is wrong, and what to do next.
    """

    rule: str
    object: str
    message: str


@dataclass(frozen=True)
class Scene:
    """All objects that belong together.

    :param playbooks: files of the project; None if they are not known.
    """

    objects: Sequence[Mapping[str, Any]]
    playbooks: frozenset[str] | None

    def of(self, *kinds: str) -> list[Mapping[str, Any]]:
        """The arguments of the objects of these kinds."""
        return [entry.get("arguments") or {} for entry in self.objects if entry.get("kind") in kinds]


# The object that breaks a rule, and the message.
Finding = tuple[str, str]


@dataclass(frozen=True)
class Rule:
    """A named rule.

    :param sentence: what the rule demands.
    :param find: gives one finding for each object that breaks it.
    """

    name: str
    sentence: str
    find: Callable[[Scene], Iterable[Finding]]
