# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the restoration of unchanged alerts from a receipt. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import InvalidInput
from ...model.alert import STATUSES, Alert
from ...model.storable_text import KEEP, checked_tag, storable_note, storable_observation
from ...writing.change import AlertChange
from ...writing.plan import Edit, Plan, State, Write
from ...writing.receipts import Entry, Receipt
from ...writing.selected import Selection
from ...writing.states import (
    FIELDS_BY_WRITE,
    STATUS_FIELDS,
    full_state,
    notes_write,
    status_differs,
    status_write,
    tags_write,
)


class Restoration(AlertChange):
    """A restoration of the fields that a run wrote, from its receipt.

    :ivar entries: entries of the alerts that the run wrote or may have written, by alert ID.
    """

    takes_echoes = True

    def __init__(self, receipt: Receipt) -> None:
        self.entries: Mapping[str, Entry] = {entry.alert_id: entry for entry in receipt.entries if entry.is_written}
        self._echoes = {key: (entry, two) for entry in receipt.entries for key, two in entry.echoes.items()}

    def state(self, alert: Alert) -> State:
        """The fields of an alert or echo in the receipt."""
        fields = self._fields(alert)
        return {name: value for name, value in full_state(alert).items() if name in fields}

    def _fields(self, alert: Alert) -> State:
        entry = self.entries.get(alert.id)
        if entry is not None:
            return entry.before
        if alert.id in self._echoes:
            return self._echoes[alert.id][1][0]
        parent = self.entries.get(alert.parent_id or "")
        return parent.before if parent is not None else {}

    def echo_after(self, edit: Edit, echo: Alert) -> State:
        """The previous state of an echo; a new echo follows its alert."""
        if echo.id in self._echoes:
            return self._echoes[echo.id][1][0]
        follows = {name: edit.after[name] for name in STATUS_FIELDS if name in edit.after}
        return {**self.state(echo), **follows} if status_differs(edit.before, edit.after) else self.state(echo)

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The missing writes; echoes after their alert, because its status write also changes them."""
        found: list[tuple[str, Write]] = []
        state, target = self.state(alert), edit.after
        restores_status = status_differs(state, target)
        if restores_status:
            found.append((alert.id, status_write(target)))
        for echo in echoes:
            held, wanted = self.state(echo), self.echo_after(edit, echo)
            if "status" in wanted and status_differs(target if restores_status else held, wanted):
                found.append((echo.id, status_write(wanted, "status of echoes")))
            if "tags" in wanted and wanted["tags"] != held["tags"]:
                found.append((echo.id, tags_write(wanted)))
        if "tags" in target and state["tags"] != target["tags"]:
            found.append((alert.id, tags_write(target)))
        if "notes" in target and state["notes"] != target["notes"]:
            found.append((alert.id, notes_write(target)))
        return found

    def changed_echoes(self, entry: Entry, echoes: Sequence[Alert]) -> list[str]:
        """List the IDs of echoes in a state that the run neither found nor wrote."""
        found = {echo.id: self.state(echo) for echo in echoes}
        return [key for key, two in entry.echoes.items() if key in found and not is_of_the_run(found[key], *two)]

    def is_left(self, entry: Entry, echo: Alert) -> bool:
        """Whether an echo still has the state that the run wrote."""
        return echo.id in entry.echoes and self.state(echo) != entry.echoes[echo.id][0]

    def moves(self, edit: Edit, echo: Alert) -> bool:
        """Whether an echo needs a write now, or after the status write of its alert."""
        wanted = self.echo_after(edit, echo)
        taken_along = status_differs(edit.before, edit.after) and status_differs(edit.after, wanted)
        return wanted != self.state(echo) or taken_along


def is_of_the_run(state: State, before: State, after: State) -> bool:
    """Whether a state combines parts that the run found or wrote: a killed run may have written only some.

    A part is the content of one request, such as status and observation.
    """
    for names in FIELDS_BY_WRITE:
        part = [state[name] for name in names if name in state]
        if part not in ([one[name] for name in names if name in state] for one in (before, after)):
            return False
    return True


def plan_undo(selection: Selection, restoration: Restoration) -> Plan:
    """Plan edits for the alerts that still have the state of the run."""
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        entry, state = restoration.entries[alert.id], restoration.state(alert)
        echoes = [echo for echo in selection.echoes_of(alert.id) if echo.id not in restoration.entries]
        lagging = [echo for echo in echoes if restoration.is_left(entry, echo)]
        if state == entry.before and not lagging:
            continue
        if not is_of_the_run(state, entry.before, entry.after):
            skipped[alert.id] = "Changed on the server since the run; not written."
            continue
        if changed := restoration.changed_echoes(entry, echoes):
            skipped[alert.id] = f"Its echo {changed[0]} changed on the server since the run; not written."
            continue
        target, lost = _restorable(state, entry)
        if lost:
            errors[alert.id] = f"Not everything can be restored. {' '.join(lost)}"
        edit = Edit(alert, state, target)
        follow = echoes if status_differs(state, target) else lagging
        moved = tuple(echo for echo in follow if restoration.moves(edit, echo))
        if target != state or moved:
            edits.append(Edit(alert, state, target, moved))
    return Plan(edits, skipped, errors)


def _restorable(state: State, entry: Entry) -> tuple[State, list[str]]:
    """What an alert can become again, part by part, and why the other parts cannot be restored.

    The echoes' own status and text follow the alert's, so they must be storable, too.
    """
    target, lost = dict(state), []
    for names in FIELDS_BY_WRITE:
        part = {name: entry.before[name] for name in names if name in entry.before}
        if all(state[name] == value for name, value in part.items()):
            continue
        befores = [before for before, _after in entry.echoes.values()]
        echoes = [{name: before[name] for name in part if name in before} for before in befores]
        try:
            for one in (part, *echoes):
                _check_storable(one)
        except InvalidInput as error:
            lost.append(error.message)
        else:
            target.update(part)
    return target, lost


def _check_storable(state: State) -> None:
    if "status" in state and state["status"] not in STATUSES:
        raise InvalidInput(f"UTMStack accepts no status {state['status']!r}.")
    for tag in state.get("tags", []):
        checked_tag(tag)
    if state.get("notes"):
        storable_note(state["notes"], KEEP)
    if state.get("observation"):
        storable_observation(state["observation"], KEEP)
