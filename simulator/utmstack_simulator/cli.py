# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``utmstack-simulator``: start a simulated server and keep it until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal
import tempfile
from pathlib import Path

from aiohttp import web

from .app import build_app
from .dialect import dialect
from .scenarios import load
from .tls import server_context
from .world import World


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="utmstack-simulator", description=__doc__)
    parser.add_argument("--dialect", choices=["v10", "v11"], default="v11", help="generation to play")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on, 0 for any free one")
    parser.add_argument("--port-file", type=Path, help="file to write the port to, once listening")
    parser.add_argument("--scenario", help="name of a scenario, or a JSON file [{index, id, source}]")
    parser.add_argument("--tls", action="store_true", help="speak TLS; the CA is written beside the port file")
    parser.add_argument("--errors", choices=["problem", "header"], help="which of the two v11 builds to play")
    return parser.parse_args()


async def serve(options: argparse.Namespace) -> None:
    """Listen until SIGTERM or SIGINT."""
    world = World(dialect(options.dialect, options.errors if options.dialect == "v11" else None))
    if options.scenario:
        for row in load(options.scenario, options.dialect):
            world.documents.put(row["index"], row["id"], row["source"])
    runner = web.AppRunner(build_app(world), access_log=None)
    await runner.setup()
    context = None
    if options.tls:
        beside = options.port_file or Path(tempfile.mkdtemp(prefix="utmstack-simulator-"), "port")
        ca_file = beside.with_name(beside.name + ".ca.pem")
        context = server_context(options.host, ca_file)
    site = web.TCPSite(runner, options.host, options.port, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    if options.port_file:
        fresh = options.port_file.with_name(options.port_file.name + ".new")
        fresh.write_text(f"{port}\n", encoding="ascii")
        fresh.replace(options.port_file)
    scheme = "https" if context else "http"
    print(f"utmstack-simulator ({options.dialect}) listening on {scheme}://{options.host}:{port}", flush=True)
    if context:
        print(f"CA certificate: {ca_file}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    """Entry point of the console script."""
    asyncio.run(serve(arguments()))
