# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the restoration of unchanged alerts from a receipt. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import InvalidInput
from ...model.alert import Alert
from ...printing import printable
from ...writing.change import AlertChange, check_storable, echoes_that_keep_their_state
from ...writing.families import copied, spreads
from ...writing.plan import Edit, Plan, State, Write
from ...writing.receipts import Entry, Receipt
from ...writing.selected import Selection
from ...writing.states import (
    FIELDS_BY_WRITE,
    STATUS_FIELDS,
    STATUS_OF_ECHOES,
    full_state,
    notes_write,
    status_differs,
    status_write,
    tags_write,
)


class Restoration(AlertChange):
    """A restoration of the fields that a run wrote, from its receipt.

    :ivar entries: entries of the alerts that the run wrote or may have written, by alert ID.
    :param status_last: restore the status after everything else, for alerts that are found by what is restored with it.
    """

    takes_echoes = True

    def __init__(self, receipt: Receipt, status_last: bool = False) -> None:
        self._status_last = status_last
        self.entries: Mapping[str, Entry] = {entry.alert_id: entry for entry in receipt.entries if entry.is_written}
        # What the change of an incident writes to all its alerts, until the run restores them.
        self._cascade = receipt.incident.written if receipt.incident is not None else None
        self._echoes = {key: (entry, two) for entry in receipt.entries for key, two in entry.echoes.items()}
        for entry in receipt.entries:
            # A selected echo that the run left as it was, although it wrote the status of its alert.
            if not entry.is_written and entry.before == entry.after:
                self._echoes.setdefault(entry.alert_id, (entry, (entry.before, entry.after)))

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
        return self.state(copied(echo, edit))

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The missing writes; echoes after their alert, because its status write also changes them."""
        statuses: list[tuple[str, Write]] = []
        found: list[tuple[str, Write]] = []
        state, target = self.state(alert), edit.after
        restores_status = status_differs(state, target)
        if restores_status:
            statuses.append((alert.id, status_write(target)))
        for echo in echoes:
            held, wanted = self.state(echo), self.echo_after(edit, echo)
            if "status" in wanted and status_differs(target if restores_status else held, wanted):
                statuses.append((echo.id, status_write(wanted, STATUS_OF_ECHOES)))
            if "tags" in wanted and wanted["tags"] != held["tags"]:
                found.append((echo.id, tags_write(wanted)))
        if "tags" in target and state["tags"] != target["tags"]:
            found.append((alert.id, tags_write(target)))
        if "notes" in target and state["notes"] != target["notes"]:
            found.append((alert.id, notes_write(target)))
        return [*found, *statuses] if self._status_last else [*statuses, *found]

    def is_idempotent(self, edit: Edit) -> bool:
        """A late write of an alert's status would overwrite its echoes again."""
        return not (edit.echoes and spreads(edit))

    def is_changed(self, alert: Alert) -> bool:
        """Whether an alert or echo is in a state that neither the run nor a killed undo found or wrote.

        Both leave an echo with the words of its alert until they write its own.
        """
        entry = self.entries.get(alert.id)
        if entry is None and alert.id not in self._echoes:
            return False
        before, after = (entry.before, entry.after) if entry is not None else self._echoes[alert.id][1]
        parent = self.entries.get(alert.parent_id or "")
        copies = [parent.before, parent.after] if parent is not None else []
        if self._cascade is not None:
            copies.append(self._cascade)
        return not is_of_the_run(self.state(alert), before, after, copies)

    def is_left(self, echo: Alert) -> bool:
        """Whether an echo does not have its previous state."""
        return echo.id in self._echoes and self.state(echo) != self._echoes[echo.id][1][0]

    def is_overwritten(self, state: State, names: Sequence[str]) -> bool:
        """Whether an alert still holds what the change of an incident wrote."""
        return names == STATUS_FIELDS and self._cascade is not None and not status_differs(state, self._cascade)

    def moves(self, edit: Edit, echo: Alert) -> bool:
        """Whether an echo needs a write now, or after the status write of its alert."""
        wanted = self.echo_after(edit, echo)
        taken_along = spreads(edit) and status_differs(edit.after, wanted)
        return wanted != self.state(echo) or taken_along


def is_of_the_run(state: State, before: State, after: State, copies: Sequence[State] = ()) -> bool:
    """Whether a state combines parts that the run found or wrote: a killed run may have written only some.

    A part is the content of one request, such as status and observation.

    :param copies: states of which the server copies status and observation: those of the alert that an echo belongs
        to, and of the incident.
    """
    for names in FIELDS_BY_WRITE:
        part = [state[name] for name in names if name in state]
        known = (before, after, *(copies if names == STATUS_FIELDS else ()))
        if part not in ([one.get(name) for name in names if name in state] for one in known):
            return False
    return True


def plan_undo(selection: Selection, restoration: Restoration) -> Plan:
    """Plan edits for the alerts that still have the state of the run."""
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        entry, state = restoration.entries.get(alert.id), restoration.state(alert)
        if entry is None:
            # An approved plan may name it.
            skipped[alert.id] = "Nothing shows any more that the run changed it; not written."
            continue
        family = selection.echoes_of(alert.id)
        echoes = [echo for echo in family if echo.id not in restoration.entries]
        lagging = [echo for echo in echoes if restoration.is_left(echo)]
        if state == entry.before and not lagging:
            continue
        if restoration.is_changed(alert):
            skipped[alert.id] = "Changed on the server since the run; not written."
            continue
        reached = family if status_differs(state, entry.before) else echoes
        if changed := [echo for echo in reached if restoration.is_changed(echo)]:
            skipped[alert.id] = f"Its echo {printable(changed[0].id)} changed on the server since the run; not written."
            continue
        target, lost = _restorable(state, entry, restoration)
        if lost:
            errors[alert.id] = f"Not everything can be restored. {' '.join(lost)}"
        edit = Edit(alert, state, target)
        follow = echoes if status_differs(state, target) else lagging
        moved = tuple(echo for echo in follow if restoration.moves(edit, echo))
        if target != state or moved:
            edits.append(Edit(alert, state, target, moved))
    keeping = echoes_that_keep_their_state(edits, selection, restoration)
    return Plan([*edits, *keeping], skipped, errors)


def _restorable(state: State, entry: Entry, restoration: Restoration) -> tuple[State, list[str]]:
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
                check_storable(one)
        except InvalidInput as error:
            lost.append(error.message)
            # After an incident's cascade, the words in a form that can be stored are nearer than the incident's.
            if restoration.is_overwritten(state, names):
                target.update({name: entry.after[name] for name in part})
        else:
            target.update(part)
    return target, lost
