# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run is taken back: alerts that still are as it left them become as it found them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...client.client import Client
from ...errors import InvalidInput
from ...model.alert import Alert
from ...model.storable_text import KEEP, checked_tag, storable_note, storable_observation
from ...writing import receipts
from ...writing.plan import Edit, Plan, State, Subject, Write
from ...writing.receipts import Entry, Receipt
from ...writing.run import write_selected
from ...writing.selected import Selection
from ...writing.selection import select_ids
from ..alerts.notes_plan import NO_NOTE
from ..operation import Operation, Task
from ..options import WRITER_OPTIONS, options
from .judging import state_of
from .triage import send

_WRITTEN_TOGETHER = (("status", "observation"), ("tags",), ("notes",))


class Memory:
    """What a receipt says, as the general flow asks for it: only the fields that the run was about."""

    def __init__(self, receipt: Receipt) -> None:
        self.entries: Mapping[str, Entry] = {entry.alert_id: entry for entry in receipt.entries if entry.is_written}
        self._echoes = {key: (entry, two) for entry in receipt.entries for key, two in entry.echoes.items()}

    def state(self, alert: Alert) -> State:
        """The fields of an alert or echo that the receipt knows."""
        whole = state_of(alert)
        fields = self._fields(alert)
        return {name: value for name, value in whole.items() if name in fields}

    def _fields(self, alert: Alert) -> State:
        entry = self.entries.get(alert.id)
        if entry is not None:
            return entry.before
        if alert.id in self._echoes:
            return self._echoes[alert.id][1][0]
        parent = self.entries.get(alert.parent_id or "")
        return parent.before if parent is not None else {}

    def echo_before(self, echo: Alert, edit: Edit) -> State:
        """What an echo shall be again; a new one follows its alert."""
        if echo.id in self._echoes:
            return self._echoes[echo.id][1][0]
        follows = {name: edit.after[name] for name in ("status", "observation") if name in edit.after}
        return {**self.state(echo), **follows} if _restores_status(edit.before, edit.after) else self.state(echo)

    def changed_echoes(self, entry: Entry, echoes: Sequence[Alert]) -> list[str]:
        """Ids of echoes that are neither as the run left them nor as it found them."""
        found = {echo.id: self.state(echo) for echo in echoes}
        return [key for key, two in entry.echoes.items() if key in found and not is_of_the_run(found[key], *two)]


def is_of_the_run(state: State, before: State, after: State) -> bool:
    """Whether a state is made of what the run found and what it left: one that was killed may have done only a part.

    What one request writes, such as status and observation, is one part.
    """
    for names in _WRITTEN_TOGETHER:
        part = [state[name] for name in names if name in state]
        if part not in ([one[name] for name in names if name in state] for one in (before, after)):
            return False
    return True


def _restores_status(before: State, after: State) -> bool:
    return any(before.get(name) != after.get(name) for name in ("status", "observation"))


def plan(selection: Selection, memory: Memory) -> Plan:
    """Edits that restore what is still as the run left it; pure."""
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        entry, state = memory.entries[alert.id], memory.state(alert)
        echoes = [echo for echo in selection.echoes_of(alert.id) if echo.id not in memory.entries]
        lagging = tuple(echo for echo in echoes if _is_left(memory, entry, echo))
        if state == entry.before and not lagging:
            continue
        if not is_of_the_run(state, entry.before, entry.after):
            skipped[alert.id] = "Changed by somebody else since the run; not touched."
            continue
        if changed := memory.changed_echoes(entry, echoes):
            skipped[alert.id] = f"Its echo {changed[0]} was changed by somebody else since the run; not touched."
            continue
        try:
            for one in (entry.before, *(two[0] for two in entry.echoes.values())):
                _check_storable(one)
        except InvalidInput as error:
            errors[alert.id] = f"What the alert held before cannot be stored again. {error.message}"
            continue
        edit = Edit(alert, state, entry.before)
        follow = echoes if _restores_status(state, entry.before) else lagging
        moved = tuple(echo for echo in follow if _needs_writing(memory, edit, echo))
        edits.append(Edit(alert, state, entry.before, moved))
    return Plan(edits, skipped, errors)


def _needs_writing(memory: Memory, edit: Edit, echo: Alert) -> bool:
    """Whether an echo is not as it was, or would not be once its alert has taken it along."""
    wanted = memory.echo_before(echo, edit)
    taken_along = _restores_status(edit.before, edit.after) and _restores_status(edit.after, wanted)
    return wanted != memory.state(echo) or taken_along


def _is_left(memory: Memory, entry: Entry, echo: Alert) -> bool:
    """Whether an echo is as the run left it, and was otherwise before."""
    return echo.id in entry.echoes and memory.state(echo) != entry.echoes[echo.id][0]


def _check_storable(state: State) -> None:
    for tag in state.get("tags", []):
        checked_tag(tag)
    if state.get("notes"):
        storable_note(state["notes"], KEEP)
    if state.get("observation"):
        storable_observation(state["observation"], KEEP)


def writes(edit: Edit, alert: Alert, echoes: Sequence[Alert], memory: Memory) -> list[tuple[str, Write]]:
    """Status first, then the echoes' own: the status of an alert takes them along. Tags and notes as they were."""
    found: list[tuple[str, Write]] = []
    state, target = memory.state(alert), edit.after
    if _restores_status(state, target):
        found.append((alert.id, Write("status", (target["status"], target["observation"]))))
    for echo in echoes:
        wanted = memory.echo_before(echo, edit)
        brought = target if found and found[0][0] == alert.id else memory.state(echo)
        if "status" in wanted and _restores_status(brought, wanted):
            found.append((echo.id, Write("status of echoes", (wanted["status"], wanted["observation"]))))
        if "tags" in wanted and wanted["tags"] != memory.state(echo)["tags"]:
            found.append((echo.id, Write("tags", tuple(wanted["tags"]))))
    if "tags" in target and state["tags"] != target["tags"]:
        found.append((alert.id, Write("tags", tuple(target["tags"]))))
    if "notes" in target and state["notes"] != target["notes"]:
        found.append((alert.id, Write("notes", target["notes"] or NO_NOTE)))
    return found


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Take a run back; the result of every writer."""
    receipt = receipts.read(params["receipt"])
    warnings = receipt.check_origin(client.settings.url, client.dialect.name)
    memory = Memory(receipt)
    selection = select_ids(client, list(memory.entries), with_echoes=True)

    def send_back(ids: Sequence[str], write: Write) -> None:
        send(client, ids, Write("status", write.value) if write.kind == "status of echoes" else write)

    subject = Subject(
        state=memory.state,
        plan=lambda chosen: plan(chosen, memory),
        writes=lambda edit, alert, echoes: writes(edit, alert, echoes, memory),
        send=send_back,
        echo_after=lambda edit, echo: memory.echo_before(echo, edit),
        one_by_one=frozenset({"notes"}),
        takes_echoes=True,
    )
    limits = {"max_affected": params["max_affected"]}
    result = write_selected(client, limits, subject, selection, task.check_mode, warnings)
    result.pop("receipt")
    return result


OPERATION = Operation(
    name="utmstack_undo",
    options=options(
        receipt={"type": "path", "required": True},
        max_affected=WRITER_OPTIONS["max_affected"],
        concurrency=WRITER_OPTIONS["concurrency"],
    ),
    run=run,
)
