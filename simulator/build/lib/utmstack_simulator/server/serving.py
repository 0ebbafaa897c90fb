# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run simulated servers until they are stopped."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import signal
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..backend.rule_engine import run_rule_engine
from ..backend.start import fill_alike
from ..scenarios import load
from ..state.dialect import dialect
from ..state.world import World
from .app import build_app
from .inventory import inventory
from .listening import LISTENING, Listening
from .port_file import CannotListen, ca_file, connection_file, hold, inventory_file, remove_connection_files
from .private_file import write_private
from .tls import server_context


def connection(world: World, url: str, authority: Path | None) -> dict[str, Any]:
    """The connection options with which the modules of utmstack.siem reach this server."""
    admin = world.accounts.by_login["admin"]
    secrets: dict[str, Any] = {"username": admin.login, "password": admin.password}
    if world.dialect.has_api_keys:
        secrets = {"api_key": world.api_keys.make(admin.login)}
    return {"url": url, **secrets, **({"ca_path": str(authority)} if authority else {})}


@dataclass(frozen=True)
class Listener:
    """A server that listens.

    :param connection: the connection options that reach it.
    """

    listening: Listening
    port: int
    connection: dict[str, Any]


async def serve(options: argparse.Namespace) -> None:
    """Listen until SIGTERM or SIGINT."""
    port_file: Path = options.port_file or Path(tempfile.mkdtemp(prefix="utmstack-simulator-"), "port")
    with hold(port_file):
        worlds = _worlds(options)
        listeners = await _listen(options, worlds, ca_file(port_file).absolute() if options.tls else None)
        _write_files(port_file, listeners, many=options.instances is not None)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        engine = asyncio.create_task(_rule_engines(worlds, options.rule_engine))
        await stop.wait()
        engine.cancel()
        await asyncio.gather(*(listener.listening.stop() for listener in listeners))
        remove_connection_files(port_file)


def _worlds(options: argparse.Namespace) -> list[World]:
    """What each server holds at first. The scenario is read once for all."""
    release = dialect(options.dialect, options.release, options.handlers)
    worlds = [World(release) for _number in range(options.instances or 1)]
    if options.scenario:
        fill_alike(worlds, load(options.scenario, options.dialect))
    return worlds


async def _rule_engines(worlds: Sequence[World], pause: float | None) -> None:
    """Run the rule engine of each server again and again; without a pause, never."""
    while pause is not None:
        await asyncio.sleep(pause)
        for world in worlds:
            run_rule_engine(world)


async def _listen(options: argparse.Namespace, worlds: Sequence[World], authority: Path | None) -> list[Listener]:
    """Listen for each world on a port of its own: successive ones, or any if the first is 0."""
    _allow_open_files()
    context = server_context(options.host, authority) if authority else None
    listeners = []
    for number, world in enumerate(worlds):
        app = build_app(world)
        app[LISTENING] = listening = Listening(app, options.host, context)
        wanted = options.port and options.port + number
        try:
            port = await listening.start(wanted)
        except OSError as error:
            raise CannotListen(address(options.host, wanted), _reason(error)) from error
        url = f"{'https' if context else 'http'}://{address(options.host, port)}"
        print(f"utmstack-simulator ({options.dialect}) listening on {url}", flush=True)
        listeners.append(Listener(listening, port, connection(world, url, authority)))
    if authority:
        print(f"CA certificate: {authority}", flush=True)
    return listeners


def _reason(error: OSError) -> str | None:
    # asyncio's text repeats the address.
    return error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)


def _allow_open_files() -> None:
    """Allow as many open files as the system does, because each server and each client takes one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _write_files(port_file: Path, listeners: Sequence[Listener], many: bool) -> None:
    """Write the files that clients connect with, the ports last, which show that all servers listen."""
    connections = [listener.connection for listener in listeners]
    write_private(connection_file(port_file), f"{json.dumps(connections if many else connections[0])}\n")
    if many:
        write_private(inventory_file(port_file), inventory(connections))
    write_private(port_file, "".join(f"{listener.port}\n" for listener in listeners))


def address(host: str, port: int) -> str:
    """Host and port as they stand in a URL, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
