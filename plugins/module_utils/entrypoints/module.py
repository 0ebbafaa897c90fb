# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an operation as an Ansible module, on any host."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..operations.operation import Operation, Task
from ..suggestions import option_suggestions
from ..transport.http import REQUESTS_IMPORT_ERROR
from .connection import argument_spec, relations
from .execution import execute


class _Module(AnsibleModule):  # type: ignore[misc]
    """An Ansible module with suggestions for unknown options and choices."""

    def fail_json(self, msg: str, **details: Any) -> None:
        # Valid options yield no suggestion.
        super().fail_json(msg + option_suggestions(self.params, self.argument_spec), **details)


def run_as_module(operation: Operation) -> None:
    """Run the ``main`` of a module."""
    module = _Module(argument_spec=argument_spec(operation), supports_check_mode=True, **relations(operation))
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("requests"), exception=str(REQUESTS_IMPORT_ERROR))
    executed = execute(operation, module.params, Task(module.check_mode, module.no_log), session_directory=None)
    module.no_log_values.update(executed.secrets)
    result = executed.result
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
