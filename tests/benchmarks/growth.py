# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How time and memory grow with the number of alerts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .cases import ROWS, closing
from .playing import Bench, Played

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Growth:
    """One task at several sizes."""

    what: str
    runs: Sequence[Played]

    @property
    def exponent(self) -> float:
        """The slope of the seconds of the operation over the number of alerts, both as logarithms."""
        return slope([math.log(size) for size in SIZES], [math.log(run.operation) for run in self.runs])


def slope(across: Sequence[float], up: Sequence[float]) -> float:
    """The slope of the straight line that fits best."""
    x, y = sum(across) / len(across), sum(up) / len(up)
    spread = sum((value - x) ** 2 for value in across)
    return sum((a - x) * (b - y) for a, b in zip(across, up)) / spread


def growth(bench: Bench) -> list[Growth]:
    """Export and close so many alerts."""
    exported: list[Played] = []
    closed: list[Played] = []
    for size in SIZES:
        bench.seed(size)
        options = {"path": str(bench.directory / f"{size}.jsonl"), "query": {}}
        exported.append(bench.play({"utmstack.siem.utmstack_alert_export": options}))
        closed.append(bench.play(closing(ROWS[-1] if ROWS else None, query={"status": ["open"]})))
        if bench.closed() != size:
            raise SystemExit(f"{bench.closed()} alerts are closed, not {size}.")
    return [Growth("closing" + (f", `rows: {ROWS[-1]}`" if ROWS else ""), closed), Growth("export, jsonl", exported)]
