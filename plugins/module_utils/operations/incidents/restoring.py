# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the status and observation that alerts and echoes had before the server's cascade."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ...client.alert_search import alerts_with_ids
from ...client.client import Client
from ...errors import UtmstackError
from ...model.alert import STATUSES, Alert
from ...printing import printable
from ...writing.apply import apply
from ...writing.change import AlertChange
from ...writing.plan import Edit, State, Write
from ...writing.script_pace import ScriptPace
from ...writing.states import status_state, status_write


@dataclass(frozen=True)
class Target:
    """The state that an alert or echo is to get.

    :param replaced: the states that may be overwritten; an alert in any other state was changed by an analyst.
    """

    wanted: State
    replaced: Sequence[State | None]

    def is_missing(self, state: State, alert_state: State | None) -> bool:
        """Whether the state is to be written.

        :param alert_state: the target of the alert that an echo belongs to, whose write the server copies to the echo.
        """
        return state != self.wanted and state in (*self.replaced, alert_state)


@dataclass
class Restored:
    """The result of a restoration.

    :param seen: the state of each alert and echo as read last.
    :param overwritten: the target of each alert and echo that was to be restored, by ID.
    :param failed: the edit and the reason, for each alert or echo that could not be restored.
    :param foreign: alerts and echoes in a state that an analyst or another run gave them.
    :param unread: the error that kept the alerts from being read; nothing is known about them.
    """

    seen: dict[str, State] = field(default_factory=dict)
    overwritten: dict[str, State] = field(default_factory=dict)
    failed: list[tuple[Edit, str]] = field(default_factory=list)
    foreign: list[Alert] = field(default_factory=list)
    unread: UtmstackError | None = None


@dataclass(frozen=True)
class _StatusRestoration(AlertChange):
    """A restoration of status and observation, for each alert and echo separately.

    :param with_echoes: IDs of the alerts whose echoes are restored after them.
    """

    with_echoes: frozenset[str | None]

    def state(self, alert: Alert) -> State:
        """Status and observation."""
        return status_state(alert)

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """One write of the restored state."""
        return [(alert.id, status_write(edit.after))]

    def is_idempotent(self, edit: Edit) -> bool:
        """A late write of an alert's status would overwrite its echoes again."""
        return edit.alert.id not in self.with_echoes


def family_of(client: Client, alert_ids: Collection[str]) -> list[Alert]:
    """Read alerts and their echoes."""
    return alerts_with_ids(client, sorted(alert_ids), echoes=True)


def missing(alerts: Sequence[Alert], targets: Mapping[str, Target]) -> list[Edit]:
    """The alerts and echoes to restore, with their current and their wanted state."""
    edits = []
    for alert in alerts:
        target, state = targets.get(alert.id), status_state(alert)
        if target is not None and target.is_missing(state, _wanted_of_alert(alert, targets)):
            edits.append(Edit(alert, state, target.wanted))
    return edits


def _wanted_of_alert(echo: Alert, targets: Mapping[str, Target]) -> State | None:
    parent = targets.get(echo.parent_id or "")
    return parent.wanted if parent is not None else None


def restore(client: Client, alert_ids: Collection[str], targets: Mapping[str, Target], pace: ScriptPace) -> Restored:
    """Restore alerts and their echoes. Analysts' changes are never overwritten.

    :param targets: by ID of alert or echo.
    :param pace: waits for the server to compile scripts.
    """
    done = Restored()
    # Echoes come second: on v11, writing an alert also writes its echoes.
    for echoes in (False, True):
        try:
            current = family_of(client, alert_ids)
        except UtmstackError as error:
            done.unread = error
            return done
        if not echoes:
            # Later, an echo may differ only because its alert was restored.
            done.overwritten.update({edit.alert.id: edit.after for edit in missing(current, targets)})
        done.seen.update({alert.id: status_state(alert) for alert in current})
        of_kind = [alert for alert in current if alert.is_echo is echoes and alert.id in targets]
        edits = missing(of_kind, targets)
        open_ids = {edit.alert.id for edit in edits}
        done.foreign += [
            alert for alert in of_kind if alert.id not in open_ids and status_state(alert) != targets[alert.id].wanted
        ]
        with_echoes = frozenset(alert.parent_id for alert in current if alert.is_echo and alert.id in targets)
        _write(client, edits, _StatusRestoration(with_echoes), done, pace)
        if not any(alert.is_echo and alert.id in targets for alert in current):
            break
    return done


def _write(client: Client, edits: Sequence[Edit], change: _StatusRestoration, done: Restored, pace: ScriptPace) -> None:
    # A status that is no word of the API cannot be written.
    possible = [edit for edit in edits if edit.after["status"] in STATUSES]
    outcomes = apply(client, change, possible, pace)
    for edit in edits:
        outcome = outcomes.get(edit.alert.id)
        if outcome is not None and outcome.after is not None:
            done.seen[edit.alert.id] = outcome.after
        reason = (outcome.error or outcome.skipped) if outcome else "UTMStack does not accept this status."
        if reason:
            done.failed.append((edit, reason))


def failure_text(edit: Edit, reason: str) -> str:
    """Explain that an alert or echo keeps what the cascade wrote."""
    return (
        f"UTMStack wrote the incident's status and solution into {printable(edit.alert.id)}. Restoring "
        f"{state_text(edit.after)} failed. {reason}"
    )


def state_text(state: State) -> str:
    """Describe status and observation in words."""
    return f"{state['status']} with the observation {printable(str(state['observation']), 120)!r}"
