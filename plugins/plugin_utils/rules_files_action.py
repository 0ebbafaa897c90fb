# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the rule files of a task on the controller, wherever its module runs."""

from __future__ import annotations

import os
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.utmstack.siem.plugins.module_utils.directories import absolute_path
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

from .in_process_action import InProcessAction
from .rules_files import rules_in


class RulesFilesAction(InProcessAction):
    """The action plugin of a module that puts the rules of `rules_files` before those of `rules`."""

    def _prepared(self, given: dict[str, Any]) -> dict[str, Any]:
        """The options with the rules of the files."""
        files = given.get("rules_files") or []
        if not files:
            return given
        loaded = [rule for name in files for rule in self._rules_in(name)]
        return {**given, "rules": loaded + given.get("rules", []), "rules_files": []}

    def _rules_in(self, name: str) -> list[dict[str, Any]]:
        try:
            return rules_in(self._loader, self._found(name), name)
        except InvalidInput as error:
            raise AnsibleActionFail(f"`rules_files`: {error.message}") from None
        except AnsibleError:
            raise AnsibleActionFail(f"`rules_files`: {printable(name)} cannot be found. Check the path.") from None

    def _found(self, name: str) -> str:
        """A file where Ansible searches, or else from where ansible-playbook was started."""
        try:
            found: str = self._find_needle("files", name)
        except AnsibleError:
            found = absolute_path(name)
            if not os.path.isfile(found):
                raise
        return found
