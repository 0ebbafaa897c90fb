# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an operation for both entry points, and turn errors into failed results."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..client.connect import connect
from ..dialects import DIALECTS, Dialect
from ..errors import InvalidInput, UtmstackError
from ..operations.named_lists import with_named_lists
from ..operations.named_networks import with_named_networks
from ..operations.operation import Operation, Task
from ..query.searches import compile_query, right_for_one
from ..time_zones import now_in
from ..transport.redaction import Redactor
from ..transport.settings import connection_warnings, settings_from
from .connection import with_identity
from .shown import presentable


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's search for unreachable cycles.

    A task makes hundreds of thousands of objects, and no cycles worth freeing before it ends. The search would visit
    all of them again and again, and take more than a third of the task's time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@collector_paused()
def execute(
    operation: Operation,
    params: Mapping[str, Any],
    task: Task,
    session_directory: str | None,
    redactor: Redactor | None = None,
    shares_memory: bool = True,
) -> dict[str, Any]:
    """Run an operation and turn an error into a failed result, without secrets in either.

    :param params: validated options.
    :param session_directory: directory for the logins of the run; None to keep none.
    :param redactor: knows the secrets among the options as the user gave them; None if only valid ones are secret.
    :param shares_memory: this process was forked by the controller.
    """
    redactor = redactor or Redactor()
    try:
        settings = settings_from(with_identity(params, os.environ))
        _check_selection(operation, params.get("query"))
        params = with_named_networks(with_named_lists(params))
        now = now_in(params.get("time_zone"))
        right_for_one(lambda dialect: _check(operation, params, dialect, now), settings.dialect)
        if operation.needs_alerts and params.get("alert_ids") == [] and not (params.get("also") or params.get("plan")):
            # No request is sent, so any major version will do.
            settings = replace(settings, dialect=settings.dialect or next(iter(DIALECTS)))
        with connect(settings, session_directory, redactor, shares_memory) as client:
            result = operation.run(client, params, task)
            warnings = connection_warnings(settings)
            if client.bypassed_two_factor:
                warnings.append(
                    f"Logged in as {settings.username} with the second factor bypassed (`bypass_two_factor`)."
                )
            if client.stored.unheld:
                warnings.append(_unheld_warning(list(client.stored.unheld)))
            if warnings:
                result["warnings"] = [*result.get("warnings", []), *warnings]
    except UtmstackError as error:
        result = {"changed": False, "failed": True, "msg": redactor.message(error.message), "error": error.as_result()}
    except Exception as error:  # noqa: BLE001 - the last resort: a traceback would print what it holds
        # The text of an unknown error may hold anything that the server sent, and the task's options.
        result = {"changed": False, "failed": True, "msg": f"{internal_error(error)} Please report it."}
        result["error"] = {**UtmstackError("").as_result(), "type": "InternalError"}
    if not task.diff:
        result.pop("diff", None)
    # Ansible tells a role only of `--check`, not of `check_mode` on a task.
    result["check_mode"] = task.check_mode
    return presentable(redactor.value(result))


def internal_error(error: Exception) -> str:
    """Type and place of an error that nobody expected."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"Internal error: {type(error).__name__} in {os.path.basename(frame.filename)}:{frame.lineno}."


def _unheld_warning(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"No alert on the server has ever had {shown}. Check the names; conditions on them find nothing."


def _check_selection(operation: Operation, query: Mapping[str, Any] | None) -> None:
    """Refuse to take a query that names nothing for all alerts."""
    if query is not None and not query and not operation.takes_empty_query:
        raise InvalidInput("`query` is empty. Set what to look for; `all: true` selects every alert.")


def _check(operation: Operation, params: Mapping[str, Any], dialect: Dialect, now: datetime) -> None:
    """Refuse options that no server of this major version supports, before the first request."""
    if isinstance(params.get("query"), Mapping):
        compile_query(params["query"], dialect, now, echoes=False)
    if operation.check is not None:
        operation.check(params, dialect)
