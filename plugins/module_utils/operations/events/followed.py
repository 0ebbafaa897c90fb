# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of alerts that an event source follows: their status, tags and severity. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...model.alert import Alert
from .digests import Digests, digest_of
from .sighting import CHANGED, version_of

FIELDS = ("status", "tags", "severity")
# Alerts that are followed at most; each round reads their documents, 1,000 with one request.
MAX_FOLLOWED = 10_000


@dataclass(frozen=True)
class Change:
    """An alert with other values than before.

    :param before: the followed fields that changed, as they were.
    """

    alert: Alert
    before: Mapping[str, Any]
    version: str


class Followed:
    """The values of the followed fields, by ID.

    An alert is followed from the first look at it until it is completed or gone; of too many, those seen latest are.

    :param fields: those of `FIELDS` that are followed; none to follow no alert.
    """

    def __init__(self, fields: Collection[str], values: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.fields = [name for name in FIELDS if name in fields]
        kept = (values or {}).items()
        self.values = {alert_id: dict(known) for alert_id, known in kept if list(known) == self.fields}

    @property
    def most(self) -> int:
        """How many alerts may be followed."""
        return MAX_FOLLOWED if self.fields else 0

    def to_read(self, matching: Iterable[str]) -> list[str]:
        """The IDs of the alerts to look at.

        :param matching: IDs of alerts that are followed from now on.
        """
        return list(dict.fromkeys([*self.values, *matching]))[: self.most]

    def changes(self, alerts: Iterable[Alert], occurrence: int) -> list[Change]:
        """The alerts whose values are others than before; those that are new have none."""
        found = []
        for alert in alerts:
            known, values = self.values.get(alert.id), self._values(alert)
            before = {} if known is None else {name: known[name] for name in self.fields if known[name] != values[name]}
            if before:
                found.append(Change(alert, before, version_of(alert, CHANGED, occurrence)))
        return found

    def look(self, alerts: Iterable[Alert], read: Iterable[str], matching: Digests) -> None:
        """Go on from what was read.

        :param read: the IDs that were looked for.
        :param matching: alerts that are followed although they are completed.
        """
        still = {one.id: one for one in alerts if one.status != "completed" or digest_of(one.id) in matching}
        for alert_id in read:
            if alert_id in still:
                self.values[alert_id] = self._values(still[alert_id])
            else:
                self.values.pop(alert_id, None)

    def follow(self, alerts: Iterable[Alert]) -> None:
        """Follow alerts from the values that they have now."""
        for alert in alerts if self.fields else ():
            self.values.pop(alert.id, None)
            self.values[alert.id] = self._values(alert)
        for alert_id in list(self.values)[: max(0, len(self.values) - MAX_FOLLOWED)]:
            del self.values[alert_id]

    def _values(self, alert: Alert) -> dict[str, Any]:
        values = {"status": alert.status, "tags": sorted(set(alert.tags)), "severity": alert.severity}
        return {name: values[name] for name in self.fields}
