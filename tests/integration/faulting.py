# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults at the requests of one writer, what the run reported, and what the next run makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from utmstack_simulator.state.faults import is_writing

from ..matrices import FAULT_COLUMNS
from .kills import Lab
from .reports import false_report
from .server_state import Observer
from .tasks import carry_out, in_haste
from .writers import Writer

Faults = Sequence[dict[str, Any]]
# Seconds after which a server that does not answer is given up.
SHORT, LONG = 0.3, 120.0
AT_ONCE = {"headers": {"Retry-After": "0"}}


def _status(number: int, carried_out: bool = False) -> dict[str, Any]:
    return {"kind": "status", "status": number, "carried_out": carried_out, **AT_ONCE}


DROP_BEFORE, DROP_AFTER, HOLD = {"kind": "drop-before"}, {"kind": "drop-after"}, {"kind": "hold"}
# By column, the variants of the fault: a server or gateway may have carried a request out, or not, or does so later.
VARIANTS: dict[str, Sequence[Faults]] = {
    "401": [[_status(401)]],
    "429": [[_status(429)]],
    "500": [[_status(500)], [_status(500, carried_out=True)]],
    "502": [[_status(502)], [_status(502, carried_out=True)]],
    "503": [[_status(503)]],
    "504": [[_status(504)], [_status(504, carried_out=True)]],
    "timeout": [[HOLD], [HOLD, DROP_BEFORE]],
    "drop-before": [[DROP_BEFORE]],
    "drop-after": [[DROP_AFTER]],
    "lost write": [[{"kind": "lose-writes"}]],
    "restart": [[{"kind": "restart"}]],
    "proxy": [[DROP_BEFORE], [DROP_AFTER]],
}
assert tuple(VARIANTS) == FAULT_COLUMNS


@dataclass(frozen=True)
class Place:
    """A request of a run: where it is, and its number."""

    name: str
    number: int


def places_of(rows: Sequence[dict[str, Any]]) -> list[Place]:
    """The first request, the write of the middle block, the read after it, and the last request; each once."""
    writes = [number for number, row in enumerate(rows, 1) if is_writing(row["method"], row["path"])]
    middle = writes[(len(writes) - 1) // 2]
    back = next(number for number in range(middle + 1, len(rows) + 1) if number not in writes)
    places = {"first": 1, "middle": middle, "read-back": back, "last": len(rows)}
    return [Place(name, number) for number, name in {number: name for name, number in places.items()}.items()]


class FaultLab(Lab):
    """One writer on a server with faults."""

    def __init__(self, observer: Observer, writer: Writer, directory: Path) -> None:
        super().__init__(observer, writer, directory)
        self._known: dict[str, str] = {}

    def under(self, column: str, variant: Faults, place: Place) -> str:
        """Run with a fault, and then without; what went wrong."""
        self.start()
        # Faults about writes count all requests only with a path.
        self.simulator.faults(*({**fault, "path": ".*", "nth": place.number} for fault in variant))
        # To the client, the simulator looks like a proxy in front of itself.
        proxy = {"proxy": self.simulator.url} if column == "proxy" else {}
        with in_haste(SHORT if column == "timeout" else LONG):
            results = carry_out(self.simulator.url, self.steps, **proxy)
        self.simulator.settle()
        left = self.left()
        problem = false_report(results, self.before, left.state, self.wanted)
        if problem:
            return problem
        # What the next run makes of it depends on nothing else.
        key = repr(left)
        if key not in self._known:
            self._known[key] = self.rerun(left.state)
        return self._known[key] and f"then {self._known[key]}"
