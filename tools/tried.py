# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write into docs/security.md what a run of the tests tried, and how much of it was as it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.matrices import BLANKS, SECRETS, TEXTS
from tools.measured import Cells, Section, table_line

SECTION = Section("security.md", "tried")
NOT_TRIED = "–"
_INTRO = """
The tests write these tables. A cell shows how many of the cases that were tried ended as they should. {findings}

"""
HEADINGS: Mapping[str, str] = {
    SECRETS: """\
### Secrets and failures

A server, or a proxy, fails in different places of a response and quotes a credential: as it is, in JSON, in a URL, in
base64, as UTF-8 read as Latin-1, and where it would be cut. A case is right if no part of the credential is in the
result or the output. *Playbook* runs `ansible-playbook`, on UTMStack 10 and 11; the other rows run the module in
process.
""",
    TEXTS: """\
### Hostile texts and the ways they are printed

Texts that act on a terminal, forge lines, turn the writing direction, are invisible or very long, each alone, within
other text and repeated. A case is right if what is printed is printable and bounded.
""",
    BLANKS: """\
### Blank answers and variables

Each variable of each role gets null, an empty text, its value as a text and a wrong value. A case is right if a blank
one means the default, the text means its value, and the wrong one is refused by name.
""",
}


def page_section(cells: Cells) -> str:
    """The section of the page, with a table for each matrix that was measured."""
    findings = sum(measured - passed for passed, measured in cells.values())
    total = sum(measured for _passed, measured in cells.values())
    parts = [_INTRO.format(findings=f"Cases: {total:,}. Findings: {findings}.")]
    for matrix, heading in HEADINGS.items():
        if found := {key[1:]: cell for key, cell in cells.items() if key[0] == matrix}:
            parts.append(f"{heading}\n{_table(found)}\n")
    return "".join(parts)


def _table(cells: Mapping[tuple[str, str], tuple[int, int]]) -> str:
    rows, columns = _distinct([row for row, _column in cells]), _distinct([column for _row, column in cells])
    lines = [table_line(["", *columns]), table_line(["---"] * (len(columns) + 1))]
    for row in rows:
        found = [cells.get((row, column)) for column in columns]
        lines.append(table_line([row, *(NOT_TRIED if cell is None else f"{cell[0]}/{cell[1]}" for cell in found)]))
    return "".join(lines)


def _distinct(names: Sequence[str]) -> list[str]:
    return sorted(set(names), key=lambda name: (name.lower(), name))


def main() -> None:
    """Replace the section by what the file that is named on the command line holds."""
    SECTION.write(page_section)


if __name__ == "__main__":
    main()
