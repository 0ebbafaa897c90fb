# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an event source stands: which alerts it knows, and from which time on it looks for others. Pure."""

from __future__ import annotations

import hashlib
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ...model.alert import RELEASED, Alert
from ...times import exact, exact_time, stored_time
from .sighting import OPENED, REOPENED

# Seconds before the low watermark that every poll looks at again: alerts are indexed after the time that they hold, and
# the clocks of log sources differ. What is later still is found when all alerts are compared.
OVERLAP = 300


@dataclass(frozen=True)
class Glance:
    """What one poll has read, all times as exact times of the server.

    :param now: the time of the server, None if it reports none.
    :param in_review: the oldest time of an alert in automatic review, None for none; read *before* the IDs, so that an
        alert that was released in between is found by the next poll.
    :param ids: of the alerts that match.
    :param bound: the time from which on they were read, None for all alerts.
    """

    now: str | None
    in_review: str | None
    ids: Sequence[str]
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

    known: set[int] = field(default_factory=set)
    times: dict[int, str] = field(default_factory=dict)
    left: dict[int, str] = field(default_factory=dict)
    newest: str | None = None
    in_review: str | None = None
    horizon: str = ""
    rounds: int = 0

    @property
    def bound(self) -> str | None:
        """The time from which on the next poll looks for alerts; None for all, because no time is known."""
        if self.newest is None:
            return None
        moment = stored_time(min(self.newest, self.in_review or self.newest))
        return None if moment is None else exact(moment - timedelta(seconds=OVERLAP))

    def unknown(self, glance: Glance) -> list[str]:
        """The IDs of a glance that need a report."""
        return [alert_id for alert_id in glance.ids if digest_of(alert_id) not in self.known]

    def kind_of(self, alert: Alert, now: str | None) -> tuple[str, int]:
        """The kind of an unknown alert, and which occurrence this is.

        :param now: the time of the server.
        """
        if digest_of(alert.id) in self.left:
            return REOPENED, self.rounds + 1
        moment = exact_time(alert.timestamp)
        if moment is not None and moment >= self.horizon:
            # Of a time to come, it may have been known once.
            return OPENED, 0 if now is None or moment <= now else self.rounds + 1
        # Who completes an alert and opens it again writes another observation.
        is_new = alert.observation in ("", RELEASED) or alert.status == "automatic_review"
        return OPENED if is_new else REOPENED, self.rounds + 1

    def start(self, glance: Glance, reported: Iterable[str], since: str | None) -> None:
        """Take the alerts of the first glance as known, without a report.

        :param reported: the IDs of those that are to be reported nevertheless.
        :param since: the time from which on these are.
        """
        self.known = set(map(digest_of, glance.ids)).difference(map(digest_of, reported))
        self.newest, self.in_review = glance.now, glance.in_review
        self.horizon = since or self.bound or ""

    def advance(self, glance: Glance, alerts: Iterable[Alert], is_reported: bool) -> bool:
        """Go on after a poll.

        :param alerts: those that were unknown.
        :param is_reported: whether anything is reported, of them or of others.
        :returns: whether alerts have left.
        """
        matching = set(map(digest_of, glance.ids))
        if glance.bound is None:
            gone = self.known - matching
        else:
            gone = {one for one, moment in self.times.items() if moment >= glance.bound} - matching
        self.known -= gone
        for one in gone:
            self.times.pop(one, None)
            self.left[one] = self.newest or ""
        for alert in alerts:
            self._take(alert, glance.now)
        self.rounds += is_reported
        self.in_review = glance.in_review
        bound = self.bound or ""
        self.horizon = max(self.horizon, bound)
        self.times = {one: moment for one, moment in self.times.items() if moment >= bound}
        self.left = {one: moment for one, moment in self.left.items() if moment >= self.horizon}
        return bool(gone)

    def _take(self, alert: Alert, now: str | None) -> None:
        one, moment = digest_of(alert.id), exact_time(alert.timestamp)
        self.known.add(one)
        self.left.pop(one, None)
        if moment is not None:
            self.times[one] = moment
            self.newest = max(self.newest or "", moment if now is None else min(moment, now))

    def as_json(self, without: Iterable[str]) -> dict[str, Any]:
        """The position for a file.

        :param without: IDs of alerts whose report may be lost with this process.
        """
        by_time: dict[str, set[int]] = {}
        for one, moment in self.left.items():
            by_time.setdefault(moment, set()).add(one)
        return {
            "known": _packed(self.known.difference(map(digest_of, without))),
            "left": {moment: _packed(ones) for moment, ones in by_time.items()},
            "newest": self.newest,
            "in_review": self.in_review,
            "horizon": self.horizon,
            "rounds": self.rounds,
        }


def position_from(saved: Mapping[str, Any]) -> Position:
    """The position that `as_json` returned."""
    return Position(
        known=set(_unpacked(saved["known"])),
        left={one: moment for moment, ones in saved["left"].items() for one in _unpacked(ones)},
        newest=saved["newest"],
        in_review=saved["in_review"],
        horizon=saved["horizon"],
        rounds=saved["rounds"],
    )


def digest_of(alert_id: str) -> int:
    """64 bits for an ID: of a million alerts, one in eighteen million million is taken for another."""
    return int.from_bytes(hashlib.sha256(alert_id.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _packed(ones: Iterable[int]) -> str:
    numbers = array("Q", sorted(ones))
    return b64encode(b"".join(number.to_bytes(8, "big") for number in numbers)).decode()


def _unpacked(text: str) -> list[int]:
    content = b64decode(text)
    return [int.from_bytes(content[at : at + 8], "big") for at in range(0, len(content), 8)]
