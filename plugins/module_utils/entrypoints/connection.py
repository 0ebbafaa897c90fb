# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of an operation, including the connection options and their environment variables."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

from ..operations.operation import Operation
from ..transport.connection_options import CONNECTION, CONNECTION_RULES

Options = dict[str, dict[str, Any]]


def argument_spec(operation: Operation) -> Options:
    """All options of an operation in Ansible's format."""
    connection = {
        option.name: {**option.spec(), "fallback": (env_fallback, [option.variable])} for option in CONNECTION
    }
    return {**connection, **operation.options}


def relations(operation: Operation) -> dict[str, Any]:
    """All relations between options, by Ansible's keywords."""
    exclusive = [*CONNECTION_RULES["mutually_exclusive"], *operation.rules.get("mutually_exclusive", [])]
    return {**operation.rules, "mutually_exclusive": exclusive}
