# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two sets of tests: the fast one, and with ``--full`` everything; and what the matrices measured."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .matrices import Collector, Record, recorder

# How fast this machine makes examples is no result. The same examples in every run, so that a failure can be repeated.
settings.register_profile("full", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", settings.get_profile("full"), max_examples=15)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches."""
    parser.addoption("--full", action="store_true", help="also run tests marked full, and try more examples")
    parser.addoption("--matrices", metavar="FILE", type=Path, help="write what the matrices measured to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Set how many examples each property is tried with, before test modules are imported; collect the matrices."""
    settings.load_profile("full" if config.getoption("full") else "fast")
    # With xdist, the results of all processes arrive in the first one.
    if config.getoption("matrices") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(config.getoption("matrices")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that are for the full set."""
    if config.getoption("full"):
        return
    left_out = [item for item in items if item.get_closest_marker("full")]
    items[:] = [item for item in items if not item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session", autouse=True)
def _journals_of_incidents(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the journals of incidents out of the user's home."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture
def record_cell(request: pytest.FixtureRequest) -> Record:
    """A function that counts one measurement in a cell of a matrix."""
    return recorder(request.node)
