# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands on the pages for readers, and the list of those that no walk runs."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

import yaml

from tools.pages import ROOT, Block

LIST = ROOT / "tests" / "documented.yml"


@dataclass(frozen=True)
class Command:
    """A command of a page, and the lines that the page shows of its output; … stands for anything.

    A command fails if the page shows ``FAILED`` for it, and otherwise it succeeds.
    """

    text: str
    shown: tuple[str, ...]
    place: str = ""

    @property
    def fails(self) -> bool:
        """Whether the page shows that the command fails."""
        return any("FAILED" in line for line in self.shown)

    def missing(self, output: str) -> list[str]:
        """The shown lines that are not in the output, in this order. The width of spaces does not matter."""
        lines = [" ".join(line.split()) for line in output.splitlines()]
        found = []
        for shown in self.shown:
            pattern = re.compile(".*".join(map(re.escape, " ".join(shown.split()).split("…"))))
            place = next((number for number, line in enumerate(lines) if pattern.fullmatch(line)), None)
            if place is None:
                found.append(shown)
            else:
                lines = lines[place + 1 :]
        return found


@dataclass(frozen=True)
class Unwalked:
    """Commands that no walk runs: pages, how they begin, why, and the test that runs them in its own way, if any."""

    pages: str
    begins: str
    reason: str
    test: str | None = None

    def covers(self, page: str, command: str) -> bool:
        """Whether this is about a command of a page."""
        return fnmatchcase(page, self.pages) and command.startswith(self.begins)


def commands_in(block: Block) -> Iterator[Command]:
    """The commands of a console block. Lines that do not begin with a prompt are output."""
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        shown = "\n".join(lines[start + 1 : end]).rstrip().splitlines()
        yield Command(lines[start][2:].strip(), tuple(shown), f"{block.page}:{block.line + start}")


@functools.cache
def unwalked_commands() -> tuple[Unwalked, ...]:
    """The list of commands that no walk runs."""
    rows = yaml.safe_load(LIST.read_text(encoding="utf-8"))["commands"]
    return tuple(Unwalked(row["page"], row["begins"], row["reason"], row.get("test")) for row in rows)


def how_it_is_run(page: str, command: str) -> Unwalked | None:
    """How a command is run or checked if no walk runs it."""
    return next((row for row in unwalked_commands() if row.covers(page, command)), None)
