# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes schemas/triage-rules.json, by which editors complete and check files with triage rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import SETTABLE_STATUSES
from ansible_collections.utmstack.siem.plugins.module_utils.operations.options import QUERY_OPTIONS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import MAX_NAME_LENGTH, MODES
from ansible_collections.utmstack.siem.plugins.module_utils.query.operators import OPERATORS

TARGET = Path(__file__).parents[1] / "schemas" / "triage-rules.json"
SCALAR = {"type": ["string", "number", "boolean"]}


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def _word(option: dict[str, Any]) -> dict[str, Any]:
    if option.get("options"):
        condition = {
            "type": "object",
            "additionalProperties": False,
            "required": ["field", "operator"],
            "properties": {"field": {"type": "string"}, "operator": {"enum": list(OPERATORS)}, "value": {}},
        }
        return {"type": "array", "items": condition, "minItems": 1}
    if option["type"] == "bool":
        return {"type": "boolean"}
    return _one_or_more({"enum": option["choices"]} if option.get("choices") else SCALAR)


def schema() -> dict[str, Any]:
    """The schema, from the same tables that the rules are read with."""
    tags = _one_or_more({"type": "string", "pattern": "^[^'\\\\]+$"})
    then = {
        "status": {"enum": list(SETTABLE_STATUSES), "description": "What the alert becomes."},
        "false_positive": {"type": "boolean", "description": "Close as the product closes false positives."},
        "observation": {"type": "string", "description": "Stored together with the status; one line."},
        "tags": {**tags, "description": "Tags to add."},
        "remove_tags": {**tags, "description": "Tags to remove."},
        "note": {"type": "string", "description": "One line of ASCII, appended once."},
        "incident": {"type": "string", "minLength": 1, "description": "Incident to open or add to, by name."},
    }
    rule = {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "when", "then"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME_LENGTH},
            "description": {"type": "string"},
            "when": {"$ref": "#/$defs/query", "minProperties": 1, "description": "Which alerts the rule is about."},
            "unless": {"$ref": "#/$defs/query", "minProperties": 1, "description": "Which of them it is not about."},
            "then": {"type": "object", "additionalProperties": False, "properties": then},
            "stop": {"type": "boolean", "default": True, "description": "Whether the rules below are not asked."},
            "mode": {"enum": list(MODES), "default": MODES[0], "description": "shadow: only watched."},
        },
    }
    words = {name: _word(option) for name, option in QUERY_OPTIONS.items()}
    rules = {"type": "array", "items": rule, "minItems": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Triage rules of utmstack.siem",
        "$defs": {"query": {"type": "object", "additionalProperties": False, "properties": words}},
        "anyOf": [rules, {"type": "object", "required": ["rules"], "properties": {"rules": rules}}],
    }


def text() -> str:
    """The file's content."""
    return json.dumps(schema(), indent=2) + "\n"


def main() -> None:
    """Write the file."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text(), encoding="utf-8")
    print("schemas/triage-rules.json")


if __name__ == "__main__":
    main()
