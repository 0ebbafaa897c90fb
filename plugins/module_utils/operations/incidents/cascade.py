# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's cascade, and how alerts come out of it as they should.

The only call that changes an incident writes its status and its solution (as observation) into every linked alert, and
on v11 into their echoes, whatever field was to change. So what they held is read right before, and written back right
after where it is not to change. A run that is killed between the two leaves the alerts overwritten.
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
    """Status and observation of single documents, whatever follows them."""

    def state(self, alert: Alert) -> State:
        """Status and observation."""
        return status_state(alert)

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The state that the document shall have."""
        return [(alert.id, status_write(edit.after))]


class Cascade:
    """The alerts of an incident before and after it is changed.

    :param alert_ids: the alerts that are linked to the incident; they and their echoes are read here and now.
    """

    def __init__(self, client: Client, planned: IncidentPlan, alert_ids: Sequence[str]) -> None:
        self._client = client
        self._planned = planned
        self._ids = frozenset(alert_ids)
        self._before = {alert.id: alert for alert in self._read()}

    def _read(self) -> list[Alert]:
        return alerts_with_ids(self._client, sorted(self._ids), echoes=True)

    def settle(self, errors: dict[str, str], written: State | None, closes: bool) -> dict[str, State]:
        """Bring the alerts and echoes to what they shall hold, and tell what each was seen to hold at last.

        Only what the cascade wrote, or what nobody touched, is written: an analyst may have been quicker.

        :param errors: takes what went wrong, by alert id.
        :param written: what the cascade writes, None when the incident was not changed.
        :param closes: alerts that are to be closed are; without it, all keep what they held.
        """
        wanted = self._wanted(closes)
        seen: dict[str, State] = {}
        # Echoes come second: on v11, writing an alert writes its echoes, too.
        for echoes in (False, True) if any(alert.is_echo for alert in self._before.values()) else (False,):
            try:
                current = self._read()
            except UtmstackError as error:
                self._tell_unknown(errors, error)
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
                    errors[self._owner(alert)] = "The alert changed on the server meanwhile; it was left as it is."
            self._write(edits, seen, errors)
        return seen

    def echoes_changed(self, seen: Mapping[str, State]) -> dict[str, int]:
        """For each alert, how many echoes followed it."""
        counted: dict[str, int] = {}
        for edit in self._planned.alerts.edits:
            moved = [echo for echo in edit.echoes if seen.get(echo.id, status_state(echo)) != status_state(echo)]
            counted[edit.alert.id] = len(moved)
        return counted

    def _wanted(self, closes: bool) -> dict[str, State]:
        """What each alert and echo shall hold: closed ones their new state, the others what they held."""
        wanted = {alert_id: kept(alert) for alert_id, alert in self._before.items()}
        edits = self._planned.alerts.edits if closes else ()
        for edit in edits:
            if edit.before.get("status") != edit.after.get("status"):
                state = {"status": edit.after["status"], "observation": edit.after["observation"]}
                wanted.update({document.id: state for document in (edit.alert, *edit.echoes)})
        return wanted

    def _write(self, edits: Sequence[Edit], seen: dict[str, State], errors: dict[str, str]) -> None:
        # A status that is no word of the API cannot be written.
        possible = [edit for edit in edits if edit.after["status"] in STATUSES]
        outcomes = apply(self._client, _StatusRestoration(), possible)
        for edit in edits:
            outcome = outcomes.get(edit.alert.id)
            if outcome is not None and outcome.after is not None:
                seen[edit.alert.id] = outcome.after
            reason = (outcome.error or outcome.skipped) if outcome else "UTMStack takes no such status."
            if reason:
                errors[self._owner(edit.alert)] = (
                    f"UTMStack wrote the incident's status and solution into {printable(edit.alert.id)}, which should "
                    f"be {_state_text(edit.after)}. That could not be written. {reason}"
                )

    def _owner(self, alert: Alert) -> str:
        """The linked alert whose result tells about this one."""
        return alert.id if alert.id in self._ids else str(alert.parent_id)

    def _tell_unknown(self, errors: dict[str, str], error: UtmstackError) -> None:
        for alert in self._before.values():
            if alert.id in self._ids:
                errors[alert.id] = (
                    "UTMStack may have written the incident's status and solution into the alert, which held "
                    f"{_state_text(status_state(alert))}; it could not be read back. {error.message}"
                )


def _state_text(state: State) -> str:
    return f"{state['status']} with the observation {printable(str(state['observation']), 120)!r}"
