# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run utmstack_alert_recording inside the controller process."""

from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import alert_recording
from ansible_collections.utmstack.siem.plugins.plugin_utils.in_process_action import declare_options
from ansible_collections.utmstack.siem.plugins.plugin_utils.rules_files_action import RulesFilesAction


class ActionModule(RulesFilesAction):
    """The module's action plugin."""

    operation = alert_recording.OPERATION


def main() -> None:
    """Show the module's options to tools that read them."""
    declare_options(alert_recording.OPERATION)
