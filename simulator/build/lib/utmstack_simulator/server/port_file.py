# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The port file of a simulator, the files beside it, and the lock that shows which process owns them.

A running simulator holds a lock on the file with its process number. No other process is mistaken for it: neither one
that was given the same number later nor one that listens on the same port.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from .private_file import open_private


class PortFileTaken(RuntimeError):
    """A running simulator owns the port file."""

    def __init__(self, port_file: Path) -> None:
        super().__init__(
            f"A simulator with the port file {port_file} is already running. "
            f"Stop it with --stop {port_file}, or choose another port file."
        )


class CannotListen(RuntimeError):
    """A server cannot listen on its address."""

    def __init__(self, address: str, reason: str | None) -> None:
        super().__init__(f"Cannot listen on {address}: {reason}. Choose another --host or --port.")


def ca_file(port_file: Path) -> Path:
    """The certificate of the throwaway CA."""
    return _beside(port_file, ".ca.pem")


def connection_file(port_file: Path) -> Path:
    """The modules' connection options as JSON."""
    return _beside(port_file, ".connection")


def inventory_file(port_file: Path) -> Path:
    """The Ansible inventory of many instances."""
    return _beside(port_file, ".inventory.yml")


def log_file(port_file: Path) -> Path:
    """The output of a simulator in the background."""
    return _beside(port_file, ".log")


def _pid_file(port_file: Path) -> Path:
    return _beside(port_file, ".pid")


def _beside(port_file: Path, suffix: str) -> Path:
    return port_file.with_name(port_file.name + suffix)


def hold(port_file: Path) -> IO[str]:
    """Claim the port file until the returned file is closed. :raises PortFileTaken: another process owns it."""
    held = os.fdopen(open_private(_pid_file(port_file)), "a", encoding="ascii")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise PortFileTaken(port_file) from None
    held.truncate(0)
    held.write(f"{os.getpid()}\n")
    held.flush()
    return held


def holder(port_file: Path) -> int | None:
    """The number of the process that owns the port file, None without one."""
    try:
        with _pid_file(port_file).open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
    except FileNotFoundError:
        pass
    return None


def remove_connection_files(port_file: Path) -> None:
    """Remove the files that clients connect with."""
    for file in (port_file, connection_file(port_file), inventory_file(port_file), ca_file(port_file)):
        file.unlink(missing_ok=True)


def remove_process_files(port_file: Path) -> None:
    """Remove the process number and the log."""
    for file in (_pid_file(port_file), log_file(port_file)):
        file.unlink(missing_ok=True)
