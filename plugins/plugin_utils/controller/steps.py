# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does with an object of a controller. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .comparing import Difference

CREATE, UPDATE, REMOVE = "create", "update", "remove"
# Whether a person changed the object since the last run.
NOT_BY_HAND, BY_HAND, PERHAPS_BY_HAND = "no", "yes", "perhaps"


@dataclass(frozen=True)
class Step:
    """One object that a run makes, changes or removes.

    :param arguments: of the module of awx.awx.
    """

    action: str
    kind: str
    name: str
    arguments: Mapping[str, Any]
    differences: tuple[Difference, ...] = ()
    by_hand: str = NOT_BY_HAND
    reason: str = ""


@dataclass(frozen=True)
class Stay:
    """An object that a run leaves alone, and why."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """All that a run does.

    :param problems: why nothing may be written; each a message.
    """

    steps: tuple[Step, ...] = ()
    unchanged: int = 0
    stays: tuple[Stay, ...] = ()
    problems: tuple[str, ...] = field(default=())


def title_of(kind: str, name: str) -> str:
    """An object in messages."""
    return f"{kind.replace('_', ' ')} {name!r}"
