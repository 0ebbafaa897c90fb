# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The port of a server, which can be closed for a while."""

from __future__ import annotations

import asyncio
import ssl

from aiohttp import web

from ..spring.answers import empty


class Listening:
    """Listens for an application on one port."""

    def __init__(self, app: web.Application, host: str, context: ssl.SSLContext | None) -> None:
        self._runner = web.AppRunner(app, access_log=None)
        self._host = host
        self._context = context
        self._site: web.TCPSite | None = None
        self._port = 0
        self._return: asyncio.Task[None] | None = None

    async def start(self, port: int) -> int:
        """Listen on this port, 0 for any free one, and return its number. :raises OSError: that is not possible."""
        await self._runner.setup()
        self._port = port
        await self._listen()
        self._port = self._runner.addresses[0][1]
        return self._port

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, self._host, self._port, ssl_context=self._context)
        await self._site.start()

    async def go_away(self, seconds: float, last: web.Request) -> None:
        """Cut all connections but that of the `last` request, and refuse new ones for this long."""
        if self._site is not None:
            await self._site.stop()
        server = self._runner.server
        for connection in server.connections if server is not None else []:
            if connection is not last.protocol:
                connection.force_close()
        self._return = asyncio.create_task(self._come_back(seconds))

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._listen()

    async def stop(self) -> None:
        """Close the port and end all requests."""
        if self._return is not None:
            self._return.cancel()
        await self._runner.cleanup()


LISTENING: web.AppKey[Listening] = web.AppKey("listening")


async def go_away(request: web.Request) -> web.Response:
    """POST /simulator/away {"seconds"}: refuse all connections for this long; the data is kept."""
    seconds = float((await request.json())["seconds"])
    await request.app[LISTENING].go_away(seconds, request)
    answer = empty()
    answer.force_close()
    return answer
