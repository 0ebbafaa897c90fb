# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start and stop simulators in processes of their own, identified by their port files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .server.port_file import PortFileTaken, holder, log_file, remove_connection_files, remove_process_files
from .server.private_file import create_private

START_SECONDS = 120
STOP_SECONDS = 15
PAUSE = 0.02


class NotStarted(RuntimeError):
    """A simulator exited, or did not listen in time."""


class NotStopped(RuntimeError):
    """A simulator is still running although it was asked to stop."""


def start(port_file: Path, arguments: Sequence[str], detached: bool) -> subprocess.Popen[bytes]:
    """Start a simulator and wait until it listens.

    :param detached: keep it running after this process ends, and write its output to a file.
    :raises NotStarted: it does not listen.
    :raises PortFileTaken: another simulator owns the port file.
    """
    if holder(port_file) is not None:
        raise PortFileTaken(port_file)
    port_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "utmstack_simulator", "--port-file", str(port_file), *arguments]
    log = log_file(port_file)
    if detached:
        with os.fdopen(create_private(log), "wb") as output:
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
        output_text = log.read_text(encoding="utf-8", errors="replace").strip() if detached else ""
        raise NotStarted(f"The simulator did not start.\n{output_text}".strip())
    return process


def stop(port_file: Path) -> bool:
    """Stop the simulator that owns the port file and remove its files.

    :returns: whether one was running.
    :raises NotStopped: it is still running after 15 seconds.
    """
    number = holder(port_file)
    if number is not None:
        os.kill(number, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while holder(port_file) == number:
            if time.monotonic() > deadline:
                raise NotStopped(
                    f"The simulator (process {number}) is still running {STOP_SECONDS} seconds after SIGTERM. "
                    f"End it yourself, then repeat --stop {port_file}."
                )
            time.sleep(PAUSE)
    remove_connection_files(port_file)
    remove_process_files(port_file)
    return number is not None
