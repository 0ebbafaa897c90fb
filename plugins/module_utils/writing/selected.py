# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alerts selected by a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..model.alert import Alert, in_time_order


@dataclass(frozen=True)
class Selection:
    """The selection of a task.

    :param alerts: in the order of `alert_ids`, or newest first for a query.
    :param unknown: IDs without an alert.
    :param echoes: echoes by alert ID (v11); they follow the status of their alert.
    :param by_query: whether a query selected the alerts.
    :param chosen_by: what else selected them, for messages; empty for a query or `alert_ids`.
    """

    alerts: Sequence[Alert]
    unknown: Sequence[str] = ()
    echoes: Mapping[str, Sequence[Alert]] | None = None
    by_query: bool = False
    chosen_by: str = ""

    def echoes_of(self, alert_id: str) -> Sequence[Alert]:
        """The echoes of one alert, empty if they were not read."""
        return (self.echoes or {}).get(alert_id, ())


def joined(one: Selection, other: Selection) -> Selection:
    """The alerts of two selections, each once."""
    known = {alert.id for alert in one.alerts}
    return Selection(
        [*one.alerts, *(alert for alert in other.alerts if alert.id not in known)],
        list(dict.fromkeys([*one.unknown, *other.unknown])),
        {**(one.echoes or {}), **(other.echoes or {})},
        one.by_query or other.by_query,
        one.chosen_by or other.chosen_by,
    )


def by_parent(alerts: Sequence[Alert]) -> dict[str, list[Alert]]:
    """Group the echoes among `alerts` by the ID of their alert, the newest first."""
    children: dict[str, list[Alert]] = {}
    for alert in in_time_order([alert for alert in alerts if alert.parent_id is not None], newest_first=True):
        if alert.parent_id is not None:
            children.setdefault(alert.parent_id, []).append(alert)
    return children
