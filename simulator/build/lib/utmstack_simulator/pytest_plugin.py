# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pytest fixture ``utmstack_simulator``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .process import SimulatorInstances, SimulatorProcess


class Simulators:
    """The simulators of a test session, each kind started once."""

    def __init__(self) -> None:
        self._processes: dict[tuple[str, ...], SimulatorProcess] = {}
        self._instances: dict[tuple[str, ...], SimulatorInstances] = {}

    def __call__(self, dialect: str, *options: str) -> SimulatorProcess:
        """The simulator with this dialect and these command-line options."""
        key = (dialect, *options)
        if key not in self._processes:
            self._processes[key] = SimulatorProcess(dialect, *options)
        return self._processes[key]

    def instances(self, dialect: str, count: int, *options: str) -> SimulatorInstances:
        """So many servers in one process, with this dialect and these command-line options."""
        key = (dialect, str(count), *options)
        if key not in self._instances:
            self._instances[key] = SimulatorInstances(dialect, count, *options)
        return self._instances[key]

    def stop(self) -> None:
        """Stop all of them."""
        for process in self._processes.values():
            process.stop()
        for instances in self._instances.values():
            instances.stop()


@pytest.fixture(scope="session")
def utmstack_simulator() -> Iterator[Simulators]:
    """A function that starts a simulator with a dialect and options, each kind once per test session."""
    simulators = Simulators()
    yield simulators
    simulators.stop()
