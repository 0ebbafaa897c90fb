# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an operation as an Ansible module, on any host."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..errors import InvalidInput
from ..operations.operation import Operation, Task
from ..transport.redaction import Redactor
from ..transport.transport import REQUESTS_IMPORT_ERROR
from .connection import argument_spec, hint, relations, secrets_among
from .execution import execute
from .given import given_options, with_environment, with_query_as_given
from .shown import shown_message

# Where the run keeps what its tasks share, for modules that run on the controller as the same user.
RUN_DIRECTORY = "UTMSTACK_RUN_DIRECTORY"


class _Module(AnsibleModule):  # type: ignore[misc]
    """An Ansible module whose options are converted before they are validated, without their secrets in errors."""

    params: dict[str, Any]

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._given: Mapping[str, Any] = {}
        self._refusal = ""
        super().__init__(argument_spec=argument_spec(operation), supports_check_mode=True, **relations(operation))
        self.params = with_query_as_given(self.params, self._given)

    def _load_params(self) -> None:
        super()._load_params()
        self._given = self.params
        try:
            self._given = with_environment(given_options(self.params, self._operation), os.environ)
            self.params = dict(self._given)
        except InvalidInput as error:
            self._refusal = error.message

    def _set_internal_properties(self, *arguments: Any) -> None:
        super()._set_internal_properties(*arguments)
        if self._refusal:
            self.fail_json(msg=self._refusal)

    def fail_json(self, msg: str, **details: Any) -> None:
        redactor = Redactor(secrets_among(self._given, self.argument_spec, os.environ))
        self.no_log_values.update(redactor.secrets)
        super().fail_json(shown_message(redactor.message(msg + hint(msg))), **details)


def run_as_module(operation: Operation) -> None:
    """Run the ``main`` of a module."""
    module = _Module(operation)
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("requests"), exception=str(REQUESTS_IMPORT_ERROR))
    redactor = Redactor(secrets_among(module.params, module.argument_spec, os.environ))
    # A hidden result may still be written to a file, by `async` for one, so it reveals no token.
    task = Task(module.check_mode, diff=module._diff)
    # A login that was refused in this run is not sent again.
    directory = os.environ.get(RUN_DIRECTORY)
    is_own = directory is not None and os.access(directory, os.W_OK | os.X_OK)
    result = execute(operation, module.params, task, directory if is_own else None, redactor, shares_memory=False)
    module.no_log_values.update(redactor.secrets)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
