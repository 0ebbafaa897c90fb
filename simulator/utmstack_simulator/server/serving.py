# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one simulated server until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import web

from ..backend.start import fill
from ..scenarios import load
from ..state.dialect import dialect
from ..state.world import World
from .app import build_app
from .port_file import ca_file, connection_file, hold, remove_connection_files
from .private_file import write_private
from .tls import server_context


def connection(world: World, url: str, authority: Path | None) -> dict[str, Any]:
    """The connection options with which the modules of utmstack.siem reach this server."""
    admin = world.accounts.by_login["admin"]
    secrets: dict[str, Any] = {"username": admin.login, "password": admin.password}
    if world.dialect.has_api_keys:
        secrets = {"api_key": world.api_keys.make(admin.login)}
    return {"url": url, **secrets, **({"ca_path": str(authority)} if authority else {})}


async def serve(options: argparse.Namespace) -> None:
    """Listen until SIGTERM or SIGINT."""
    port_file: Path = options.port_file or Path(tempfile.mkdtemp(prefix="utmstack-simulator-"), "port")
    with hold(port_file):
        world = World(dialect(options.dialect, options.release, options.handlers))
        if options.scenario:
            fill(world, load(options.scenario, options.dialect))
        runner = web.AppRunner(build_app(world), access_log=None)
        await runner.setup()
        authority = ca_file(port_file).absolute() if options.tls else None
        context = server_context(options.host, authority) if authority else None
        await web.TCPSite(runner, options.host, options.port, ssl_context=context).start()
        url = f"{'https' if context else 'http'}://{address(options.host, runner.addresses[0][1])}"
        print(f"utmstack-simulator ({options.dialect}) listening on {url}", flush=True)
        if authority:
            print(f"CA certificate: {authority}", flush=True)
        write_private(connection_file(port_file), f"{json.dumps(connection(world, url, authority))}\n")
        write_private(port_file, f"{runner.addresses[0][1]}\n")
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
        await runner.cleanup()
        remove_connection_files(port_file)


def address(host: str, port: int) -> str:
    """Host and port as they stand in a URL, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
