# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that can be injected into requests.

A fault is a dictionary with its `kind`, its options and a choice of requests: `method`, `path` (a regular expression
for the complete path), `nth` (only the n-th match, from 1), `times` (at most this many), `probability` with `seed`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

READS_BY_POST = re.compile(
    r"/api/(authenticate|check-credentials|tfa/.*|elasticsearch/(search|generic-search|search/csv|count|property/values-with-count))"
)
# Without a `path`, these affect writing requests only.
WRITE_FAULTS = ("lose-writes", "partial-writes", "drop-after", "conflict", "compile-budget", "read-only")
# Per kind, the required and the optional options.
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    kind: (frozenset(needed.split()), frozenset(taken.split()))
    for kind, needed, taken in (
        ("delay", "seconds", ""),
        ("hold", "", ""),
        ("status", "status", "headers body carried_out"),
        ("drop-before", "", ""),
        ("drop-after", "", ""),
        ("lose-writes", "", "alerts_only"),
        ("partial-writes", "", "share"),
        ("truncate-body", "", ""),
        ("not-json", "", ""),
        ("restart", "", ""),
        ("slow-body", "seconds", ""),
        ("conflict", "", "ids set"),
        ("compile-budget", "", "capacity seconds"),
        ("read-only", "", ""),
    )
}
# Options that select requests.
CHOICE = frozenset({"method", "path", "nth", "times", "probability", "seed"})
# Kinds that take effect as soon as they are set, unless they select requests.
AT_ONCE = ("restart", "compile-budget")


def check(options: dict[str, Any]) -> None:
    """Check a fault. :raises ValueError: a wrong kind, a missing or superfluous option, or a bad path."""
    kind = str(options.get("kind"))
    if kind not in KINDS:
        raise ValueError(f"There is no fault {kind!r}. The faults are {', '.join(KINDS)}.")
    needed, taken = KINDS[kind]
    given = options.keys() - CHOICE - {"kind"}
    if needed - given:
        raise ValueError(f"The fault {kind} needs {', '.join(sorted(needed - given))}.")
    if given - needed - taken:
        raise ValueError(f"The fault {kind} does not take {', '.join(sorted(given - needed - taken))}.")
    try:
        re.compile(options.get("path", ""))
    except re.error as error:
        raise ValueError(f"The path {options['path']!r} is not a regular expression: {error}.") from None


def is_at_once(options: dict[str, Any]) -> bool:
    """Whether the fault takes effect as soon as it is set."""
    return options["kind"] in AT_ONCE and not CHOICE & options.keys()


def is_writing(method: str, path: str) -> bool:
    """Whether a request can change stored data."""
    return method not in ("GET", "HEAD", "OPTIONS") and not READS_BY_POST.fullmatch(path)


@dataclass
class Fault:
    """A fault and the number of requests that it matched and affected."""

    kind: str
    options: dict[str, Any]
    matched: int = 0
    fired: int = 0
    random: random.Random = field(default_factory=random.Random)

    def meets(self, method: str, path: str) -> bool:
        """Count a request, and return whether the fault affects it."""
        options = self.options
        if options.get("method") not in (None, method) or not re.fullmatch(options.get("path", ".*"), path):
            return False
        if self.kind in WRITE_FAULTS and "path" not in options and not is_writing(method, path):
            return False
        self.matched += 1
        if options.get("nth") not in (None, self.matched) or self.fired >= options.get("times", self.fired + 1):
            return False
        if self.random.random() >= options.get("probability", 1.0):
            return False
        self.fired += 1
        return True


class Faults:
    """The active faults."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def reset(self) -> None:
        """Remove all faults."""
        self._faults = []

    def replace(self, wanted: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Replace the faults, and return those that take effect at once. :raises ValueError: one is invalid."""
        for options in wanted:
            check(options)
        self._faults = [
            Fault(options["kind"], options, random=random.Random(options.get("seed", 0)))
            for options in wanted
            if not is_at_once(options)
        ]
        return [options for options in wanted if is_at_once(options)]

    def meeting(self, method: str, path: str) -> dict[str, dict[str, Any]]:
        """The faults that affect this request, by kind."""
        return {fault.kind: fault.options for fault in self._faults if fault.meets(method, path)}
