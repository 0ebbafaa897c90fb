# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of facts and tables, as Markdown and as plain text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...printing import aligned, code_span, printable


@dataclass(frozen=True)
class Quoted:
    """A text that is not the page's own, such as the name of an alert: shown literally, up to a limit."""

    text: Any
    limit: int

    @property
    def plain(self) -> str:
        """The text on one line of a terminal."""
        return printable("" if self.text is None else str(self.text), self.limit)

    def code(self, table: bool = True) -> str:
        """The text as code of Markdown."""
        return code_span(self.text, table, self.limit)


@dataclass(frozen=True)
class Section:
    """A heading and the rows of a table.

    :param rows: cells are numbers, the page's own words, and `Quoted`.
    :param columns: headings of the columns; without them, each row is a sentence.
    """

    title: str
    rows: Sequence[tuple[Any, ...]]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A title, facts with their labels, and sections."""

    title: str
    subject: Quoted
    facts: Sequence[tuple[Any, ...]]
    sections: Sequence[Section]

    def markdown(self) -> str:
        """The page as Markdown."""
        lines = [f"# {self.title} {self.subject.code(table=False)}", "", *_markdown_table(("", ""), self.facts)]
        for section in self.sections:
            lines += ["", f"## {section.title}", ""]
            if section.columns:
                lines += _markdown_table(section.columns, section.rows)
            else:
                lines += [f"- {_markdown_cell(row[0], table=False)}" for row in section.rows]
        return "\n".join(lines) + "\n"

    def text(self) -> str:
        """The page as plain text."""
        lines = [f"{self.title} {self.subject.plain}", *_text_rows(self.facts)]
        for section in self.sections:
            heading = [section.columns] if section.columns else []
            lines += ["", section.title, *_text_rows([*heading, *section.rows])]
        return "\n".join(lines) + "\n"


def _markdown_table(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[str]:
    sides = ["---:" if rows and isinstance(rows[0][number], int) else "---" for number in range(len(columns))]
    return [_markdown_row(columns), "|" + "|".join(sides) + "|", *map(_markdown_row, rows)]


def _markdown_row(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(map(_markdown_cell, cells)) + " |"


def _markdown_cell(cell: Any, table: bool = True) -> str:
    return cell.code(table) if isinstance(cell, Quoted) else str(cell)


def _text_rows(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    plain = [[cell.plain if isinstance(cell, Quoted) else cell for cell in row] for row in rows]
    return [f"  {line}" for line in aligned(plain)]
