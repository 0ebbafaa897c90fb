# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pytest fixture ``utmstack_simulator``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .process import SimulatorProcess


@pytest.fixture(scope="session")
def utmstack_simulator() -> Iterator[Callable[..., SimulatorProcess]]:
    """Return a function that starts a simulator with a dialect and options, each kind once per test session."""
    running: dict[tuple[str, ...], SimulatorProcess] = {}

    def start(dialect: str, *options: str) -> SimulatorProcess:
        key = (dialect, *options)
        if key not in running:
            running[key] = SimulatorProcess(dialect, *options)
        return running[key]

    yield start
    for process in running.values():
        process.stop()
