# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local door: any module of the collection, run in the controller's own process when the connection is local.

It saves the start of an interpreter and the transfer of files, and lets the tasks of a run share one login. Everything
else (remote hosts, become, async, a task environment) goes the ordinary way of a module.
"""

from __future__ import annotations

from typing import Any

from ansible import constants as C
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action.normal import ActionModule as NormalActionModule
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.utmstack.siem.plugins.module_utils import (
    alert_info,
    alert_notes,
    alert_status,
    alert_tags,
    auth,
    incident,
    incident_info,
    incident_note,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operation import Task, execute
from ansible_collections.utmstack.siem.plugins.module_utils.transport import REQUESTS_IMPORT_ERROR

OPERATIONS = {
    module.OPERATION.name: module.OPERATION
    for module in (
        alert_info,
        alert_notes,
        alert_status,
        alert_tags,
        auth,
        incident,
        incident_info,
        incident_note,
    )
}
_THIS_HOST = ("localhost", "127.0.0.1", "::1")


class ActionModule(NormalActionModule):
    """Chooses the door."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the task's module here, or the way modules run."""
        if not self._runs_here(task_vars or {}):
            return super().run(tmp, task_vars)
        operation = OPERATIONS[self._task.action.rpartition(".")[2]]
        checked, params = self.validate_argument_spec(argument_spec=operation.options, **operation.rules)
        task = Task(bool(self._task.check_mode), bool(self._task.no_log))
        executed = execute(operation, params, task, C.DEFAULT_LOCAL_TMP)
        secrets = executed.secrets.union(checked._no_log_values)
        return wrap_var(remove_values(executed.result, secrets))

    def _runs_here(self, task_vars: dict[str, Any]) -> bool:
        """Whether nothing asks for another process, user or host."""
        delegate = self._task.delegate_to
        return (
            REQUESTS_IMPORT_ERROR is None
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not any(self._task.environment or [])
            and (not delegate or delegate in _THIS_HOST or delegate == task_vars.get("inventory_hostname"))
        )
