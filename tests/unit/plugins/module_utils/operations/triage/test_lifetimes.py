# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rule past its end decides nothing; rules and suppressions that end soon are named with owner and ticket."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import jsonschema
import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import RuleIndex, decide
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.lifetimes import (
    ALL_EXPIRED,
    check_days,
    lifecycle_of,
    lifetime_of,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rehearsal import rehearse
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules, rules_digest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suppressions import sort_out
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import zone_named

from tools import rules_schema

NOON = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
SCAN = {"id": "a1", "name": "Port scan", "status": 2, "severity": 1, "@timestamp": "2026-11-25T11:00:00.000Z"}
RULE: dict[str, Any] = {"name": "One", "when": {"name": "Port scan"}, "then": {"status": "completed"}}
BELOW = {**RULE, "name": "Below", "then": {"status": "in_review"}}
SUPPRESSION: dict[str, Any] = {"name": "Scans", "query": {"name": ["Port scan"]}}
ENDS: list[tuple[Any, bool]] = [
    ("2026-11-25", True),
    (date(2026, 11, 25), True),
    ("2026-11-24", False),
    ("2026-11-25T12:00:01Z", True),
    ("2026-11-25T12:00:00Z", False),
    (datetime(2026, 11, 25, 11), False),
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"expires": "7d"}, "`expires` is '7d'. Use the last day"),
    ({"expires": "2026d"}, "`expires` is '2026d'. Use the last day"),
    ({"expires": "tomorrow"}, "`expires` is 'tomorrow'. Use the last day"),
    ({"expires": "2026-02-31"}, "`expires` is '2026-02-31'"),
    ({"owner": 7}, "`owner`"),
    ({"owner": ["a"]}, "`owner`"),
    ({"owner": " "}, "`owner` is empty. Leave it out"),
    ({"ticket": "a\nb"}, "`ticket` must be one line of up to 100 printable characters"),
    ({"ticket": "a\u202eb"}, "`ticket` must be one line"),
    ({"ticket": "a\x1b[31m"}, "`ticket` must be one line"),
    ({"owner": "x" * 101}, "`owner` must be one line"),
]


def deciding(*rules: dict[str, Any], today: datetime = NOON) -> str | None:
    rule = decide(alert_from(SCAN, V11), RuleIndex(read_rules(rules, V11, NOON, today))).decided_by
    return rule.name if rule else None


@pytest.mark.parametrize("mode", ["apply", "shadow"])
@pytest.mark.parametrize(("expires", "holds"), ENDS)
def test_a_rule_decides_until_its_end_as_a_suppression_does(expires: Any, holds: bool, mode: str) -> None:
    rule = {**RULE, "expires": expires, "mode": mode}
    decision = decide(alert_from(SCAN, V11), RuleIndex(read_rules([rule, BELOW], V11, NOON)))
    assert next(hit.rule.name for hit in (*decision.shadowed, *decision.acting)) == ("One" if holds else "Below")
    suppressed = sort_out([{**SUPPRESSION, "expires": expires}], NOON, "S: ", "Harmless")
    assert suppressed["active" if holds else "expired"] == ["Scans"]


def test_the_day_of_an_end_is_the_local_one() -> None:
    berlin = zone_named("Europe/Berlin")
    late = datetime(2026, 11, 25, 23, 30, tzinfo=timezone.utc)
    rule = {**RULE, "expires": "2026-11-25"}
    assert [read_rules([rule], V11, moment)[0].expired for moment in (late, late.astimezone(berlin))] == [False, True]
    assert lifetime_of(rule, late.astimezone(berlin)).days_left(late.astimezone(berlin)) == -1


def test_ages_count_from_the_plan_and_ends_from_today() -> None:
    rule = {**RULE, "when": {"since": "2h"}, "expires": "2026-11-26"}
    assert deciding(rule) == "One"
    assert deciding(rule, today=datetime(2026, 11, 26, 23, tzinfo=timezone.utc)) == "One"
    assert deciding(rule, today=datetime(2026, 11, 27, tzinfo=timezone.utc)) is None


