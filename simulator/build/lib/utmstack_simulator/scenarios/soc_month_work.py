# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How alerts of ``soc-month`` are handled, and the rows that this leaves in the alert history (API facts, 6.6)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..backend.alerts import FALSE_POSITIVE, LABELS, LogEntry, is_logged, note_entry, status_entry, tags_entry
from ..backend.rule_engine import COMPLETED
from ..engine.java import instant_of
from .soc_month_stories import ANALYSTS, AUTOMATION, DAYS, INCIDENT

# The last days before which the alerts of a week are closed at once; later ones wait for the next time.
BULK_DAYS = (6, 13, 20, 27)
# What the collection writes into the observation of an alert that a rule closes.
MARK = 'Renewal is scheduled [utmstack.siem rule="Certificates" rules=3f0c9a61d2b7 run=nightly]'
_TRUE_ONE_OF, _TRUE_AT = 20, 7
_IN_REVIEW, _CLOSED = 3, 5


@dataclass(frozen=True)
class Case:
    """An alert to handle.

    :param day: day of the month, the last one is today.
    :param number: place among the alerts of its pattern.
    :param logged: alerts of each bulk action so far.
    """

    day: int
    number: int
    moment: datetime
    now: datetime
    chance: random.Random
    logged: dict[str, int]

    @property
    def is_today(self) -> bool:
        """Whether analysts have not yet come to the alert."""
        return self.day == DAYS - 1

    def end_of(self, day: int) -> datetime:
        """When a day of the month ends."""
        return self.now - timedelta(days=DAYS - day - 1)

    def soon(self) -> datetime:
        """A time within four hours, when an analyst takes the alert."""
        return self.moment + timedelta(minutes=self.chance.randrange(5, 240))

    def has_row(self, action: str) -> bool:
        """Whether a bulk action still writes a row for this alert, as it does for the first ten."""
        place = self.logged.get(action, 0)
        self.logged[action] = place + 1
        return is_logged(place)


@dataclass
class Work:
    """One alert, and its rows in the history."""

    dialect: str
    source: dict[str, Any]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def _log(self, at: datetime, before: Mapping[str, Any], entry: LogEntry) -> None:
        self.rows.append(
            {
                "alertId": self.source["id"],
                "logUser": entry.user,
                "logDate": instant_text(at),
                "logAction": entry.action,
                "logOldValue": json.dumps(before, separators=(",", ":")),
                "logNewValue": entry.new,
                "logMessage": entry.message,
            }
        )

    def set_status(self, user: str, at: datetime, status: int, observation: str, logged: bool = True) -> None:
        """Set the status."""
        change = {"status": status, "statusLabel": LABELS[status], "statusObservation": observation}
        if logged:
            self._log(at, self.source, status_entry(user, self.source, change))
        self.source.update(change)

    def set_tags(self, user: str, at: datetime, tags: list[str], logged: bool = True) -> None:
        """Replace the tags."""
        if logged:
            self._log(at, self.source, tags_entry(user, tags))
        self.source["tags"] = tags

    def set_note(self, user: str, at: datetime, note: str) -> None:
        """Replace the note."""
        self._log(at, self.source, note_entry(user, note))
        self.source["notes"] = note

    def close_as_false_positive(self, user: str, at: datetime, observation: str, logged: bool = True) -> None:
        """Complete the alert with the tag: v11 does so in one request, and logs only its last step."""
        if self.dialect == "v11":
            self.set_status(user, at, _CLOSED, observation, logged=False)
            self.set_tags(user, at, [FALSE_POSITIVE], logged=False)
        else:
            self.set_tags(user, at - timedelta(seconds=2), [FALSE_POSITIVE], logged)
        self.set_status(user, at, _CLOSED, observation, logged)


def instant_text(moment: datetime) -> str:
    """A time as the history holds it."""
    return instant_of(int(moment.timestamp() * 1000))


