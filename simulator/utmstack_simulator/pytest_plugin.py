# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture ``utmstack_simulator``: a function that starts a simulator for a dialect, once per test session."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .process import SimulatorProcess


@pytest.fixture(scope="session")
def utmstack_simulator() -> Iterator[Callable[..., SimulatorProcess]]:
    """Call it with a dialect and options; the same call gives the same process."""
    running: dict[tuple[str, ...], SimulatorProcess] = {}

    def start(dialect: str, *options: str) -> SimulatorProcess:
        key = (dialect, *options)
        if key not in running:
            running[key] = SimulatorProcess(dialect, *options)
        return running[key]

    yield start
    for process in running.values():
        process.stop()
