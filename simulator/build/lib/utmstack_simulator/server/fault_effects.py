# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The effects of faults on a request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ..backend.alerts import another_analyst
from ..spring.context import world
from ..state.world import Writing

# The engine's reason for refusing to write, by fault.
REFUSALS = {
    "read-only": "OpenSearch.updateByQuery: [cluster_block_exception] Forbidden access",
    "compile-budget": "[circuit_breaking_exception] Too many dynamic script compilations",
}


async def under_faults(
    request: web.Request, faults: dict[str, dict[str, Any]], carry_out: Callable[[], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The answer to a request that is affected by these faults, given by kind."""
    here = world(request)
    if "delay" in faults:
        await asyncio.sleep(faults["delay"]["seconds"])
    if "hold" in faults:
        await here.gate.hold()
    if "restart" in faults:
        here.restart()
    if "drop-before" in faults:
        return _cut(request)
    answer_instead = faults.get("status")
    if answer_instead is not None and not answer_instead.get("carried_out", False):
        return _answer_of(answer_instead)
    if "conflict" in faults:
        another_analyst(here, faults["conflict"])
    refusals = [text for kind, text in REFUSALS.items() if kind in faults]
    share = faults["partial-writes"].get("share", 0.5) if "partial-writes" in faults else 1.0
    lost = faults.get("lose-writes")
    alerts_only = lost is not None and lost.get("alerts_only", False)
    with here.faulty(Writing(lost is not None, alerts_only, refusals[0] if refusals else None, share)):
        answer = await carry_out()
    if answer_instead is not None:
        return _answer_of(answer_instead)
    if "drop-after" in faults:
        return _cut(request)
    return await _with_broken_body(request, answer, faults)


def _answer_of(fault: dict[str, Any]) -> web.Response:
    return web.Response(status=fault["status"], headers=fault.get("headers"), text=fault.get("body", ""))


async def _with_broken_body(
    request: web.Request, answer: web.StreamResponse, faults: dict[str, Any]
) -> web.StreamResponse:
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
    if "not-json" in faults:
        return web.Response(text="<html><body>Gateway portal</body></html>", content_type="text/html")
    if "truncate-body" in faults or "slow-body" in faults:
        slow = web.StreamResponse(status=answer.status, headers=answer.headers)
        slow.content_length = len(body)
        await slow.prepare(request)
        await slow.write(body[: len(body) // 2])
        if "truncate-body" in faults:
            return _cut(request)
        await asyncio.sleep(faults["slow-body"]["seconds"])
        await slow.write(body[len(body) // 2 :])
        return slow
    return answer


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)
