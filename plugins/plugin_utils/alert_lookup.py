# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lookups that run a reading operation with the options and the login of modules."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import (
    argument_spec,
    hint,
    relations,
    secrets_among,
)
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.given import (
    given_options,
    with_environment,
    with_query_as_given,
)
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.shown import shown_message
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation, Task
from ansible_collections.utmstack.siem.plugins.module_utils.transport.redaction import Redactor
from ansible_collections.utmstack.siem.plugins.plugin_utils.connected_plugin import check_requests
from ansible_collections.utmstack.siem.plugins.plugin_utils.yaml_text import structure_in_yaml


class AlertLookup(LookupBase):
    """A lookup of alerts; a subclass names its operation.

    Its options are not left to Ansible, which ignores unknown ones and would mix an identity of the environment into
    another one.
    """

    operation: Operation
    # The options without which there is nothing to read, with what to do.
    needed: tuple[tuple[str, str], ...] = ()

    def refusal(self, message: str) -> AnsibleLookupError:
        """The error for what the lookup was given."""
        return AnsibleLookupError(shown_message(f"utmstack.siem.{self.operation.name}: {message}"))

    def read(self, given: Mapping[str, Any], variables: Mapping[str, Any] | None) -> dict[str, Any]:
        """The result of the operation; its texts are never templated.

        :param given: the options; those that are omitted are not given.
        """
        check_requests(AnsibleLookupError)
        named = {name: value for name, value in given.items() if not _is_omitted(value, variables or {})}
        redactor = Redactor(secrets_among(named, argument_spec(self.operation), os.environ))
        try:
            params = self._validated(named)
        except InvalidInput as error:
            raise AnsibleLookupError(shown_message(redactor.message(error.message))) from None
        result = execute(self.operation, params, Task(), C.DEFAULT_LOCAL_TMP, redactor)
        if result.get("failed"):
            raise AnsibleLookupError(result["msg"])
        for warning in result.get("warnings", ()):
            Display().warning(warning)
        found: dict[str, Any] = wrap_var(result)
        return found

    def _validated(self, named: Mapping[str, Any]) -> dict[str, Any]:
        """:raises InvalidInput: an option is unknown, missing, or has a wrong value."""
        spec = argument_spec(self.operation)
        typed = with_environment(given_options(named, self.operation, structure_in_yaml), os.environ)
        for name, step in self.needed:
            if name not in typed:
                raise InvalidInput(f"utmstack.siem.{self.operation.name}: `{name}` is missing. {step}")
        checked = ArgumentSpecValidator(spec, **relations(self.operation)).validate(typed)
        if checked.error_messages:
            message = ", ".join(checked.error_messages)
            raise InvalidInput(f"utmstack.siem.{self.operation.name}: {message}{hint(message)}")
        return with_query_as_given(checked.validated_parameters, typed)


def _is_omitted(value: Any, variables: Mapping[str, Any]) -> bool:
    """Whether a value stands for none, as `omit` in a dictionary of options does.

    From ansible-core 2.19 on, it is an object of its own, and before, a text of the run.
    """
    return type(value).__name__ == "_OmitType" or (isinstance(value, str) and value == variables.get("omit"))
