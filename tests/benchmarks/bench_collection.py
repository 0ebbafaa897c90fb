# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the collection against what one would write without it, all in this run, on the simulator of this checkout.

Everything printed was measured here and now, except where it says that it is extrapolated. With ``--page``, the tables
are also written into docs/performance.md.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.measured import Section, table_line
from utmstack_simulator.process import SimulatorProcess

from .busy_team import HEADINGS, PLAYS, busy_team
from .cases import REPEATS, Case, best_cases, nothing_to_do, uri_loop
from .growth import SIZES, growth
from .playing import Bench

SECTION = Section("performance.md", "performance")


def machine() -> str:
    """What the figures depend on."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    versions = {name: importlib.metadata.version(name) for name in ("ansible-core", "utmstack-simulator")}
    shown = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"Python {platform.python_version()}, {shown} (v11), {os.cpu_count()} processors, load average {load}"


def table(headings: list[str], rows: list[list[str]]) -> Iterator[str]:
    """A table of Markdown, which also reads well as text."""
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]

    def aligned(row: list[str]) -> str:
        return table_line([cell.ljust(width) for cell, width in zip(row, widths)])

    yield aligned(headings)
    yield table_line(["-" * width for width in widths])
    yield from map(aligned, rows)


def case_rows(case: Case) -> Iterator[list[str]]:
    """A case as rows: the task, and beneath it the plain calls."""
    rate = (lambda seconds: f" ({case.items / seconds:,.0f}/s)") if case.items else (lambda seconds: "")
    ours = case.ours
    seconds = [f"{one:.2f}" for one in (ours.processor, ours.task, ours.playbook)]
    yield [case.what, f"{ours.operation:.2f}{rate(ours.operation)}", *seconds, str(ours.requests), f"{ours.peak:.0f}"]
    for how, timing in case.plain.items():
        yield [
            f"– plain calls: {how}",
            f"{timing.seconds:.2f}{rate(timing.seconds)}",
            "",
            "",
            "",
            str(timing.requests),
            "",
        ]


def measured(bench: Bench) -> Iterator[str]:
    """The section of the page, line by line."""
    yield f"\nMeasured with {machine()} at the start.\nOf {REPEATS} runs of each task, the fastest.\n\n"
    rows = [row for case in best_cases(bench) for row in case_rows(case)]
    yield from table(["Task", "operation, s", "CPU, s", "task, s", "playbook, s", "requests", "peak, MB"], rows)
    yield "\n"
    sizes = [f"{size:,} alerts" for size in SIZES]
    runs = growth(bench)
    rows = [
        [f"{one.what}: operation, s", *(f"{run.operation:.2f}" for run in one.runs), f"{one.exponent:.2f}"]
        for one in runs
    ]
    rows += [[f"{one.what}: peak, MB", *(f"{run.peak:.0f}" for run in one.runs), ""] for one in runs]
    yield from table(["Growth", *sizes, "exponent"], rows)
    yield "\n"
    smallest = nothing_to_do(bench)
    whole, looped = uri_loop(bench, 500)
    rows = [
        ["a task with nothing to do, in process", f"{smallest.in_process:.3f}"],
        ["a task with nothing to do, as a module", f"{smallest.as_module:.3f}"],
        ["`ansible.builtin.uri`, one GET", f"{smallest.uri:.3f}"],
        [f"500 alerts closed in a loop over `uri`, extrapolated from 25 in {looped:.1f} s", f"{whole:.1f}"],
    ]
    yield from table(["For comparison", "seconds"], rows)
    yield f"\n{PLAYS} playbooks at once, half of them on the same alerts:\n\n"
    yield from table(list(HEADINGS), [busy_team(dialect).as_row() for dialect in ("v10", "v11")])
    yield f"\nAt the end: load average {', '.join(f'{value:.1f}' for value in os.getloadavg())}.\n"


def main() -> None:
    """Measure and print."""
    lines = []
    with SimulatorProcess("v11") as simulator, tempfile.TemporaryDirectory() as directory:
        for line in measured(Bench(simulator, Path(directory))):
            print(line, end="", flush=True)
            lines.append(line)
    if "--page" in sys.argv:
        before, _section, after = SECTION.parts()
        SECTION.path.write_text(before + "".join(lines) + "\n" + after, encoding="utf-8")


if __name__ == "__main__":
    main()
