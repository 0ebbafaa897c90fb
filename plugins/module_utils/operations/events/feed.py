# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alerts that are new on a server: what an event source polls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from itertools import chain
from typing import Any

from ...client.client import Client
from ...errors import UtmstackError
from ...model.alert import Alert, in_time_order
from ...times import exact
from .cursor import Cursor
from .deliveries import Deliveries, Delivery, Repeats, delivery_as_json, delivery_from
from .digests import Digests, digest_of
from .followed import Followed
from .position import MAX_WAITING, Glance, Position, position_from
from .reading import InReview, Reads, ServerReads
from .sighting import CHANGED, Sighting, has_new_status, is_untouched, version_of

# Alerts of which one poll reads the documents; the next poll goes on with the others.
MAX_READ = 1000
# While no more alerts match, every poll compares all of them: that is one request as well, and finds at once what
# comes back after it has left.
FEW = 1000


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


@dataclass(frozen=True)
class _Read:
    """All that one poll has read; nothing has changed yet.

    :param documents: of unknown alerts.
    :param left_over: IDs of further ones; `is_cut` if there are even more.
    :param due: sightings to report again if their alert is among `again` and untouched.
    :param looked_at: the documents of alerts that are followed, whose IDs are `followed`.
    """

    glance: Glance
    review: InReview
    reported_from_start: Sequence[str]
    documents: Sequence[Alert]
    left_over: Sequence[str]
    is_cut: bool
    due: Sequence[Delivery]
    again: Mapping[str, Alert]
    followed: Sequence[str]
    looked_at: Sequence[Alert]


