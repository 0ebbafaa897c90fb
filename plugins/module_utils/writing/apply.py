# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply a plan in blocks of edits, with an outcome for every edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from ..client.alert_search import IDS_PER_READ, chunks
from ..client.client import Client
from ..errors import CallerRefused, LookedTooLongAgo, NotStored, Repeat, ScriptRefused, UtmstackError
from ..printing import printable
from .change import AlertChange, Seen
from .expected import expected_as_selected, expected_as_written
from .families import blocks, holds_copy, kinds_in_order
from .needed import needed_writes, writing_parents
from .plan import Edit, State, Write
from .result import Outcome, outcome_of
from .rounds import write_in_rounds
from .script_budget import MAX_SCRIPTS, blocks_of_few_scripts, scripts_of
from .script_pace import NO_PACE, NOT_COMPILED, ScriptPace
from .sending import ids_per_write, send
from .sight import Expect, see
from .states import STATUS, is_mix, is_part

# Seconds in which a write is sent after the look that it is based on.
LOOK_IS_VALID = 2.0
Jobs = Sequence[tuple[Sequence[str], Write]]


def apply(
    client: Client, change: AlertChange, edits: Sequence[Edit], pace: ScriptPace = NO_PACE, merges: bool = True
) -> dict[str, Outcome]:
    """Apply a plan and return one outcome per edit with the state that the server holds afterwards.

    Blocks of up to 1,000 edits are read at most two seconds before each of their writes and read back after them. An
    error never hides earlier writes: alerts that were not written are reported as such.

    :param pace: waits for the server to compile scripts.
    :param merges: what only adds is added to what others gave an alert meanwhile; otherwise, that alert is skipped.
    """
    outcomes: dict[str, Outcome] = {}
    refusal: UtmstackError | None = None
    for wave in _waves(client, change, edits, pace):
        if refusal is None:
            block = _Block(client, change, pace, merges)
            pace.expect(len(edits), len(edits) - len(outcomes) - len(wave))
            write_in_rounds(client, block, wave, pace)
            outcomes.update(block.outcomes)
            refusal = block.refusal
            if refusal is None:
                refusal = pace.refusal
                continue
        for edit in wave:
            outcomes[edit.alert.id] = outcome_of(edit, edit.before, error=f"Not written. {refusal.message}")
    pace.expect(0, 0)
    return outcomes


def _waves(client: Client, change: AlertChange, edits: Sequence[Edit], pace: ScriptPace) -> Iterator[Sequence[Edit]]:
    """The blocks in which edits are written."""
    # Single-alert writes keep all workers busy with one block; bulk writes need several blocks at a time.
    together = 1 if _has_single_writes(change, edits) else client.settings.concurrency
    has_echoes = client.dialect.has_echoes
    is_long = pace.seconds > 0 and len(scripts_of(change, edits, has_echoes)) > MAX_SCRIPTS
    for wave in blocks(edits, IDS_PER_READ * together):
        yield from blocks_of_few_scripts(change, wave, has_echoes) if is_long else (wave,)


def _has_single_writes(change: AlertChange, edits: Iterable[Edit]) -> bool:
    return any(
        ids_per_write(write) == 1 for edit in edits for _id, write in change.writes(edit, edit.alert, edit.echoes)
    )


