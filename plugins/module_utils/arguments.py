# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules, composed by name, so that each option is described once and means the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import env_fallback

from .alerts import SEVERITY_CODES, STATUS_CODES
from .dialects import DIALECTS
from .where import OPERATORS

Options = dict[str, dict[str, Any]]
Rules = Mapping[str, Any]


def _connection(name: str, **option: Any) -> dict[str, Any]:
    """A connection option; every one can come from the environment variable of its name."""
    return {**option, "fallback": (env_fallback, [f"UTMSTACK_{name.upper()}"])}


CONNECTION_OPTIONS: Options = {
    "url": _connection("url", type="str", required=True),
    "username": _connection("username", type="str"),
    "password": _connection("password", type="str", no_log=True),
    "token": _connection("token", type="str", no_log=True),
    "api_key": _connection("api_key", type="str", no_log=True),
    "totp_secret": _connection("totp_secret", type="str", no_log=True),
    "bypass_two_factor": _connection("bypass_two_factor", type="bool", default=False),
    "validate_certs": _connection("validate_certs", type="bool", default=True),
    "ca_path": _connection("ca_path", type="path"),
    "proxy": _connection("proxy", type="str"),
    "timeout": _connection("timeout", type="int", default=120),
    "connect_timeout": _connection("connect_timeout", type="int", default=10),
    "retry_budget": _connection("retry_budget", type="int", default=60),
    "dialect": _connection("dialect", type="str", choices=list(DIALECTS)),
}
CONNECTION_RULES: Rules = {"mutually_exclusive": [("api_key", "token")]}


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
    "mutually_exclusive": [*CONNECTION_RULES["mutually_exclusive"], ("alert_ids", "query"), ("alert_ids", "limit")],
    "required_one_of": [("alert_ids", "query")],
}
BOUNDED_OPTIONS: Options = {**SELECTION_OPTIONS, "max_affected": {"type": "int"}}
WRITER_OPTIONS: Options = {**BOUNDED_OPTIONS, "receipt": {"type": "path"}}


def options(*groups: Options, **own: dict[str, Any]) -> Options:
    """The argument spec of a module: the connection options, shared groups, and its own options."""
    composed = dict(CONNECTION_OPTIONS)
    for group in groups:
        composed.update(group)
    return {**composed, **own}
