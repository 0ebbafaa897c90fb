# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the kill matrix and the fault matrix of docs/reliability.md from what a run of their tests measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.integration.writers import WRITERS
from tests.matrices import FAULT_COLUMNS, FAULTS, KILL_COLUMNS, KILLS, UNDO_COLUMNS
from tools.measured import Cells, Section, table_line

SECTION = Section("reliability.md", "matrices")
NOT_RUN, NOT_POSSIBLE = "not run", "–"

_KILLS = """\
### Kill matrix

Each writer is killed with `kill -9` while the server works on its request 1, 2, 3, … to the last one. A request that
writes is killed twice: the server carries it out although the client is gone, or never does. A cell shows how many of
these kills are recovered from:

- **Run again**: the task ends in the state of a run that was not killed, reports `changed` truthfully, and a further
  run writes nothing.
- **Undo**: all alerts are as they were before the run, and a further undo writes nothing.
- **Undo, run again**: after that, the task still works.
- **Killed undo, undo again**: utmstack_undo is killed in the same way and completed by running it again.

Kills that leave the server, the receipts and the journals in the same state are followed up once.
"""
_FAULTS = """\
### Fault matrix

Each fault strikes at the first request, at a write in the middle of the run, at the read that verifies it, and at the
last request. A cell shows in how many of these cases the result reports what the server holds, the next run completes
the task, and nothing is stored twice. Runs that leave the same state are followed up once.

For 500, 502, 504 and a timeout, the server either has carried out the request or has not; after a timeout, it does so
when the task is over. The column *proxy* drops a connection behind a proxy, before or after the request is carried out.
"""


def page_section(cells: Cells) -> str:
    """The section of the page."""
    servers = "for UTMStack 10 and 11 together, and for API keys on UTMStack 11"
    intro = f"\nBoth tables are counts of one run of the tests, {servers}.\n"
    kills = _table(KILLS, KILL_COLUMNS, cells, impossible=_without_undo())
    return "\n".join([intro, _KILLS, kills, _FAULTS, _table(FAULTS, FAULT_COLUMNS, cells), ""])


def _without_undo() -> set[tuple[str, str]]:
    """Rows and columns of writers without a receipt."""
    return {(writer.name, column) for writer in WRITERS if not writer.has_receipt for column in UNDO_COLUMNS}


def _table(
    matrix: str, columns: Sequence[str], cells: Cells, impossible: Iterable[tuple[str, str]] = frozenset()
) -> str:
    lines = [table_line(["Writer", *columns]), table_line(["---"] * (len(columns) + 1))]
    for writer in WRITERS:
        row = [
            NOT_POSSIBLE if (writer.name, column) in impossible else _shown(cells.get((matrix, writer.name, column)))
            for column in columns
        ]
        lines.append(table_line([writer.name, *row]))
    return "".join(lines)


def _shown(cell: tuple[int, int] | None) -> str:
    return NOT_RUN if cell is None else f"{cell[0]}/{cell[1]}"


def main() -> None:
    """Replace the section by the measurements in the file that is named on the command line."""
    SECTION.write(page_section)


if __name__ == "__main__":
    main()
