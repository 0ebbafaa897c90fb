# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an operation for both entry points, and turn errors into failed results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..client.connect import connect
from ..dialects import Dialect
from ..errors import UtmstackError
from ..operations.operation import Operation, Task
from ..query.searches import compile_query, right_for_one
from ..transport.settings import settings_from


@dataclass(frozen=True)
class Executed:
    """The result of an operation, and the secrets to remove from all output."""

    result: dict[str, Any]
    secrets: frozenset[str]


def execute(operation: Operation, params: Mapping[str, Any], task: Task, session_directory: str | None) -> Executed:
    """Run an operation and turn an error into a failed result.

    :param params: validated options.
    :param session_directory: directory for the logins of the run; None to keep none.
    """
    secrets: set[str] = set()
    try:
        settings = settings_from(params)
        secrets.update(settings.secrets())
        right_for_one(lambda dialect: _check(operation, params, dialect), settings.dialect)
        with connect(settings, session_directory) as client:
            try:
                result = operation.run(client, params, task)
            finally:
                secrets.update(client.tokens_seen)
            if client.bypassed_two_factor:
                warning = f"Logged in as {settings.username} with the second factor bypassed (`bypass_two_factor`)."
                result.setdefault("warnings", []).append(warning)
            if client.stored.unheld:
                result.setdefault("warnings", []).append(_unheld_warning(list(client.stored.unheld)))
    except UtmstackError as error:
        result = {"changed": False, "failed": True, "msg": error.message, "error": error.as_result()}
    return Executed(result, frozenset(secrets))


def _unheld_warning(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"No alert on the server has ever had {shown}. Check the names; conditions on them find nothing."


def _check(operation: Operation, params: Mapping[str, Any], dialect: Dialect) -> None:
    """Refuse options that no server of this major version supports, before the first request."""
    if isinstance(params.get("query"), Mapping):
        compile_query(params["query"], dialect, datetime.now(timezone.utc), echoes=False)
    if operation.check is not None:
        operation.check(params, dialect)
