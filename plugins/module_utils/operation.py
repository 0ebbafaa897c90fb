# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An operation is what a module does, apart from Ansible; it is run in one way, whichever door it is called through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .backoff import Backoff
from .client import Client
from .errors import UtmstackError
from .query import check_query
from .sessions import SessionStore
from .settings import settings_from
from .transport import Transport


def _silent(_message: str) -> None:
    """Nobody follows."""


@dataclass(frozen=True)
class Task:
    """What the operation has to know of the task that calls it.

    :param no_log: the task hides its result, so that it may hold a token.
    :param directory: where relative paths start; empty for the current directory.
    :param report: shows how far a long task is, to a user who wants to know.
    """

    check_mode: bool = False
    no_log: bool = False
    directory: str = ""
    report: Callable[[str], None] = _silent


@dataclass(frozen=True)
class Operation:
    """One module.

    :param name: the module's name.
    :param options: its argument spec.
    :param rules: relations between options, by the names that ``AnsibleModule`` gives them.
    :param run: does it; returns the result, raises UtmstackError.
    :param on_controller: it handles files of the controller and always runs there.
    """

    name: str
    options: dict[str, dict[str, Any]]
    run: Callable[[Client, Mapping[str, Any], Task], dict[str, Any]]
    rules: Mapping[str, Any] = field(default_factory=dict)
    on_controller: bool = False


@dataclass(frozen=True)
class Executed:
    """The result of an operation, and the secrets that it learned and that must be kept out of what is shown."""

    result: dict[str, Any]
    secrets: frozenset[str]


def execute(operation: Operation, params: Mapping[str, Any], task: Task, session_directory: str | None) -> Executed:
    """Run an operation; an error becomes a failed result here and nowhere else.

    :param params: validated options.
    :param session_directory: where the run keeps its logins, None for a task on its own.
    """
    secrets: set[str] = set()
    try:
        settings = settings_from(params)
        secrets.update(settings.secrets())
        if isinstance(params.get("query"), Mapping):
            check_query(params["query"], settings.dialect)
        client = Client(Transport(settings, Backoff(settings.retry_budget)), SessionStore(session_directory, settings))
        try:
            result = operation.run(client, params, task)
        finally:
            client.close()
            secrets.update(client.tokens_seen)
        if client.bypassed_two_factor:
            warning = f"Logged in as {settings.username} with the second factor bypassed (`bypass_two_factor`)."
            result.setdefault("warnings", []).append(warning)
    except UtmstackError as error:
        result = {"changed": False, "failed": True, "msg": error.message, "error": error.as_result()}
    return Executed(result, frozenset(secrets))
