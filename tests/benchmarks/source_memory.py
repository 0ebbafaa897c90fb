# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source in a process without an engine: prints its memory after every so many events.

Usage: python -m tests.benchmarks.source_memory CURSOR EVERY, with the connection options in the environment.
"""

from __future__ import annotations

import asyncio
import gc
import runpy
import sys
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[2] / "extensions" / "eda" / "plugins" / "event_source" / "alerts.py"


def resident() -> float:
    """The memory of this process, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


class Drain:
    """A queue that takes all events at once."""

    def __init__(self, every: int) -> None:
        self._every, self._count = every, 0

    async def put(self, event: dict[str, Any]) -> None:
        """Count an event."""
        if "alert" in event:
            self._count += 1
            if self._count % self._every == 0:
                gc.collect()
                print(self._count, resident(), flush=True)
        await asyncio.sleep(0)


async def follow(cursor: str, every: int) -> None:
    """Run the source until this process is ended."""
    # As ansible-rulebook starts it.
    main = runpy.run_path(str(SOURCE))["main"]
    arguments = {"cursor": cursor, "interval": 0.2, "since": "30d", "health_interval": 0}
    await main(Drain(every), arguments)


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1], int(sys.argv[2])))
