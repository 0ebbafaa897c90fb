# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Business hours of rules, in time zones with summer time."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.business_hours import business_hours
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import (
    RuleIndex,
    decide,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rehearsal import rehearse
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules, rules_digest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suppressions import sort_out
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import zone_named

BERLIN, NEW_YORK = zone_named("Europe/Berlin"), zone_named("America/New_York")
OFFICE = {"days": ["mon-fri"], "hours": "08:00-18:00"}
RULE = {"name": "Office", "when": {"severity": "low"}, "then": {"status": "completed"}}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def minutes_in(given: Any, zone: Any, begin: str, days: int = 1) -> int:
    """How many minutes of these days, which begin at a time in UTC, are in the hours; looked at every half hour."""
    hours = business_hours(given, zone)
    return 30 * sum(hours.includes(utc(begin) + timedelta(minutes=30 * number)) for number in range(days * 48))


@pytest.mark.parametrize(
    ("given", "zone", "moment", "inside"),
    [
        (OFFICE, BERLIN, "2026-11-25T07:00", True),  # Wednesday 08:00
        (OFFICE, BERLIN, "2026-11-25T06:59", False),
        (OFFICE, BERLIN, "2026-11-25T16:59", True),
        (OFFICE, BERLIN, "2026-11-25T17:00", False),  # 18:00 is after work
        (OFFICE, NEW_YORK, "2026-11-25T07:00", False),  # 02:00
        (OFFICE, NEW_YORK, "2026-11-25T13:00", True),
        (OFFICE, BERLIN, "2026-07-01T06:00", True),  # summer: two hours ahead
        (OFFICE, NEW_YORK, "2026-07-01T12:00", True),
        (OFFICE, BERLIN, "2026-11-28T10:00", False),  # Saturday
        ({"days": "sat-mon"}, BERLIN, "2026-11-29T10:00", True),
        ({"days": "sat-mon"}, BERLIN, "2026-11-30T22:59", True),
        ({"days": "sat-mon"}, BERLIN, "2026-11-30T23:00", False),  # Tuesday there
        ({"days": "Wednesday"}, BERLIN, "2026-11-24T23:00", True),  # Wednesday there
        ({"hours": ["08:00-12:00", "13:00-18:00"]}, BERLIN, "2026-11-25T11:30", False),
        ({"hours": ["08:00-12:00", "13:00-18:00"]}, BERLIN, "2026-11-25T12:00", True),
        # A night belongs to the day on which it begins.
        ({"days": ["fri"], "hours": "22:00-06:00"}, BERLIN, "2026-11-27T21:00", True),
        ({"days": ["fri"], "hours": "22:00-06:00"}, BERLIN, "2026-11-28T04:59", True),
        ({"days": ["fri"], "hours": "22:00-06:00"}, BERLIN, "2026-11-28T05:00", False),
        ({"days": ["fri"], "hours": "22:00-06:00"}, BERLIN, "2026-11-27T04:00", False),  # Thursday's night
        ({"days": ["sun"], "hours": "22:00-06:00"}, BERLIN, "2026-11-30T04:00", True),  # Monday morning
        ({"hours": "18:00-00:00"}, BERLIN, "2026-11-25T22:59", True),
        ({"hours": "18:00-24:00"}, BERLIN, "2026-11-25T23:00", False),
        ([OFFICE, {"days": "sat", "hours": "9:00-12:00"}], BERLIN, "2026-11-28T08:00", True),
    ],
)
def test_hours_are_those_of_the_clock(given: Any, zone: Any, moment: str, inside: bool) -> None:
    assert business_hours(given, zone).includes(utc(moment)) is inside


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        # 01:00-04:00 on the days on which the clock skips and repeats an hour, and on the day after.
        (BERLIN, "2026-03-28T23:00", 120),
        (BERLIN, "2026-03-29T22:00", 180),
        (BERLIN, "2026-10-24T22:00", 240),
        (NEW_YORK, "2026-03-08T05:00", 120),
        (NEW_YORK, "2026-11-01T04:00", 240),
        (NEW_YORK, "2026-11-02T05:00", 180),
    ],
)
def test_a_skipped_hour_is_missing_and_a_repeated_one_counts_twice(zone: Any, day: str, minutes: int) -> None:
    assert minutes_in({"hours": "01:00-04:00"}, zone, day) == minutes


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize("begin", ["2026-03-02T00:00", "2026-10-19T00:00"])
def test_hours_and_the_remaining_hours_fill_every_week(zone: Any, begin: str) -> None:
    both = [{"days": "mon-sun", "hours": hours} for hours in ("06:00-22:00", "22:00-06:00")]
    assert minutes_in(both, zone, begin, days=28) == 28 * 24 * 60
    apart = [minutes_in(one, zone, begin, days=28) for one in both]
    assert sum(apart) == 28 * 24 * 60


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, ["`during` has None", "08:00-18:00"]),
        ([], ["`during` is empty"]),
        ({}, ["`during` has {}"]),
        ("mon-fri", ["`during` has 'mon-fri'", "dictionary"]),
        ([OFFICE, "08:00-18:00"], ["`during` has '08:00-18:00'"]),
        ({"day": "mon"}, ["no key 'day'", "Did you mean days?"]),
        ({"days": []}, ["`during.days` is empty"]),
        ({"days": "mon-fry"}, ["'mon-fry'", "sun"]),
        ({"days": "mo"}, ["'mo'", "mon"]),
        ({"days": "Fryday"}, ["Did you mean friday"]),
        ({"days": [True]}, ["`during.days` has True", "no text"]),
        ({"days": "mon-"}, ["'mon-'"]),
        ({"hours": []}, ["`during.hours` is empty"]),
        # YAML reads 22:00 as a number of minutes.
        ({"hours": 1320}, ["`during.hours` has 1320", "no text"]),
        ({"hours": "8-18"}, ["'8-18'", "08:00-18:00"]),
        ({"hours": "08:00"}, ["'08:00'"]),
        ({"hours": "08:00-25:00"}, ["'08:00-25:00'", "24:00"]),
        ({"hours": "08:60-18:00"}, ["'08:60-18:00'"]),
        ({"hours": "24:00-06:00"}, ["'24:00-06:00'"]),
        ({"hours": "08:00-08:00"}, ["begins when it ends", "00:00-24:00"]),
        ({"hours": "\u0661\u0660:00-18:00"}, ["`during.hours`"]),
        ({"hours": "\x1b[2J"}, ["x1b"]),
        ({"days": "x" * 10_000}, ["`during.days`"]),
    ],
)
def test_what_is_no_business_hour_is_refused_with_rule_key_and_example(given: Any, words: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_rules([{**RULE, "during": given}], V11, utc("2026-11-25T12:00"))
    assert "'Office'" in refused.value.message
    assert all(word in refused.value.message for word in words), refused.value.message
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 400


@pytest.mark.parametrize("dialect", [V10, V11])
def test_a_rule_applies_by_the_time_of_the_alert(dialect: Dialect) -> None:
    (rule,) = read_rules([{**RULE, "during": OFFICE}], dialect, utc("2026-11-28T00:00").astimezone(BERLIN))

    def decided(timestamp: Any) -> Any:
        document = {"id": "a", "name": "Scan", "severity": 1, "status": 2, "@timestamp": timestamp}
        return decide(alert_from(document, dialect), RuleIndex([rule])).acting

    assert not decided("2026-11-25T17:00:00.000Z")
    assert not decided(None)
    assert not decided("when it happened")
    assert decided("2026-11-25T09:00:00+02:00")
    (hit,) = decided("2026-11-25T16:59:59.999Z")
    assert hit.why["@timestamp"] == "2026-11-25T16:59:59.999Z"


def test_the_digest_covers_the_time_zone_when_a_rule_depends_on_it() -> None:
    zones = ("UTC", "Europe/Berlin", "America/New_York")

    def digests(row: dict[str, Any]) -> list[str]:
        return [rules_digest([row], zone) for zone in zones]

    same = [
        RULE,
        {**RULE, "when": {"since": "24h"}},
        {**RULE, "when": {"since": "2026-11-25T00:00:00Z"}},
        {**RULE, "unless": {"where": [{"field": "x", "operator": "is_one_of", "value": ["24h", 5, None]}]}},
        {**RULE, "description": "Only on 2026-11-25"},
    ]
    local = [
        {**RULE, "during": OFFICE},
        {**RULE, "when": {"since": "today"}},
        {**RULE, "unless": {"until": "2026-11-25"}},
        {**RULE, "when": {"where": [{"field": "x", "operator": "is_between", "value": ["2026-11-25", "24h"]}]}},
    ]
    assert [len(set(digests(row))) for row in same] == [1] * len(same)
    assert [len(set(digests(row))) for row in local] == [3] * len(local)
    # A version that was stored before there were time zones stays the same.
    assert all(digests(row)[0] == rules_digest([row]) for row in (*same, *local))


@pytest.mark.parametrize(("zone", "rule"), [("Europe/Berlin", "Office"), ("America/New_York", None), ("UTC", "Office")])
def test_the_offline_test_of_rules_uses_the_same_time_zone(zone: str, rule: str | None) -> None:
    document = {"id": "a", "name": "Scan", "severity": 1, "status": 2, "@timestamp": "2026-11-25T08:30:00.000Z"}
    found = rehearse([document], [{**RULE, "during": OFFICE}], now="2026-11-25T12:00:00Z", time_zone=zone)
    assert found["verdicts"]["a"]["rule"] == rule


@pytest.mark.parametrize(("zone", "rule"), [("Europe/Berlin", "Office"), ("America/New_York", None)])
def test_the_time_of_an_offline_test_is_local(zone: str, rule: str | None) -> None:
    document = {"id": "a", "name": "Scan", "severity": 1, "status": 2, "@timestamp": "2026-11-25T00:30:00.000Z"}
    today = {**RULE, "when": {"since": "today"}}
    found = rehearse([document], [today], now="2026-11-25T12:00:00", time_zone=zone)
    assert found["verdicts"]["a"]["rule"] == rule


KNOWN = {"name": "Backup", "query": {"name": ["Backup"]}, "expires": "2026-11-25"}


@pytest.mark.parametrize(
    ("zone", "now", "active"),
    [
        (BERLIN, "2026-11-25T22:59", True),
        (BERLIN, "2026-11-25T23:00", False),
        (NEW_YORK, "2026-11-25T23:00", True),
        (NEW_YORK, "2026-11-26T04:59", True),
        (NEW_YORK, "2026-11-26T05:00", False),
        (timezone.utc, "2026-11-25T23:59", True),
        (timezone.utc, "2026-11-26T00:00", False),
    ],
)
def test_a_suppression_ends_with_the_local_day(zone: Any, now: str, active: bool) -> None:
    sorted_out = sort_out([KNOWN], utc(now).astimezone(zone), "", "Known benign")
    assert sorted_out["active"] == (["Backup"] if active else [])


def test_business_hours_of_a_suppression_stand_in_its_rule() -> None:
    now = utc("2026-11-20T12:00").astimezone(BERLIN)
    assert sort_out([{**KNOWN, "during": OFFICE}], now, "", "")["rules"][0]["during"] == OFFICE
    with pytest.raises(InvalidInput, match=r"Suppression 1 \('Backup'\): `during.hours` has '8-18'"):
        sort_out([{**KNOWN, "during": {"hours": "8-18"}}], now, "", "")
    with pytest.raises(InvalidInput, match=r"\('Backup'\): `during` cannot stand in a tag rule"):
        sort_out([{**KNOWN, "during": OFFICE, "tag_rule": True}], now, "", "")


@pytest.mark.parametrize(
    ("zone", "expires", "description"),
    [
        (timezone.utc, "2026-11-25", "Suppressed until 2026-11-25"),
        (BERLIN, "2026-11-25", "Suppressed until 2026-11-25 Europe/Berlin"),
        (BERLIN, "2026-11-25T10:00Z", "Suppressed until 2026-11-25T10:00Z"),
    ],
)
def test_the_description_of_a_tag_rule_names_the_time_zone(zone: Any, expires: str, description: str) -> None:
    now = utc("2026-11-20T12:00").astimezone(zone)
    (rule,) = sort_out([{**KNOWN, "expires": expires, "tag_rule": True}], now, "", "")["tag_rules"]
    assert rule["description"] == description


def test_every_day_has_two_names() -> None:
    moments = [utc("2026-11-23T12:00") + timedelta(days=number) for number in range(7)]
    for short, moment in zip(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], moments):
        inside = [business_hours({"days": name}, timezone.utc).includes(moment) for name in (short, f"{moment:%A}")]
        assert inside == [True, True]
    pairs = itertools.product(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], repeat=2)
    lengths = [minutes_in({"days": f"{first}-{last}"}, timezone.utc, "2026-11-23T00:00", 7) for first, last in pairs]
    assert sorted(lengths) == sorted(number * 24 * 60 for number in range(1, 8) for _again in range(7))
