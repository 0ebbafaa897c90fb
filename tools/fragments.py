# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation fragments of options that stand in a table, made from it.

ansible-test reads fragments without running them, so each DOCUMENTATION is a literal in a file that is generated.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.query import keys
from ansible_collections.utmstack.siem.plugins.module_utils.transport import connection_options

# The oldest release that sends the password of a proxy to the proxy alone.
REQUESTS = "requests >= 2.31"
FOLDER = Path(__file__).parents[1] / "plugins" / "doc_fragments"
NOTES = [
    "Set connection options once for all modules with C(module_defaults) and the action group "
    "C(utmstack.siem.utmstack), or with their environment variables.",
    "With a local connection, the task runs inside the controller process and all tasks of the run share one login. "
    "With C(become), C(async), a task C(environment), or on another host, it runs as an ordinary module and logs in by "
    "itself.",
]
ATTRIBUTES: dict[str, Any] = {
    "action_group": {
        "description": "Set the connection of all modules with C(group/utmstack.siem.utmstack) in C(module_defaults).",
        "support": "full",
        "membership": ["utmstack.siem.utmstack"],
    },
    "platform": {
        "description": "Runs on POSIX hosts with Python 3.9 or later that can reach the server.",
        "support": "full",
        "platforms": ["posix"],
    },
}
SELECTION: dict[str, Any] = {
    "alert_ids": {
        "description": [
            "IDs of the alerts. An unknown ID is reported as an error, because the server silently ignores it.",
            "With an empty list or null, no alert is selected.",
            "Either O(alert_ids) or O(query) is required.",
        ],
        "type": "list",
        "elements": "str",
    },
    "limit": {
        "description": "Maximum number of alerts that a O(query) returns, newest first. Without it, there is no limit.",
        "type": "int",
    },
    "concurrency": {"description": "Maximum number of parallel requests.", "type": "int", "default": 4},
}
TIME_ZONE = {
    "description": [
        "Time zone of the task, as an IANA name such as V(Europe/Berlin). Days, such as V(today) or V(2026-11-25), and "
        "times without an offset are in this time zone.",
        "Ages such as V(24h) do not depend on it, and results are in UTC.",
        "Time zones other than V(UTC) need a time zone database on the host that runs the task. If the operating "
        "system has none, install the Python package C(tzdata).",
    ],
    "type": "str",
    "default": "UTC",
}
NETWORKS = {
    "description": [
        "Lists of addresses, networks and ranges by name, such as V({scanners: [10.0.0.0/24]}).",
        "A name stands for its list in V(source_ip) and V(target_ip) of every query of the task: O(query), and the "
        "queries of rules and guardrails where the module has them. An unknown name is refused.",
    ],
    "type": "dict",
}
LISTS = {
    "description": [
        "Lists of texts by name, such as V({backup_hosts: [bak-01, bak-02]}).",
        "In every query of the task, an entry V({list: backup_hosts}) of a query key, or of a value in V(where), "
        "stands for the entries of its list. An unknown name is refused.",
    ],
    "type": "dict",
}
INCLUDE_ECHOES = {
    "description": "Whether to include the echoes of alerts (v11). Echoes are repetitions of an alert and have a "
    "C(parent_id).",
    "type": "bool",
    "default": False,
}
VALUES = [
    "In a list, any entry may match, except for O(query.tags) (all must match) and O(query.without_tags) (none may "
    "match).",
    "Text values are compared in full and are case-sensitive. Addresses are compared as addresses.",
    "Text must be in quotes where YAML reads something else, such as C(NO), C(on) or C(007). Truth values and numbers "
    "are refused where text is compared.",
    "Write lists as YAML lists. A plain string is split at its commas and line breaks.",
    "Keys without a value, such as null or an empty list, are refused.",
]
QUERY = [
    "Conditions that select the alerts. All of them must match.",
    *VALUES,
    "Alerts in automatic review are left out unless O(query.status) includes them, because the server's rule engine "
    "may still change them.",
    "Echoes (v11) are left out as well.",
    "Modules that change alerts or wait for them refuse a query without any key. V({all: true}) selects every alert. "
    "Modules that only read, and M(utmstack.siem.utmstack_triage), take an empty query for all alerts.",
]
RULE = [
    "Conditions of the rule. All of them must match, and at least one is required.",
    *VALUES,
    "A rule runs on new alerts in automatic review, echoes (v11) included. Conditions on the status or on times are "
    "therefore refused.",
    *(
        f"O(query.{key.name}) is refused because {key.not_in_tag_rules}."
        for key in keys.QUERY_KEYS
        if not key.in_tag_rules
    ),
]

RULE_ON = {
    "description": [
        "Query keys that the alerts of one rule have in common. The values are taken from the selected alerts.",
        "An alert without a value for one of the keys is reported as an error and is not tagged, because a rule "
        "without that key would be too broad.",
        "Required with O(create_rule).",
    ],
    "type": "list",
    "elements": "str",
    "choices": [key.name for key in keys.QUERY_KEYS if key.has_field and key.in_tag_rules],
}


class Dumper(yaml.SafeDumper):
    """Lists are indented, as ansible-lint wants them, and equal ones are written out."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _query(**content: Any) -> dict[str, Any]:
    return {"options": {"query": {**content, "type": "dict"}}}


def _with_networks(fragment: dict[str, Any]) -> dict[str, Any]:
    return {"options": {**fragment["options"], "networks": NETWORKS, "lists": LISTS}}


def _connection() -> dict[str, Any]:
    options, for_plugins = connection_options.documentation(), connection_options.documentation(for_plugins=True)
    return {
        "DOCUMENTATION": {
            "options": options,
            "attributes": ATTRIBUTES,
            "requirements": [REQUESTS],
            "notes": NOTES,
        },
        "PLUGIN": {"options": for_plugins, "requirements": [REQUESTS]},
    }


def _selection() -> dict[str, Any]:
    return {
        "DOCUMENTATION": {"options": {**SELECTION, "time_zone": TIME_ZONE}},
        "TIME_ZONE": {"options": {"time_zone": TIME_ZONE}},
        "ECHOES": {"options": {"include_echoes": INCLUDE_ECHOES}},
        "QUERY": _with_networks(_query(description=QUERY)),
        "RULE": _with_networks(_query(description=RULE)),
        "KEYS": _query(suboptions=keys.documentation()),
        "RULE_ON": {"options": {"rule_on": RULE_ON}},
    }


def _text(source: str, purpose: str, blocks: Mapping[str, Any]) -> str:
    head = "\n".join(Path(__file__).read_text(encoding="utf-8").split("\n")[:3])
    dumped = [
        f'    {name} = r"""\n'
        + yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=130)
        + '"""\n'
        for name, content in blocks.items()
    ]
    return f'''{head}
"""Documentation of options; generated by make docs from {source}."""

from __future__ import annotations


class ModuleDocFragment:
    """{purpose}"""

{
        """
""".join(dumped)
    }'''


def texts() -> dict[Path, str]:
    """The files as they should be."""
    connection = "Options that name the server, the credentials and the patience; PLUGIN is for inventory and lookup."
    selection = "Options that select alerts; QUERY (or RULE, for tag rules) and KEYS together describe `query`."
    return {
        FOLDER / "connection.py": _text("transport/connection_options.py", connection, _connection()),
        FOLDER / "selection.py": _text("query/keys.py and tools/fragments.py", selection, _selection()),
    }


if __name__ == "__main__":
    for file, content in texts().items():
        file.write_text(content, encoding="utf-8")
