# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules, composed by name, so that each option is described once and means the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.alert import SEVERITY_CODES, STATUS_CODES
from ..query.operators import OPERATORS

Options = dict[str, dict[str, Any]]
Rules = Mapping[str, Any]


def _words(**option: Any) -> dict[str, Any]:
    return {"type": "list", "elements": "str", **option}


QUERY_OPTIONS: Options = {
    "status": _words(choices=list(STATUS_CODES)),
    "severity": _words(choices=list(SEVERITY_CODES)),
    "name": _words(),
    "category": _words(),
    "technique": _words(),
    "data_source": _words(),
    "data_type": _words(),
    "source_ip": _words(),
    "source_host": _words(),
    "source_user": _words(),
    "target_ip": _words(),
    "target_host": _words(),
    "target_user": _words(),
    "user": _words(),
    "tags": _words(),
    "without_tags": _words(),
    "incident": {"type": "bool"},
    "since": {"type": "str"},
    "until": {"type": "str"},
    "where": {
        "type": "list",
        "elements": "dict",
        "options": {
            "field": {"type": "str", "required": True},
            "operator": {"type": "str", "required": True, "choices": list(OPERATORS)},
            "value": {"type": "raw"},
        },
    },
}

# For modules that read; without a query they read all that an empty one finds.
READ_OPTIONS: Options = {
    "query": {"type": "dict", "options": QUERY_OPTIONS},
    "include_echoes": {"type": "bool", "default": False},
}

SELECTION_OPTIONS: Options = {
    "alert_ids": {"type": "list", "elements": "str"},
    "query": {"type": "dict", "options": QUERY_OPTIONS},
    "limit": {"type": "int"},
    "concurrency": {"type": "int", "default": 4},
}
SELECTION_RULES: Rules = {
    "mutually_exclusive": [("alert_ids", "query"), ("alert_ids", "limit")],
    "required_one_of": [("alert_ids", "query")],
}
BOUNDED_OPTIONS: Options = {**SELECTION_OPTIONS, "max_affected": {"type": "int"}}
WRITER_OPTIONS: Options = {**BOUNDED_OPTIONS, "receipt": {"type": "path"}}


def options(*groups: Options, **own: dict[str, Any]) -> Options:
    """The options of an operation: shared groups and its own. The entry points add the connection options."""
    composed: Options = {}
    for group in groups:
        composed.update(group)
    return {**composed, **own}
