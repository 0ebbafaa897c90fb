# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task is about to write, as data: writes, edits, and the plan that holds them. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
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
    :param echoes: the alert's echoes that change together with it, as they were selected.
    """

    alert: Alert
    before: State
    after: State
    echoes: tuple[Alert, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Edits for a selection; alerts without an entry anywhere are as wanted already.

    :param skipped: alert ID to the reason why a wanted change is not made.
    :param errors: alert ID to the reason why a wanted change cannot be made.
    :param warnings: what the user should know about the plan as a whole.
    :param beside: IDs of alerts that are changed in another way than by an edit, and count for the limits, too.
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
        """How many echoes follow their alert."""
        return sum(len(edit.echoes) for edit in self.edits)

    @property
    def digest(self) -> str:
        """SHA-256 over alerts, before and after: equal for a check run and the run that then applies it."""
        rows = [
            [edit.alert.id, edit.before, edit.after, sorted(echo.id for echo in edit.echoes)]
            for edit in sorted(self.edits, key=lambda edit: edit.alert.id)
        ]
        return digest_of(rows)


def digest_of(rows: Any) -> str:
    """SHA-256 over what a plan would change, as JSON."""
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check_max_affected(selection: Selection, plan: Plan, max_affected: int | None) -> None:
    """Stop before a task changes more alerts than it may.

    :raises TooManyAlerts: alerts and echoes to be written are more than `max_affected`; nothing was written.
    """
    affected = plan.affected + plan.echoes_changed
    if max_affected is not None and affected > max_affected:
        chosen = "the query" if selection.by_query else "`alert_ids`"
        raise TooManyAlerts(
            f"{affected} alerts would be changed by {chosen} (echoes included), more than `max_affected: "
            f"{max_affected}`. Narrow the selection or raise the limit; nothing was written."
        )
