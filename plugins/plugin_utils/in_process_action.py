# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run modules of the collection in the controller process if the connection is local.

This saves an interpreter start and a file transfer per task, and all tasks of a run share one login. With a remote
host, become, async or a task environment, the task runs as an ordinary module. Operations on files of the controller
always run in process.
"""

from __future__ import annotations

import os
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action.normal import ActionModule as NormalActionModule
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import argument_spec, relations
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation, Task
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import option_suggestions
from ansible_collections.utmstack.siem.plugins.module_utils.transport.http import REQUESTS_IMPORT_ERROR

_THIS_HOST = ("localhost", "127.0.0.1", "::1")


class InProcessAction(NormalActionModule):
    """The action plugin of a module; a subclass names its operation."""

    operation: Operation

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the operation in this process, or else as an ordinary module."""
        if self.operation.on_controller:
            return self._run_on_controller()
        if not self._runs_here(task_vars or {}):
            return super().run(tmp, task_vars)
        return self._execute()

    def _run_on_controller(self) -> dict[str, Any]:
        """Run on the controller regardless of connection and remote user."""
        if REQUESTS_IMPORT_ERROR is not None:
            return {"failed": True, "msg": missing_required_lib("requests")}
        if self._task.async_val:
            raise AnsibleActionFail(
                f"{self.operation.name} runs on the controller and does not support `async`. Remove it from the task."
            )
        wanted: dict[str, Any] = {}
        self._compute_environment_string(wanted)
        before = dict(os.environ)
        # Ansible forked this process for this task.
        os.environ.update({name: str(value) for name, value in wanted.items()})
        try:
            return self._execute()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _execute(self) -> dict[str, Any]:
        spec = argument_spec(self.operation)
        try:
            checked, params = self.validate_argument_spec(argument_spec=spec, **relations(self.operation))
        except AnsibleActionFail as error:
            meant = option_suggestions(self._task.args, spec)
            raise AnsibleActionFail(f"{error.message}{meant}") from None
        task = Task(
            check_mode=bool(self._task.check_mode),
            no_log=bool(self._task.no_log),
            directory=self._loader.get_basedir(),
            report=lambda message: self._display.v(f"{self.operation.name}: {message}"),
        )
        executed = execute(self.operation, params, task, C.DEFAULT_LOCAL_TMP)
        secrets = executed.secrets.union(checked._no_log_values)
        return wrap_var(remove_values(executed.result, secrets))

    def _runs_here(self, task_vars: dict[str, Any]) -> bool:
        """Whether the task needs no other process, user or host."""
        delegate = self._task.delegate_to
        return (
            REQUESTS_IMPORT_ERROR is None
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not any(self._task.environment or [])
            and (not delegate or delegate in _THIS_HOST or delegate == task_vars.get("inventory_hostname"))
        )
