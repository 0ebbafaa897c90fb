# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local door: any module of the collection, run in the controller's own process when the connection is local.

It saves the start of an interpreter and the transfer of files, and lets the tasks of a run share one login. Everything
else (remote hosts, become, async, a task environment) goes the ordinary way of a module. Only what handles files of the
controller always runs here.
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
from ansible_collections.utmstack.siem.plugins.module_utils import (
    alert_count_info,
    alert_export,
    alert_history_info,
    alert_info,
    alert_notes,
    alert_status,
    alert_tags,
    asset_info,
    auth,
    incident,
    incident_info,
    incident_note,
    property_values_info,
    shadow_info,
    tag,
    tag_info,
    tag_rule,
    tag_rule_info,
    triage,
    undo,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operation import Operation, Task, execute
from ansible_collections.utmstack.siem.plugins.module_utils.proposals import option_proposals
from ansible_collections.utmstack.siem.plugins.module_utils.transport import REQUESTS_IMPORT_ERROR

_SUBJECTS = (
    alert_count_info,
    alert_export,
    alert_history_info,
    alert_info,
    alert_notes,
    alert_status,
    alert_tags,
    asset_info,
    auth,
    incident,
    incident_info,
    incident_note,
    property_values_info,
    shadow_info,
    tag,
    tag_info,
    tag_rule,
    tag_rule_info,
    triage,
    undo,
)
OPERATIONS = {subject.OPERATION.name: subject.OPERATION for subject in _SUBJECTS}
_THIS_HOST = ("localhost", "127.0.0.1", "::1")


class ActionModule(NormalActionModule):
    """Chooses the door."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the task's module here, or the way modules run."""
        operation = OPERATIONS[self._task.action.rpartition(".")[2]]
        if operation.on_controller:
            return self._run_on_controller(operation)
        if not self._runs_here(task_vars or {}):
            return super().run(tmp, task_vars)
        return self._execute(operation)

    def _run_on_controller(self, operation: Operation) -> dict[str, Any]:
        """Run here whatever the connection is, and whoever the user on the other side: the file is one of this host."""
        if REQUESTS_IMPORT_ERROR is not None:
            return {"failed": True, "msg": missing_required_lib("requests")}
        if self._task.async_val:
            raise AnsibleActionFail(
                f"{operation.name} runs on the controller and cannot run in the background (async)."
            )
        wanted: dict[str, Any] = {}
        self._compute_environment_string(wanted)
        before = dict(os.environ)
        # This process was made for this task.
        os.environ.update({name: str(value) for name, value in wanted.items()})
        try:
            return self._execute(operation)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _execute(self, operation: Operation) -> dict[str, Any]:
        try:
            checked, params = self.validate_argument_spec(argument_spec=operation.options, **operation.rules)
        except AnsibleActionFail as error:
            meant = option_proposals(self._task.args, operation.options)
            raise AnsibleActionFail(f"{error.message}{meant}") from None
        task = Task(
            check_mode=bool(self._task.check_mode),
            no_log=bool(self._task.no_log),
            directory=self._loader.get_basedir(),
            report=lambda message: self._display.v(f"{operation.name}: {message}"),
        )
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
