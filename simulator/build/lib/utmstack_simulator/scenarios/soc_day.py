# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario ``soc-day``: a plausible day of about 1,200 alerts, reproducible for the same start time.

Scanners make noise at night, an attacker guesses passwords, users click on links, and backups look like exfiltration.
Analysts have already worked on part of the day: alerts are in review, completed, tagged or have notes. Some names are
hostile.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ..backend.alerts import FALSE_POSITIVE, LABELS
from ..backend.start import Start
from .alert_documents import SEVERITIES, Sides, open_alert, stored
from .soc_day_stories import HOSTILE_NAMES, STORIES, Story

SEED = 20261120
_NAMESPACE = uuid.UUID("5b1c9f1e-0000-4000-8000-000000000000")


def start(dialect: str, now: datetime) -> Start:
    """The day that ends at `now`."""
    return Start(documents=documents(dialect, now))


def documents(dialect: str, now: datetime) -> list[dict[str, Any]]:
    """The documents `{"index", "id", "source"}` of the day that ends at `now`; its last quarter is still open."""
    chance = random.Random(SEED)
    rows = [row for story in STORIES for row in _story(dialect, story, now, chance)]
    rows += _hostile(dialect, now, chance)
    rows.sort(key=lambda row: (row["source"]["@timestamp"], row["id"]))
    return rows


def _story(dialect: str, story: Story, now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    earlier: list[dict[str, Any]] = []
    for number in range(story.count):
        moment = _moment(story, now, chance)
        alert_id = str(uuid.uuid5(_NAMESPACE, f"{story.name} {number}"))
        source = open_alert(dialect, story, alert_id, moment, _sides(story, chance))
        if dialect == "v11" and earlier and chance.random() < story.echoes:
            parent = chance.choice(earlier)
            source["parentId"] = parent["id"]
            for side in ("adversary", "target"):
                source[side] = dict(parent[side])
            source.update(status=parent["status"], statusLabel=parent["statusLabel"])
            source["statusObservation"] = parent["statusObservation"]
        else:
            _worked_on(source, moment, now, chance)
            earlier.append(source)
        yield stored(dialect, source, moment)


def _moment(story: Story, now: datetime, chance: random.Random) -> datetime:
    """A time within the last 24 hours, in the story's hours if possible."""
    first, end = story.hours
    hour = chance.uniform(first, end)
    moment = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)
    while moment > now:
        moment -= timedelta(days=1)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _sides(story: Story, chance: random.Random) -> Sides:
    host, user = chance.choice(story.targets), chance.choice(story.users)
    return Sides(chance.choice(story.sources), chance.randrange(1024, 65535), user, host)


def _worked_on(source: dict[str, Any], moment: datetime, now: datetime, chance: random.Random) -> None:
    """Apply the work of earlier shifts, the more likely the older an alert is."""
    if now - moment < timedelta(seconds=90):
        source.update(status=1, statusLabel=LABELS[1], statusObservation="")
        return
    drawn = chance.random()
    if drawn < 0.06:
        source.update(status=5, statusLabel=LABELS[5], statusObservation="Known test system", tags=[FALSE_POSITIVE])
    elif drawn < 0.12:
        source.update(status=5, statusLabel=LABELS[5], statusObservation="Handled by the day shift")
    elif drawn < 0.18:
        source.update(
            status=3, statusLabel=LABELS[3], statusObservation="Asked the owner", notes="Waiting for an answer"
        )
    elif drawn < 0.22:
        source.update(tags=["Tier 1"])
    elif drawn < 0.24:
        source.update(status=1, statusLabel=LABELS[1], statusObservation="")


def _hostile(dialect: str, now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Alerts whose names attack terminals, spreadsheets, browsers and templates."""
    for number, name in enumerate(HOSTILE_NAMES):
        story = STORIES[2]
        moment = (now - timedelta(hours=1, minutes=number)).replace(microsecond=0)
        alert_id = str(uuid.uuid5(_NAMESPACE, f"hostile {number}"))
        source = open_alert(dialect, story, alert_id, moment, _sides(story, chance))
        source.update(name=name, description=name, severity=1 + number % 3, severityLabel=SEVERITIES[1 + number % 3])
        yield stored(dialect, source, moment)
