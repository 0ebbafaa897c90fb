# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set, extend or remove the note of alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.client import Client
from ...model.storable_text import storable_note
from ...writing.approval import approval_from
from ...writing.plan_document import source_of
from ...writing.proposal import propose
from ...writing.result import finish
from ...writing.run import limits_from, write
from ...writing.selection import select
from ..operation import Operation, Task
from ..options import PLAN_OPTIONS, SELECTION_RULES, WRITER_OPTIONS, options
from .notes_plan import NoteChange, plan_notes


def change_from(params: Mapping[str, Any]) -> tuple[NoteChange, list[str]]:
    """Read the change and the warnings about its text from the options.

    :raises InvalidInput: the note is missing or cannot be stored.
    """
    note, warnings = params["note"] or "", []
    if params["state"] == "present" or note:
        storable = storable_note(note, params["unsupported_text"])
        note, warnings = storable.text, [storable.warning] if storable.warning else []
    return NoteChange(note, params["state"], params["mode"]), warnings


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Write the notes."""
    change, warnings = change_from(params)
    approval = approval_from(params)
    selection = select(client, params, change.takes_echoes, whole=False)
    source = source_of(OPERATION.name, change)
    proposal = propose(client, change, source, approval, selection, lambda chosen: plan_notes(chosen, change))
    limits = limits_from(client, params, task.report)
    written = write(client, change, proposal, limits, task.check_mode, warnings)
    return finish(written, client.requests_sent, params["rows"], task.diff)


OPERATION = Operation(
    name="utmstack_alert_notes",
    options=options(
        WRITER_OPTIONS,
        PLAN_OPTIONS,
        note={"type": "str"},
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        mode={"type": "str", "choices": ["replace", "append"], "default": "replace"},
        unsupported_text={"type": "str", "choices": ["replace", "fail"], "default": "replace"},
    ),
    rules={**SELECTION_RULES, "required_if": [("state", "present", ("note",))]},
    run=run,
    needs_alerts=True,
)
