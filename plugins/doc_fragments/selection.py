# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that select alerts, as documentation."""

from __future__ import annotations

import json

from ansible_collections.utmstack.siem.plugins.module_utils.query.keys import QUERY_KEYS, documentation


class ModuleDocFragment:
    """Options that select alerts. QUERY or RULE and KEYS together describe `query`."""

    DOCUMENTATION = r"""
options:
  alert_ids:
    description:
      - IDs of the alerts. An unknown ID is reported as an error, because the server silently ignores it.
      - With an empty list, the task does nothing.
      - Either O(alert_ids) or O(query) is required.
    type: list
    elements: str
  limit:
    description: Maximum number of alerts that a O(query) returns, newest first. Without it, there is no limit.
    type: int
  concurrency:
    description: Maximum number of parallel requests.
    type: int
    default: 4
"""

    # For modules that only read.
    ECHOES = r"""
options:
  include_echoes:
    description: Whether to include the echoes of alerts (v11). Echoes are repetitions of an alert and have a C(parent_id).
    type: bool
    default: false
"""

    QUERY = r"""
options:
  query:
    description:
      - Conditions that select the alerts. All of them must match.
      - In a list, any entry may match, except for O(query.tags) (all must match) and O(query.without_tags) (none may match).
      - Text values are compared in full and are case-sensitive.
      - Write lists as YAML lists. Ansible splits a plain string at its commas.
      - Alerts in automatic review are left out unless O(query.status) includes them, because the server's rule engine may still change them.
      - Echoes (v11) are left out as well.
    type: dict
"""

    # For tag rules. JSON is YAML.
    RULE = json.dumps(
        {
            "options": {
                "query": {
                    "description": [
                        "Conditions of the rule. All of them must match, and at least one is required.",
                        "In a list, any entry may match, except for O(query.tags) (all must match) and "
                        "O(query.without_tags) (none may match).",
                        "Text values are compared in full and are case-sensitive.",
                        "Write lists as YAML lists. Ansible splits a plain string at its commas.",
                        "A rule runs on new alerts in automatic review, echoes (v11) included. Conditions on the "
                        "status or on times are therefore refused.",
                        *(
                            f"O(query.{key.name}) is refused because {key.not_in_tag_rules}."
                            for key in QUERY_KEYS
                            if not key.in_tag_rules
                        ),
                    ],
                    "type": "dict",
                }
            }
        }
    )

    # The query keys, the same in every module that takes a query.
    KEYS = json.dumps({"options": {"query": {"type": "dict", "suboptions": documentation()}}})
