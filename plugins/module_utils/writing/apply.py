# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second half of a write: look again, send, read back, repeat only what is missing and harmless."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..client.alert_search import IDS_PER_READ, alerts_with_ids, chunks
from ..client.client import Client
from ..errors import CallerRefused, Repeat, UtmstackError
from ..model.alert import Alert
from .plan import Edit, Outcome, State, Subject, Write

MAX_ROUNDS = 5


@dataclass(frozen=True)
class _Seen:
    """An edit's alert and echoes as the server holds them now; `alert` is None when it is gone."""

    edit: Edit
    alert: Alert | None
    echoes: Sequence[Alert]


def apply(client: Client, subject: Subject, edits: Sequence[Edit]) -> dict[str, Outcome]:
    """Carry out a plan; one outcome per edit, telling what the server holds afterwards.

    Blocks of up to 1,000 edits: each is read once more right before its writes, and read back after them. An error
    never hides what was done before it: the alerts it left untouched say so.
    """
    outcomes: dict[str, Outcome] = {}
    ordered = sorted(edits, key=lambda edit: repr(edit.after))
    # Writes of single alerts take long enough; with bulk writes, several blocks are under way together.
    together = 1 if subject.one_by_one else client.settings.concurrency
    refusal: UtmstackError | None = None
    for wave in chunks(ordered, IDS_PER_READ * together):
        if refusal is None:
            try:
                seen = _look(client, subject, wave)
            except UtmstackError as error:
                refusal = error
        if refusal is not None:
            for edit in wave:
                outcomes[edit.alert.id] = _outcome(edit, edit.before, error=f"Not written. {refusal.message}")
            continue
        ready = [item for item in seen if not _settled_meanwhile(subject, item, outcomes)]
        outcomes.update(_write_and_verify(client, subject, ready))
    return outcomes


def _look(client: Client, subject: Subject, edits: Iterable[Edit]) -> list[_Seen]:
    """What the server holds now of the edits' alerts, in one read per 1,000."""
    edits = list(edits)
    itself: dict[str, Alert] = {}
    children: dict[str, list[Alert]] = {}
    for alert in alerts_with_ids(client, [edit.alert.id for edit in edits], subject.takes_echoes):
        itself[alert.id] = alert
        if alert.parent_id is not None:
            children.setdefault(alert.parent_id, []).append(alert)
    found = []
    for edit in edits:
        planned = {echo.id for echo in edit.echoes}
        echoes = [echo for echo in children.get(edit.alert.id, []) if echo.id in planned]
        found.append(_Seen(edit, itself.get(edit.alert.id), echoes))
    return found


def _settled_meanwhile(subject: Subject, seen: _Seen, outcomes: dict[str, Outcome]) -> bool:
    """Whether somebody touched the alert since it was selected; then it gets its outcome and is left alone."""
    edit = seen.edit
    if seen.alert is None:
        outcomes[edit.alert.id] = _outcome(edit, None, error="The alert vanished since it was selected.")
        return True
    state = subject.state(seen.alert)
    if state == edit.after:
        # Somebody else did the same; it is as wanted, and not this task's doing.
        outcomes[edit.alert.id] = _outcome(edit, state, before=state)
        return True
    selected = {echo.id: subject.state(echo) for echo in edit.echoes}
    if state == edit.before and all(subject.state(echo) == selected[echo.id] for echo in seen.echoes):
        return False
    reason = "Changed by somebody else since it was selected; not touched."
    outcomes[edit.alert.id] = _outcome(edit, state, before=state, skipped=reason)
    return True


def _write_and_verify(client: Client, subject: Subject, ready: Sequence[_Seen]) -> dict[str, Outcome]:
    """Send the writes, read back, and send again what is missing after an answer that left it open."""
    outcomes: dict[str, Outcome] = {}
    missing = list(ready)
    attempt = 0
    while missing:
        attempt += 1
        refused = _send_all(client, subject, missing)
        try:
            seen = _look(client, subject, [item.edit for item in missing])
        except UtmstackError as error:
            for item in missing:
                text = f"Written, but it could not be read back whether it was stored. {error.message}"
                outcomes[item.edit.alert.id] = _outcome(item.edit, None, error=text)
            return outcomes
        missing = []
        for item in seen:
            outcome, repeatable = _compare(subject, item, refused.get(item.edit.alert.id))
            outcomes[item.edit.alert.id] = outcome
            if repeatable and attempt < MAX_ROUNDS:
                missing.append(item)
        if missing:
            try:
                client.backoff.wait(refused[missing[0].edit.alert.id], attempt)
            except UtmstackError:
                # The waiting budget is spent; the outcomes hold the errors.
                return outcomes
    return outcomes


