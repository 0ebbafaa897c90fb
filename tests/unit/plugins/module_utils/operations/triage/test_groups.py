# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about groups of alerts, on plain data."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_index import AssetIndex
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import (
    RuleIndex,
    decide,
    large_groups,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.groups import BY_KEYS, group_condition
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.judging import decide_all
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules
from ansible_collections.utmstack.siem.plugins.module_utils.writing.selected import Selection

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
RULE: dict[str, Any] = {"name": "R", "when": {"all": True}, "then": {"incident": "Burst"}}


def made(number: int, minute: float | None = 0, **fields: Any) -> Alert:
    moment = None if minute is None else (NOW + timedelta(minutes=minute)).isoformat()
    document = {"id": f"a{number}", "name": "Scan", "status": 2, "severity": 1, "@timestamp": moment}
    return alert_from({**document, "adversary": {"ip": "10.0.0.5"}, **fields}, V11)


def grouped(alerts: list[Alert], *rules: dict[str, Any], **group: Any) -> dict[str, list[str]]:
    """By rule, the alerts on which it acts."""
    rows = rules or ({**RULE, "group": {"by": ["name"], **group}},)
    decisions = decide_all([(Selection(alerts), read_rules(rows, V11, NOW))])
    found: dict[str, list[str]] = {str(row["name"]): [] for row in rows}
    for key, decision in decisions.items():
        for hit in (*decision.acting, *decision.shadowed):
            found[hit.rule.name].append(key)
    return found


def test_a_group_shares_all_values_and_is_large_enough() -> None:
    alerts = [made(1), made(2), made(3, name="Other"), made(4, adversary={"ip": "10.0.0.6"}), made(5)]
    assert grouped(alerts, by=["source_ip", "name"], at_least=3) == {"R": ["a1", "a2", "a5"]}
    assert grouped(alerts, by=["source_ip", "name"], at_least=4) == {"R": []}
    assert grouped(alerts, by="name", at_least=4) == {"R": ["a1", "a2", "a4", "a5"]}


def test_an_alert_without_a_value_is_in_no_group() -> None:
    alerts = [made(1, adversary={}), made(2, adversary={"ip": ""}), made(3, adversary=None), made(4)]
    assert grouped(alerts, by=["source_ip"], at_least=2) == {"R": []}
    assert grouped([*alerts, made(5)], by=["source_ip"], at_least=2) == {"R": ["a4", "a5"]}


def test_a_window_holds_enough_alerts_its_ends_included() -> None:
    minutes = {1: 0, 2: 60, 3: 61, 4: 120, 5: 300}
    alerts = [made(number, minute) for number, minute in minutes.items()]
    assert grouped(alerts, at_least=3, within="1h") == {"R": ["a2", "a3", "a4"]}
    assert grouped(alerts, at_least=2, within="60m") == {"R": ["a1", "a2", "a3", "a4"]}
    assert grouped(alerts, at_least=2, within="59m") == {"R": ["a2", "a3", "a4"]}
    assert grouped([*alerts, made(6, None), made(7, None)], at_least=2, within="1m") == {"R": ["a2", "a3"]}


def test_windows_find_what_trying_each_window_finds() -> None:
    draw = random.Random(19)
    for _run in range(200):
        minutes = [draw.randint(0, 30) for _number in range(draw.randint(0, 12))]
        at_least, length = draw.randint(2, 4), draw.randint(1, 9)
        alerts = [made(number, minute) for number, minute in enumerate(minutes)]
        wanted = {
            f"a{number}"
            for number, minute in enumerate(minutes)
            for begin in range(minute - length, minute + 1)
            if sum(begin <= other <= begin + length for other in minutes) >= at_least
        }
        assert set(grouped(alerts, at_least=at_least, within=f"{length}m")["R"]) == wanted


def test_why_holds_the_shared_values_and_the_size_of_the_burst() -> None:
    rows = [{**RULE, "group": {"by": ["source_ip", "name"], "at_least": 2, "within": "1h"}}]
    alerts = [made(1, 0), made(2, 60), made(3, 119), made(4, 300), made(5, 301)]
    decisions = decide_all([(Selection(alerts), read_rules(rows, V11, NOW))])
    why = [dict(decision.acting[0].why) for decision in decisions.values()]
    assert why[0] == {"group.adversary.ip": "10.0.0.5", "group.name": "Scan", "group.size": 3}
    assert [row["group.size"] for row in why] == [3, 3, 3, 2, 2]


def test_members_are_all_that_match_the_rule_otherwise_whoever_decides_them() -> None:
    upper = {"name": "Upper", "when": {"severity": "high"}, "then": {"status": "in_review"}}
    lower = {**RULE, "group": {"by": ["name"], "at_least": 3}}
    alerts = [made(1), made(2), made(3, severity=3)]
    assert grouped(alerts, upper, lower) == {"Upper": ["a3"], "R": ["a1", "a2"]}
    for narrower in ({"when": {"severity": "low"}}, {"unless": {"severity": "high"}}):
        assert grouped(alerts, upper, {**lower, **narrower}) == {"Upper": ["a3"], "R": []}
    by_day = {**lower, "during": {"hours": "12:00-13:00"}}
    assert grouped([*alerts, made(4, 90)], by_day) == {"R": ["a1", "a2", "a3"]}
    assert grouped([made(1), made(2), made(3, 90)], by_day) == {"R": []}
    shadow = {**lower, "mode": "shadow"}
    assert grouped(alerts, upper, shadow) == {"Upper": ["a3"], "R": ["a1", "a2"]}


def test_only_alerts_with_a_fitting_asset_count() -> None:
    rows = [{**RULE, "asset": {"group": "Lab"}, "group": {"by": ["name"], "at_least": 2}}]
    index = AssetIndex([{"name": "lab-07", "group": "Lab"}, {"name": "web-01", "group": "Web"}])
    in_lab, elsewhere = ({"adversary": {"host": name}} for name in ("lab-07", "web-01"))

    def acting(*alerts: Alert) -> list[str]:
        decisions = decide_all([(Selection(alerts), read_rules(rows, V11, NOW))], index)
        return [key for key, decision in decisions.items() if decision.acting]

    assert acting(made(1, **in_lab), made(2, **elsewhere)) == []
    assert acting(made(1, **in_lab), made(2, **elsewhere), made(3, **in_lab)) == ["a1", "a3"]


def test_each_selection_has_groups_of_its_own() -> None:
    rules = read_rules([{**RULE, "group": {"by": ["name"], "at_least": 2}}], V11, NOW)
    apart = decide_all([(Selection([made(1)]), rules), (Selection([made(2)]), rules)])
    assert not any(decision.acting for decision in apart.values())


def test_an_echo_counts_no_more_than_in_a_query() -> None:
    echo = made(2, parentId="a1")
    assert grouped([made(1), echo], at_least=2) == {"R": []}
    assert grouped([made(1), echo, made(3)], at_least=2) == {"R": ["a1", "a3"]}


def test_a_stream_is_read_once_and_only_for_rules_with_a_group() -> None:
    def stream() -> Iterator[Alert]:
        yield from (made(1), made(2))

    index = RuleIndex(read_rules([{**RULE, "group": {"by": ["name"], "at_least": 2}}], V11, NOW))
    groups = large_groups(stream(), index)
    assert [bool(decide(alert, index, groups).acting) for alert in stream()] == [True, True]
    assert not decide(made(1), index).acting
    unread = stream()
    assert large_groups(unread, RuleIndex(read_rules([RULE], V11, NOW))) == {}
    assert len(list(unread)) == 2


def test_alerts_that_count_anyway_make_a_group_large_enough() -> None:
    rules = read_rules([{**RULE, "when": {"severity": "low"}, "group": {"by": ["name"], "at_least": 2}}], V11, NOW)
    alerts = [made(1), made(2, severity=3), made(3, severity=3, name="Other")]
    decisions = decide_all([(Selection(alerts), rules)], counted={"R": {"a2", "a3"}, "Other": {"a1"}})
    assert [key for key, decision in decisions.items() if decision.acting] == ["a1"]
    assert decisions["a1"].acting[0].why["group.size"] == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "`group` is None. Set fields and a size"),
        ({}, "`group` is {}"),
        ({"at_least": 5, "within": "1h"}, "`group` has `within` without `by`. Name the fields"),
        ({"at_least": 5}, "`group` has no `by`. Name the fields"),
        ({"by": [], "at_least": 5}, "`group` has no `by`"),
        ({"by": ["names"], "at_least": 5}, "not the query key of a single field. Did you mean name"),
        ({"by": ["user"], "at_least": 5}, "Use source_user, target_user."),
        ({"by": ["status"], "at_least": 5}, "`group.by` contains 'status'"),
        ({"by": ["name"]}, "`group.at_least` is missing"),
        ({"by": ["name"], "at_least": 1}, "`group.at_least` is 1. Set how many"),
        ({"by": ["name"], "at_least": "many"}, "`group.at_least` is 'many'. Use a whole number"),
        ({"by": ["name"], "at_least": 2, "within": "soon"}, "`group.within` is 'soon'. Write an age such as 90m"),
        ({"by": ["name"], "at_least": 2, "within": 60}, "`group.within` is '60'"),
        ({"by": ["name"], "at_least": 2, "within": "0h"}, "`group.within` is no time at all"),
        ({"by": ["name"], "least": 2}, "`group` has no key 'least'. Did you mean at_least"),
    ],
    ids=str,
)
def test_mistakes_are_named(given: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        group_condition(given, V11)
    assert said in refused.value.message


def test_fields_of_every_server() -> None:
    for dialect in DIALECTS.values():
        condition = group_condition({"by": list(BY_KEYS), "at_least": 2, "within": "1h"}, dialect)
        assert list(condition.by.values()) == [dialect.names[key] for key in BY_KEYS]
    assert {"status", "user", "tags"}.isdisjoint(BY_KEYS)


def test_one_group_of_all_alerts_takes_no_longer_per_alert() -> None:
    rules = read_rules([{**RULE, "group": {"by": ["name"], "at_least": 50, "within": "1h"}}], V11, NOW)
    alerts = [made(number, number * 7 % 20_011) for number in range(20_000)]
    begin = time.process_time()
    decisions = decide_all([(Selection(alerts), rules)])
    assert time.process_time() - begin < 5
    assert sum(bool(decision.acting) for decision in decisions.values()) == len(alerts)
    gaps = itertools.pairwise(sorted(number * 7 % 20_011 for number in range(20_000)))
    assert max(later - earlier for earlier, later in gaps) < 50
