# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that the producer has just written, in automatic review until the rule engine releases them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

from ..backend.alerts import LABELS
from .alert_documents import Sides, open_alert, stored
from .soc_day_stories import STORIES

FIRST_PORT = 40_000


def arriving(dialect: str, count: int, seconds_ago: float) -> list[dict[str, Any]]:
    """Documents of new alerts, all with one time; the stories of ``soc-day`` take turns.

    :param seconds_ago: age of the time; a negative one is in the future.
    """
    moment = datetime.now(timezone.utc) - timedelta(seconds=seconds_ago)
    return [_new_alert(dialect, number, moment) for number in range(count)]


def _new_alert(dialect: str, number: int, moment: datetime) -> dict[str, Any]:
    story = STORIES[number % len(STORIES)]
    round_number = number // len(STORIES)
    sides = Sides(
        address=story.sources[round_number % len(story.sources)],
        port=FIRST_PORT + number % 20_000,
        user=story.users[round_number % len(story.users)],
        host=story.targets[round_number % len(story.targets)],
    )
    source = open_alert(dialect, story, str(uuid.uuid4()), moment, sides)
    source.update(status=1, statusLabel=LABELS[1], statusObservation="")
    return stored(dialect, source, moment)
