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


def _stage(start: Callable[..., SimulatorProcess], dialect: str, door: str, directory: Path) -> Stage:
    simulator = start(dialect)
    simulator.reset()
    return Stage(simulator, door, directory)


@pytest.fixture
def stage(utmstack_simulator: Callable[..., SimulatorProcess], dialect: str, door: str, tmp_path: Path) -> Stage:
    """An empty server of each dialect, through each door."""
    return _stage(utmstack_simulator, dialect, door, tmp_path)


@pytest.fixture
def local_stage(utmstack_simulator: Callable[..., SimulatorProcess], dialect: str, tmp_path: Path) -> Stage:
    """An empty server of each dialect, through the local door."""
    return _stage(utmstack_simulator, dialect, "local", tmp_path)


@pytest.fixture
def v11_stage(utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path) -> Stage:
    """An empty v11 server, through the local door."""
    return _stage(utmstack_simulator, "v11", "local", tmp_path)


@pytest.fixture
def v10_stage(utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path) -> Stage:
    """An empty v10 server, through the local door."""
    return _stage(utmstack_simulator, "v10", "local", tmp_path)
