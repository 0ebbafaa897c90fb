# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore alerts after the server's cascade.

Whatever field changes, the only endpoint that changes an incident writes its status and its solution (as observation)
into every linked alert, and on v11 into their echoes. The alerts are therefore read right before the change and
restored right after it. A run that is killed in between leaves the alerts overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...client.alert_search import alerts_with_ids
from ...client.client import Client
from ...errors import UtmstackError
from ...model.alert import STATUSES, Alert
from ...printing import printable
from ...writing.apply import apply
from ...writing.change import AlertChange
from ...writing.plan import Edit, State, Write
from ...writing.states import status_state, status_write
from .planning import IncidentPlan, kept


class _StatusRestoration(AlertChange):
    """A restoration of status and observation, for each alert and echo separately."""

    def state(self, alert: Alert) -> State:
        """Status and observation."""
        return status_state(alert)

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """One write of the restored state."""
        return [(alert.id, status_write(edit.after))]


class Cascade:
    """The alerts of an incident before and after its change.

    :param alert_ids: the alerts linked to the incident; they and their echoes are read immediately.
    """

    def __init__(self, client: Client, planned: IncidentPlan, alert_ids: Sequence[str]) -> None:
        self._client = client
        self._planned = planned
        self._ids = frozenset(alert_ids)
        self._before = {alert.id: alert for alert in self._read()}
        self._is_fresh = True

    def look_again(self, written: State) -> None:
        """Read the alerts again before a repeated change, because its wait was time for an analyst.

        :param written: the state that the cascade writes; alerts that hold it may owe it to the first attempt.
        """
        if self._is_fresh:
            self._is_fresh = False
            return
        for alert in self._read():
            if alert.id not in self._before or status_state(alert) != written:
                self._before[alert.id] = alert

    def _read(self) -> list[Alert]:
        return alerts_with_ids(self._client, sorted(self._ids), echoes=True)

    def settle(self, errors: dict[str, str], written: State | None, closes: bool) -> dict[str, State]:
        """Close or restore the alerts and echoes, and return the last state seen of each.

        Only unchanged alerts and those that the cascade wrote are written: analysts' changes are never overwritten.

        :param errors: collects the failures, by alert ID.
        :param written: the state that the cascade writes, None if the incident was not changed.
        :param closes: close the alerts as planned; otherwise all are restored.
        """
        wanted = self._wanted(errors, closes)
        seen: dict[str, State] = {}
        # Echoes come second: on v11, writing an alert also writes its echoes.
        for echoes in (False, True) if any(alert.is_echo for alert in self._before.values()) else (False,):
            try:
                current = self._read()
            except UtmstackError as error:
                self._report_unknown(errors, error)
                return seen
            seen.update({alert.id: status_state(alert) for alert in current})
            edits = []
            for alert in current:
                state, before = status_state(alert), self._before.get(alert.id)
                if before is None or alert.is_echo is not echoes or state == wanted[alert.id]:
                    continue
                if state in (status_state(before), written, wanted.get(str(alert.parent_id))):
                    edits.append(Edit(alert, state, wanted[alert.id]))
                elif wanted[alert.id] != kept(before):
                    errors[self._owner(alert)] = "The alert changed on the server in the meantime; not written."
            self._write(edits, seen, errors)
        return seen

    def echoes_changed(self, seen: Mapping[str, State]) -> dict[str, int]:
        """Count the changed echoes of each alert."""
        counted: dict[str, int] = {}
        for edit in self._planned.alerts.edits:
            moved = [echo for echo in edit.echoes if seen.get(echo.id, status_state(echo)) != status_state(echo)]
            counted[edit.alert.id] = len(moved)
        return counted

    def _wanted(self, errors: dict[str, str], closes: bool) -> dict[str, State]:
        """The target state of each alert and echo: closed or restored, also if it changed after it was planned."""
        wanted = {alert_id: kept(alert) for alert_id, alert in self._before.items()}
        edits = self._planned.alerts.edits if closes else ()
        for edit in edits:
            if edit.before.get("status") != edit.after.get("status"):
                if any(self._is_taken(document) for document in (edit.alert, *edit.echoes)):
                    errors[edit.alert.id] = "The alert changed on the server in the meantime; not written."
                    continue
                state = {"status": edit.after["status"], "observation": edit.after["observation"]}
                wanted.update({document.id: state for document in (edit.alert, *edit.echoes)})
        return wanted

    def _is_taken(self, planned: Alert) -> bool:
        """Whether an analyst changed an alert after it was planned and before the cascade."""
        before = self._before.get(planned.id)
        return before is not None and status_state(before) != status_state(planned)

    def _write(self, edits: Sequence[Edit], seen: dict[str, State], errors: dict[str, str]) -> None:
        # A status that is no word of the API cannot be written.
        possible = [edit for edit in edits if edit.after["status"] in STATUSES]
        outcomes = apply(self._client, _StatusRestoration(), possible)
        for edit in edits:
            outcome = outcomes.get(edit.alert.id)
            if outcome is not None and outcome.after is not None:
                seen[edit.alert.id] = outcome.after
            reason = (outcome.error or outcome.skipped) if outcome else "UTMStack does not accept this status."
            if reason:
                errors[self._owner(edit.alert)] = (
                    f"UTMStack wrote the incident's status and solution into {printable(edit.alert.id)}. Restoring "
                    f"{_state_text(edit.after)} failed. {reason}"
                )

    def _owner(self, alert: Alert) -> str:
        """The linked alert whose result reports this one."""
        return alert.id if alert.id in self._ids else str(alert.parent_id)

    def _report_unknown(self, errors: dict[str, str], error: UtmstackError) -> None:
        for alert in self._before.values():
            if alert.id in self._ids:
                errors[alert.id] = (
                    "UTMStack may have written the incident's status and solution into the alert, and reading it back "
                    f"failed. Before, it was {_state_text(status_state(alert))}. {error.message}"
                )


def _state_text(state: State) -> str:
    return f"{state['status']} with the observation {printable(str(state['observation']), 120)!r}"
