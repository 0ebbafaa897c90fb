# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New alerts that arrive while a server runs."""

from __future__ import annotations

from aiohttp import web

from ..scenarios.arrivals import arriving
from ..spring.answers import json_answer
from ..spring.context import world


async def add_arrivals(request: web.Request) -> web.Response:
    """POST /simulator/arrivals {"count", "seconds_ago"}: the IDs of new alerts in automatic review."""
    wanted, here = await request.json(), world(request)
    rows = arriving(here.dialect.name, int(wanted.get("count", 1)), float(wanted.get("seconds_ago", 1)))
    for row in rows:
        here.documents.put(row["index"], row["id"], row["source"])
    return json_answer({"ids": [row["id"] for row in rows]})
