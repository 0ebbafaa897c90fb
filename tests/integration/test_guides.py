# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides do what they say, command by command, on simulated servers in place of the reader's."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.scenarios import load

from .playing import ROOT, ansible_environment
from .walks import walk

Start = Callable[..., SimulatorProcess]
SERVER = "https://siem.example.com"
KEY = "UTMSTACK_API_KEY=…"


def started(start: Start, *options: str) -> SimulatorProcess:
    """A server with a day of alerts."""
    simulator = start(*options)
    simulator.reset()
    simulator.fill(load("soc-day", simulator.dialect))
    return simulator


def follow(name: str, directory: Path, instead: Mapping[str, str]) -> None:
    """Run the commands of a guide in a directory that looks like a checkout with a virtual environment."""
    (directory / ".venv").symlink_to(ROOT / os.environ.get("VENV", ".venv"))
    environment = ansible_environment(SIEM_TEST_RECORD=str(directory / "record"))
    try:
        walk(ROOT / "docs" / f"{name}.md", directory, environment, instead=instead)
    finally:
        for left in directory.glob("*.connection"):
            subprocess.run(["utmstack-simulator", "--stop", left.stem], cwd=directory, check=True)


def test_quick_start(utmstack_simulator: Start, tmp_path: Path) -> None:
    server = started(utmstack_simulator, "v11", "--tls")
    instead = {
        SERVER: server.url,
        KEY: f"UTMSTACK_API_KEY={server.api_key()}",
        "/etc/pki/siem-ca.pem": str(server.ca_file),
    }
    follow("quick-start", tmp_path, instead)
