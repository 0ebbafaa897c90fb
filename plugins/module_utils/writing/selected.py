# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alerts that a task selected, as they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..model.alert import Alert


@dataclass(frozen=True)
class Selection:
    """What a task was pointed at.

    :param alerts: in the order of the ids given, or newest first for a query.
    :param unknown: ids that no alert carries.
    :param echoes: for each alert that has any, its repetitions (v11); they follow its status.
    :param by_query: whether the server chose the alerts.
    """

    alerts: Sequence[Alert]
    unknown: Sequence[str] = ()
    echoes: Mapping[str, Sequence[Alert]] | None = None
    by_query: bool = False

    def echoes_of(self, alert_id: str) -> Sequence[Alert]:
        """The repetitions of one alert, none where they were not read."""
        return (self.echoes or {}).get(alert_id, ())


def by_parent(alerts: Sequence[Alert]) -> dict[str, list[Alert]]:
    """The repetitions among `alerts`, by the id of the alert that they repeat."""
    children: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.parent_id is not None:
            children.setdefault(alert.parent_id, []).append(alert)
    return children
