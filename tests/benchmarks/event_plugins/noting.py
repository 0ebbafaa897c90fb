# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An event filter that notes when events enter the queue of the engine."""

from __future__ import annotations

import time
from typing import Any

_count = 0


def main(event: dict[str, Any], file: str, every: int = 1) -> dict[str, Any]:
    """Append the number of the event, the time and the alert's ID to the file, for each so many-th event."""
    global _count
    if "alert" in event:
        _count += 1
        if _count % every == 0:
            with open(file, "a", encoding="utf-8") as stream:
                stream.write(f"{_count} {time.time()} {event['alert']['id']}\n")
    return event
