# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages for readers: their blocks, their commands, and the list of commands that no walk runs."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
LIST = ROOT / "tests" / "documented.yml"
_PAGES = ("*.md", "docs/*.md", "roles/*/README.md", "simulator/*.md", "controller/*.md", ".github/**/*.md")


def pages() -> list[Path]:
    """The pages that are written by hand. Examples of modules and plugins have tests of their own."""
    return sorted({page for pattern in _PAGES for page in ROOT.glob(pattern) if page.name != "CHANGELOG.md"})


@dataclass(frozen=True)
class Block:
    """A fenced block: its page from the root of the repository, the number of its first line, language and text."""

    page: str
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        """``FILE:LINE``."""
        return f"{self.page}:{self.line}"


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


def name_of(page: Path) -> str:
    """The page from the root of the repository, or its own name if it is not in there."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


@functools.cache
def blocks_of(page: Path, text: str | None = None) -> tuple[Block, ...]:
    """The fenced blocks of a page, or of another text in its place."""
    source = page.read_text(encoding="utf-8") if text is None else text
    fences = [token for token in MarkdownIt().parse(source) if token.type == "fence"]
    return tuple(
        Block(name_of(page), token.map[0] + 2, token.info.strip(), token.content) for token in fences if token.map
    )


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
