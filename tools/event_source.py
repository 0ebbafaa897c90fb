# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what says the arguments of the event source, from their table: documentation and JSON schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.source_options import (
    SOURCE_OPTIONS,
    SourceOption,
)
from ansible_collections.utmstack.siem.plugins.module_utils.transport import connection_options

from tools.fragments import REQUESTS, Dumper
from tools.markup import plain

SOURCE = Path(__file__).parents[1] / "extensions" / "eda" / "plugins" / "event_source" / "alerts.py"
SCHEMA = SOURCE.parent / "schemas" / "alerts.json"
_BEGIN, _END = 'DOCUMENTATION = r"""\n', '"""\n'
_TYPES = {"str": "string", "path": "string", "int": "integer", "float": "number", "bool": "boolean", "dict": "object"}
DESCRIPTION = [
    "Polls a UTMStack server and reports alerts as events when its rule engine has released them (C(opened)), when "
    "they are open again (C(reopened)) and, on request, when they change (C(changed)).",
    "An event holds the ID of the alert, numbers, times and words from closed lists. Names, hosts and users are an "
    "attacker's texts, and Ansible takes texts in an event for templates. Pass the ID to a playbook that reads the "
    "alert through a module.",
    "Many like alerts become one C(burst) event with all their IDs if O(burst) is set.",
    "C(health) events report the lag, the last successful poll, failures and alerts that wait.",
    "Each event has a C(meta.uuid) that depends only on the alert, its version and the attempt. With the persistence "
    "of C(ansible-rulebook), an event that is reported again after a restart is therefore dropped.",
]
NOTES = [
    "Each argument may be a text, as variables of a rulebook are. A blank one is not given.",
    "Connection arguments that are not given come from the environment variables E(UTMSTACK_URL), E(UTMSTACK_PASSWORD) "
    "and so on. Keep secrets there. With C(-vv), C(ansible-rulebook) prints the arguments of a rulebook.",
    "The query keys are those of the modules, except C(since) and C(until).",
]


def documentation() -> dict[str, Any]:
    """The DOCUMENTATION of the event source."""
    own = {option.name: option.documentation() for option in SOURCE_OPTIONS}
    return {
        "name": "alerts",
        "short_description": "Report alerts of UTMStack as events",
        "description": DESCRIPTION,
        "version_added": "1.0.0",
        "options": {**own, **connection_options.documentation(for_plugins=True)},
        "notes": NOTES,
        "requirements": [REQUESTS],
        "author": ["UTMStack SIEM collection contributors"],
    }


def source() -> str:
    """The content of the event source with this block."""
    before, _begin, rest = SOURCE.read_text(encoding="utf-8").partition(_BEGIN)
    block = yaml.dump(documentation(), Dumper=Dumper, sort_keys=False, width=140, allow_unicode=True)
    return f"{before}{_BEGIN}{block}{_END}{rest.partition(_END)[2]}"


def schema() -> dict[str, Any]:
    """The JSON schema of the arguments."""
    connection = {
        option.name: {
            **_value(option.type, option.default, option.choices),
            "description": plain(list(option.description)),
            **({"format": "password"} if option.secret else {}),
        }
        for option in connection_options.CONNECTION
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "UTMStack alerts source plugin",
        "description": "An event source plugin that reports alerts of UTMStack.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**{option.name: _argument(option) for option in SOURCE_OPTIONS}, **connection},
    }


def _argument(option: SourceOption) -> dict[str, Any]:
    found = _value(option.type, option.default, option.choices)
    if option.minimum is not None:
        found.update(minimum=option.minimum, maximum=option.maximum)
    if option.name == "query":
        found.update(minProperties=1, additionalProperties=False)
        found["properties"] = {
            name: {"description": plain(key["description"]), **_key(key)}
            for name, key in option.documentation()["suboptions"].items()
        }
    return {**found, "description": plain(list(option.description))}


def _key(key: Mapping[str, Any]) -> dict[str, Any]:
    """A key of a query; one value may stand without a list."""
    if key["type"] != "list":
        return _value(key["type"], None, ())
    item = {"type": _TYPES[key["elements"]], **({"enum": key["choices"]} if key.get("choices") else {})}
    return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]}


def _value(kind: str, default: Any, choices: Any) -> dict[str, Any]:
    enum = {"enum": list(choices)} if choices else {}
    found = {"type": "array", "items": {"type": "string", **enum}} if kind == "list" else {"type": _TYPES[kind], **enum}
    return found if default is None else {**found, "default": default}


def schema_text() -> str:
    """The content of the schema's file."""
    return json.dumps(schema(), indent=2) + "\n"


def main() -> None:
    """Write all of them."""
    SOURCE.write_text(source(), encoding="utf-8")
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    print(SOURCE.name, SCHEMA.name)


if __name__ == "__main__":
    main()
