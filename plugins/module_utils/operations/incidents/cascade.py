# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the words of an incident's alerts through the server's cascade.

Whatever field changes, the only endpoint that changes an incident writes its status and its solution (as observation)
into every linked alert, and on v11 into their echoes. The alerts are therefore read right before the change, recorded
on disk, and restored right after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...client.client import Client
from ...errors import IncompleteAnswer, Repeat, UtmstackError
from ...model.alert import Alert
from ...writing.apply import LOOK_IS_VALID
from ...writing.plan import Edit, State
from ...writing.receipts import Entry
from ...writing.script_pace import ScriptPace
from ...writing.selected import by_parent
from ...writing.states import status_state
from .planning import IncidentPlan, kept
from .recording import Record
from .restoring import Restored, Target, failure_text, family_of, restore, state_text


class Cascade:
    """The alerts of an incident before and after its change.

    :param alert_ids: the alerts linked to the incident; they and their echoes are read immediately.
    :param record: where their state is recorded before the change.
    :param pace: waits for the server to compile scripts.
    """

    def __init__(
        self, client: Client, planned: IncidentPlan, alert_ids: Sequence[str], record: Record, pace: ScriptPace
    ) -> None:
        self._client = client
        self._planned = planned
        self._record = record
        self._pace = pace
        self._ids = frozenset(alert_ids)
        self._has_sent = False
        self._before = self._read()

    def _read(self) -> dict[str, Alert]:
        self._waited = self._client.backoff.waited
        found = family_of(self._client, self._ids)
        self._looked_at = self._client.clock()
        return {alert.id: alert for alert in found}

    def record(self) -> None:
        """Write the alerts' current and planned states to disk, before anything is sent.

        :raises InvalidInput: the file system refused the write.
        """
        self._record.begin(self._entries(self._wanted(closes=self._planned.closes)))

    def look_again(self, written: State) -> bool:
        """Read the alerts again if a wait or two seconds lie between the last look and now; whether that was needed.

        An alert that holds what the cascade writes keeps the words that were read first: an earlier attempt may have
        overwritten them before it failed.

        :raises UtmstackError: reading failed; nothing was sent.
        """
        has_waited = self._client.backoff.waited > self._waited
        is_fresh = not (self._has_sent or has_waited or self._client.clock() - self._looked_at > LOOK_IS_VALID)
        self._has_sent = True
        if is_fresh:
            return False
        try:
            current = self._read()
        except UtmstackError as error:
            raise IncompleteAnswer(
                f"The alerts could not be read again before the change. {error.message}",
                status=error.status,
                endpoint=error.endpoint,
                repeat=Repeat.HARMLESS,
            ) from error
        for alert_id, alert in current.items():
            known = self._before.get(alert_id)
            if known is None or status_state(alert) not in (status_state(known), written):
                self._before[alert_id] = alert
        self._record.update(self._entries(self._wanted(closes=self._planned.closes)))
        return True

    def settle(
        self, errors: dict[str, str], written: State | None, closes: bool, may_still_run: bool
    ) -> dict[str, State]:
        """Close or restore the alerts and echoes, and return the last state seen of each.

        Only unchanged alerts and those that the cascade wrote are written: analysts' changes are never overwritten.

        :param errors: collects the failures, by alert ID.
        :param written: the state that the cascade writes, None if the incident was not changed.
        :param closes: close the alerts as planned; otherwise all are restored.
        :param may_still_run: the server may still be working on the change, and overwrite the alerts later.
        """
        wanted = self._wanted(closes)
        targets = {
            alert_id: Target(wanted[alert_id], (status_state(alert), written))
            for alert_id, alert in self._before.items()
        }
        done = restore(self._client, self._ids, targets, self._pace)
        if closes:
            reasons = {edit.alert.id: self._against_closing(edit) for edit in self._closures()}
            errors.update({alert_id: reason for alert_id, reason in reasons.items() if reason})
        for alert in done.foreign:
            if wanted[alert.id] != kept(self._before[alert.id]):
                errors[self._owner(alert)] = "The alert changed on the server in the meantime; not written."
        for edit, reason in done.failed:
            errors[self._owner(edit.alert)] = failure_text(edit, reason)
        if done.unread is not None:
            self._report_unknown(errors, done.unread)
        else:
            # If the change takes effect later, its closures are as planned and not to be restored.
            planned = self._wanted(self._planned.closes) if may_still_run else wanted
            self._record.see(self._settled(done, planned, errors), is_complete=not (done.failed or may_still_run))
        return done.seen

    def echoes_changed(self, seen: Mapping[str, State]) -> dict[str, int]:
        """Count the changed echoes of each alert."""
        counted: dict[str, int] = {}
        for edit in self._planned.alerts.edits:
            moved = [echo for echo in edit.echoes if seen.get(echo.id, status_state(echo)) != status_state(echo)]
            counted[edit.alert.id] = len(moved)
        return counted

    def _closures(self) -> list[Edit]:
        """The edits that close an alert."""
        return [edit for edit in self._planned.alerts.edits if edit.before.get("status") != edit.after.get("status")]

    def _against_closing(self, edit: Edit) -> str | None:
        """The reason not to close an alert after all: it or an echo changed since it was selected."""
        current = [self._before.get(document.id, document) for document in (edit.alert, *edit.echoes)]
        selected = (edit.alert, *edit.echoes)
        if any(status_state(now) != status_state(then) for now, then in zip(current, selected)):
            return "The alert changed on the server in the meantime; not written."
        alert, *echoes = current
        reached = [(echo, edit.after) for echo in echoes]
        reason = self._planned.wanted.guardrails.against_closing(alert, edit.after, reached)
        return f"Not closed. {reason}" if reason else None

    def _wanted(self, closes: bool) -> dict[str, State]:
        """The target state of each alert and echo: closed or restored."""
        wanted = {alert_id: kept(alert) for alert_id, alert in self._before.items()}
        for edit in self._closures() if closes else ():
            if self._against_closing(edit) is None:
                state = {"status": edit.after["status"], "observation": edit.after["observation"]}
                wanted.update({document.id: state for document in (edit.alert, *edit.echoes)})
        return wanted

    def _entries(self, wanted: Mapping[str, State], became: Mapping[str, str] | None = None) -> list[Entry]:
        """The entries of the receipt: the linked alerts, each with its echoes that are not linked themselves."""
        children = by_parent([alert for alert in self._before.values() if alert.id not in self._ids])
        return [
            Entry(
                alert.id,
                alert.name,
                status_state(alert),
                wanted[alert.id],
                (became or {}).get(alert.id),
                {echo.id: (status_state(echo), wanted[echo.id]) for echo in children.get(alert.id, ())},
            )
            for alert in self._before.values()
            if alert.id in self._ids
        ]

    def _settled(self, done: Restored, wanted: Mapping[str, State], errors: Mapping[str, str]) -> list[Entry]:
        """The entries with the outcome of each alert."""
        foreign = {alert.id for alert in done.foreign}
        became = {}
        for alert_id in self._ids & set(self._before):
            if alert_id in foreign:
                became[alert_id] = "skipped"
            elif alert_id in errors or alert_id not in done.seen:
                became[alert_id] = "failed"
            else:
                is_same = wanted[alert_id] == kept(self._before[alert_id])
                became[alert_id] = "unchanged" if is_same else "changed"
        return self._entries(wanted, became)

    def _owner(self, alert: Alert) -> str:
        """The linked alert whose result reports this one."""
        return alert.id if alert.id in self._ids else str(alert.parent_id)

    def _report_unknown(self, errors: dict[str, str], error: UtmstackError) -> None:
        for alert in self._before.values():
            if alert.id in self._ids:
                errors[alert.id] = (
                    "UTMStack may have written the incident's status and solution into the alert, and reading it back "
                    f"failed. Before, it was {state_text(status_state(alert))}. {error.message}"
                )
