# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan a status change of alerts and their echoes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, Alert
from ...model.storable_text import KEEP, storable_note, storable_observation
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
from ...writing.states import (
    notes_state,
    notes_write,
    status_differs,
    status_state,
    status_write,
    tags_state,
    tags_write,
)
from .notes_plan import NoteChange
from .tags_plan import TagChange


@dataclass(frozen=True)
class StatusChange(AlertChange):
    """A change of status and observation, with tags and a note that it adds to the alerts.

    :param status: one of SETTABLE_STATUSES.
    :param observation: text to store with a status change; None keeps each alert's own.
    :param update_observation: also store the observation on alerts that already have the status.
    :param false_positive: complete the alerts and add the tag ``False positive``.
    :param reopen: allow completed alerts to become open or in review.
    :param unsupported_text: ``replace``, ``fail`` or KEEP, for observations of alerts that cannot be stored again.
    :param guardrails: the alerts that are not closed.
    :param tags: tags to add to the alerts, not to their echoes.
    :param note: line to append to the notes of the alerts, not of their echoes, unless they contain it; None for none.
    """

    status: str
    observation: str | None = None
    update_observation: bool = False
    false_positive: bool = False
    reopen: bool = False
    unsupported_text: str = "replace"
    guardrails: Guardrails = NO_GUARDRAILS
    tags: Sequence[str] = ()
    note: str | None = None

    takes_echoes = True

    def state(self, alert: Alert) -> State:
        """Status and observation, and what the change adds to: the tags, the note."""
        state: dict[str, Any] = dict(status_state(alert))
        if self._adds_tags:
            state.update(tags_state(alert))
        if self.note is not None:
            state.update(notes_state(alert))
        return state

    def state_after(self, alert: Alert) -> State:
        """The fields of the alert after the change.

        :raises InvalidInput: the alert's own note cannot be stored again, or its own observation cannot be stored again
            unchanged and `unsupported_text` is not ``replace``.
        """
        observation = alert.observation
        if alert.status != self.status:
            # A status write always replaces the observation, so the analyst's text is sent again.
            kept = storable_observation(alert.observation, self.unsupported_text).text
            observation = kept if self.observation is None else self.observation
        elif self.update_observation and self.observation is not None:
            observation = self.observation
        after = {**self.state(alert), "status": self.status, "observation": observation}
        if "tags" in after:
            after["tags"] = self._tags_after(alert)
        if "notes" in after:
            after["notes"] = self._note_after(alert)
        return after

    @property
    def _adds_tags(self) -> bool:
        return bool(self.tags) or self.false_positive

    def _tags_after(self, alert: Alert) -> list[str]:
        return TagChange(self.tags, "present").tags_after(self._echo_tags_after(alert))

    def _echo_tags_after(self, echo: Alert) -> list[str]:
        return TagChange([FALSE_POSITIVE] if self.false_positive else [], "present").tags_after(echo.tags)

    def _note_after(self, alert: Alert) -> str:
        """The note of the alert after the change. :raises InvalidInput: its own part cannot be stored again."""
        held = notes_state(alert)["notes"]
        note = NoteChange(self.note or "", mode="append").note_after(held)
        return held if note == held else storable_note(note, KEEP).text

    def echo_after(self, edit: Edit, echo: Alert) -> State:
        """The state of an echo: it takes the status and observation written to its alert."""
        state = dict(self.state(copied(echo, edit)))
        if self.false_positive:
            state["tags"] = self._echo_tags_after(echo)
        return state

    def merged(self, edit: Edit, alert: Alert) -> Edit | None:
        """The edit that adds to the current tags and note of an alert whose status is as wanted by now.

        An alert without that status is not closed over the tag or note that an analyst just gave it.
        """
        state = self.state(alert)
        # The echoes of a false positive need their tag as well, whoever gave the alert its status.
        if self.false_positive or status_differs(state, edit.after):
            return None
        try:
            after = self.state_after(alert)
            check_written_tags(state, after)
        except InvalidInput:
            return None
        return replace(edit, before=state, after=after, echoes=(), unmoved=())

    def objection(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> str | None:
        """The guardrail that forbids to close an alert or one of its echoes; None if there is none."""
        after = [(echo, self.echo_after(edit, echo)) for echo in echoes]
        return self.guardrails.against_closing(alert, edit.after, after)

    def watched(self, alert: Alert) -> State | None:
        """The fields of the change, and what the guardrails look at."""
        return self.guardrails.watched(alert, self.state(alert))

    def conflict(self, seen: Seen) -> str | None:
        """Like any change, and an alert that got a hold tag since it was selected, which the status does not show."""
        reason = super().conflict(seen)
        if reason is None and seen.alert is not None:
            reason = self.objection(seen.edit, seen.alert, seen.echoes)
        return reason

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The missing writes: the tags of the alert and its echoes, its note and its status.

        The tag of a false positive has its own write: v10 ignores the server's flag.
        """
        found = []
        # The status comes last: an alert that still has its old one shows that a run broke off before.
        if self._adds_tags:
            tagged = [(alert, self._tags_after(alert)), *((echo, self._echo_tags_after(echo)) for echo in echoes)]
            for document, tags in tagged:
                if tags != sorted(set(document.tags)):
                    found.append((document.id, tags_write({"tags": tags})))
        if self.note is not None and notes_state(alert)["notes"] != edit.after["notes"]:
            found.append((alert.id, notes_write(edit.after)))
        lagging = any(status_differs(self.state(echo), self.echo_after(edit, echo)) for echo in echoes)
        if status_differs(self.state(alert), edit.after) or lagging:
            found.append((alert.id, status_write(edit.after)))
        return found


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
            errors[alert.id] = f"A text or tag of the alert would be lost. {error.message}"
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
