# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the notes of alerts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...errors import InvalidInput
from ...model.alert import Alert
from ...model.storable_text import KEEP, storable_note
from ...writing.change import AlertChange
from ...writing.plan import Edit, Plan, State, Write
from ...writing.selected import Selection
from ...writing.states import notes_state, notes_write

SEPARATOR = " | "
# A server with default settings compiles 75 new scripts in five minutes; each distinct note needs one.
MAX_DISTINCT_NOTES = 75


@dataclass(frozen=True)
class NoteChange(AlertChange):
    """A change of notes: replace, append or remove.

    :param note: one storable line.
    :param operation: ``present`` or ``absent``; absent removes only this text, or with an empty `note` any note.
    :param mode: ``replace`` or ``append``; a text that the note already contains is not appended again.
    """

    note: str
    operation: str = "present"
    mode: str = "replace"

    def state(self, alert: Alert) -> State:
        """The note."""
        return notes_state(alert)

    def note_after(self, current: str) -> str:
        """The changed note of an alert whose note is `current`."""
        framed, wanted = f"{SEPARATOR}{current}{SEPARATOR}", f"{SEPARATOR}{self.note}{SEPARATOR}"
        held = bool(current.strip()) and wanted in framed
        if self.operation == "absent":
            if not self.note:
                return ""
            return framed.replace(wanted, SEPARATOR, 1)[len(SEPARATOR) : -len(SEPARATOR)] if held else current
        if self.mode == "replace" or not current.strip():
            return self.note
        return current if held else f"{current}{SEPARATOR}{self.note}"

    def merged(self, edit: Edit, alert: Alert) -> Edit | None:
        """The edit that appends to the current note, if that can be stored again."""
        if self.operation != "present" or self.mode != "append":
            return None
        before = notes_state(alert)
        after = self.note_after(before["notes"])
        try:
            storable_note(after, KEEP)
        except InvalidInput:
            return None
        return replace(edit, before=before, after={"notes": after})

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """One write of the whole note."""
        return [(alert.id, notes_write(edit.after))]


def plan_notes(selection: Selection, change: NoteChange) -> Plan:
    """Plan edits for the alerts whose note differs.

    An alert is not written if the kept part of its own note cannot be stored again.
    """
    edits: list[Edit] = []
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        before = notes_state(alert)
        target = change.note_after(before["notes"])
        if target == before["notes"]:
            continue
        try:
            if target:
                storable_note(target, "fail")
        except InvalidInput as error:
            errors[alert.id] = f"The new text would damage the alert's own note. {error.message}"
            continue
        edits.append(Edit(alert, before, {"notes": target}))
    return Plan(edits, errors=errors, warnings=_budget_warning({edit.after["notes"] for edit in edits}))


def _budget_warning(texts: set[str]) -> list[str]:
    if len(texts) <= MAX_DISTINCT_NOTES:
        return []
    return [
        f"The task writes {len(texts)} different notes. With default settings, the server accepts {MAX_DISTINCT_NOTES} "
        "in five minutes and returns 500 for the rest. `mode: replace` writes the same note to all alerts."
    ]
