# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source that only generates events of the size of those of the collection, to measure the engine alone."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any


async def main(queue: asyncio.Queue[Any], args: Mapping[str, Any]) -> None:
    """Put so many events, and then wait to be ended."""
    feedback = args.get("eda_feedback_queue")
    for number in range(args["count"]):
        event = {
            "alert": {
                "id": f"a{number:07d}-0000-4000-8000-000000000001",
                "status": "open",
                "severity": "medium",
                "data_type": "wineventlog",
                "time": "2026-11-20T10:00:00.000Z",
            },
            "kind": "opened",
            "attempt": 1,
            "version": "0123456789ab",
            "group": "0123456789ab",
            "seen_at": "2026-11-20T10:00:00.000000Z",
            "lag": 0.5,
            "meta": {"uuid": str(uuid.uuid4())},
        }
        await queue.put(event)
        if feedback is not None:
            await feedback.get()
    await asyncio.Event().wait()
