# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection options as documentation, made from the table that the argument specs are made from."""

from __future__ import annotations

import json

from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import documentation


class ModuleDocFragment:
    """Options that name the server, the credentials and the patience."""

    # JSON is YAML.
    DOCUMENTATION = json.dumps(
        {
            "options": documentation(),
            "requirements": ["requests"],
            "notes": [
                "Set connection options once for all modules with C(module_defaults) and the action group "
                "C(utmstack.siem.utmstack), or with their environment variables.",
                "With a local connection, the task runs inside the controller process and all tasks of the run share "
                "one login. With C(become), C(async), a task C(environment), or on another host, it runs as an "
                "ordinary module and logs in by itself.",
            ],
        }
    )

    PLUGIN = json.dumps({"options": documentation(for_plugins=True), "requirements": ["requests"]})