def on_duty(moment: datetime) -> str:
    """The analyst of the shift, which changes every eight hours and rotates from day to day."""
    return ANALYSTS[(moment.toordinal() + moment.hour // 8) % len(ANALYSTS)]


def each_as_false_positive(work: Work, case: Case) -> None:
    """The analyst on duty closes each alert within hours."""
    if not case.is_today:
        at = case.soon()
        work.close_as_false_positive(on_duty(at), at, "Known job, checked with the owner")


def weekly_as_false_positive(work: Work, case: Case) -> None:
    """One analyst closes the alerts of a week at once."""
    week = next((week for week, day in enumerate(BULK_DAYS) if case.day < day), None)
    if week is not None:
        at = case.end_of(BULK_DAYS[week] - 1) + timedelta(minutes=5)
        user = ANALYSTS[week % len(ANALYSTS)]
        work.close_as_false_positive(user, at, "Planned vulnerability scan", case.has_row(f"scans {week}"))


def at_once_as_false_positive(work: Work, case: Case) -> None:
    """One analyst closes all alerts of the day at its end."""
    at = case.end_of(case.day) + timedelta(minutes=5)
    work.close_as_false_positive(ANALYSTS[2], at, "Planned upgrade", case.has_row("upgrade"))


def nearly_always_false_positive(work: Work, case: Case) -> None:
    """One of twenty alerts of each user is an attack, the others are mistyped passwords."""
    if case.is_today:
        return
    at = case.soon()
    if case.number // 5 % _TRUE_ONE_OF == _TRUE_AT:
        work.set_status(on_duty(at), at, _CLOSED, "Account was locked and its password reset")
    else:
        work.close_as_false_positive(on_duty(at), at, "User mistyped the password")


def incident(work: Work, case: Case) -> None:
    """The alerts belong to an incident, and closing it completes them."""
    created, at = case.now - timedelta(days=18, hours=-2), case.now - timedelta(days=17)
    work.source["isIncident"] = True
    work.source["incidentDetail"] = {
        "createdBy": ANALYSTS[0],
        "observation": "",
        "creationDate": instant_text(created),
        "source": "UTMStack",
        "incidentName": INCIDENT,
        "incidentId": "101",
    }
    work.set_status(ANALYSTS[1], at, _CLOSED, "Workstation was reinstalled", case.has_row("incident"))


def true_positive(work: Work, case: Case) -> None:
    """An analyst takes the alert in review, notes what was found and completes it without the tag."""
    at = case.soon()
    work.set_status(on_duty(at), at, _IN_REVIEW, "Asked the owner")
    work.set_note(on_duty(at), at + timedelta(minutes=20), "Owner knows of no such job, account disabled")
    work.set_status(on_duty(at), at + timedelta(minutes=40), _CLOSED, "Credentials were stolen and are revoked")


def automation(work: Work, case: Case) -> None:
    """A rule of the collection closes the alerts at the next full hour."""
    at = case.moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if at <= case.now:
        work.close_as_false_positive(AUTOMATION, at, MARK, case.has_row(f"run {at}"))


def tag_rule(work: Work, case: Case) -> None:
    """A tag rule of the server closes the alert on arrival, which leaves no row."""
    change = {"tags": [FALSE_POSITIVE], "TagRulesApplied": [501]}
    work.source.update(change, status=_CLOSED, statusLabel=LABELS[_CLOSED], statusObservation=COMPLETED)


def various(work: Work, case: Case) -> None:
    """Three of ten alerts are false positives and three are true ones, the others are in work or still open."""
    drawn, at = case.chance.random(), case.soon()
    if case.is_today or drawn < 0.2:
        return
    user = on_duty(at)
    if drawn < 0.5:
        work.close_as_false_positive(user, at, "Expected behavior")
    elif drawn < 0.8:
        work.set_status(user, at, _CLOSED, "Handled with the owner of the host")
    elif drawn < 0.9:
        work.set_status(user, at, _IN_REVIEW, "Waiting for an answer")
    else:
        work.set_tags(user, at, ["Tier 1"])


HANDLINGS: Mapping[str, Callable[[Work, Case], None]] = {
    handling.__name__: handling
    for handling in (
        each_as_false_positive,
        weekly_as_false_positive,
        at_once_as_false_positive,
        nearly_always_false_positive,
        incident,
        true_positive,
        automation,
        tag_rule,
        various,
    )
}
