# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller accepts as the configuration of a notification, for the kinds that need few fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .refusal import Refused
from .surveys import ENCRYPTED

# Field: type and default. Without a default it has to be given.
FIELDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "webhook": {
        "url": ("string",),
        "http_method": ("string", "POST"),
        "disable_ssl_verification": ("bool", False),
        "username": ("string", ""),
        "password": ("password", ""),
        "headers": ("object", {}),
    },
    "slack": {"token": ("password",), "channels": ("list",), "hex_color": ("string", "")},
    "email": {
        "host": ("string",),
        "port": ("int",),
        "username": ("string",),
        "password": ("password",),
        "use_tls": ("bool",),
        "use_ssl": ("bool",),
        "sender": ("string",),
        "recipients": ("list",),
        "timeout": ("int", 30),
    },
    "mattermost": {"mattermost_url": ("string",), "mattermost_no_verify_ssl": ("bool", False)},
}
PYTHON: dict[str, type] = {"string": str, "password": str, "int": int, "bool": bool, "list": list, "object": dict}


def filled_in(kind: str, given: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with defaults; a password that was given hidden stays as it was."""
    errors: list[str] = []
    missing: list[str] = []
    whole: dict[str, Any] = dict(given)
    for name, (expected, *default) in FIELDS.get(kind, {}).items():
        if name not in whole:
            if not default:
                missing.append(name)
                continue
            whole[name] = default[0]
        value: Any = whole[name]
        # To Python, a boolean is an integer.
        if not isinstance(value, PYTHON[expected]) or (expected == "int" and isinstance(value, bool)):
            errors.append(f"Configuration field '{name}' incorrect type, expected {expected}.")
        elif expected == "list" and not value:
            errors.append(f"No values specified for field '{name}'")
        elif expected == "password" and value == ENCRYPTED:
            whole[name] = old.get(name, value)
        elif name == "http_method" and str(value).lower() not in ("put", "post"):
            errors.append("HTTP method must be either 'POST' or 'PUT'.")
    if missing:
        errors.insert(0, f"Missing required fields for Notification Configuration: {missing}.")
    if errors:
        raise Refused(400, {"__all__": errors})
    return whole


def shown(kind: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration as it is answered: passwords that are not empty are hidden."""
    secret = {name for name, (expected, *_default) in FIELDS.get(kind, {}).items() if expected == "password"}
    return {name: ENCRYPTED if value and name in secret else value for name, value in configuration.items()}
