# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for schedules. Pure."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from datetime import datetime

from .questions import survey_of
from .rule import (
    JOB_TEMPLATE,
    WORKFLOW,
    Finding,
    Rule,
    Scene,
    quoted,
)

_MAX_COUNT = 999
_START = re.compile(r"DTSTART(?:;TZID=([^:;\s]+))?:(\d{8}T\d{6})(Z?)(?=\s|$)")
_RULE = re.compile(r"(?:EX)?RULE:(\S*)")
_UNITS = ("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_NUMBERED_DAY = re.compile(r"[+-]?\d+[A-Z]{2}")


def refusal_of(rule: str) -> str:
    """What is wrong with a rule for dates, empty if a controller takes it."""
    starts = _START.findall(rule)
    if len(starts) != 1 or rule.count("DTSTART") != 1:
        return "it needs one DTSTART, such as DTSTART:20270101T020000Z"
    zone, moment, utc = starts[0]
    if bool(zone) == bool(utc):
        return "DTSTART needs a zone: a Z at its end, or ;TZID=Europe/Berlin before the colon"
    known = zoneinfo.available_timezones()
    if zone and known and zone not in known:
        return f"{zone} is no time zone. Use a name such as Europe/Berlin"
    if not _is_moment(moment):
        return "the date or time in DTSTART does not exist"
    if "EXDATE" in rule or "RDATE" in rule:
        return "a controller takes no EXDATE and no RDATE"
    if "RRULE:" not in rule:
        return "it has no RRULE, such as RRULE:FREQ=DAILY;INTERVAL=1"
    return next(filter(None, map(_refusal_of_part, _RULE.findall(rule))), "")


def _is_moment(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%dT%H%M%S")
    except ValueError:
        return False
    return True


def _refusal_of_part(part: str) -> str:
    values = dict(pair.partition("=")[::2] for pair in part.split(";"))
    if values.get("FREQ") not in _UNITS:
        return f"FREQ must be one of {', '.join(_UNITS)}"
    if not values.get("INTERVAL", "").isdigit() or int(values["INTERVAL"]) < 1:
        return "it needs an INTERVAL of at least 1"
    if not values.get("COUNT", "1").isdigit() or int(values.get("COUNT", "1")) > _MAX_COUNT:
        return f"COUNT must be at most {_MAX_COUNT}"
    if "COUNT" in values and "UNTIL" in values:
        return "it can have COUNT or UNTIL, not both"
    if _NUMBERED_DAY.search(values.get("BYDAY", "")):
        return "BYDAY takes no numbers"
    return ""


def _bad_rule(scene: Scene) -> Iterator[Finding]:
    for schedule in scene.of("schedule"):
        refusal = refusal_of(schedule.text("rrule"))
        if refusal:
            yield schedule, f"a controller refuses its rrule `{schedule.text('rrule')}`: {refusal}."


def _without_answers(scene: Scene) -> Iterator[Finding]:
    templates = scene.by_name(JOB_TEMPLATE, WORKFLOW)
    for schedule in scene.of("schedule"):
        template = templates.get(schedule.text("unified_job_template"))
        required = [question.variable for question in survey_of(template) if question.is_required] if template else []
        missing = [variable for variable in required if variable not in schedule.mapping("extra_data")]
        if missing:
            yield (
                schedule,
                f"it does not answer {quoted(missing)}, which is required even with a default. Add it to its answers.",
            )


RULES = (
    Rule(
        "schedule-rule",
        f"The rule of a schedule has one DTSTART with a zone, an INTERVAL, and a COUNT of at most {_MAX_COUNT}.",
        _bad_rule,
    ),
    Rule("schedule-without-answers", "A schedule answers the required questions of its template.", _without_answers),
)
