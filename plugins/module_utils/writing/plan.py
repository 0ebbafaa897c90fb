# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a write goes: select, plan, guard, apply, verify; the same for every subject (status, tags, notes).

A subject says which fields it is about, plans edits as pure functions over alerts, and sends one write. The rest is
the same for all: guarding and predicting here, sending and reading back in ``applying.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import TooManyAlerts
from ..model.alert import Alert
from .selected import Selection

State = Mapping[str, Any]


@dataclass(frozen=True)
class Write:
    """What one request stores (`value`, hashable). Alerts with an equal write share it; kinds go one after another."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Edit:
    """What one alert is to become.

    :param before: the fields in question as they were selected.
    :param after: the same fields as they shall be.
    :param echoes: the alert's repetitions that change together with it, as they were selected.
    """

    alert: Alert
    before: State
    after: State
    echoes: tuple[Alert, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Edits for a selection; alerts without an entry anywhere are as wanted already.

    :param skipped: alert id to the reason why a wanted change is not made.
    :param errors: alert id to the reason why a wanted change cannot be made.
    :param warnings: what the user should know about the plan as a whole.
    :param beside: ids of alerts that are changed in another way than by an edit, and count for the limits, too.
    """

    edits: Sequence[Edit] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    beside: Sequence[str] = ()

    @property
    def affected(self) -> int:
        """How many alerts are changed, without their echoes."""
        return len(self.edits) + len(self.beside)

    @property
    def echoes_changed(self) -> int:
        """How many repetitions follow their alert."""
        return sum(len(edit.echoes) for edit in self.edits)

    @property
    def digest(self) -> str:
        """SHA-256 over alerts, before and after: equal for a check run and the run that then does it."""
        rows = [
            [edit.alert.id, edit.before, edit.after, sorted(echo.id for echo in edit.echoes)]
            for edit in sorted(self.edits, key=lambda edit: edit.alert.id)
        ]
        return digest_of(rows)


def digest_of(rows: Any) -> str:
    """SHA-256 over what a plan would change, as JSON."""
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _no_echo(edit: Edit, echo: Alert) -> State:
    raise AssertionError(f"{echo.id} does not follow {edit.alert.id}")


@dataclass(frozen=True)
class Subject:
    """What the general flow has to know about one kind of change.

    :param state: the fields in question of an alert, as they appear in `before` and `after`.
    :param plan: edits for the selection; pure.
    :param writes: what to send for an edit as the alert and its echoes stand now, as (id, write); pure.
    :param send: one write for these ids; what it returns proves nothing.
    :param echo_after: what an edit makes of one of the alert's echoes; pure.
    :param ids_per_write: how many alerts one request may change.
    :param one_by_one: kinds of writes that have no bulk form.
    :param takes_echoes: whether the repetitions of an alert change together with it.
    """

    state: Callable[[Alert], State]
    plan: Callable[[Selection], Plan]
    writes: Callable[[Edit, Alert, Sequence[Alert]], Sequence[tuple[str, Write]]]
    send: Callable[[Sequence[str], Write], None]
    echo_after: Callable[[Edit, Alert], State] = _no_echo
    ids_per_write: int = 1000
    one_by_one: frozenset[str] = frozenset()
    takes_echoes: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one alert.

    `after` is what the server was seen to hold, or the prediction in check mode; None when it could not be read back.
    """

    alert_id: str
    name: str
    before: State
    after: State | None
    echoes_changed: int = 0
    skipped: str | None = None
    error: str | None = None
    changed: bool = False

    @property
    def became(self) -> str:
        """One word for it; an alert of which a part was stored has failed."""
        if self.error or self.skipped:
            return "failed" if self.error else "skipped"
        return "changed" if self.changed else "unchanged"

    def as_result(self) -> dict[str, Any]:
        """The alert's entry in the task's result."""
        return {
            "id": self.alert_id,
            "name": self.name,
            "changed": self.changed,
            "before": dict(self.before),
            "after": None if self.after is None else dict(self.after),
            "skipped": self.skipped,
            "error": self.error,
        }


def check_max_affected(selection: Selection, plan: Plan, max_affected: int | None) -> None:
    """Stop before a task touches more than it may.

    :raises TooManyAlerts: alerts and echoes to be written are more than `max_affected`; nothing was written.
    """
    affected = plan.affected + plan.echoes_changed
    if max_affected is not None and affected > max_affected:
        chosen = "the query" if selection.by_query else "`alert_ids`"
        raise TooManyAlerts(
            f"{affected} alerts would be changed by {chosen} (echoes included), more than `max_affected: "
            f"{max_affected}`. Narrow the selection or raise the limit; nothing was written."
        )


def predicted(selection: Selection, plan: Plan, state: Callable[[Alert], State]) -> list[Outcome]:
    """One outcome per selected alert as the plan has it, and one per unknown id."""
    edits = {edit.alert.id: edit for edit in plan.edits}
    outcomes = []
    for alert in selection.alerts:
        before = state(alert)
        edit = edits.get(alert.id)
        outcomes.append(
            Outcome(
                alert.id,
                alert.name,
                before,
                edit.after if edit else before,
                echoes_changed=len(edit.echoes) if edit else 0,
                skipped=plan.skipped.get(alert.id),
                error=plan.errors.get(alert.id),
                changed=edit is not None,
            )
        )
    unknown = "No alert has this id; the server would have answered 200 and done nothing."
    return outcomes + [Outcome(alert_id, "", {}, {}, error=unknown) for alert_id in selection.unknown]
