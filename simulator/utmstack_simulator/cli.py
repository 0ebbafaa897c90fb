# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a simulated UTMStack server and keep it until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from . import background

MOLECULE = Path(__file__).with_name("molecule")


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    options = argparse.ArgumentParser(prog="utmstack-simulator", description=__doc__, allow_abbrev=False)
    options.add_argument("--dialect", choices=["v10", "v11"], default="v11", help="generation to play")
    options.add_argument("--host", default="127.0.0.1", help="address to listen on")
    options.add_argument("--port", type=int, default=0, help="port to listen on, 0 for any free one")
    options.add_argument("--port-file", type=Path, metavar="FILE", help="file to write the port to, once listening")
    options.add_argument("--scenario", help="name of a scenario, or a JSON file [{index, id, source}]")
    options.add_argument("--tls", action="store_true", help="speak TLS; the CA is written beside the port file")
    options.add_argument("--errors", choices=["problem", "header"], help="which of the two v11 builds to play")
    options.add_argument(
        "--background",
        action="store_true",
        help="return when it listens, and leave it running; the connection options of the modules are written as JSON "
        "beside the port file (FILE.connection)",
    )
    other = options.add_mutually_exclusive_group()
    other.add_argument("--stop", type=Path, metavar="FILE", help="end the simulator with this port file, if it runs")
    other.add_argument("--molecule", action="store_true", help="print the folder of create.yml and destroy.yml")
    return options


def main() -> None:
    """Entry point of the console script."""
    options = parser().parse_args()
    try:
        if options.molecule:
            print(MOLECULE)
        elif options.stop:
            print("stopped" if background.stop(options.stop) else "not running")
        elif options.background:
            if options.port_file is None:
                parser().error("--background needs --port-file")
            background.start(options.port_file, _foreground(sys.argv[1:]), detached=True)
            print(background.connection_file(options.port_file).read_text(encoding="utf-8"), end="")
        else:
            # Only here, because the server's modules take their time to load.
            from .server.serving import serve

            asyncio.run(serve(options))
    except (background.NotStarted, background.NotStopped) as error:
        sys.exit(f"utmstack-simulator: {error}")


def _foreground(arguments: list[str]) -> list[str]:
    return [argument for argument in arguments if argument != "--background"]
