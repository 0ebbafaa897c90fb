# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run utmstack_api_key inside the controller process."""

from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import api_key
from ansible_collections.utmstack.siem.plugins.plugin_utils.in_process_action import InProcessAction, declare_options


class ActionModule(InProcessAction):
    """The module's action plugin."""

    operation = api_key.OPERATION


def main() -> None:
    """Show the module's options to tools that read them."""
    declare_options(api_key.OPERATION)
