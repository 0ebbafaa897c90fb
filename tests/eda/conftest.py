# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Empty servers, and processes of ansible-rulebook that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from .rulebook_process import VENV, RulebookProcess, connection_environment

# What is given to `rulebook_process`: the parameters of RulebookProcess but for the directory.
Start = Callable[..., RulebookProcess]
FIGURES = "figures"


@pytest.fixture(scope="session", autouse=True)
def _eda_venv() -> None:
    """Check that ansible-rulebook and Java are there."""
    if not (VENV / "java-home").exists():
        pytest.fail("There is no ansible-rulebook. Run `make test-eda`, or tools/set-up-eda.sh before.")


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A function that shows a line of figures at the end of the run, whether or not the test passes."""
    return lambda text: request.node.user_properties.append((FIGURES, text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests said."""
    reports = [report for name in ("passed", "failed") for report in terminalreporter.getreports(name)]
    lines = [(report.nodeid, text) for report in reports for name, text in report.user_properties if name == FIGURES]
    if lines:
        terminalreporter.section("figures")
        for node, text in lines:
            terminalreporter.write_line(f"{node.rpartition('::')[2]}: {text}")


@pytest.fixture(params=["v10", "v11"])
def siem(request: pytest.FixtureRequest, utmstack_simulator: Callable[..., SimulatorProcess]) -> SimulatorProcess:
    """An empty server of each major version."""
    simulator = utmstack_simulator(request.param)
    simulator.reset()
    simulator.forget_requests()
    return simulator


@pytest.fixture
def start_rulebook(tmp_path: Path) -> Iterator[Start]:
    """A function that starts ansible-rulebook with the parameters of RulebookProcess but for the directory."""
    started: list[RulebookProcess] = []

    def start(
        rulebook: Path | str | Sequence[Mapping[str, Any]],
        variables: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        persistence: Path | None = None,
        arguments: Sequence[str] = (),
    ) -> RulebookProcess:
        directory = tmp_path / f"rulebook-{len(started)}"
        directory.mkdir()
        process = RulebookProcess(rulebook, directory, variables, environment, persistence, arguments)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def rulebook_process(siem: SimulatorProcess, start_rulebook: Start) -> Start:
    """`start_rulebook` with the connection options of `siem` in the environment."""

    def start(*args: Any, environment: Mapping[str, str] | None = None, **more: Any) -> RulebookProcess:
        return start_rulebook(*args, environment={**connection_environment(siem), **(environment or {})}, **more)

    return start