class AlertFeed:
    """The alerts that are new on a server, each reported until it is confirmed.

    One thread polls; the other methods may be called meanwhile. While `state()["waiting"]` is not 0, more is to be
    reported than one poll reads, so the next one need not wait.

    Without feedback, an event counts as carried out when the engine has taken so many others, or has had so much time,
    that it cannot hold it any more (`deliveries`). Until then, a restart reports its sightings again, as a restart with
    feedback does with those that are not confirmed: with the same keys.

    :param client: of the server; its waiting budget is that of all polls together.
    :param cursor: where the position is kept.
    :param clock: the time of this host, which is compared with no time of the server.
    :param reads: what to read with, for each poll; None to read from the server.
    """

    def __init__(
        self,
        client: Client,
        options: FeedOptions,
        cursor: Cursor,
        clock: Callable[[], datetime] = _now,
        reads: Callable[[], Reads] | None = None,
    ) -> None:
        self._options = options
        self._cursor = cursor
        self._clock = clock
        self._reads = reads or (lambda: ServerReads(client, options.query, options.include_review))
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._is_changed = False
        self._backlog: dict[str, None] = {}
        self._is_cut = False
        self._in_review: int | None = None
        self._last_round: datetime | None = None
        saved = cursor.position
        repeats = Repeats(options.redeliver_after, options.attempts, options.feedback)
        self._is_first = saved is None
        self._position = Position() if saved is None else position_from(saved)
        watched = [] if saved is None else map(delivery_from, saved["watched"])
        self._deliveries = Deliveries(repeats, watched)
        # Of the process before this one, by ID; reported again when their alerts are read.
        self._lost: dict[str, list[Delivery]] = {}
        for one in [] if saved is None else map(delivery_from, saved["open"]):
            self._lost.setdefault(one.alert_id, []).append(one)
            if one.kind != CHANGED:
                # Should it be completed and opened again in between, that is another occurrence.
                self._position.leave(one.alert_id)
        self._followed = Followed(options.changed, None if saved is None else saved["followed"])

    def poll(self) -> list[Sighting]:
        """What is to be reported now. A poll that fails changes nothing.

        :raises UtmstackError: the server did not answer as needed.
        """
        now = self._clock()
        read = self._read(now)
        with self._lock:
            return self._advance(read, now)

    def _read(self, now: datetime) -> _Read:
        reads, position, to_follow = self._reads(), self._position, self._followed.most
        reported: list[str] = []
        if self._is_first:
            # What is open now is known; what comes, or is released, from now on is not.
            since, bound = self._options.since, None
            found = position.look(reads.matching(None), to_follow)
            reported = [] if since is None else list(reads.matching(exact(since)))
            found = replace(
                found,
                digests=Digests(chain(found.digests, map(digest_of, reported))),
                unknown=reported[:MAX_WAITING],
                is_cut=len(reported) > MAX_WAITING,
            )
            review = reads.in_review()
        else:
            review = reads.in_review()
            bound = None if self._is_sweep(now) else position.bound
            found = position.look(reads.matching(bound), to_follow)
        glance = Glance(reads.now(), review.oldest, found.digests, bound)
        unknown = self._unknown(found.unknown, bound)
        asked, left_over = unknown[:MAX_READ], unknown[MAX_READ:]
        with self._lock:
            due = [one for one in self._deliveries.due(now) if self._may_still_match(one)][:MAX_READ]
        # A change is reported again whether the alert matches or not.
        lost = [alert_id for alert_id, ones in self._lost.items() if any(one.kind == CHANGED for one in ones)]
        again = list(dict.fromkeys([*(one.alert_id for one in due), *lost]))
        followed = self._followed.to_read(found.first) if bound is None and self._is_round(now) else []
        return _Read(
            glance,
            review,
            reported,
            reads.documents(asked) if asked else [],
            left_over,
            found.is_cut,
            due,
            {alert.id: alert for alert in reads.present(again)} if again else {},
            followed,
            reads.present(followed) if followed else [],
        )

    def _is_round(self, now: datetime) -> bool:
        """Whether all alerts that match are to be compared now."""
        last = self._last_round
        # The clock may have been set back.
        return last is None or not 0 <= (now - last).total_seconds() < self._options.reconcile

    def _is_sweep(self, now: datetime) -> bool:
        few = len(self._position.known) + len(self._backlog) <= FEW
        return few or self._is_cut or self._is_round(now)

    def _unknown(self, found: Sequence[str], bound: str | None) -> list[str]:
        """The IDs of alerts to report; of those that had to wait, the ones that still match."""
        unknown = dict.fromkeys(found)
        waiting = [one for one in self._backlog if bound is not None or one in unknown]
        return list(dict.fromkeys([*waiting, *unknown]))

    def _may_still_match(self, one: Delivery) -> bool:
        return one.kind == CHANGED or digest_of(one.alert_id) in self._position.known

    def _advance(self, read: _Read, now: datetime) -> list[Sighting]:
        """Go on from what was read."""
        glance, position = read.glance, self._position
        if self._is_first:
            since = self._options.since
            position.start(glance, read.reported_from_start, None if since is None else exact(since))
        documents = in_time_order(read.documents, newest_first=False)
        found = [sighting for alert in documents for sighting in self._sightings(alert, glance.now, now)]
        found += self._lost_changes(read.again) + self._changes(read, now)
        gone = position.advance(glance, documents, bool(found))
        again = self._repeated(read, now)
        self._forget_gone(gone)
        if glance.bound is None:
            self._forget_lost(glance.matching)
        if self._is_round(now):
            self._last_round = now
        self._backlog, self._is_cut = dict.fromkeys(read.left_over), read.is_cut
        self._in_review = read.review.number
        sightings = [*found, *again]
        for sighting in sightings:
            self._deliveries.begin(sighting)
        self._is_changed = self._is_changed or self._is_first or bool(gone) or bool(sightings)
        self._is_first = False
        return sightings

    def _sightings(self, alert: Alert, server_now: str | None, now: datetime) -> list[Sighting]:
        """What to report of an unknown alert: what the process before this one may have lost, or a new sighting."""
        lost = [one for one in self._lost.pop(alert.id, ()) if not has_new_status(alert, one.state)]
        if lost:
            return [Sighting(alert, one.kind, one.version, one.attempt, one.seen_at, one.before) for one in lost]
        kind, occurrence = self._position.kind_of(alert, server_now)
        return [Sighting(alert, kind, version_of(alert, kind, occurrence), 1, now)]

    def _lost_changes(self, present: Mapping[str, Alert]) -> list[Sighting]:
        """Changes that the process before this one may have lost."""
        found = []
        for alert_id, ones in list(self._lost.items()):
            changes = [one for one in ones if one.kind == CHANGED]
            self._lost[alert_id] = [one for one in ones if one.kind != CHANGED]
            if alert_id in present:
                alert = present[alert_id]
                found += [
                    Sighting(alert, CHANGED, one.version, one.attempt, one.seen_at, one.before) for one in changes
                ]
        return found

    def _changes(self, read: _Read, now: datetime) -> list[Sighting]:
        """Changes of the alerts that are followed, apart from those that are reported anyway."""
        reported = {alert.id for alert in read.documents}
        others = [alert for alert in read.looked_at if alert.id not in reported]
        changes = self._followed.changes(others, self._position.rounds + 1)
        self._followed.look(read.looked_at, read.followed, read.glance.matching)
        self._followed.follow(read.documents)
        return [Sighting(one.alert, CHANGED, one.version, 1, now, one.before) for one in changes]

    def _repeated(self, read: _Read, now: datetime) -> list[Sighting]:
        """The next attempts of sightings whose alerts are untouched."""
        found = []
        # Some may have been confirmed meanwhile, which makes no difference: they are due all the same.
        for one in read.due:
            alert = read.again.get(one.alert_id)
            if alert is not None and not is_untouched(alert, one.state):
                self._deliveries.leave_alone(one, now)
                continue
            self._deliveries.forget(one)
            if alert is not None:
                found.append(Sighting(alert, one.kind, one.version, one.attempt + 1, one.seen_at, one.before))
        for one in self._deliveries.due(now):
            if not self._may_still_match(one):
                self._deliveries.forget(one)
                self._is_changed = True
        self._is_changed = self._is_changed or bool(read.due)
        return found

    def _forget_gone(self, gone: Collection[int]) -> None:
        """Forget sightings of alerts that have left: should one come back, it is reported as reopened."""
        for one in list(self._deliveries.open.values()) if gone else ():
            if one.kind != CHANGED and digest_of(one.alert_id) in gone:
                self._deliveries.forget(one)

    def _forget_lost(self, matching: Digests) -> None:
        """Forget what the process before this one may have lost of alerts that do not match any more."""
        lost = {one: ones for one, ones in self._lost.items() if ones and digest_of(one) in matching}
        self._is_changed = self._is_changed or lost != self._lost
        self._lost = lost

    def taken(self, keys: Iterable[str]) -> None:
        """Note that the engine has taken one event.

        :param keys: of all sightings of this event.
        """
        with self._lock:
            now = self._clock()
            self._deliveries.take(keys, now)
            self._deliveries.settle(now)
            self._is_changed = True

    def confirmed(self, keys: Iterable[str]) -> None:
        """Note that the engine has stored events.

        :param keys: of their sightings.
        """
        with self._lock:
            self._is_changed = self._deliveries.confirm(keys, self._clock()) or self._is_changed

    def save(self) -> None:
        """Write the position to the cursor if it has changed; before events are put into the queue, and afterwards.

        :raises FileNotWritten: it could not be written, and is to be written again.
        """
        if self._cursor.path is None:
            with self._lock:
                self._deliveries.settle(self._clock())
            return
        with self._saving:
            with self._lock:
                if self._deliveries.settle(self._clock()):
                    self._is_changed = True
                if not self._is_changed or self._is_first:
                    return
                saved, self._is_changed = self._as_json(), False
            try:
                self._cursor.save(saved)
            except UtmstackError:
                self._is_changed = True
                raise

    def _as_json(self) -> dict[str, Any]:
        lost = [one for ones in self._lost.values() for one in ones]
        open_ = [*lost, *self._deliveries.open.values()]
        return {
            **self._position.as_json(without=[one.alert_id for one in open_ if one.kind != CHANGED]),
            "open": [delivery_as_json(one) for one in open_],
            "watched": [delivery_as_json(one) for one in self._deliveries.watched.values()],
            "followed": self._followed.values,
        }

    def state(self) -> Mapping[str, Any]:
        """Figures of health.

        :returns: ``in_automatic_review`` (alerts, at most 10,000; None before the first poll), ``unconfirmed``
            (sightings), ``waiting`` (alerts found and not yet read).
        """
        with self._lock:
            return {
                "in_automatic_review": self._in_review,
                "unconfirmed": len(self._deliveries.open),
                "waiting": len(self._backlog),
            }
