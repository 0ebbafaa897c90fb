# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of a process and everything that it started."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path


def process_tree(root: int) -> list[int]:
    """The process and its descendants; none if it has ended.

    Found by their parents, because workers of ansible-core have sessions and process groups of their own.
    """
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name, in parentheses, may hold anything.
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    found = [root] if root in parents else []
    for number in found:
        found.extend(child for child, parent in parents.items() if parent == number)
    return found


def kill_tree(root: int) -> list[int]:
    """Kill the process and its descendants, and return their numbers."""
    return kill_all(lambda: process_tree(root))


def kill_all(find: Callable[[], list[int]]) -> list[int]:
    """Kill the processes that `find` returns, and return their numbers.

    All are stopped first, so that none starts another one or goes on alone meanwhile.
    """
    stopped: list[int] = []
    while fresh := [number for number in find() if number not in stopped]:
        for number in fresh:
            _send(number, signal.SIGSTOP)
        stopped += fresh
    for number in stopped:
        _send(number, signal.SIGKILL)
    return stopped


def _send(number: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, what)
