# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections of pages that a run of the tests writes, and the cells that it measured."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# By matrix, row and column: how many measurements were as they should be, of how many.
Cells = Mapping[tuple[str, str, str], tuple[int, int]]

_DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True)
class Section:
    """A section of a page.

    :param page: the page, a file of ``docs``.
    :param target: the target of make that writes the section.
    """

    page: str
    target: str

    @property
    def path(self) -> Path:
        """The file of the page."""
        return _DOCS / self.page

    @property
    def begin(self) -> str:
        """The line before the section."""
        return f"<!-- Written by `make {self.target}`: begin -->\n"

    @property
    def end(self) -> str:
        """The line after the section."""
        return f"<!-- Written by `make {self.target}`: end -->\n"

    def parts(self) -> tuple[str, str, str]:
        """The page before the section, the section, and the page after it."""
        page = self.path.read_text(encoding="utf-8")
        begin, end = page.index(self.begin) + len(self.begin), page.index(self.end)
        return page[:begin], page[begin:end], page[end:]

    def write(self, text_of: Callable[[Cells], str]) -> None:
        """Replace the section by the text of the cells in the file that is named on the command line."""
        before, _section, after = self.parts()
        cells = cells_from(Path(sys.argv[1]).read_text(encoding="utf-8"))
        self.path.write_text(before + text_of(cells) + after, encoding="utf-8")


def cells_from(text: str) -> Cells:
    """The cells in the file of a test run."""
    return {(matrix, row, column): (passed, measured) for matrix, row, column, passed, measured in json.loads(text)}


def table_line(parts: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(parts)} |\n"
