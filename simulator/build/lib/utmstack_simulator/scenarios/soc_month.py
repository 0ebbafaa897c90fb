# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario ``soc-month``: thirty days of about 4,300 alerts, and what three analysts decided about them.

An alert is the same whenever the month ends, apart from its times. The alerts of the last day, and those that wait for
the weekly bulk action, are open. `worked_alerts` makes a month of any size, one alert at a time.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..backend.start import Start
from .alert_documents import Sides, open_alert, stored
from .soc_month_stories import ADDRESSES, ASSETS, DAYS, DEFAULT_COUNT, INCIDENT, PATTERNS, TAG_RULE, USERS, Pattern
from .soc_month_work import HANDLINGS, Case, Work

SEED = 20261129
# The month begins so much later, so that who reads the last thirty days soon after its end still reads all of it.
MARGIN = timedelta(hours=1)
_NAMESPACE = uuid.UUID("5b1c9f1e-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class WorkedAlert:
    """An alert at the end of the month.

    :param pattern: key of its pattern.
    :param row: the document `{"index", "id", "source"}`.
    :param history: what its rows in the alert history say, without `id`.
    """

    pattern: str
    row: dict[str, Any]
    history: tuple[dict[str, Any], ...]


def start(dialect: str, now: datetime) -> Start:
    """The month that ends at `now`."""
    worked = list(worked_alerts(dialect, now))
    history = sorted((row for alert in worked for row in alert.history), key=lambda row: str(row["logDate"]))
    return Start(
        documents=[alert.row for alert in worked],
        history=history,
        incidents=[_incident([alert.row["source"] for alert in worked if alert.pattern == "attack"])],
        tag_rules=[TAG_RULE],
        assets=ASSETS,
        users=USERS,
    )


def worked_alerts(dialect: str, now: datetime, count: int = DEFAULT_COUNT) -> Iterator[WorkedAlert]:
    """About `count` alerts in the order of time; any size has the same patterns in the same proportions."""
    chance = random.Random(SEED)
    numbers = {pattern.key: 0 for pattern in PATTERNS}
    logged: dict[str, int] = {}
    for day in range(DAYS):
        begin = now - timedelta(days=DAYS - day)
        moments = [
            (_moment(pattern, begin, day == 0, chance), pattern)
            for pattern in PATTERNS
            for _number in range(_alerts_on(pattern, day, count / DEFAULT_COUNT))
        ]
        moments.sort(key=lambda pair: pair[0])
        parents: dict[str, list[WorkedAlert]] = {}
        for moment, pattern in moments:
            number = numbers[pattern.key]
            numbers[pattern.key] += 1
            # Not of the common sequence: the order of the alerts of a day depends on when the day ends.
            case = Case(day, number, moment, now, random.Random(f"{SEED} {pattern.key} {number}"), logged)
            earlier = parents.setdefault(pattern.key, [])
            if dialect == "v11" and earlier and _repeats(pattern, number):
                yield _echo(_alert(dialect, pattern, case), case.chance.choice(earlier).row["source"], pattern, moment)
                continue
            alert = _worked(dialect, pattern, case)
            earlier.append(alert)
            yield alert


def _repeats(pattern: Pattern, number: int) -> bool:
    """Whether this alert of a pattern is the echo of an earlier one of the day."""
    return pattern.story.echoes > 0 and (number + 1) % round(1 / pattern.story.echoes) == 0


def _alerts_on(pattern: Pattern, day: int, factor: float) -> int:
    """How many alerts of a pattern a day has."""
    if day not in pattern.days:
        return 0
    share = pattern.daily * (factor if pattern.scaled else 1)
    place = pattern.days.index(day)
    return int((place + 1) * share) - int(place * share)


def _moment(pattern: Pattern, begin: datetime, first: bool, chance: random.Random) -> datetime:
    """A time within the 24 hours from `begin`, in the hours of the pattern.

    :param first: whether this is the first day.
    """
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + timedelta(hours=chance.uniform(*pattern.story.hours))
    if moment < begin:
        moment += timedelta(days=1)
    if first and moment < begin + MARGIN:
        moment += MARGIN
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _alert(dialect: str, pattern: Pattern, case: Case) -> dict[str, Any]:
    """The open alert; users take turns, so that each has the same share of every pattern."""
    story, chance = pattern.story, case.chance
    host = chance.choice(story.targets)
    user = story.users[case.number % len(story.users)]
    sides = Sides(chance.choice(story.sources), chance.randrange(1024, 65535), user, host, ADDRESSES[host])
    alert_id = str(uuid.uuid5(_NAMESPACE, f"{pattern.key} {case.number}"))
    source = open_alert(dialect, story, alert_id, case.moment, sides)
    if dialect == "v11" and pattern.logged:
        for event in (*source["events"], source["lastEvent"]):
            event["log"] = {"action": "alert", "src_ip": sides.address, "dst_host": host}
    return source


def _worked(dialect: str, pattern: Pattern, case: Case) -> WorkedAlert:
    work = Work(dialect, _alert(dialect, pattern, case))
    handle: Callable[[Work, Case], None] = HANDLINGS[pattern.handling]
    handle(work, case)
    return WorkedAlert(pattern.key, stored(dialect, work.source, case.moment), tuple(work.rows))


def _echo(source: dict[str, Any], parent: Mapping[str, Any], pattern: Pattern, moment: datetime) -> WorkedAlert:
    """A repetition of an alert, which follows what is done to it without a row in the history."""
    source["parentId"] = parent["id"]
    for side in ("adversary", "target"):
        source[side] = dict(parent[side])
    source.update({name: parent[name] for name in ("status", "statusLabel", "statusObservation", "tags", "dataSource")})
    return WorkedAlert(pattern.key, stored("v11", source, moment), ())


def _incident(alerts: list[dict[str, Any]]) -> dict[str, Any]:
    """The incident of the attack, with its alerts."""
    created = alerts[0]["incidentDetail"]["creationDate"]
    return {
        "incidentName": INCIDENT,
        "incidentDescription": "Probes of a web server from a workstation",
        "incidentStatus": "COMPLETED",
        "incidentAssignedTo": None,
        "incidentSeverity": max(alert["severity"] for alert in alerts),
        "incidentCreatedDate": created,
        "incidentSolution": alerts[0]["statusObservation"],
        "alertList": [
            {
                "alertId": alert["id"],
                "alertName": alert["name"],
                "alertStatus": alert["status"],
                "alertSeverity": alert["severity"],
            }
            for alert in alerts
        ],
    }
