# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an event source stands: which alerts it knows, and from which time on it looks for others. Pure.

Times are milliseconds since 1970, by the clock of the server or of the log source that wrote them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from ...model.alert import RELEASED, Alert
from ...times import exact, stored_time
from .digests import Digests, TimedDigests, digest_of, digests_from
from .sighting import OPENED, REOPENED

# Seconds before the low watermark that every poll looks at again: alerts are indexed after the time that they hold, and
# the clocks of log sources differ. What is later still is found when all alerts are compared.
OVERLAP = 300
# Alerts that left lately and are remembered at most, should no time move on.
MAX_LEFT = 20_000
# IDs of alerts that wait until their documents are read, at most.
MAX_WAITING = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Found:
    """IDs of alerts that match.

    :param digests: of all.
    :param unknown: those that need a report, up to `MAX_WAITING`; `is_cut` if there are more.
    :param first: the first ones, up to a number.
    """

    digests: Digests
    unknown: Sequence[str]
    is_cut: bool
    first: Sequence[str]


@dataclass(frozen=True)
class Glance:
    """What one poll has read, all times as exact times of the server.

    :param now: the time of the server, None if it reports none.
    :param in_review: the oldest time of an alert in automatic review, None for none; read *before* the IDs, so that an
        alert that was released in between is found by the next poll.
    :param matching: digests of the IDs of the alerts that match.
    :param bound: the time from which on they were read, None for all alerts.
    """

    now: str | None
    in_review: str | None
    matching: Digests
    bound: str | None = None


@dataclass
class Position:
    """Alerts that need no report, as digests of their IDs, and the low watermark.

    An alert leaves when it no longer matches, and is reported as reopened when it comes back.

    :param known: alerts that match and were reported, or that were open before the first start.
    :param times: of known alerts within the overlap, their times: they are missed when they leave.
    :param left: alerts that left lately, with the newest time as of then.
    :param newest: the latest time among the alerts so far, none later than the server's clock.
    :param in_review: the oldest time of an alert in automatic review.
    :param horizon: the latest bound so far: alerts before it that are unknown may have been known once.
    :param rounds: of polls with something to report; what makes a second sighting another one than the first.
    """

    known: Digests = field(default_factory=Digests)
    times: TimedDigests = field(default_factory=TimedDigests)
    left: TimedDigests = field(default_factory=TimedDigests)
    newest: int | None = None
    in_review: int | None = None
    horizon: int = 0
    rounds: int = 0

    @property
    def bound(self) -> str | None:
        """The time from which on the next poll looks for alerts; None for all, because no time is known."""
        start = self._start
        return None if start is None else exact(_EPOCH + start * _MILLISECOND)

    @property
    def _start(self) -> int | None:
        if self.newest is None:
            return None
        oldest = self.newest if self.in_review is None else min(self.newest, self.in_review)
        return max(0, oldest - OVERLAP * 1000)

    def look(self, ids: Iterable[str], first: int) -> Found:
        """What is known of the IDs of alerts that match.

        :param ids: taken one by one, because there may be many.
        :param first: how many to keep as they are.
        """
        digests = array("Q")
        unknown: list[str] = []
        kept: list[str] = []
        number = 0
        for alert_id in ids:
            one = digest_of(alert_id)
            digests.append(one)
            if len(kept) < first:
                kept.append(alert_id)
            if one not in self.known:
                number += 1
                if number <= MAX_WAITING:
                    unknown.append(alert_id)
        return Found(Digests(digests), unknown, number > MAX_WAITING, kept)

    def kind_of(self, alert: Alert, now: str | None) -> tuple[str, int]:
        """The kind of an unknown alert, and which occurrence this is.

        :param now: the time of the server.
        """
        if digest_of(alert.id) in self.left:
            return REOPENED, self.rounds + 1
        moment, latest = milliseconds(alert.timestamp), milliseconds(now)
        if moment is not None and moment >= self.horizon:
            # Of a time to come, it may have been known once.
            return OPENED, 0 if latest is None or moment <= latest else self.rounds + 1
        # Who completes an alert and opens it again writes another observation.
        is_new = alert.observation in ("", RELEASED) or alert.status == "automatic_review"
        return OPENED if is_new else REOPENED, self.rounds + 1

    def start(self, glance: Glance, reported: Iterable[str], since: str | None) -> None:
        """Take the alerts of the first glance as known, without a report.

        :param reported: the IDs of those that are to be reported nevertheless.
        :param since: the time from which on these are.
        """
        self.known = Digests(set(glance.matching).difference(map(digest_of, reported)))
        self.newest, self.in_review = milliseconds(glance.now), milliseconds(glance.in_review)
        self.horizon = milliseconds(since) or self._start or 0

    def advance(self, glance: Glance, alerts: Iterable[Alert], is_reported: bool) -> set[int]:
        """Go on after a poll.

        :param alerts: those that were unknown.
        :param is_reported: whether anything is reported, of them or of others.
        :returns: the digests of those that have left.
        """
        bound = milliseconds(glance.bound)
        candidates = self.known if bound is None else self.times.since(bound)
        gone = {one for one in candidates if one not in glance.matching}
        self.known.discard_all(gone)
        for one in gone:
            self.times.discard(one)
            self._leave(one)
        latest = milliseconds(glance.now)
        for alert in alerts:
            self._take(alert, latest)
        self.rounds += is_reported
        self.in_review = milliseconds(glance.in_review)
        start = self._start or 0
        self.horizon = max(self.horizon, start)
        self.times.forget_before(start)
        while len(self.left) > MAX_LEFT:
            # Those that are forgotten have no later times.
            self.horizon = max(self.horizon, (self.left.earliest or 0) + 1)
            self.left.forget_before((self.left.earliest or 0) + 1)
        self.left.forget_before(self.horizon)
        return gone

    def leave(self, alert_id: str) -> None:
        """Take an alert as one that was known once."""
        self._leave(digest_of(alert_id))

    def _leave(self, one: int) -> None:
        self.left.put(one, self.newest or 0)

    def _take(self, alert: Alert, latest: int | None) -> None:
        one, moment = digest_of(alert.id), milliseconds(alert.timestamp)
        self.known.add(one)
        self.left.discard(one)
        if moment is not None:
            self.times.put(one, moment)
            self.newest = max(self.newest or 0, moment if latest is None else min(moment, latest))

    def as_json(self, without: Iterable[str]) -> dict[str, Any]:
        """The position for a file.

        :param without: IDs of alerts whose report may be lost with this process.
        """
        return {
            "known": self.known.as_texts(without=map(digest_of, without)),
            "left": self.left.as_texts(),
            "newest": self.newest,
            "in_review": self.in_review,
            "horizon": self.horizon,
            "rounds": self.rounds,
        }


def position_from(saved: Mapping[str, Any]) -> Position:
    """The position that `as_json` returned."""
    left = TimedDigests()
    left.fill(*saved["left"])
    return Position(
        known=digests_from(saved["known"]),
        left=left,
        newest=saved["newest"],
        in_review=saved["in_review"],
        horizon=saved["horizon"],
        rounds=saved["rounds"],
    )


def milliseconds(timestamp: Any) -> int | None:
    """A document's time, or an exact time, in milliseconds since 1970; None for none."""
    moment = stored_time(timestamp)
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND
