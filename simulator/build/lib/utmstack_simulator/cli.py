# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run simulated UTMStack servers."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import math
import sys
from pathlib import Path

from . import background
from .server.port_file import CannotListen, PortFileTaken, connection_file, inventory_file
from .state.dialect import HANDLERS, dialect
from .state.release import RELEASES

MAX_PORT = 65_535
MIN_PAUSE = 0.1
MOLECULE = Path(__file__).with_name("molecule")
REACHABLE = (
    "utmstack-simulator: Warning: other machines reach {host}, and anyone who does controls the simulator without a "
    "password. Use --host 127.0.0.1 unless that is intended."
)


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    options = argparse.ArgumentParser(prog="utmstack-simulator", description=__doc__, allow_abbrev=False)
    options.add_argument("--dialect", choices=["v10", "v11"], default="v11", help="major version to simulate")
    options.add_argument("--host", default="127.0.0.1", help="address to listen on")
    options.add_argument("--port", type=int, default=0, help="port to listen on, 0 for any free port")
    options.add_argument(
        "--port-file", type=Path, metavar="FILE", help="write the port to FILE once the server listens"
    )
    options.add_argument(
        "--instances",
        type=int,
        metavar="N",
        help="simulate N independent servers in one process, each on a port of its own; with --port-file, an Ansible "
        "inventory of them is written to FILE.inventory.yml",
    )
    options.add_argument("--scenario", help="soc-day, soc-month, or a JSON file [{index, id, source}]")
    options.add_argument(
        "--rule-engine",
        type=float,
        metavar="SECONDS",
        help="run the rule engine every so many seconds, on a real server 30; without it, alerts stay in automatic "
        "review until POST /simulator/tick",
    )
    options.add_argument("--tls", action="store_true", help="serve HTTPS; the CA is written to FILE.ca.pem")
    options.add_argument(
        "--release", choices=list(RELEASES), help="release to simulate, the major version's first by default"
    )
    options.add_argument("--handlers", choices=HANDLERS, help="which exception handler of v11 comes first")
    options.add_argument(
        "--background",
        action="store_true",
        help="return once the server listens and leave it running; needs --port-file, and writes the modules' "
        "connection options to FILE.connection",
    )
    other = options.add_mutually_exclusive_group()
    other.add_argument("--stop", type=Path, metavar="FILE", help="stop the simulator with this port file, if it runs")
    other.add_argument("--molecule", action="store_true", help="print the directory of the Molecule playbooks")
    return options


def main() -> None:
    """Entry point of the console script."""
    options = parser().parse_args()
    if not (options.molecule or options.stop or is_loopback(options.host)):
        print(REACHABLE.format(host=options.host), file=sys.stderr)
    try:
        dialect(options.dialect, options.release, options.handlers)
        check_ports(options.port, options.instances)
        check_rule_engine(options.rule_engine)
    except ValueError as error:
        parser().error(str(error))
    try:
        if options.molecule:
            print(MOLECULE)
        elif options.stop:
            print("stopped" if background.stop(options.stop) else "not running")
        elif options.background:
            if options.port_file is None:
                parser().error("--background needs --port-file")
            background.start(options.port_file, _foreground(sys.argv[1:]), detached=True)
            if options.instances is None:
                print(connection_file(options.port_file).read_text(encoding="utf-8"), end="")
            else:
                print(inventory_file(options.port_file))
        else:
            # Loading the server takes half a second, which the other options do not need.
            from .server.serving import serve

            asyncio.run(serve(options))
    except (CannotListen, PortFileTaken, background.NotStarted, background.NotStopped) as error:
        sys.exit(f"utmstack-simulator: {error}")


def _foreground(arguments: list[str]) -> list[str]:
    return [argument for argument in arguments if argument != "--background"]


def check_ports(first: int, instances: int | None) -> None:
    """Check that each server gets a port. :raises ValueError: there are no servers, or not enough ports."""
    if instances is None:
        return
    if instances < 1:
        raise ValueError(f"--instances {instances} starts no server. Give a number from 1.")
    if first and first + instances - 1 > MAX_PORT:
        raise ValueError(
            f"--instances {instances} needs the ports {first} to {first + instances - 1}, "
            f"but the last port is {MAX_PORT}. Give a lower --port, or none for any free ports."
        )


def check_rule_engine(seconds: float | None) -> None:
    """Check the pause of the rule engine. :raises ValueError: it is none."""
    if seconds is not None and not MIN_PAUSE <= seconds < math.inf:
        raise ValueError(f"--rule-engine {seconds:g} is no pause. Give a number of seconds from {MIN_PAUSE}.")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
