# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the modules of awx.awx in the process of their task, which saves the start of a Python for each of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.plugins.callback import CallbackBase

sys.path.append(str(Path(__file__).parents[4]))

from tests.controller.awx.in_process import result_of

DOCUMENTATION = """
    name: awx_in_process
    type: aggregate
    short_description: runs modules of awx.awx without a Python of their own, for tests
    description: Their arguments are checked and their requests are sent by the modules themselves.
"""
PREFIX = "awx.awx."

_execute_module = ActionBase._execute_module


def _execute(
    self: Any, module_name: str | None = None, module_args: Any = None, task_vars: Any = None, **rest: Any
) -> dict[str, Any]:
    name = module_name or self._task.action
    if not name.startswith(PREFIX):
        whole: dict[str, Any] = _execute_module(
            self, module_name=module_name, module_args=module_args, task_vars=task_vars, **rest
        )
        return whole
    arguments = dict(self._task.args if module_args is None else module_args)
    self._update_module_args(name, arguments, task_vars)
    arguments["_ansible_remote_tmp"] = "/tmp"
    return result_of(name.removeprefix(PREFIX), arguments)


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Says nothing: what it is for was done when it was loaded."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "awx_in_process"


ActionBase._execute_module = _execute
