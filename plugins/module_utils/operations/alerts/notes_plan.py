# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the notes of alerts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import InvalidInput
from ...model.alert import Alert
from ...model.storable_text import storable_note
from ...writing.plan import Edit, Plan, State, Write
from ...writing.selected import Selection

SEPARATOR = " | "


# There is no way to store an empty note; one blank is what the product itself shows as none.
NO_NOTE = " "


# A server with default settings compiles 75 new scripts in five minutes, and each distinct note is one.
DISTINCT_NOTES = 75


def state_of(alert: Alert) -> State:
    """The note; blanks alone count as none."""
    return {"notes": alert.notes if alert.notes.strip() else ""}


def note_after(current: str, note: str, state: str, mode: str) -> str:
    """The note an alert shall hold.

    :param note: one storable line.
    :param state: ``present`` or ``absent``; absent with an empty `note` removes any note, else that one only.
    :param mode: ``replace`` or ``append``; a text that the note already holds as a part is not appended again.
    """
    framed, wanted = f"{SEPARATOR}{current}{SEPARATOR}", f"{SEPARATOR}{note}{SEPARATOR}"
    held = bool(current.strip()) and wanted in framed
    if state == "absent":
        if not note:
            return ""
        return framed.replace(wanted, SEPARATOR, 1)[len(SEPARATOR) : -len(SEPARATOR)] if held else current
    if mode == "replace" or not current.strip():
        return note
    return current if held else f"{current}{SEPARATOR}{note}"


def plan(selection: Selection, note: str, state: str, mode: str) -> Plan:
    """Edits for the alerts whose note is not as wanted.

    What is kept of an alert's own note must be storable again, or the alert is not touched.
    """
    edits: list[Edit] = []
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        before = state_of(alert)
        target = note_after(before["notes"], note, state, mode)
        if target == before["notes"]:
            continue
        try:
            if target:
                storable_note(target, "fail")
        except InvalidInput as error:
            errors[alert.id] = f"The alert's own note could not be kept beside the new text. {error.message}"
            continue
        edits.append(Edit(alert, before, {"notes": target}))
    return Plan(edits, errors=errors, warnings=_budget_warning({edit.after["notes"] for edit in edits}))


def _budget_warning(texts: set[str]) -> list[str]:
    if len(texts) <= DISTINCT_NOTES:
        return []
    return [
        f"{len(texts)} different notes are to be written. A server with default settings compiles {DISTINCT_NOTES} new "
        "ones in five minutes and answers 500 to the rest; `mode: replace` with one text needs only one."
    ]


def writes(edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
    """One request per alert: there is no bulk form."""
    return [(alert.id, Write("notes", edit.after["notes"] or NO_NOTE))]
