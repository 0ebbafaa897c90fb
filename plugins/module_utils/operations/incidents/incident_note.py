# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An incident has a note of the caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.client import Client
from ...client.incidents import add_note, incident_named, incident_numbered, notes_of
from ...client.users import account
from ...errors import IncompleteAnswer, InvalidInput, Repeat, TimedOut, UtmstackError
from ...model.incident import MAX_NOTE_LENGTH, Incident, checked_length
from ...printing import field_lines, printable
from ...writing.apply import MAX_ROUNDS
from ..operation import Operation, Task
from ..options import options
from .incident_info import note_shown


def find(client: Client, params: Mapping[str, Any]) -> Incident:
    """The incident that the task names. :raises InvalidInput: there is none."""
    if params["incident_id"] is not None:
        found, wanted = incident_numbered(client, params["incident_id"]), f"number {params['incident_id']}"
    else:
        found = incident_named(client, params["incident"])
        wanted = f"name {printable(params['incident'], 60)!r} (letter case counts)"
    if found is None:
        raise InvalidInput(f"There is no incident with the {wanted}; open one with utmstack_incident.")
    return found


def own_note(client: Client, incident: Incident, login: str, text: str) -> dict[str, Any] | None:
    """The first note of exactly this text that the caller has sent."""
    rows = notes_of(client, [incident.id])[incident.id]
    return next((row for row in rows if row.get("noteText") == text and row.get("noteSendBy") == login), None)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Add the note unless the caller has sent it before."""
    text = checked_length("note", params["note"], MAX_NOTE_LENGTH)
    if not text.strip():
        raise InvalidInput("`note` is blank; say something.")
    if params["incident"] is not None and not params["incident"].strip():
        raise InvalidInput("`incident` is blank; it is the name of an incident.")
    incident = find(client, params)
    login = str(account(client).get("login"))
    held = own_note(client, incident, login, text)
    changed = held is None
    if held is None and not task.check_mode:
        held = _send(client, incident, login, text)
    note = note_shown(held) if held else {"id": None, "note": text, "user": login, "sent_at": None}
    lines = field_lines(f"incident ({printable(incident.name, 60)})", {}, {"note": text}) if changed else []
    return {
        "changed": changed,
        "incident": incident.as_result(),
        "note": note,
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(lines)},
    }


def _send(client: Client, incident: Incident, login: str, text: str) -> dict[str, Any]:
    """Send the note until it is there.

    :raises UtmstackError: it is not there, or it could not be read back whether it is.
    """
    attempt = 0
    while True:
        attempt += 1
        failure: UtmstackError | None = None
        try:
            add_note(client, incident.id, text)
        except UtmstackError as error:
            failure = error
        try:
            held = own_note(client, incident, login, text)
        except UtmstackError as error:
            raise IncompleteAnswer(
                f"The note was sent, and it could not be read back whether it was stored. {error.message} Run the task "
                "again: it adds nothing that is there.",
                status=error.status,
                endpoint=error.endpoint,
            ) from error
        if held is not None:
            return held
        if failure is None:
            raise IncompleteAnswer("The server answered as if it had stored the note, and did not.")
        # After a time-out the server may still be at it, and a repeat would make a second note.
        if isinstance(failure, TimedOut) or failure.repeat is Repeat.USELESS or attempt >= MAX_ROUNDS:
            raise failure
        client.backoff.wait(failure, attempt)


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
