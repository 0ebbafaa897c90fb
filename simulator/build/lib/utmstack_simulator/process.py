# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run simulators as child processes, for tests and tools."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import background
from .control import SimulatedServer
from .server.inventory import names
from .server.port_file import PortFileTaken, ca_file, connection_file, inventory_file


class _Child:
    """A ``utmstack-simulator`` with its files in a temporary directory."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="utmstack-simulator-")
        self.port_file = Path(self._directory.name, "port")
        try:
            self._process = background.start(self.port_file, arguments, detached=False)
        except (PortFileTaken, background.NotStarted):
            self._directory.cleanup()
            raise

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    def connection(self) -> Any:
        """The connection options that it wrote."""
        return json.loads(connection_file(self.port_file).read_text(encoding="utf-8"))

    def stop(self) -> None:
        """Stop the process and remove its files."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)
        self._directory.cleanup()


class _Owner:
    """The owner of a process, and a context manager that stops it."""

    _child: _Child

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the process, and with it all its servers."""
        self._child.stop()

    @property
    def pid(self) -> int:
        """The process number."""
        return self._child.pid


class SimulatorProcess(_Owner, SimulatedServer):
    """A running ``utmstack-simulator`` on a free port, and a context manager that stops it.

    :param dialect: ``v10`` or ``v11``.
    :param options: further command-line options, such as ``--tls`` or ``--release`` and ``11.2``.
    """

    def __init__(self, dialect: str, *options: str) -> None:
        self._child = _Child(["--dialect", dialect, *options])
        super().__init__(dialect, self._child.connection()["url"], ca_file(self._child.port_file))


class SimulatorInstances(_Owner):
    """One running ``utmstack-simulator`` with many servers, and a context manager that stops it.

    `servers` holds them by their name in the inventory, `connections` their connection options by the same names, and
    `inventory` is the path of the inventory.

    :param dialect: ``v10`` or ``v11``, the same for all.
    :param count: how many servers.
    :param options: further command-line options, which apply to all.
    """

    def __init__(self, dialect: str, count: int, *options: str) -> None:
        self._child = _Child(["--dialect", dialect, "--instances", str(count), *options])
        authority = ca_file(self._child.port_file)
        self.inventory = inventory_file(self._child.port_file)
        self.connections: dict[str, dict[str, Any]] = dict(zip(names(count), self._child.connection(), strict=True))
        self.servers = {
            name: SimulatedServer(dialect, options["url"], authority) for name, options in self.connections.items()
        }
