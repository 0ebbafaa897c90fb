# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the collection, one after another, in this process or in one that is killed."""

from __future__ import annotations

import functools
import multiprocessing.context
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ansible_collections.utmstack.siem.plugins.module_utils.client import connect
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.transport.backoff import Backoff
from ansible_collections.utmstack.siem.plugins.module_utils.transport.redaction import Redactor
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings
from ansible_collections.utmstack.siem.plugins.module_utils.transport.transport import Transport
from ansible_collections.utmstack.siem.plugins.module_utils.writing import apply

from utmstack_simulator.process import SimulatorProcess

from .operations import OPERATIONS
from .process_tree import kill_tree

# A few alerts are several blocks.
BLOCK = 2
# Waits take a fiftieth of the time that they are counted as.
HASTE = 50.0


@functools.cache
def _forks() -> multiprocessing.context.ForkServerContext:
    """Processes that are forks of one that has the collection imported and no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    # The server of forks imports before it is given this path.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        forkserver.ensure_running()
    return context


@dataclass(frozen=True)
class Step:
    """One task: the module's name without `utmstack_`, and its options."""

    module: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def takes_receipt(self) -> bool:
        """Whether the module writes a receipt."""
        return self.module != "undo" and "receipt" in OPERATIONS[f"utmstack_{self.module}"].options


def with_receipts(steps: Sequence[Step], directory: Path) -> list[Step]:
    """The steps with a directory of its own for the receipts of each that writes some, in the order of the steps."""
    found = []
    for number, step in enumerate(steps):
        if step.takes_receipt:
            own = directory / str(number)
            own.mkdir()
            step = replace(step, options={**step.options, "receipt": f"{own}/"})
        found.append(step)
    return found


def carry_out(url: str, steps: Sequence[Step], **more: Any) -> list[dict[str, Any]]:
    """The results of the steps up to the first that fails.

    :param more: connection options.
    """
    results: list[dict[str, Any]] = []
    identity = {"username": "admin", "password": "Adm1n-pass", "bypass_two_factor": True, "retry_budget": 5}
    with patch.object(apply, "IDS_PER_READ", BLOCK):
        for step in steps:
            operation = OPERATIONS[f"utmstack_{step.module}"]
            defaults = {name: option.get("default") for name, option in operation.options.items()}
            params = {**defaults, "url": url, **identity, "concurrency": 1, **step.options, **more}
            results.append(execute(operation, params, Task(), None))
            if results[-1].get("failed"):
                break
    return results


@contextmanager
def in_haste(timeout: float) -> Iterator[None]:
    """Short waits, with the same number of attempts as long ones, and a timeout of less than the options allow."""

    def hasty(settings: Settings, backoff: Backoff, redactor: Redactor) -> Transport:
        seconds: Any = timeout
        return Transport(replace(settings, timeout=seconds), backoff, redactor)

    slept = functools.partial(Backoff, sleep=lambda seconds: time.sleep(seconds / HASTE))
    with patch.object(connect, "Backoff", slept), patch.object(connect, "Transport", hasty):
        yield


def execute_in(environment: Mapping[str, str], module: str, params: dict[str, Any]) -> None:
    """Run one operation with exactly these parameters and this environment, in a process of its own."""
    os.environ.clear()
    os.environ.update(environment)
    execute(OPERATIONS[f"utmstack_{module}"], params, Task(), None)


def kill_during(simulator: SimulatorProcess, steps: Sequence[Step], number: int, carried_out: bool) -> bool:
    """Run the steps in a process and kill it when the server has received its request number `number`.

    :param carried_out: whether the server carries that request out all the same, or never does.
    :returns: False if the process ended before.
    """
    return kill_process(simulator, number, carried_out, carry_out, simulator.url, steps)


def kill_process(
    simulator: SimulatorProcess, number: int, carried_out: bool, target: Callable[..., object], *arguments: Any
) -> bool:
    """Call a function of this module in a process and kill it, as `kill_during` does."""
    dropped = [] if carried_out else [{"kind": "drop-before", "nth": number}]
    simulator.faults({"kind": "hold", "nth": number}, *dropped)
    process = _forks().Process(target=target, args=arguments)
    process.start()
    held = False
    while not held and process.is_alive():
        held = simulator.wait_until_held(0.5)
    assert process.pid is not None
    kill_tree(process.pid)
    process.join()
    simulator.settle()
    return held
