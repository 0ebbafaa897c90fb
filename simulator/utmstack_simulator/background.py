# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators as processes of their own, known by their port file.

A running simulator holds a lock on the file beside its port file that says its process number. So nothing else is ever
taken for it: neither a number that another process has by now, nor a port that somebody else listens on.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

START_SECONDS = 30
STOP_SECONDS = 15
PAUSE = 0.02


class NotStarted(RuntimeError):
    """A simulator that ended, or kept silent, instead of listening."""


class NotStopped(RuntimeError):
    """A simulator that did not end when it was told to."""


def _beside(port_file: Path, suffix: str) -> Path:
    return port_file.with_name(port_file.name + suffix)


def ca_file(port_file: Path) -> Path:
    """Where the throw-away authority's certificate is written."""
    return _beside(port_file, ".ca.pem")


def connection_file(port_file: Path) -> Path:
    """Where the modules' connection options are written."""
    return _beside(port_file, ".connection")


def hold(port_file: Path) -> IO[str]:
    """Claim the port file for this process, until the returned file is closed. :raises NotStarted: it is taken."""
    held = _beside(port_file, ".pid").open("a", encoding="ascii")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise NotStarted(f"a simulator with the port file {port_file} is running already") from None
    held.truncate(0)
    held.write(f"{os.getpid()}\n")
    held.flush()
    return held


def holder(port_file: Path) -> int | None:
    """The process that holds the port file, None when there is none."""
    try:
        with _beside(port_file, ".pid").open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
    except FileNotFoundError:
        pass
    return None


def start(port_file: Path, arguments: Sequence[str], detached: bool) -> subprocess.Popen[bytes]:
    """Start a simulator and wait until it listens.

    :param detached: whether it outlives this process; what it prints goes to a file then.
    :raises NotStarted: it does not listen, or another one holds the port file.
    """
    if holder(port_file) is not None:
        raise NotStarted(f"a simulator with the port file {port_file} is running already")
    port_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "utmstack_simulator", "--port-file", str(port_file), *arguments]
    log = _beside(port_file, ".log")
    if detached:
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
    else:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS
    while not port_file.exists():
        if process.poll() is None and time.monotonic() < deadline:
            time.sleep(PAUSE)
            continue
        process.kill()
        process.wait()
        said = log.read_text(encoding="utf-8", errors="replace").strip() if detached else ""
        raise NotStarted(f"the simulator did not start\n{said}".strip())
    return process


def stop(port_file: Path) -> bool:
    """End the simulator that holds the port file, and remove what it left; whether there was one.

    :raises NotStopped: it is still there after 15 seconds.
    """
    number = holder(port_file)
    if number is not None:
        os.kill(number, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while holder(port_file) == number:
            if time.monotonic() > deadline:
                raise NotStopped(f"the simulator with process number {number} does not end")
            time.sleep(PAUSE)
    forget(port_file)
    for suffix in (".pid", ".log"):
        _beside(port_file, suffix).unlink(missing_ok=True)
    return number is not None


def forget(port_file: Path) -> None:
    """Remove what told how to reach the simulator."""
    for file in (port_file, connection_file(port_file), ca_file(port_file)):
        file.unlink(missing_ok=True)
