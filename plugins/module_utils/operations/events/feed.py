# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alerts that are new on a server: what an event source polls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ...client.client import Client
from .cursor import Cursor
from .sighting import Sighting


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class FeedOptions:
    """What is followed; times in seconds.

    :param query: query keys; without `status`, open alerts.
    :param since: at the first start, alerts from this time on are reported too; None for those from now on.
    :param include_review: report alerts in automatic review at once, and not again when they are released.
    :param reconcile: how often all alerts that match are compared, whatever their times.
    :param changed: of status, tags and severity, those whose changes are reported.
    :param redeliver_after: report an alert again that is untouched for this long; 0 for never.
    :param attempts: how often at most an alert is reported, the first time included.
    :param feedback: the engine confirms each event.
    """

    query: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    include_review: bool = False
    reconcile: float = 60
    changed: frozenset[str] = frozenset()
    redeliver_after: float = 0
    attempts: int = 3
    feedback: bool = False


class AlertFeed:
    """The alerts that are new on a server, each reported until it is confirmed.

    :param client: of the server; its waiting budget is that of all polls together.
    :param cursor: where the position is kept.
    :param clock: the time of this host, which is compared with no time of the server.
    """

    def __init__(
        self, client: Client, options: FeedOptions, cursor: Cursor, clock: Callable[[], datetime] = _now
    ) -> None:
        self._client = client
        self._options = options
        self._cursor = cursor
        self._clock = clock

    def poll(self) -> list[Sighting]:
        """What is to be reported now. A poll that fails changes nothing.

        :raises UtmstackError: the server did not answer as needed.
        """
        raise NotImplementedError

    def taken(self, keys: Iterable[str]) -> None:
        """Note that the engine has taken one event.

        :param keys: of all sightings of this event.
        """
        raise NotImplementedError

    def confirmed(self, keys: Iterable[str]) -> None:
        """Note that the engine has stored events.

        :param keys: of their sightings.
        """
        raise NotImplementedError

    def save(self) -> None:
        """Write the position to the cursor if it has changed; before an event is put into a queue and afterwards.

        :raises FileNotWritten: it could not be written.
        """
        raise NotImplementedError

    def state(self) -> Mapping[str, Any]:
        """Figures of health.

        :returns: ``in_automatic_review`` (alerts, at most 10,000; None before the first poll), ``unconfirmed``
            (sightings), ``oldest_unconfirmed`` (when it was sighted, or None), ``waiting`` (alerts found and not yet
            read), ``last_sweep`` (or None).
        """
        raise NotImplementedError
