# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source as one might write it: reads the open alerts of v11, and notes what it delivered once the queue took it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

OPEN = {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2"]}
QUERY: dict[str, Any] = {"indexPattern": "v11-alert-*", "top": 10000, "page": 1, "size": 2000, "sort": "id.keyword,asc"}


def _open_alerts() -> dict[str, list[str]]:
    """The IDs of the open alerts by the name of the alert."""
    answer = requests.post(
        f"{os.environ['UTMSTACK_URL']}/api/elasticsearch/search",
        params=QUERY,
        json=[OPEN],
        headers={"Utm-Api-Key": os.environ["UTMSTACK_API_KEY"]},
        timeout=30,
    )
    answer.raise_for_status()
    found: dict[str, list[str]] = {}
    for row in answer.json():
        found.setdefault(row["name"], []).append(row["id"])
    return found


async def main(queue: asyncio.Queue[Any], args: Mapping[str, Any]) -> None:
    """Put an event for each kind of alerts, then move the cursor."""
    cursor = Path(args["cursor"])
    delivered: set[str] = set(json.loads(cursor.read_text(encoding="utf-8"))) if cursor.exists() else set()
    while True:
        for ids in (await asyncio.to_thread(_open_alerts)).values():
            if fresh := [one for one in ids if one not in delivered]:
                await queue.put({"kind": "burst", "alert_ids": fresh})
                delivered.update(fresh)
                cursor.write_text(json.dumps(sorted(delivered)), encoding="utf-8")
        await asyncio.sleep(args["interval"])
