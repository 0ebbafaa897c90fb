# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan a status change of alerts and their echoes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, Alert
from ...model.storable_text import storable_observation
from ...writing.change import (
    AlertChange,
    Seen,
    check_written_tags,
    kept_echoes,
    with_echoes,
    without_lost_tags,
)
from ...writing.families import copied
from ...writing.guardrails import NO_GUARDRAILS, Guardrails
from ...writing.plan import Edit, Plan, State, Write
from ...writing.selected import Selection
from ...writing.states import status_differs, status_state, status_write, tags_state, tags_write


@dataclass(frozen=True)
class StatusChange(AlertChange):
    """A change of status and observation, for false positives with the server's own tag.

    :param status: one of SETTABLE_STATUSES.
    :param observation: text to store with a status change; None keeps each alert's own.
    :param update_observation: also store the observation on alerts that already have the status.
    :param false_positive: complete the alerts and add the tag ``False positive``.
    :param reopen: allow completed alerts to become open or in review.
    :param unsupported_text: ``replace``, ``fail`` or KEEP, for observations of alerts that cannot be stored again.
    :param guardrails: the alerts that are not closed.
    """

    status: str
    observation: str | None = None
    update_observation: bool = False
    false_positive: bool = False
    reopen: bool = False
    unsupported_text: str = "replace"
    guardrails: Guardrails = NO_GUARDRAILS

    takes_echoes = True

    def state(self, alert: Alert) -> State:
        """Status and observation, and for false positives the tags."""
        return {**status_state(alert), **(tags_state(alert) if self.false_positive else {})}

    def state_after(self, alert: Alert) -> State:
        """The fields of the alert after the change.

        :raises InvalidInput: the alert's own observation cannot be stored again unchanged, and `unsupported_text` is
            not ``replace``.
        """
        observation = alert.observation
        if alert.status != self.status:
            # A status write always replaces the observation, so the analyst's text is sent again.
            kept = storable_observation(alert.observation, self.unsupported_text).text
            observation = kept if self.observation is None else self.observation
        elif self.update_observation and self.observation is not None:
            observation = self.observation
        tags = {"tags": _with_false_positive(alert)} if self.false_positive else {}
        return {"status": self.status, "observation": observation, **tags}

    def echo_after(self, edit: Edit, echo: Alert) -> State:
        """The state of an echo: it takes the status and observation written to its alert."""
        state = dict(self.state(copied(echo, edit)))
        if self.false_positive:
            state["tags"] = _with_false_positive(echo)
        return state

    def objection(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> str | None:
        """The guardrail that forbids to close an alert or one of its echoes; None if there is none."""
        after = [(echo, self.echo_after(edit, echo)) for echo in echoes]
        return self.guardrails.against_closing(alert, edit.after, after)

    def conflict(self, seen: Seen) -> str | None:
        """Like any change, and an alert that got a hold tag since it was selected, which the status does not show."""
        reason = super().conflict(seen)
        if reason is None and seen.alert is not None:
            reason = self.objection(seen.edit, seen.alert, seen.echoes)
        return reason

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The missing writes: the status of the alert, and the tags of the alert and its echoes.

        The tag has its own write: v10 ignores the server's false-positive flag.
        """
        found = []
        # The status comes last: an alert that still has its old one shows that a run broke off before.
        if self.false_positive:
            for document in (alert, *echoes):
                if FALSE_POSITIVE not in document.tags:
                    found.append((document.id, tags_write({"tags": _with_false_positive(document)})))
        lagging = any(status_differs(self.state(echo), self.echo_after(edit, echo)) for echo in echoes)
        if status_differs(self.state(alert), edit.after) or lagging:
            found.append((alert.id, status_write(edit.after)))
        return found


def _with_false_positive(alert: Alert) -> list[str]:
    return sorted({*alert.tags, FALSE_POSITIVE})


def plan_status(selection: Selection, change: StatusChange) -> Plan:
    """Plan edits for the alerts that differ; completed alerts are reopened only with `reopen`."""
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        before = change.state(alert)
        if alert.status == "completed" and change.status != "completed" and not change.reopen:
            skipped[alert.id] = "The alert is completed. Set `reopen: true` to reopen it."
            continue
        try:
            target = change.state_after(alert)
            check_written_tags(before, target)
        except InvalidInput as error:
            errors[alert.id] = f"The alert's own observation or a tag of it would be lost. {error.message}"
            continue
        if target == before:
            continue
        edit = Edit(alert, before, target)
        reason = change.objection(edit, alert, selection.echoes_of(alert.id))
        if reason is not None:
            skipped[alert.id] = reason
            continue
        edits.append(edit)
    keeping, unkept = kept_echoes(edits, selection, change)
    errors.update(unkept)
    edits = [edit for edit in (*edits, *keeping) if edit.alert.id not in errors]
    edits = with_echoes(edits, selection, change)
    kept, lost = without_lost_tags(edits, change)
    return Plan(kept, skipped, {**errors, **lost}, _status_warnings(kept, change))


def _status_warnings(edits: Sequence[Edit], change: StatusChange) -> list[str]:
    warnings = []
    if engine := [edit.alert.id for edit in edits if edit.alert.status == "automatic_review"]:
        warnings.append(
            f"{len(engine)} alerts are in automatic review (for example {engine[0]}). For up to 40 seconds, the "
            "server's rule engine may overwrite their status and observation."
        )
    rewritten = [
        e.alert.id for e in edits if change.observation is None and e.after["observation"] != e.before["observation"]
    ]
    if rewritten:
        warnings.append(
            f"{len(rewritten)} alerts have an observation that UTMStack cannot store again unchanged (for example "
            f"{rewritten[0]}). Its line breaks, control characters and backslash-u are replaced by spaces."
        )
    return warnings