class _Block:
    """Edits that are written together.

    :ivar outcomes: the outcome of each edit, by alert ID.
    :ivar refusal: why the block could not be read; nothing in it was written.
    """

    def __init__(self, client: Client, change: AlertChange, pace: ScriptPace, merges: bool) -> None:
        self._client = client
        self._change = change
        self._pace = pace
        self._merges = merges
        self._seen: dict[str, Seen] = {}
        self._errors: dict[str, UtmstackError] = {}
        # Alerts of which the server may have seen a write: in this round, and in any.
        self._reached: set[str] = set()
        self._ever_reached: set[str] = set()
        # Alerts whose status may still be under way.
        self._late: set[str] = set()
        # When the alerts were read last, and whether anything was sent since.
        self._looked_at, self._has_sent = 0.0, False
        # By echo with an edit of its own, the edit of its alert, if that writes a status.
        self._parents: dict[str, Edit] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.refusal: UtmstackError | None = None

    def subjects(self, items: Sequence[Edit]) -> Iterable[str]:
        """The alerts, each with its echoes as one."""
        return {edit.alert.parent_id or edit.alert.id for edit in items}

    def look(self, items: Sequence[Edit]) -> tuple[Sequence[Edit], Sequence[Edit]]:
        """Read the alerts and return those that may still be written; a repeat does what was done already."""
        is_first = not self._seen
        try:
            self._read_without_waits(items)
        except UtmstackError as error:
            if is_first:
                self.refusal = error
            # In later rounds, the outcomes already hold the error that caused the repeat.
            return [], []
        ready: list[Edit] = []
        awaited: list[Edit] = []
        for edit in items:
            seen = self._seen[edit.alert.id]
            # What no write has reached yet is as new as in the first round.
            if self._merges and edit.alert.id not in self._ever_reached and not seen.is_as_selected:
                self._seen[edit.alert.id] = seen = self._change.with_merged(seen)
            if self._settle(seen) if edit.alert.id in self._ever_reached else not self._settle_beforehand(seen):
                (awaited if self._is_awaited(edit) else ready).append(seen.edit)
        if is_first and self._client.dialect.has_echoes:
            # A merged edit may write no status any more.
            self._parents = writing_parents([self._seen[edit.alert.id].edit for edit in items])
        # An echo waits with its alert, whose status would overwrite it.
        late = {edit.alert.id for edit in awaited}
        waiting = {echo_id for echo_id, parent in self._parents.items() if parent.alert.id in late}
        awaited += [edit for edit in ready if edit.alert.id in waiting]
        ready = [edit for edit in ready if edit.alert.id not in waiting]
        return self._with_echoes_at_risk(self._without_taken(ready), items), awaited

    def _is_awaited(self, edit: Edit) -> bool:
        """Whether a write of the alert may still take effect and must not be followed by others."""
        error = self._errors.get(edit.alert.id)
        if error is None or error.repeat is not Repeat.PERHAPS_RUNNING:
            return False
        return not self._change.is_idempotent(edit) or (edit.alert.id in self._late and self._has_own_echoes(edit))

    def _has_own_echoes(self, edit: Edit) -> bool:
        """Whether a status of the alert that arrives late would overwrite an echo that was named with it."""
        echoes = [
            self._seen[echo_id].edit for echo_id, parent in self._parents.items() if parent.alert.id == edit.alert.id
        ]
        return any(not holds_copy(echo.after, echo, edit.after) for echo in echoes)

    def _without_taken(self, ready: Sequence[Edit]) -> Sequence[Edit]:
        """Leave out alerts whose status write would overwrite an echo that has an edit of its own and was changed."""
        taken = {parent.alert.id: echo_id for echo_id, parent in self._parents.items() if self._is_taken(echo_id)}
        for edit in ready:
            # What a write has reached keeps the outcome of that write.
            if edit.alert.id in taken and edit.alert.id not in self._ever_reached:
                reason = f"Its echo {printable(taken[edit.alert.id])} changed on the server; not written."
                state = self._change.state(edit.alert)
                self.outcomes[edit.alert.id] = outcome_of(edit, state, before=state, skipped=reason)
        return [edit for edit in ready if edit.alert.id not in taken]

    def _is_taken(self, echo_id: str) -> bool:
        """Whether an echo with an edit of its own holds what an analyst or another run gave it."""
        outcome, seen = self.outcomes.get(echo_id), self._seen[echo_id]
        if outcome is None or seen.alert is None:
            return False
        state = self._change.state(seen.alert)
        return bool(outcome.skipped) or not (is_part(state, seen.edit) or self._is_copy(state, seen.edit))

    def _with_echoes_at_risk(self, ready: Sequence[Edit], items: Sequence[Edit]) -> Sequence[Edit]:
        """Add the echoes that already are as wanted, but that a status write of their alert would overwrite."""
        ids = {edit.alert.id for edit in ready}
        writing = {parent.alert.id for parent in self._parents.values() if parent.alert.id in ids}
        more = []
        for edit in items:
            parent, seen = self._parents.get(edit.alert.id), self._seen[edit.alert.id].alert
            if parent is not None and parent.alert.id in writing and edit.alert.id not in ids and seen is not None:
                more += [edit] if self._change.state(seen) == edit.after else []
        return [*ready, *more]

    def send(self, items: Sequence[Edit]) -> None:
        """Send every write, kind by kind, `concurrency` at a time on disjoint IDs."""
        for edit in items:
            self._errors.pop(edit.alert.id, None)
        self._reached, self._has_sent = set(), False
        writes, parents = needed_writes(self._change, [self._seen[edit.alert.id] for edit in items], self._parents)
        kinds: dict[str, dict[Write, dict[str, str]]] = {}
        for owner, found in writes.items():
            for document_id, write in found:
                kinds.setdefault(write.kind, {}).setdefault(write, {})[document_id] = owner
        sent: set[str] = set()
        for kind in kinds_in_order([write.kind for _id, write in found] for found in writes.values()):
            groups = kinds[kind]
            if kind == STATUS and sent:
                known = {owner for owners in groups.values() for owner in owners.values()}
                self._hold_back([edit for edit in items if edit.alert.id in known], writes, sent)
            self._pass_on_errors(parents)
            jobs = [
                (ids, write)
                for write, owners in groups.items()
                # If an earlier kind of write failed for an alert, its later kinds wait for the repeat.
                for ids in chunks([i for i, owner in owners.items() if owner not in self._errors], ids_per_write(write))
            ]
            sent.add(kind)
            for (ids, write), error in zip(jobs, self._send_jobs(jobs)):
                owners_of_job = {groups[write][document_id] for document_id in ids}
                if error is not None:
                    self._errors.update(dict.fromkeys(owners_of_job, error))
                    if kind == STATUS and error.repeat is Repeat.PERHAPS_RUNNING:
                        self._late |= owners_of_job
                if error is None or error.repeat is not Repeat.HARMLESS:
                    self._reached |= owners_of_job
        # Also to an echo that has no write of its own, because its alert's write gives it what it needs.
        self._pass_on_errors(parents)
        self._reached |= {echo_id for echo_id, parent_id in parents.items() if parent_id in self._reached}
        self._ever_reached |= self._reached

    def _pass_on_errors(self, parents: Mapping[str, str]) -> None:
        """Let echoes wait for their alert, whose repeated write would overwrite them."""
        for echo_id, parent_id in parents.items():
            if parent_id in self._errors:
                self._errors.setdefault(echo_id, self._errors[parent_id])

    def _hold_back(
        self, items: Sequence[Edit], writes: Mapping[str, Sequence[tuple[str, Write]]], sent: Collection[str]
    ) -> None:
        """Keep the status from alerts of which the server dropped an earlier kind of write.

        A query may no longer select them once they have their status, so that no later run would complete them.
        """
        edits = [
            edit
            for edit in items
            if edit.alert.id not in self._errors and any(write.kind in sent for _id, write in writes[edit.alert.id])
        ]
        if not edits:
            return
        try:
            # What a kind of write leaves behind is a mix of what was and what will be.
            self._read(edits, expect=None)
        except UtmstackError as error:
            self._errors.update({edit.alert.id: error for edit in edits})
            return
        for edit in edits:
            reason = self._against_status(self._seen[edit.alert.id], sent)
            if reason is not None:
                self._errors[edit.alert.id] = NotStored(f"{reason} The status was therefore not written.")

    def _against_status(self, seen: Seen, sent: Collection[str]) -> str | None:
        """The reason not to write the status of an alert after its other writes."""
        if seen.alert is None:
            return None
        selected = {echo.id: self._change.state(echo) for echo in (*seen.edit.echoes, *seen.edit.unmoved)}
        state = self._change.state(seen.alert)
        if not (is_part(state, seen.edit) or self._is_copy(state, seen.edit)):
            return "It changed on the server."
        for echo in (*seen.echoes, *seen.unmoved):
            if not is_mix(self._change.state(echo), selected[echo.id], self._change.echo_after(seen.edit, echo)):
                return f"Its echo {printable(echo.id)} changed on the server."
        needed = {write.kind for _id, write in self._change.writes(seen.edit, seen.alert, seen.echoes)}
        dropped = sorted(needed & set(sent))
        return f"The server reported success but did not store the {' and '.join(dropped)}." if dropped else None

    def _send_jobs(self, jobs: Jobs) -> list[UtmstackError | None]:
        refusals: list[UtmstackError] = []
        pace = self._pace

        def send_one(job: tuple[Sequence[str], Write]) -> UtmstackError | None:
            if refusals:
                return refusals[0]
            # A round sends something, however long its look took.
            if self._has_sent and self._client.clock() - self._looked_at > LOOK_IS_VALID:
                return LookedTooLongAgo("The write was not sent, because the last look at the alerts was too long ago.")
            self._has_sent = True
            try:
                send(self._client, *job)
            except CallerRefused as error:
                # The server will refuse every other write of this caller as well.
                refusals.append(error)
                return error
            except UtmstackError as error:
                refused = pace.refused(error)
                if refused is None:
                    return error
                # Every other new script would be refused as well.
                refusals.append(NOT_COMPILED)
                return refused
            pace.accepted()
            return None

        workers = 1 if pace.is_slow else self._client.settings.concurrency
        with self._client.turns.sending(), ThreadPoolExecutor(workers) as pool:
            return list(pool.map(send_one, jobs))

    def read_back(self, items: Sequence[Edit]) -> Sequence[Edit]:
        """Compare the server's state with the writes and return the edits worth another round."""
        unreached = [edit for edit in items if edit.alert.id in self._errors and edit.alert.id not in self._reached]
        for edit in unreached:
            text = f"Not written. {self._errors[edit.alert.id].message}"
            self.outcomes[edit.alert.id] = outcome_of(edit, edit.before, error=text)
        left_out = {edit.alert.id for edit in unreached}
        items = [edit for edit in items if edit.alert.id not in left_out]
        try:
            self._read(items, expected_as_written)
        except UtmstackError as error:
            text = f"Sent, but reading it back failed, so the result is unknown. {error.message} Run the task again."
            self.outcomes.update({edit.alert.id: outcome_of(edit, None, error=text) for edit in items})
            return unreached
        again = [*unreached, *(edit for edit in items if self._settle(self._seen[edit.alert.id]))]
        repeated = {edit.alert.id for edit in again}
        # A repeated write of their alert would overwrite echoes that are as wanted.
        return [*again, *(edit for edit in items if edit.alert.id not in repeated and self._waits(edit, repeated))]

    def _waits(self, edit: Edit, repeated: Collection[str]) -> bool:
        """Whether an echo's alert failed and is repeated."""
        parent = self._parents.get(edit.alert.id)
        return parent is not None and parent.alert.id in repeated and edit.alert.id in self._errors

    def error_of(self, item: Edit) -> UtmstackError:
        """The error that a write of the alert met last."""
        return self._errors[item.alert.id]

    def _read_without_waits(self, edits: Sequence[Edit]) -> None:
        """Read the alerts until no wait fell between two parts of the answer, because it was time for an analyst."""
        waited = None
        while waited != self._client.waits:
            waited = self._client.waits
            self._read(edits, expected_as_selected)

    def _read(self, edits: Sequence[Edit], expect: Expect | None) -> None:
        """See the current state of the edits' alerts.

        :param expect: the state in which they probably are.
        """
        self._seen.update(see(self._client, self._change, edits, expect))
        self._looked_at = self._client.clock()

    def _settle_beforehand(self, seen: Seen) -> bool:
        """Settle an alert that needs no write or changed since it was selected."""
        edit = seen.edit
        if seen.is_as_selected:
            return False
        if seen.alert is None:
            self.outcomes[edit.alert.id] = outcome_of(
                edit, None, error="The alert disappeared after it was selected; not written."
            )
            return True
        state = self._change.state(seen.alert)
        # An edit that leaves its alert as it is has something to do for echoes, or for itself after its alert's write.
        if edit.after != edit.before and self._change.holds(edit, seen.alert):
            # Another run or an analyst made the same change; it does not count as this task's.
            self.outcomes[edit.alert.id] = outcome_of(edit, state, before=state)
            return True
        reason = self._change.conflict(seen)
        if reason is not None:
            self.outcomes[edit.alert.id] = outcome_of(edit, state, before=state, skipped=reason)
        return reason is not None

    def _is_copy(self, state: State, edit: Edit) -> bool:
        """Whether an echo still has what the write of its alert gave it."""
        parent = self._parents.get(edit.alert.id)
        return parent is not None and holds_copy(state, edit, parent.after)

    def _settle(self, seen: Seen) -> bool:
        """Record the outcome of a sent edit and return whether sending the rest again is useful and safe."""
        edit, error = seen.edit, self._errors.get(seen.edit.alert.id)
        if seen.alert is None:
            self.outcomes[edit.alert.id] = outcome_of(
                edit, None, error="The alert disappeared while it was being written."
            )
            return False
        state = self._change.state(seen.alert)
        # Held once: of 100,000 alerts, a second copy takes noticeable memory.
        state = edit.after if state == edit.after else state
        moved = len(self._change.moved_since(edit, seen.echoes))
        lagging = [echo for echo in seen.echoes if self._change.state(echo) != self._change.echo_after(edit, echo)]
        if self._change.holds(edit, seen.alert) and not lagging:
            self.outcomes[edit.alert.id] = outcome_of(edit, state, echoes_changed=moved)
            return False
        # A repeat would overwrite what others gave an echo meanwhile.
        untouched = not self._change.moved_since(edit, lagging, seen.unmoved)
        if state == edit.after:
            text = f"{len(lagging)} of {len(edit.echoes)} echoes were not updated."
        elif state == edit.before:
            text = "The server did not store the change."
            if isinstance(error, ScriptRefused) and not moved:
                # What changes during the wait is not this task's doing.
                self._ever_reached.discard(edit.alert.id)
        elif (error is not None and is_part(state, edit)) or self._is_copy(state, edit):
            text = "The server stored only part of the change."
        else:
            text, untouched = "The alert was changed by another user or run in the meantime.", False
        text += " The server reported success." if error is None else f" {error.message}"
        if error is not None and error.repeat is Repeat.PERHAPS_RUNNING:
            text += " It may still take effect."
        self.outcomes[edit.alert.id] = outcome_of(edit, state, echoes_changed=moved, error=text)
        # After a reported success, the server would silently drop a repeat as well.
        return error is not None and error.repeat is not Repeat.USELESS and untouched
