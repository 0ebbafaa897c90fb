# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update scripts that the server has to compile for a plan. Pure.

The server turns each write of an alert into a script that contains its values, and not the IDs of the alerts. Equal
writes share a script; every other one is compiled, and a server with default settings compiles few of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput, TooManyScripts
from .change import AlertChange, Seen
from .families import families
from .needed import needed_writes, writing_parents
from .plan import Edit, Write
from .states import STATUS, STATUS_OF_ECHOES

# The search engine's defaults: at most 75 at once, and one more every four seconds.
MAX_SCRIPTS, MAX_SCRIPTS_SECONDS = 75, 300
SECONDS_PER_SCRIPT = MAX_SCRIPTS_SECONDS // MAX_SCRIPTS
# Scripts between two waits at most: so many alerts, about, are partly written while the task waits.
SCRIPTS_PER_BLOCK = 10
# Why an alert is left alone if there are too many.
TOO_MANY = "The task needs too many update scripts, so nothing was written."

Script = tuple[str, Any]


@dataclass(frozen=True)
class ScriptNeed:
    """The number of scripts that a task needs."""

    needed: int

    @property
    def is_exceeding(self) -> bool:
        """Whether the server does not compile all of them at once."""
        return self.needed > MAX_SCRIPTS

    @property
    def seconds(self) -> int:
        """The time until the server has compiled all of them."""
        return max(0, self.needed - MAX_SCRIPTS) * SECONDS_PER_SCRIPT

    def numbers(self) -> dict[str, int]:
        """The need in numbers, as users see it."""
        return {"needed": self.needed, "limit": MAX_SCRIPTS, "seconds": self.seconds}

    def as_result(self) -> dict[str, dict[str, int]]:
        """The key ``scripts`` of a result."""
        return {"scripts": self.numbers()}

    def warnings(self) -> list[str]:
        """Say how long a task waits that needs too many."""
        if not self.is_exceeding:
            return []
        return [
            f"The changes need {self.needed} update scripts, and UTMStack compiles {MAX_SCRIPTS} in "
            f"{MAX_SCRIPTS_SECONDS // 60} minutes. Writing them takes about {self.seconds} seconds (`script_wait`)."
        ]


def script_of(write: Write) -> Script:
    """What sets the script of a write apart from others."""
    return (STATUS if write.kind == STATUS_OF_ECHOES else write.kind), write.value


def scripts_of(change: AlertChange, edits: Sequence[Edit], has_echoes: bool) -> set[Script]:
    """The scripts of these edits; none may be without its family.

    :param has_echoes: the server copies the status of an alert to its echoes (v11).
    """
    parents = writing_parents(edits) if has_echoes else {}
    seen = [Seen(edit, edit.alert, edit.echoes) for edit in edits]
    writes, _followed = needed_writes(change, seen, parents)
    return {script_of(write) for found in writes.values() for _id, write in found}


def check_scripts(need: ScriptNeed, script_wait: int) -> TooManyScripts | None:
    """The error of a plan that the server cannot compile in time; None if it can.

    :param script_wait: seconds that the task may wait for the server to compile scripts.
    :raises InvalidInput: `script_wait` is negative.
    """
    if script_wait < 0:
        raise InvalidInput(f"`script_wait` is {script_wait}. Use the number of seconds, 0 for no wait.")
    if need.seconds <= script_wait:
        return None
    given = f", more than `script_wait: {script_wait}`" if script_wait else ""
    return TooManyScripts(
        f"The changes need {need.needed} update scripts, one for each different observation, tag list or note, and "
        f"UTMStack compiles {MAX_SCRIPTS} in {MAX_SCRIPTS_SECONDS // 60} minutes. Writing them takes about "
        f"{need.seconds} seconds{given}. Nothing was written. Set `script_wait: {need.seconds}` to let the task wait, "
        "change fewer alerts per task (`limit` or `alert_ids`), or use the same text for all.",
        need.numbers(),
    )


def blocks_of_few_scripts(change: AlertChange, edits: Sequence[Edit], has_echoes: bool) -> Iterator[Sequence[Edit]]:
    """Cut a block into smaller ones, so that few alerts are partly written while the task waits for the server."""
    block: list[Edit] = []
    scripts: set[Script] = set()
    for family in families(edits):
        own = scripts_of(change, family, has_echoes)
        if block and len(scripts | own) > SCRIPTS_PER_BLOCK:
            yield block
            block, scripts = [], set()
        block += family
        scripts |= own
    if block:
        yield block
