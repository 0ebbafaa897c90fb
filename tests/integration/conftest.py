# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stage for every dialect and door."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from utmstack_simulator.process import SimulatorProcess

from .playing import ROOT, Stage

os.environ.setdefault("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".venv" / "collections"))


@pytest.fixture(params=["v10", "v11"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Generation of the server."""
    return str(request.param)


@pytest.fixture(params=["local", "module"])
def door(request: pytest.FixtureRequest) -> str:
    """Way into the collection: in the controller's process, or as a module."""
    return str(request.param)


@pytest.fixture
def cold(request: pytest.FixtureRequest) -> bool:
    """Whether the test wants ansible-playbook from the command line, because it is about what a run leaves behind."""
    return request.node.get_closest_marker("cold") is not None


@pytest.fixture
def open_stage(
    utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path, cold: bool
) -> Callable[[str, str], Stage]:
    """A function that gives an empty server of a dialect, through a door."""

    def opened(dialect: str, door: str) -> Stage:
        simulator = utmstack_simulator(dialect)
        simulator.reset()
        return Stage(simulator, door, tmp_path, cold)

    return opened


@pytest.fixture
def stage(open_stage: Callable[[str, str], Stage], dialect: str, door: str) -> Stage:
    """An empty server of each dialect, through each door."""
    return open_stage(dialect, door)


@pytest.fixture
def local_stage(open_stage: Callable[[str, str], Stage], dialect: str) -> Stage:
    """An empty server of each dialect, through the local door."""
    return open_stage(dialect, "local")


@pytest.fixture
def v11_stage(open_stage: Callable[[str, str], Stage]) -> Stage:
    """An empty v11 server, through the local door."""
    return open_stage("v11", "local")


@pytest.fixture
def v10_stage(open_stage: Callable[[str, str], Stage]) -> Stage:
    """An empty v10 server, through the local door."""
    return open_stage("v10", "local")
