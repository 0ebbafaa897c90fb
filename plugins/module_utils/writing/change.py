# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol of one kind of alert change, as the write path uses it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from ..errors import InvalidInput
from ..model.alert import STATUSES, Alert
from ..model.storable_text import KEEP, checked_tag, storable_note, storable_observation
from ..printing import printable
from .families import spreads
from .plan import Edit, State, Write
from .selected import Selection
from .states import status_differs, status_state


@dataclass(frozen=True)
class Seen:
    """The current state of an edit's alert and echoes; `alert` is None when it is gone.

    :param unmoved: the echoes that the edit is to leave as they are.
    """

    edit: Edit
    alert: Alert | None
    echoes: Sequence[Alert]
    unmoved: Sequence[Alert] = ()

    @property
    def is_as_selected(self) -> bool:
        """Whether a search has shown that nothing changed that decides on the write, so that no document was read."""
        return self.alert is self.edit.alert


class AlertChange(Protocol):
    """One kind of alert change, such as a status change.

    `takes_echoes`: the change also applies to the alert's echoes.
    """

    takes_echoes: ClassVar[bool] = False

    def state(self, alert: Alert) -> State:
        """The affected fields of an alert or echo, as shown in `before` and `after`."""

    def watched(self, alert: Alert) -> State | None:
        """The fields that decide whether an alert or echo may be written; None if any part of its document may.

        Whoever overrides `conflict` overrides this, too.
        """
        return self.state(alert)

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> Sequence[tuple[str, Write]]:
        """The writes that an edit still needs, given the current alert and echoes, as (ID, write)."""

    def echo_after(self, edit: Edit, echo: Alert) -> State:
        """The state of one of the alert's echoes after the edit."""
        return self.state(echo)

    def echo_states(self, edit: Edit) -> dict[str, tuple[State, State]]:
        """The echoes that an edit reaches, each with its state before and after, also those that keep their state."""
        return {echo.id: (self.state(echo), self.echo_after(edit, echo)) for echo in (*edit.echoes, *edit.unmoved)}

    def is_idempotent(self, edit: Edit) -> bool:
        """Whether the writes of an edit may arrive late, after all others of the run, without doing harm.

        A status is not, if echoes get states of their own after it. After a lost answer it is not sent again.
        """
        return True

    def merged(self, edit: Edit, alert: Alert) -> Edit | None:
        """The edit of an alert that has another state by now; None if it would do more than add to it."""
        return None

    def with_merged(self, seen: Seen) -> Seen:
        """The alert with an edit that adds to what others gave it since it was selected, if that is possible."""
        if seen.alert is None or self.state(seen.alert) == seen.edit.before:
            return seen
        merged = self.merged(seen.edit, seen.alert)
        if merged is None or not merged.changes:
            return seen
        echoes, unmoved = (
            [echo for echo in found if echo.id in {one.id for one in planned}]
            for found, planned in ((seen.echoes, merged.echoes), (seen.unmoved, merged.unmoved))
        )
        return Seen(merged, seen.alert, echoes, unmoved)

    def holds(self, edit: Edit, alert: Alert) -> bool:
        """Whether an alert has what the edit gives it, perhaps beside what others added."""
        state = self.state(alert)
        if state == edit.after:
            return True
        merged = self.merged(edit, alert)
        return merged is not None and merged.after == state

    def moved_since(self, edit: Edit, *groups: Sequence[Alert]) -> list[Alert]:
        """The echoes that have another state than when they were selected."""
        selected = {echo.id: self.state(echo) for echo in (*edit.echoes, *edit.unmoved)}
        return [echo for group in groups for echo in group if self.state(echo) != selected.get(echo.id)]

    def conflict(self, seen: Seen) -> str | None:
        """The reason to skip an alert that changed since it was selected; None if it did not change."""
        if seen.alert is None:
            return None
        if self.state(seen.alert) == seen.edit.before and not self.moved_since(seen.edit, seen.echoes, seen.unmoved):
            return None
        return "Changed on the server since it was selected; not written."


def check_storable(state: State) -> None:
    """Refuse fields of an alert that cannot be written again as they stand.

    :raises InvalidInput: the status has no word, or a text holds what the server drops.
    """
    if "status" in state and state["status"] not in STATUSES:
        raise InvalidInput(f"UTMStack accepts no status {state['status']!r}.")
    for tag in state.get("tags", []):
        checked_tag(tag)
    if state.get("notes"):
        storable_note(state["notes"], KEEP)
    if state.get("observation"):
        storable_observation(state["observation"], KEEP)


def check_written_tags(before: State, after: State) -> None:
    """Refuse tags that a write would lose, when tags are to be written: all of them go into one script on the server.

    :raises InvalidInput: a tag cannot be stored again as it stands.
    """
    if "tags" in after and after["tags"] != before["tags"]:
        for tag in after["tags"]:
            checked_tag(tag)


def without_lost_tags(edits: Sequence[Edit], change: AlertChange) -> tuple[list[Edit], dict[str, str]]:
    """Leave out the alerts of which an echo would lose a tag; by alert ID, why."""
    kept: list[Edit] = []
    errors: dict[str, str] = {}
    for edit in edits:
        for echo in edit.echoes:
            try:
                check_written_tags(change.state(echo), change.echo_after(edit, echo))
            except InvalidInput as error:
                errors[edit.alert.id] = f"Its echo {printable(echo.id)} would lose a tag. {error.message}"
        if edit.alert.id not in errors:
            kept.append(edit)
    return kept, errors


def kept_echoes(edits: Sequence[Edit], selection: Selection, change: AlertChange) -> tuple[list[Edit], dict[str, str]]:
    """Edits of selected echoes that stay as they are, and by ID of their alert, why one could not be written again."""
    keeping = echoes_that_keep_their_state(edits, selection, change)
    errors: dict[str, str] = {}
    for echo in (edit.alert for edit in keeping):
        try:
            check_storable(status_state(echo))
        except InvalidInput as error:
            errors[str(echo.parent_id)] = f"Its echo {printable(echo.id)} would lose its own words. {error.message}"
    return keeping, errors


def echoes_that_keep_their_state(edits: Sequence[Edit], selection: Selection, change: AlertChange) -> list[Edit]:
    """Edits of selected echoes that need no change but would be changed by the status write of their alert."""
    own = {edit.alert.id for edit in edits}
    selected = {alert.id for alert in selection.alerts} - own
    reached = [
        echo
        for edit in edits
        if spreads(edit)
        for echo in selection.echoes_of(edit.alert.id)
        if echo.id in selected and status_differs(change.state(echo), edit.after)
    ]
    return [Edit(echo, change.state(echo), change.state(echo)) for echo in reached]


def with_echoes(edits: Sequence[Edit], selection: Selection, change: AlertChange) -> list[Edit]:
    """Add to each edit the echoes that it reaches, except echoes with an edit of their own.

    Selected echoes do not follow their alert: the task itself says what becomes of them.
    """
    own = {edit.alert.id for edit in edits}
    selected = {alert.id for alert in selection.alerts}
    found = []
    for edit in edits:
        follow = [echo for echo in selection.echoes_of(edit.alert.id) if echo.id not in own]
        if not follow:
            found.append(edit)
            continue
        moves = [echo for echo in follow if echo.id not in selected]
        moved = tuple(echo for echo in moves if change.echo_after(edit, echo) != change.state(echo))
        steady = {echo.id for echo in follow} - {echo.id for echo in moved}
        reached = spreads(edit)
        unmoved = tuple(echo for echo in follow if echo.id in steady) if reached else ()
        found.append(replace(edit, echoes=moved, unmoved=unmoved))
    return found
