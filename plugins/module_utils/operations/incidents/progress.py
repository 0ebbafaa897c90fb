# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of an incident plan, as read back from the server. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...errors import UtmstackError
from ...model.incident import Incident
from ...writing.result import Outcome
from .planning import IncidentPlan


@dataclass
class Progress:
    """The progress so far, as read back from the server.

    :param states: the affected fields of each alert, None if reading it back failed.
    :param errors: failures, by alert ID.
    :param problem: the error that ended the run early.
    :param echoes_changed: numbers of changed echoes, by alert ID.
    """

    incident: Incident | None
    states: dict[str, dict[str, Any] | None]
    errors: dict[str, str] = field(default_factory=dict)
    problem: UtmstackError | None = None
    echoes_changed: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, planned: IncidentPlan) -> Progress:
        """The progress at the start."""
        states: dict[str, dict[str, Any] | None] = {key: dict(state) for key, state in planned.states.items()}
        return cls(planned.situation.incident, states)

    def is_linked(self, alert_id: str, incident: Incident) -> bool:
        """Whether the server has linked the alert to the incident."""
        state = self.states[alert_id]
        return state is not None and state["incident"] == incident.name

    def see(self, alert_id: str, **fields: Any) -> None:
        """Record fields of an alert as read."""
        self.states[alert_id] = {**(self.states[alert_id] or {}), **fields}

    def outcomes(self, planned: IncidentPlan) -> list[Outcome]:
        """The outcome of each alert."""
        return [self._outcome(outcome) for outcome in planned.predicted()] + self._others(planned)

    def _outcome(self, foreseen: Outcome) -> Outcome:
        alert_id = foreseen.alert_id
        if alert_id not in self.states:
            return foreseen
        state, error = self.states[alert_id], self.errors.get(alert_id)
        if error is None and state != foreseen.after:
            reason = self.problem.message if self.problem else "Other alerts of the task failed."
            error = f"Not completed. {reason}"
        echoes = self.echoes_changed.get(alert_id, 0)
        changed = state is not None and (state != foreseen.before or echoes > 0)
        skipped = None if error else foreseen.skipped
        return Outcome(alert_id, foreseen.name, foreseen.before, state, echoes, skipped, error, changed)

    def _others(self, planned: IncidentPlan) -> list[Outcome]:
        """The outcomes of alerts outside the plan that could not be restored after the cascade."""
        listed = {alert.id for alert in planned.subjects().alerts}
        lost = [alert_id for alert_id in self.errors if alert_id not in listed]
        names = {alert.id: alert.name for alert in planned.situation.attached}
        return [Outcome(i, names.get(i, ""), {}, None, error=self.errors[i]) for i in lost]
