# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages for readers that are written by hand, and the blocks on them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
_PAGES = ("*.md", "docs/*.md", "roles/*/README.md", "simulator/*.md", "controller/*.md", ".github/**/*.md")
_FILE = re.compile(r"# ([\w./-]+\.(?:yml|py))\n")


def pages(root: Path = ROOT) -> list[Path]:
    """The pages that are written by hand. Those in docs/reference and the changelog are made."""
    return sorted({page for pattern in _PAGES for page in root.glob(pattern) if page.name != "CHANGELOG.md"})


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

    @property
    def file(self) -> str | None:
        """The file that the block is, which its first line names in a comment."""
        named = _FILE.match(self.text)
        return named[1] if named else None


def name_of(page: Path) -> str:
    """The page from the root of the repository, or its own name if it is not in there."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


@functools.cache
def blocks_of(page: Path, text: str | None = None) -> tuple[Block, ...]:
    """The fenced blocks of a page, or of another text in its place. Spaces of a list around a block are left out."""
    source = page.read_text(encoding="utf-8") if text is None else text
    fences = [token for token in MarkdownIt().parse(source) if token.type == "fence"]
    return tuple(
        Block(name_of(page), token.map[0] + 2, token.info.strip(), token.content) for token in fences if token.map
    )


def examples(page: Path, kind: str = "yaml") -> list[str]:
    """The texts of the blocks of a page in one language."""
    return [block.text for block in blocks_of(page) if block.kind == kind]
