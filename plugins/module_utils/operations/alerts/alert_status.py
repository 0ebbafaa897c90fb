# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts get a status, an observation and, for false positives, the server's own tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...client.alerts import write_status, write_tags
from ...client.client import Client
from ...errors import InvalidInput
from ...model.alert import SETTABLE_STATUSES
from ...model.storable_text import storable_observation
from ...writing.plan import Subject, Write
from ...writing.run import run_writer
from ..operation import Operation, Task
from ..options import SELECTION_RULES, WRITER_OPTIONS, options
from .status_plan import Wanted, echo_after, plan, state_of, writes


def wanted_from(params: Mapping[str, Any]) -> tuple[Wanted, list[str]]:
    """The task's wish and the warnings about its text.

    :raises InvalidInput: the options contradict each other, or the observation cannot be stored.
    """
    status = params["status"]
    if params["false_positive"] and status not in (None, "completed"):
        raise InvalidInput("`false_positive: true` completes alerts; leave `status` out or set it to completed.")
    if params["update_observation"] and params["observation"] is None:
        raise InvalidInput("`update_observation: true` needs an `observation`.")
    wanted = Wanted(
        "completed" if params["false_positive"] else status,
        None,
        params["update_observation"],
        params["false_positive"],
        params["reopen"],
        params["unsupported_text"],
    )
    if params["observation"] is None:
        return wanted, []
    storable = storable_observation(params["observation"], params["unsupported_text"])
    return replace(wanted, observation=storable.text), [storable.warning] if storable.warning else []


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what the task asks; the result of every writer."""
    wanted, warnings = wanted_from(params)

    def send(ids: Sequence[str], write: Write) -> None:
        if write.kind == "status":
            status, observation = write.value
            write_status(client, ids, status, observation)
        else:
            write_tags(client, ids, write.value)

    subject = Subject(
        state=lambda alert: state_of(alert, wanted),
        plan=lambda selection: plan(selection, wanted),
        writes=lambda edit, alert, echoes: writes(edit, alert, echoes, wanted),
        send=send,
        echo_after=lambda edit, echo: echo_after(edit, echo, wanted),
        takes_echoes=True,
    )
    return run_writer(client, params, subject, task.check_mode, warnings)


OPERATION = Operation(
    name="utmstack_alert_status",
    options=options(
        WRITER_OPTIONS,
        status={"type": "str", "choices": list(SETTABLE_STATUSES)},
        observation={"type": "str"},
        update_observation={"type": "bool", "default": False},
        false_positive={"type": "bool", "default": False},
        reopen={"type": "bool", "default": False},
        unsupported_text={"type": "str", "choices": ["replace", "fail"], "default": "replace"},
    ),
    rules={**SELECTION_RULES, "required_if": [("false_positive", False, ("status",))]},
    run=run,
)
