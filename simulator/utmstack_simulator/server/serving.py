# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server, from listening until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import web

from .. import background
from ..scenarios import load
from ..state.dialect import dialect
from ..state.world import World
from .app import build_app
from .tls import server_context


def connection(world: World, url: str, ca_file: Path | None) -> dict[str, Any]:
    """The connection options of utmstack.siem's modules for this server."""
    admin = world.accounts.by_login["admin"]
    secrets: dict[str, Any] = {"username": admin.login, "password": admin.password}
    if world.dialect.has_api_keys:
        secrets = {"api_key": world.api_keys.make(admin.login)}
    return {"url": url, **secrets, **({"ca_path": str(ca_file)} if ca_file else {})}


async def serve(options: argparse.Namespace) -> None:
    """Listen until SIGTERM or SIGINT."""
    port_file: Path = options.port_file or Path(tempfile.mkdtemp(prefix="utmstack-simulator-"), "port")
    with background.hold(port_file):
        world = World(dialect(options.dialect, options.errors if options.dialect == "v11" else None))
        if options.scenario:
            for row in load(options.scenario, options.dialect):
                world.documents.put(row["index"], row["id"], row["source"])
        runner = web.AppRunner(build_app(world), access_log=None)
        await runner.setup()
        ca_file = background.ca_file(port_file).absolute() if options.tls else None
        context = server_context(options.host, ca_file) if ca_file else None
        await web.TCPSite(runner, options.host, options.port, ssl_context=context).start()
        url = f"{'https' if context else 'http'}://{options.host}:{runner.addresses[0][1]}"
        print(f"utmstack-simulator ({options.dialect}) listening on {url}", flush=True)
        if ca_file:
            print(f"CA certificate: {ca_file}", flush=True)
        _write(background.connection_file(port_file), json.dumps(connection(world, url, ca_file)))
        _write(port_file, str(runner.addresses[0][1]))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
        await runner.cleanup()
        background.forget(port_file)


def _write(file: Path, text: str) -> None:
    """A file for the owner only, there with all of its content or not at all."""
    fresh = file.with_name(file.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(f"{text}\n", encoding="utf-8")
    fresh.replace(file)
