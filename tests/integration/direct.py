# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an operation in this process against a simulator, as the entry points do, without ansible-playbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from ansible_collections.utmstack.siem.plugins.module_utils.client import connect
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation, Task
from ansible_collections.utmstack.siem.plugins.module_utils.transport.backoff import Backoff

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.faults import is_writing


def run(simulator: SimulatorProcess, operation: Operation, check: bool = False, **options: Any) -> dict[str, Any]:
    """The operation's result. In check mode the journal must hold no writing request: asserted here, for every test."""
    defaults = {name: option.get("default") for name, option in operation.options.items()}
    identity = {"username": "admin", "password": "Adm1n-pass", "bypass_two_factor": True, "retry_budget": 5}
    simulator.forget_requests()
    params = {**defaults, "url": simulator.url, **identity, **options}
    result = execute(operation, params, Task(check_mode=check), None)
    if check:
        assert writes(simulator) == [], "a writing request in check mode"
    return result


def writes(simulator: SimulatorProcess) -> list[str]:
    """Paths of the writing requests since the last run began."""
    return [row["path"] for row in simulator.requests() if is_writing(row["method"], row["path"])]


@contextmanager
def in_waits(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` in place of each wait of a run: what others do in the meantime. No time passes."""

    def backoff(budget: float, _sleep: Callable[[float], None]) -> Backoff:
        return Backoff(budget, lambda _seconds: act(), lambda _low, high: high)

    with patch.object(connect, "Backoff", backoff):
        yield