def _send_all(client: Client, subject: Subject, items: Sequence[_Seen]) -> dict[str, UtmstackError]:
    """Send every write, kind by kind, `concurrency` at a time on disjoint ids; errors by the edit's alert id."""
    refused: dict[str, UtmstackError] = {}
    kinds: dict[str, dict[Write, dict[str, str]]] = {}
    for item in items:
        if item.alert is None:
            continue
        for document_id, write in subject.writes(item.edit, item.alert, item.echoes):
            kinds.setdefault(write.kind, {}).setdefault(write, {})[document_id] = item.edit.alert.id
    for groups in kinds.values():
        jobs = [
            (ids, write)
            for write, owners in groups.items()
            # Where an earlier kind of write failed, the later one waits for its repeat.
            for ids in chunks(
                [i for i, owner in owners.items() if owner not in refused],
                1 if write.kind in subject.one_by_one else subject.ids_per_write,
            )
        ]
        for (ids, write), error in zip(jobs, _send_jobs(client, subject, jobs)):
            if error is not None:
                refused.update({groups[write][document_id]: error for document_id in ids})
    return refused


def _send_jobs(
    client: Client, subject: Subject, jobs: Sequence[tuple[Sequence[str], Write]]
) -> list[UtmstackError | None]:
    refusals: list[UtmstackError] = []

    def send(job: tuple[Sequence[str], Write]) -> UtmstackError | None:
        if refusals:
            return refusals[0]
        try:
            subject.send(*job)
        except CallerRefused as error:
            # No other write of this caller will be taken either.
            refusals.append(error)
            return error
        except UtmstackError as error:
            return error
        return None

    with ThreadPoolExecutor(max_workers=client.settings.concurrency) as pool:
        return list(pool.map(send, jobs))


def _compare(subject: Subject, item: _Seen, error: UtmstackError | None) -> tuple[Outcome, bool]:
    """What the server holds against what it was told, and whether sending the rest again is useful and harmless."""
    edit = item.edit
    if item.alert is None:
        return _outcome(edit, None, error="The alert vanished while it was written."), False
    state = subject.state(item.alert)
    selected = {echo.id: subject.state(echo) for echo in edit.echoes}
    moved = sum(1 for echo in item.echoes if subject.state(echo) != selected[echo.id])
    lagging = [echo for echo in item.echoes if subject.state(echo) != subject.echo_after(edit, echo)]
    if state == edit.after and not lagging:
        return _outcome(edit, state, echoes_changed=moved), False
    untouched = all(subject.state(echo) == selected[echo.id] for echo in lagging)
    if state == edit.after:
        text = f"{len(lagging)} of {len(edit.echoes)} echoes did not follow."
    elif state == edit.before:
        text = "The server did not store the change."
    elif error is not None and _partly(state, edit):
        text = "The server stored a part of the change."
    else:
        text, untouched = "The alert holds something else than was written; somebody else writes it, too.", False
    text += " It answered as if it had." if error is None else f" {error.message}"
    # Without an error answer, a repeat would be thrown away again.
    repeatable = error is not None and error.repeat is not Repeat.USELESS and untouched
    return _outcome(edit, state, echoes_changed=moved, error=text), repeatable


def _partly(state: State, edit: Edit) -> bool:
    """Whether each field is either as before or as wanted."""
    return all(value in (edit.before[name], edit.after[name]) for name, value in state.items())


def _outcome(
    edit: Edit,
    after: Mapping[str, object] | None,
    before: Mapping[str, object] | None = None,
    echoes_changed: int = 0,
    skipped: str | None = None,
    error: str | None = None,
) -> Outcome:
    before = edit.before if before is None else before
    changed = after is not None and (after != before or echoes_changed > 0)
    return Outcome(edit.alert.id, edit.alert.name, before, after, echoes_changed, skipped, error, changed)
