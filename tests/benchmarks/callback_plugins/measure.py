# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures each operation in Ansible's process, as lines of JSON in the file named by BENCH_RECORD."""

from __future__ import annotations

import functools
import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase
from ansible_collections.utmstack.siem.plugins.plugin_utils import in_process_action

DOCUMENTATION = """
    name: measure
    type: aggregate
    short_description: measures operations for the benchmarks
    description: One line of JSON for each operation, task and run.
"""


def _record(**row: Any) -> None:
    with open(os.environ["BENCH_RECORD"], "a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")


def _peak() -> float:
    """Peak resident memory of this process in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _measured(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    @functools.wraps(execute)
    def measured(*arguments: Any, **keywords: Any) -> dict[str, Any]:
        started, used = time.perf_counter(), time.process_time()
        result = execute(*arguments, **keywords)
        seconds, processor = time.perf_counter() - started, time.process_time() - used
        _record(operation=seconds, processor=processor, peak=_peak())
        return result

    return measured


# Before Ansible forks the processes of the tasks.
in_process_action.execute = _measured(in_process_action.execute)


class CallbackModule(CallbackBase):
    """Notes how long each task takes, and how much memory its process."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "measure"

    def __init__(self) -> None:
        super().__init__()
        self._started = 0.0

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._started = time.perf_counter()

    def v2_runner_on_ok(self, result: Any) -> None:
        _record(task=time.perf_counter() - self._started)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        # Together with what the process did after the operation: pickling its result.
        _record(peak=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