@pytest.mark.parametrize(("given", "said"), WRONG)
def test_a_wrong_end_owner_or_ticket_is_explained_for_rules_and_suppressions(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_rules([{**RULE, **given}], V11, NOON)
    assert refused.value.message.startswith("Rule 1 ('One'): ")
    assert said in refused.value.message
    with pytest.raises(InvalidInput) as refused:
        sort_out([{**SUPPRESSION, "expires": "2026-12-01", **given}], NOON, "S: ", "Harmless")
    assert refused.value.message.startswith("Suppression 1 ('Scans'): ")
    assert said in refused.value.message


def test_an_empty_end_of_a_rule_is_no_rule_without_end() -> None:
    for empty in (None, "", " "):
        with pytest.raises(InvalidInput, match="`expires` is ''"):
            read_rules([{**RULE, "expires": empty}], V11, NOON)
    (rule,) = read_rules([{**RULE, "owner": None}], V11, NOON)
    assert (rule.lifetime.end, rule.lifetime.owner, rule.expired) == (None, None, False)


def test_what_ends_soon_and_what_has_ended_is_listed_by_its_end() -> None:
    ends = ("2026-12-09", "2026-12-10", "2026-11-24", date(2026, 11, 25), "2026-11-25T11:59:59Z")
    given = [{"owner": "Blue team", "ticket": "SEC-1", "expires": end} for end in ends]
    rows = [(f"R{number}", lifetime_of(row, NOON)) for number, row in enumerate(given)]
    found = lifecycle_of([*rows, ("Endless", lifetime_of({}, NOON))], NOON, 14)
    assert [(row["name"], row["days_left"]) for row in found["ending"]] == [("R3", 0), ("R0", 14)]
    assert [(row["name"], row["days_left"]) for row in found["expired"]] == [("R2", -1), ("R4", 0)]
    shown = {"name": "R3", "expires": "2026-11-25", "days_left": 0, "owner": "Blue team", "ticket": "SEC-1"}
    assert found["ending"][0] == shown
    assert [row["name"] for row in lifecycle_of(rows, NOON, 0)["ending"]] == ["R3"]
    suppressed = sort_out(
        [{**SUPPRESSION, **row, "name": f"S{number}"} for number, row in enumerate(given)], NOON, "", "x"
    )
    names = {state: [row["name"] for row in rows] for state, rows in suppressed["lifecycle"].items()}
    assert names == {"ending": ["S3", "S0"], "expired": ["S2", "S4"]}


@pytest.mark.parametrize("days", [-1, 3651])
def test_an_absurd_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(InvalidInput, match=r"`remind_days` is .* Use a number of days from 0 to 3650"):
        check_days("remind_days", days)
    with pytest.raises(InvalidInput, match="`remind_days`"):
        sort_out([], NOON, "", "x", remind_days=days)


def test_the_digest_covers_what_a_rule_decides_and_not_who_answers_for_it() -> None:
    remarks = {"owner": "a", "ticket": "b", "description": "c"}
    assert rules_digest([RULE]) == rules_digest([{**RULE, **remarks}])
    ending = {**RULE, "expires": "2026-12-01"}
    assert rules_digest([RULE]) != rules_digest([ending])
    # In another process, a time of YAML is a text.
    ends = (datetime(2026, 12, 1, 10), "2026-12-01T10:00:00")
    assert len({rules_digest([{**RULE, "expires": end}]) for end in ends}) == 1
    # A last day is one of the clock of the task, an exact time is not.
    for end, alike in (("2026-12-01", False), (date(2026, 12, 1), False), ("2026-12-01T00:00:00Z", True)):
        row = {**RULE, "expires": end}
        assert (rules_digest([row]) == rules_digest([row], "Europe/Berlin")) is alike


def test_expired_rules_are_no_part_of_the_coverage_and_a_table_of_them_is_warned_of() -> None:
    ended = {**RULE, "expires": "2026-11-01", "owner": "Blue team"}
    some = rehearse([SCAN], [ended, BELOW], {"a1": "Below"}, now=NOON)
    assert (some["differences"], some["warnings"], some["coverage"]["hits"]) == ([], [], {"Below": 1})
    assert [(row["name"], row["owner"]) for row in some["lifecycle"]["expired"]] == [("One", "Blue team")]
    none = rehearse([SCAN], [ended], now=NOON)
    assert (none["warnings"], none["coverage"]["decided"], none["coverage"]["never_hit"]) == ([ALL_EXPIRED], 0, [])


def test_the_schema_knows_the_end_the_owner_and_the_ticket() -> None:
    validator = jsonschema.Draft202012Validator(rules_schema.schema())
    validator.validate([{**RULE, "expires": "2026-12-31", "owner": "Blue team", "ticket": "SEC-1"}])
    for wrong in ({"expires": "7d"}, {"owner": ""}, {"ticket": "x" * 101}, {"ticket": 7}):
        assert list(validator.iter_errors([{**RULE, **wrong}])), wrong
