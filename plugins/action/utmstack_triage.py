# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run utmstack_triage inside the controller process. Rule files are read on the controller at both entry points."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import ORIGIN
from ansible_collections.utmstack.siem.plugins.plugin_utils.in_process_action import InProcessAction, declare_options


class ActionModule(InProcessAction):
    """Puts the rules of `rules_files` before those of `rules`."""

    operation = triage.OPERATION

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Read the files, then go on as every module does."""
        arguments = self._task.args
        files = arguments.get("rules_files") or []
        if files:
            loaded = [rule for name in ([files] if isinstance(files, str) else files) for rule in self._rules_in(name)]
            self._task.args = {**arguments, "rules": loaded + list(arguments.get("rules") or []), "rules_files": []}
        return super().run(tmp, task_vars)

    def _rules_in(self, name: str) -> list[Any]:
        try:
            content = self._loader.load_from_file(self._find_needle("files", name), unsafe=True)
        except AnsibleError as error:
            raise AnsibleActionFail(f"`rules_files`: {name} cannot be read: {error.message}") from error
        rules = content.get("rules") if isinstance(content, dict) else content
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise AnsibleActionFail(f"`rules_files`: {name} must hold a list of rules, or `rules:` with such a list.")
        return [{**rule, ORIGIN: name} for rule in rules]


def main() -> None:
    """Show the module's options to tools that read them."""
    declare_options(triage.OPERATION)
