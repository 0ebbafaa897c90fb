# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts get a note, another line in it, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...client.alerts import write_note
from ...client.client import Client
from ...model.storable_text import storable_note
from ...writing.plan import Subject, Write
from ...writing.run import run_writer
from ..operation import Operation, Task
from ..options import SELECTION_RULES, WRITER_OPTIONS, options
from .notes_plan import plan, state_of, writes


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what the task asks; the result of every writer."""
    state, warnings, note = params["state"], [], params["note"] or ""
    if state == "present" or note:
        storable = storable_note(note, params["unsupported_text"])
        note, warnings = storable.text, [storable.warning] if storable.warning else []

    def send(ids: Sequence[str], write: Write) -> None:
        for alert_id in ids:
            write_note(client, alert_id, str(write.value))

    subject = Subject(
        state=state_of,
        plan=lambda selection: plan(selection, note, state, params["mode"]),
        writes=writes,
        send=send,
        one_by_one=frozenset({"notes"}),
    )
    return run_writer(client, params, subject, task.check_mode, warnings)


OPERATION = Operation(
    name="utmstack_alert_notes",
    options=options(
        WRITER_OPTIONS,
        note={"type": "str"},
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        mode={"type": "str", "choices": ["replace", "append"], "default": "replace"},
        unsupported_text={"type": "str", "choices": ["replace", "fail"], "default": "replace"},
    ),
    rules={**SELECTION_RULES, "required_if": [("state", "present", ("note",))]},
    run=run,
)
