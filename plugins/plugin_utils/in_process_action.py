# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run modules of the collection in the controller process if the connection is local.

This saves an interpreter start and a file transfer per task, and all tasks of a run share one login. With a remote
host, become, async or a task environment that does not name the connection, the task runs as an ordinary module.
Operations on files of the controller always run in process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.module_utils import basic
from ansible.plugins.action.normal import ActionModule as NormalActionModule
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.utmstack.siem.plugins.module_utils.directories import absolute_path
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import (
    argument_spec,
    hint,
    relations,
    secrets_among,
    shown_options,
)
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import (
    collector_paused,
    execute,
)
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.given import (
    given_options,
    with_environment,
    with_query_as_given,
    with_state_directory,
)
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import RUN_DIRECTORY
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.shown import shown_message
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation, Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.reviewing import PLAN, names_a_file
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.receipt_source import RECEIPT, is_content
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import URL
from ansible_collections.utmstack.siem.plugins.module_utils.transport.redaction import Redactor
from ansible_collections.utmstack.siem.plugins.module_utils.transport.transport import REQUESTS_IMPORT_ERROR
from ansible_collections.utmstack.siem.plugins.plugin_utils.yaml_text import structure_in_yaml

_THIS_HOST = ("localhost", "127.0.0.1", "::1")


def declare_options(operation: Operation) -> None:
    """Declare the options of a module and do nothing else: tools such as ansible-lint read them from here."""
    spec = argument_spec(operation)
    # The environment of the run may name the server.
    spec[URL.name] = {**spec[URL.name], "required": False}
    basic.AnsibleModule(argument_spec=spec, supports_check_mode=True, **relations(operation))


class InProcessAction(NormalActionModule):
    """The action plugin of a module; a subclass names its operation."""

    operation: Operation

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the operation in this process, or else as an ordinary module."""
        # Also for ordinary modules: their hosts may lack PyYAML.
        self._task.args = self._prepared(self._converted())
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        # Also for ordinary modules, whose hosts do not know the controller's environment.
        self._task.args = with_state_directory(self._task.args, self.operation, {**os.environ, **environment})
        if self.operation.on_controller or self._connection.transport == "local":
            self._task.args = self._with_absolute_paths()
        result = self._run(tmp, task_vars, environment)
        if result.get("receipt_content"):
            # Up to a million characters, which `-v` would print.
            result["_ansible_verbose_override"] = True
        return result

    def _run(self, tmp: Any, task_vars: Any, environment: dict[str, Any]) -> dict[str, Any]:
        if self.operation.on_controller:
            self._check_controller()
        elif not self._runs_here(task_vars or {}, environment):
            if self._is_same_user():
                self._task.environment = [*(self._task.environment or []), {RUN_DIRECTORY: C.DEFAULT_LOCAL_TMP}]
            ordinary: dict[str, Any] = super().run(tmp, task_vars)
            return ordinary
        before = dict(os.environ)
        # Ansible forked this process for this task.
        os.environ.update({name: str(value) for name, value in environment.items()})
        try:
            return self._execute()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _with_absolute_paths(self) -> dict[str, Any]:
        """The options with relative paths resolved from where ansible-playbook was started.

        An ordinary module would resolve them from the directory of the playbook. Ansible expands what starts otherwise.
        """
        paths = self._path_options()
        return {
            name: absolute_path(value)
            if name in paths and isinstance(value, str) and value.strip() and not value.startswith(("~", "$"))
            else value
            for name, value in self._task.args.items()
        }

    def _path_options(self) -> set[str]:
        """The options that name a file or a directory. A plan or receipt may be its content, and a plan a digest."""
        options, receipt = argument_spec(self.operation), self._task.args.get(RECEIPT)
        named = {name for name, option in options.items() if option.get("type") == "path"}
        if PLAN in options and names_a_file(self._task.args):
            named.add(PLAN)
        if RECEIPT in options and isinstance(receipt, str) and not is_content(receipt):
            named.add(RECEIPT)
        return named

    def _converted(self) -> dict[str, Any]:
        """The options of the task by their types."""
        given = self._task.args
        try:
            return given_options(given, self.operation, structure_in_yaml)
        except InvalidInput as error:
            raise self._refusal(error.message, given) from None

    def _refusal(self, message: str, given: Mapping[str, Any]) -> AnsibleActionFail:
        """The error for options that are refused, without the secrets among them."""
        redactor = Redactor(secrets_among(given, argument_spec(self.operation), os.environ))
        return AnsibleActionFail(shown_message(redactor.message(message)))

    def _prepared(self, given: dict[str, Any]) -> dict[str, Any]:
        """The converted options with what only the controller can add."""
        return given

    def _check_controller(self) -> None:
        """Refuse what an operation on the controller cannot do, whatever the connection and the remote user."""
        if REQUESTS_IMPORT_ERROR is not None:
            raise AnsibleActionFail(basic.missing_required_lib("requests"))
        if self._task.async_val:
            raise AnsibleActionFail(
                f"{self.operation.name} runs on the controller and does not support `async`. Remove it from the task."
            )

    @collector_paused()
    def _execute(self) -> dict[str, Any]:
        spec, named = argument_spec(self.operation), self._task.args
        redactor = Redactor(secrets_among(named, spec, os.environ))
        # Ansible names the module in its messages by how it found this plugin.
        self._load_name = f"utmstack.siem.{self.operation.name}"
        no_log = bool(self._task.no_log)
        try:
            self._task.args = with_environment(named, os.environ)
            _checked, params = self.validate_argument_spec(argument_spec=spec, **relations(self.operation))
        except InvalidInput as error:
            raise self._refusal(error.message, named) from None
        except AnsibleActionFail as error:
            raise self._refusal(f"{error.message}{hint(error.message)}", named) from None
        params = with_query_as_given(params, named)
        task = Task(
            check_mode=bool(self._task.check_mode),
            no_log=no_log,
            diff=bool(self._task.diff),
            report=lambda message: (
                None if no_log else self._display.v(f"{self.operation.name}: {shown_message(message)}")
            ),
        )
        result = execute(self.operation, params, task, C.DEFAULT_LOCAL_TMP, redactor)
        result["invocation"] = redactor.value({"module_args": shown_options(params, spec)})
        return wrap_var(result)

    def _is_same_user(self) -> bool:
        return self._connection.transport == "local" and not self._connection.become

    def _runs_here(self, task_vars: dict[str, Any], environment: dict[str, Any]) -> bool:
        """Whether the task needs no other process, user or host.

        A task whose environment names the connection runs here, because the environment of a process, with the
        secrets in it, stands in the process list of its host.
        """
        delegate = self._task.delegate_to
        return (
            REQUESTS_IMPORT_ERROR is None
            and self._is_same_user()
            and not self._task.async_val
            and (not environment or any(name.startswith("UTMSTACK_") for name in environment))
            and (not delegate or delegate in _THIS_HOST or delegate == task_vars.get("inventory_hostname"))
        )
