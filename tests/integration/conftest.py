# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stage for every dialect and entry point."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from utmstack_simulator.process import SimulatorProcess

from .inventories import InventoryFiles, inventory_files
from .playing import ROOT, SERVERS, Stage

os.environ.setdefault("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".venv" / "collections"))

WRITING = "ansible_collections.utmstack.siem.plugins.module_utils.writing"


@pytest.fixture(params=["v10", "v11"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Name of the server: by default each major version as it was recorded."""
    return str(request.param)


@pytest.fixture(params=["in_process", pytest.param("as_module", marks=pytest.mark.full)])
def entry_point(request: pytest.FixtureRequest) -> str:
    """How tasks run: in the process of the controller, or as a module, which starts a Python for each task.

    As a module everything runs in the full set; tests marked with `both_entry_points` do in the fast one, too.
    """
    return str(request.param)


@pytest.fixture(params=[1, 10**6], ids=["ids", "documents"])
def way_to_see(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How runs in this process see whether alerts are as expected: by the IDs of those that are, or by documents."""
    monkeypatch.setattr(f"{WRITING}.sight.MIN_ALIKE", request.param)
    return "documents" if request.param > 1 else "ids"


@pytest.fixture
def cold(request: pytest.FixtureRequest) -> bool:
    """Whether the full set starts ansible-playbook for this test, because it is about what a run leaves behind."""
    return bool(request.config.getoption("full")) and request.node.get_closest_marker("cold") is not None


@pytest.fixture
def open_stage(
    utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path, cold: bool, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], Stage]:
    """A function that gives an empty server and an entry point. Relative paths start in a directory of the test."""
    monkeypatch.chdir(tmp_path)

    def opened(server: str, entry_point: str) -> Stage:
        simulator = utmstack_simulator(*SERVERS[server])
        simulator.reset()
        return Stage(simulator, entry_point, tmp_path, cold)

    return opened


@pytest.fixture
def stage(open_stage: Callable[[str, str], Stage], dialect: str, entry_point: str) -> Stage:
    """An empty server of each dialect and entry point."""
    return open_stage(dialect, entry_point)


@pytest.fixture
def local_stage(open_stage: Callable[[str, str], Stage], dialect: str) -> Stage:
    """An empty server of each dialect, in process."""
    return open_stage(dialect, "in_process")


@pytest.fixture
def v11_stage(open_stage: Callable[[str, str], Stage], request: pytest.FixtureRequest) -> Stage:
    """An empty v11 server, in process."""
    return open_stage(getattr(request, "param", "v11"), "in_process")


@pytest.fixture
def v10_stage(open_stage: Callable[[str, str], Stage]) -> Stage:
    """An empty v10 server, in process."""
    return open_stage("v10", "in_process")


@pytest.fixture
def asset_files(local_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> InventoryFiles:
    """Files for an empty server of each major version."""
    return inventory_files(local_stage, monkeypatch)


@pytest.fixture
def v11_asset_files(v11_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> InventoryFiles:
    """Files for an empty v11 server."""
    return inventory_files(v11_stage, monkeypatch)
