# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the write path has to know of one kind of change. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from ..model.alert import Alert
from .plan import Edit, State, Write
from .selected import Selection


@dataclass(frozen=True)
class Seen:
    """An edit's alert and echoes as the server holds them now; `alert` is None when it is gone."""

    edit: Edit
    alert: Alert | None
    echoes: Sequence[Alert]


class AlertChange(Protocol):
    """One kind of change of alerts, such as a change of their status.

    `takes_echoes`: the echoes of an alert change together with it.
    """

    takes_echoes: ClassVar[bool] = False

    def state(self, alert: Alert) -> State:
        """The fields in question of an alert or echo, as they appear in `before` and `after`."""
        ...

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> Sequence[tuple[str, Write]]:
        """What has to be sent for an edit as the alert and its echoes stand now, as (ID, write)."""
        ...

    def echo_after(self, edit: Edit, echo: Alert) -> State:
        """What an edit makes of one of the alert's echoes."""
        return self.state(echo)

    def conflict(self, seen: Seen) -> str | None:
        """Why an alert is left alone that changed since it was selected; None for one that did not."""
        if seen.alert is None:
            return None
        selected = {echo.id: self.state(echo) for echo in seen.edit.echoes}
        if self.state(seen.alert) == seen.edit.before and all(
            self.state(echo) == selected[echo.id] for echo in seen.echoes
        ):
            return None
        return "Changed on the server since it was selected; not touched."


def with_echoes(edits: Sequence[Edit], selection: Selection, change: AlertChange) -> list[Edit]:
    """The same edits with the echoes that they change; an echo that has an edit of its own is left to it."""
    own = {edit.alert.id for edit in edits}
    found = []
    for edit in edits:
        follow = [echo for echo in selection.echoes_of(edit.alert.id) if echo.id not in own]
        moved = tuple(echo for echo in follow if change.echo_after(edit, echo) != change.state(echo))
        found.append(replace(edit, echoes=moved))
    return found
