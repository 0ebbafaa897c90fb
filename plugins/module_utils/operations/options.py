# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared options of the modules, each defined once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..query.keys import query_options
from ..time_zones import UTC
from ..writing.approval import DEFAULT_MAX_AGE, POLICIES
from ..writing.guardrails import DEFAULT_HOLD_TAGS
from ..writing.result import ROWS

Options = dict[str, dict[str, Any]]
Rules = Mapping[str, Any]


QUERY_OPTIONS: Options = query_options()
# Lists of addresses by name, for the address keys of every query of a task, and lists of texts for all keys.
NETWORKS: Options = {"networks": {"type": "dict"}, "lists": {"type": "dict"}}

# The time zone of times without an offset, in modules that take times.
TIME_ZONE: Options = {"time_zone": {"type": "str", "default": UTC}}
# For modules that read; no query means the same as an empty one.
READ_OPTIONS: Options = {
    "query": {"type": "dict", "options": QUERY_OPTIONS},
    **NETWORKS,
    "include_echoes": {"type": "bool", "default": False},
    **TIME_ZONE,
}

# Where each run keeps its receipt without being asked, and the variable of the controller that names it as well.
STATE_DIRECTORY: Options = {"state_directory": {"type": "path"}}
STATE_VARIABLE = "UTMSTACK_STATE_DIR"

SELECTION_OPTIONS: Options = {
    "alert_ids": {"type": "list", "elements": "str"},
    "query": {"type": "dict", "options": QUERY_OPTIONS},
    **NETWORKS,
    "limit": {"type": "int"},
    "concurrency": {"type": "int", "default": 4},
    **TIME_ZONE,
}
SELECTION_RULES: Rules = {
    "mutually_exclusive": [("alert_ids", "query"), ("alert_ids", "limit")],
    "required_one_of": [("alert_ids", "query")],
}
WRITER_OPTIONS: Options = {
    **SELECTION_OPTIONS,
    "max_affected": {"type": "int"},
    "script_wait": {"type": "int", "default": 0},
    "receipt": {"type": "path"},
    **STATE_DIRECTORY,
    "receipt_in_result": {"type": "bool", "default": False},
    "keep_days": {"type": "int"},
    "allow_insecure_directory": {"type": "bool", "default": False},
    "rows": {"type": "str", "choices": list(ROWS), "default": "all"},
}
# For writers whose changes can be approved beforehand; `approval_from` reads them. A plan is a text or a dictionary.
PLAN_OPTIONS: Options = {
    "plan": {"type": "raw"},
    "plan_policy": {"type": "str", "choices": list(POLICIES)},
    "plan_max_age": {"type": "str", "default": DEFAULT_MAX_AGE},
}
# Elements are raw, so that null, 5 and true are refused: Ansible would turn them into texts.
TAGS: dict[str, Any] = {"type": "list", "elements": "raw"}
# For operations that close alerts; `guardrails_from` reads them.
GUARDRAIL_OPTIONS: Options = {
    "protect": {"type": "list", "elements": "dict", "default": []},
    "hold_tags": {**TAGS, "default": list(DEFAULT_HOLD_TAGS)},
    "strict": {"type": "bool", "default": False},
}
# For operations in which `alert_ids` is the operator's own choice of alerts to close: `Hold` applies to a query only.
OPERATOR_GUARDRAIL_OPTIONS: Options = {**GUARDRAIL_OPTIONS, "hold_tags": TAGS}


def options(*groups: Options, **own: dict[str, Any]) -> Options:
    """Combine shared groups with an operation's own options. The entry points add the connection options."""
    composed: Options = {}
    for group in groups:
        composed.update(group)
    return {**composed, **own}
