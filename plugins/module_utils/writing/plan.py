# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a task as data: its edits and the writes that store them. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import TooManyAlerts
from ..model.alert import Alert, without_run
from .selected import Selection

State = Mapping[str, Any]


@dataclass(frozen=True)
class Write:
    """The content of a request (`value`, hashable). Alerts with equal writes share one; kinds are sent in turn."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Edit:
    """A planned change of one alert.

    :param before: the affected fields when the alert was selected.
    :param after: the same fields after the change.
    :param echoes: the echoes that change together with the alert, as selected.
    :param unmoved: echoes that the alert's status write reaches and leaves as they are; undoing it would change them.
    """

    alert: Alert
    before: State
    after: State
    echoes: tuple[Alert, ...] = ()
    unmoved: tuple[Alert, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the alert or an echo changes; an echo can keep its state although its alert's write reaches it."""
        return self.after != self.before or bool(self.echoes)


@dataclass(frozen=True)
class Plan:
    """Edits for a selection; alerts without an entry need no change.

    :param skipped: by alert ID, why a requested change is not made.
    :param errors: by alert ID, why a requested change is impossible.
    :param warnings: warnings about the plan as a whole.
    :param beside: IDs of alerts that change without an edit and also count towards the limits.
    """

    edits: Sequence[Edit] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    beside: Sequence[str] = ()

    @property
    def affected(self) -> int:
        """The number of alerts to change, without their echoes."""
        return sum(edit.changes for edit in self.edits) + len(self.beside)

    @property
    def echoes_changed(self) -> int:
        """The number of echoes that change with their alert."""
        return sum(len(edit.echoes) for edit in self.edits)

    @property
    def digest(self) -> str:
        """SHA-256 over alerts, before and after: the same for a check run and the run that applies its plan."""
        rows = [
            [edit.alert.id, edit.before, comparable_state(edit.after), sorted(echo.id for echo in edit.echoes)]
            for edit in sorted(self.edits, key=lambda edit: edit.alert.id)
        ]
        return digest_of(rows)


def comparable_state(state: State) -> State:
    """A state as two runs compare it: the mark of a closure names the run."""
    return {name: without_run(value) if name == "observation" else value for name, value in state.items()}


def digest_of(rows: Any) -> str:
    """SHA-256 over the changes of a plan, as JSON."""
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check_max_affected(selection: Selection, plan: Plan, max_affected: int | None) -> None:
    """Refuse a plan that changes more alerts than allowed.

    :raises TooManyAlerts: more than `max_affected` alerts and echoes would change; nothing was written.
    """
    affected = plan.affected + plan.echoes_changed
    if max_affected is not None and affected > max_affected:
        chosen = selection.chosen_by or ("The query" if selection.by_query else "`alert_ids`")
        raise TooManyAlerts(
            f"{chosen} would change {affected} alerts (echoes included), more than `max_affected: {max_affected}`. "
            "Nothing was written. Narrow the selection or raise the limit."
        )
