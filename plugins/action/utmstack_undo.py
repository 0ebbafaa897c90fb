# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run utmstack_undo inside the controller process."""

from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import undo
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.receipt_source import is_content
from ansible_collections.utmstack.siem.plugins.plugin_utils.in_process_action import InProcessAction, declare_options


class ActionModule(InProcessAction):
    """The module's action plugin."""

    operation = undo.OPERATION

    def _path_options(self) -> set[str]:
        """The options that name a file or a directory; a receipt may be its content instead."""
        receipt = self._task.args.get("receipt")
        names_a_file = isinstance(receipt, str) and not is_content(receipt)
        return super()._path_options() | ({"receipt"} if names_a_file else set())


def main() -> None:
    """Show the module's options to tools that read them."""
    declare_options(undo.OPERATION)
