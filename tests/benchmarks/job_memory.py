# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of a running command with all its descendants."""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from pathlib import Path

_EVERY = 1.0
_PROC = Path("/proc")


def peak_of(process: subprocess.Popen[bytes]) -> float:
    """Wait for the process, and return the most memory that its tree had in MB, looked at once a second."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(map(_proportional, _tree(process.pid))))
        time.sleep(_EVERY)
    return peak / 1024


def _tree(root: int) -> list[int]:
    """The process and its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            # The name before the last parenthesis may contain anything.
            parent = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
        children[parent].append(int(stat.parent.name))
    found = [root]
    for one in found:
        found += children[one]
    return found


def _proportional(process: int) -> int:
    """Memory in KB, of shared pages this process's share; nothing of a process that has ended."""
    try:
        lines = (_PROC / str(process) / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
