# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes schemas/triage-rules.json, with which editors complete and check files of triage rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import SETTABLE_STATUSES
from ansible_collections.utmstack.siem.plugins.module_utils.model.asset_types import ASSET_TYPES
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.asset_context import (
    BOUNDS,
    SEVERITY,
    SIDES,
    TEXT_KEYS,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.business_hours import DAYS, SHORT_DAYS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.groups import BY_KEYS, SMALLEST
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.lifetimes import MAX_TEXT_LENGTH
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import MAX_NAME_LENGTH, MODES
from ansible_collections.utmstack.siem.plugins.module_utils.query.keys import QUERY_KEYS

from tools.markup import plain

TARGET = Path(__file__).parents[1] / "schemas" / "triage-rules.json"
TEXT = {"type": "string", "minLength": 1}


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def _texts(item: dict[str, Any]) -> dict[str, Any]:
    """One or more texts, or names of lists of them."""
    return _one_or_more({"anyOf": [item, {"$ref": "#/$defs/list"}]})


def _member(option: Mapping[str, Any]) -> dict[str, Any]:
    if option.get("choices"):
        return {"enum": option["choices"]}
    return {"type": "string"} if option["type"] == "str" else {}


def _query_key(name: str, option: Mapping[str, Any]) -> dict[str, Any]:
    members = option.get("options")
    if members:
        condition = {
            "type": "object",
            "additionalProperties": False,
            "required": [name for name, member in members.items() if member.get("required")],
            "properties": {name: _member(member) for name, member in members.items()},
        }
        return {"type": "array", "items": condition, "minItems": 1}
    if option["type"] == "bool":
        return {"const": True} if name == "all" else {"type": "boolean"}
    return _texts({"enum": option["choices"]} if option.get("choices") else TEXT)


def _during() -> dict[str, Any]:
    day = f"({'|'.join((*DAYS, *SHORT_DAYS))})"
    days = {"type": "string", "pattern": f"^{day}(\\s*-\\s*{day})?$"}
    hours = {"type": "string", "pattern": r"^\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d$"}
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            "days": {**_one_or_more(days), "description": "Days on which the hours begin, such as mon-fri."},
            "hours": {**_one_or_more(hours), "description": "Hours such as 08:00-18:00, or 22:00-06:00 over midnight."},
        },
    }


def _asset() -> dict[str, Any]:
    number = {"type": "number"}
    bounds = {"type": "object", "additionalProperties": False, "minProperties": 1}
    texts = {name: _texts({"enum": list(ASSET_TYPES)} if name == "type" else TEXT) for name in TEXT_KEYS}
    return {
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": [name]} for name in (*TEXT_KEYS, SEVERITY)],
        "properties": {
            **texts,
            SEVERITY: {"anyOf": [_one_or_more(number), {**bounds, "properties": dict.fromkeys(BOUNDS, number)}]},
            "side": {"enum": list(SIDES), "description": "Where the alert names the asset; any side by default."},
        },
    }


def _group() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["by", "at_least"],
        "properties": {
            "by": {**_one_or_more({"enum": list(BY_KEYS)}), "description": "Query keys whose values the alerts share."},
            "at_least": {"type": "integer", "minimum": SMALLEST, "description": "Size of the group."},
            "within": {
                "type": "string",
                "pattern": r"^\d+\s*(s|m|h|d|w)$",
                "description": "Length of the time window that holds so many alerts, such as 1h.",
            },
        },
    }


def schema() -> dict[str, Any]:
    """The schema, from the same tables that the rules are read with."""
    tags = _one_or_more({"type": "string", "pattern": "^[^'\\\\]+$"})
    line = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT_LENGTH}
    then = {
        "status": {"enum": list(SETTABLE_STATUSES), "description": "New status of the alert."},
        "false_positive": {"type": "boolean", "description": "Close as the product closes false positives."},
        "observation": {"type": "string", "description": "Stored together with the status; one line."},
        "tags": {**tags, "description": "Tags to add."},
        "remove_tags": {**tags, "description": "Tags to remove."},
        "note": {"type": "string", "description": "One line of ASCII, appended once."},
        "incident": {"type": "string", "minLength": 1, "description": "Name of the incident to open or add to."},
    }
    rule = {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "when", "then"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME_LENGTH},
            "description": {"type": "string"},
            "expires": {
                "type": "string",
                "pattern": r"^\d{4}-\d\d-\d\d",
                "description": "Last day of the rule, such as 2026-12-31, or an ISO 8601 time.",
            },
            "owner": {**line, "description": "Who answers for the rule."},
            "ticket": {**line, "description": "Ticket of the rule, such as SEC-1234."},
            "when": {"$ref": "#/$defs/query", "minProperties": 1, "description": "Alerts that the rule is for."},
            "unless": {
                "$ref": "#/$defs/query",
                "minProperties": 1,
                "description": "Alerts that it is not for.",
            },
            "during": {
                **_one_or_more(_during()),
                "description": "Days and hours in which the rule applies, by the local time of the alert.",
            },
            "asset": {**_asset(), "description": "What an asset of the alert must be."},
            "group": {**_group(), "description": "How many alerts must share the values of some fields."},
            "then": {"type": "object", "additionalProperties": False, "properties": then},
            "stop": {
                "type": "boolean",
                "default": True,
                "description": "Whether a match skips the rules below.",
            },
            "mode": {
                "enum": list(MODES),
                "default": MODES[0],
                "description": "shadow: matches are only recorded.",
            },
        },
    }
    keys = {key.name: {**_query_key(key.name, key.option), "description": plain(key.description)} for key in QUERY_KEYS}
    named = {
        "type": "object",
        "additionalProperties": False,
        "required": ["list"],
        "properties": {"list": {**TEXT, "description": "Name of a list in the option `lists` of the task."}},
    }
    rules = {"type": "array", "items": rule, "minItems": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Triage rules of utmstack.siem",
        "$defs": {"list": named, "query": {"type": "object", "additionalProperties": False, "properties": keys}},
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
