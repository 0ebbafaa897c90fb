# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Add a note to an incident, once per text and account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...client.client import Client
from ...client.incidents import add_note, incident_named, incident_numbered, notes_of
from ...client.users import account
from ...errors import InvalidInput
from ...model.incident import MAX_NOTE_LENGTH, Incident, checked_length
from ...printing import field_lines, printable
from ...writing.one_object import ObjectChange, write_object
from ..operation import Operation, Task
from ..options import options
from .incident_info import note_shown


def find_incident(client: Client, params: Mapping[str, Any]) -> Incident:
    """Find the incident by ID or name. :raises InvalidInput: it does not exist."""
    if params["incident_id"] is not None:
        found, wanted = incident_numbered(client, params["incident_id"]), f"number {params['incident_id']}"
    else:
        found = incident_named(client, params["incident"])
        wanted = f"name {printable(params['incident'], 60)!r} (case-sensitive)"
    if found is None:
        raise InvalidInput(
            f"There is no incident with the {wanted}. Check it, or open the incident with utmstack_incident."
        )
    return found


@dataclass(frozen=True)
class _NoteWrite(ObjectChange["Mapping[str, Any] | None"]):
    """A new note of the caller in an incident."""

    incident: Incident
    login: str
    text: str

    is_idempotent = False

    def look(self, client: Client) -> Mapping[str, Any] | None:
        """Read the first note of the caller with exactly this text."""
        rows = notes_of(client, [self.incident.id])[self.incident.id]
        return next(
            (row for row in rows if row.get("noteText") == self.text and row.get("noteSendBy") == self.login), None
        )

    def send(self, client: Client, seen: Mapping[str, Any] | None) -> None:
        """Add the note."""
        add_note(client, self.incident.id, self.text)

    def is_stored(self, seen: Mapping[str, Any] | None) -> bool:
        """Whether the incident has the note."""
        return seen is not None


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Add the note unless the caller has already added it."""
    text = checked_length("note", params["note"], MAX_NOTE_LENGTH)
    if not text.strip():
        raise InvalidInput("`note` is empty. Set a text.")
    if params["incident"] is not None and not params["incident"].strip():
        raise InvalidInput("`incident` is empty. Set the name of an incident.")
    incident = find_incident(client, params)
    login = str(account(client).get("login"))
    change = _NoteWrite(incident, login, text)
    held = change.look(client)
    changed = held is None
    if changed and not task.check_mode:
        held = write_object(client, f"Adding the note to incident {incident.id}", change, None)
    note = note_shown(held) if held else {"id": None, "note": text, "user": login, "sent_at": None}
    lines = field_lines(f"incident ({printable(incident.name, 60)})", {}, {"note": text}) if changed else []
    return {
        "changed": changed,
        "incident": incident.as_result(),
        "note": note,
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(lines)},
    }


OPERATION = Operation(
    name="utmstack_incident_note",
    options=options(
        incident={"type": "str"},
        incident_id={"type": "int"},
        note={"type": "str", "required": True},
        state={"type": "str", "choices": ["present"], "default": "present"},
    ),
    rules={
        "mutually_exclusive": [("incident", "incident_id")],
        "required_one_of": [("incident", "incident_id")],
    },
    run=run,
)
