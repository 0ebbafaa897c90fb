# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done so far to an incident and its alerts, as it was read back. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...errors import UtmstackError
from ...model.incident import Incident
from ...writing.result import Outcome
from .planning import IncidentPlan


@dataclass
class Progress:
    """What was done so far, as it was read back.

    :param states: the fields in question of each alert, None when it could not be read back.
    :param errors: alert id to what went wrong with it.
    :param problem: what ended the run early.
    :param echoes_changed: alert id to how many of its echoes followed.
    """

    incident: Incident | None
    states: dict[str, dict[str, Any] | None]
    errors: dict[str, str] = field(default_factory=dict)
    problem: UtmstackError | None = None
    echoes_changed: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, planned: IncidentPlan) -> Progress:
        """Nothing done yet."""
        states: dict[str, dict[str, Any] | None] = {key: dict(state) for key, state in planned.states.items()}
        return cls(planned.situation.incident, states)

    def is_linked(self, alert_id: str, incident: Incident) -> bool:
        """Whether an alert was seen to be linked to the incident."""
        state = self.states[alert_id]
        return state is not None and state["incident"] == incident.name

    def see(self, alert_id: str, **fields: Any) -> None:
        """Remember what an alert was seen to hold."""
        self.states[alert_id] = {**(self.states[alert_id] or {}), **fields}

    def outcomes(self, planned: IncidentPlan) -> list[Outcome]:
        """What became of each alert."""
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
        return Outcome(alert_id, foreseen.name, foreseen.before, state, echoes, error=error, changed=changed)

    def _others(self, planned: IncidentPlan) -> list[Outcome]:
        """Alerts that had no part in the plan, and that the cascade did not leave as they were."""
        listed = {alert.id for alert in planned.subjects().alerts}
        lost = [alert_id for alert_id in self.errors if alert_id not in listed]
        names = {alert.id: alert.name for alert in planned.situation.attached}
        return [Outcome(i, names.get(i, ""), {}, None, error=self.errors[i]) for i in lost]
