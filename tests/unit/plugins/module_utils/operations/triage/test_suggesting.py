# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A suggested rule is never broader than what analysts decided about the alerts that it would match."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.analyst_decisions import (
    ANALYST,
    COLLECTION,
    TAG_RULE,
    UNDECIDED,
    AnalystDecision,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import RuleIndex, decide
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suggested_rules import (
    rules_text,
    suggestion,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suggesting import (
    Thresholds,
    suggested_groups,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suggestion_evidence import (
    Observation,
    Reader,
)
from ansible_collections.utmstack.siem.plugins.module_utils.query.stored_values import StoredValues
from hypothesis import given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 11, 29, tzinfo=timezone.utc)
START = datetime(2026, 11, 1, 8, tzinfo=timezone.utc)
FALSE_POSITIVE = ("completed", True, False, ANALYST)
TRUE_POSITIVE = ("completed", False, False, ANALYST)
INCIDENT = ("in_review", False, True, ANALYST)
REVIEW = ("in_review", False, False, ANALYST)
OPEN = ("open", False, False, UNDECIDED)
MARKED = ("completed", True, False, COLLECTION)
TAG_RULED = ("completed", True, False, TAG_RULE)

Seen = tuple[Alert, AnalystDecision]


def seen(
    number: int,
    decision: tuple[str, bool, bool, str] = FALSE_POSITIVE,
    by: str | None = "ana",
    dialect: Dialect = V11,
    **where: Any,
) -> Seen:
    """An alert of the day `number` with its decision; `where` has values by query key."""
    status, false_positive, incident, source = decision
    at = (START + timedelta(days=number % 20, minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    values = {"name": "Large transfer", "source_ip": "10.0.0.5", "target_host": "nas-01", **where}
    document: dict[str, Any] = {"id": f"a{number}", "status": dialect.status_codes[status], "@timestamp": at}
    for key, value in values.items():
        # Values are found under the whole path, too.
        document[dialect.names[key]] = value
    known = by is not None and source == ANALYST
    made = AnalystDecision(
        f"a{number}", status, false_positive, incident, source, by if known else None, at if known else None
    )
    return alert_from(document, dialect), made


def many(count: int, start: int = 0, decision: Any = FALSE_POSITIVE, **where: Any) -> list[Seen]:
    return [seen(start + number, decision, **where) for number in range(count)]


def observed(rows: Iterable[Seen], dialect: Dialect = V11, covered: Iterable[str] = ()) -> Observation:
    names = set(covered)
    observation = Observation(dialect, timezone.utc, lambda alert: alert.id in names)
    for alert, decision in rows:
        observation.add(alert, decision)
    return observation


def suggestions(rows: Iterable[Seen], dialect: Dialect = V11, **thresholds: Any) -> list[dict[str, Any]]:
    taken: set[str] = set()
    groups = suggested_groups(observed(rows, dialect).cells, Thresholds(**thresholds))
    made = [suggestion(group, {}, dialect, NOW, taken) for group in groups]
    return [one for one in made if one is not None]


def conditions(rows: Iterable[Seen], **thresholds: Any) -> list[dict[str, Any]]:
    return [one["rule"]["when"] for one in suggestions(rows, **thresholds)]


BACKUP = {"name": ["Large transfer"], "source_ip": ["10.0.0.5"], "target_host": ["nas-01"]}


def test_a_pattern_with_its_evidence() -> None:
    rows = [*many(18), *many(6, 18, by="ben"), *many(4, 24, by=None), *many(2, 28, OPEN), *many(3, 30, MARKED)]
    [one] = suggestions(rows)
    assert one["rule"] == {
        "name": "Large transfer from 10.0.0.5 to nas-01",
        "description": "Analysts closed 28 of 28 alerts as false positives on 20 days (2026-11-01 to 2026-11-20), "
        "2 logins, 4 closures without history, 2 still open. Precision at least 91.19 %.",
        "mode": "shadow",
        "when": BACKUP,
        "then": {"false_positive": True},
    }
    assert one["evidence"] == {
        "alerts": 33,
        "agreed": 28,
        "decided": 28,
        "precision": 1.0,
        "precision_lower_bound": 0.9119,
        "otherwise": 0,
        "otherwise_ids": [],
        "open": 2,
        "automated": 3,
        "days": 20,
        "closers": 2,
        "without_history": 4,
        "first": "2026-11-01T08:00:00.000Z",
        "last": "2026-11-20T08:19:00.000Z",
    }


def test_keys_that_vary_are_left_out() -> None:
    rows = [*many(15), *many(15, 15, target_host="nas-02"), *many(15, 30, target_host="nas-03")]
    assert conditions(rows) == [{"name": ["Large transfer"], "source_ip": ["10.0.0.5"]}]
    sources = [seen(number, source_ip=f"10.0.0.{number % 7}", target_host=f"h{number % 5}") for number in range(70)]
    assert conditions(sources) == [{"name": ["Large transfer"]}]


@pytest.mark.parametrize("verdict", [TRUE_POSITIVE, INCIDENT])
def test_a_real_attack_among_many_alike_is_not_covered(verdict: Any) -> None:
    scans = [seen(number, name="Port scan", source_user=f"u{number % 3}") for number in range(600)]
    # Another source than that of the scanner: one of six hundred is within any agreement.
    attack = seen(1000, verdict, name="Port scan", source_ip="10.0.0.66", source_user="u1")
    assert conditions([*scans, attack]) == [
        {"name": ["Port scan"], "source_ip": ["10.0.0.5"], "target_host": ["nas-01"]},
    ]
    # The same source, another user.
    attack = seen(1000, verdict, name="Port scan", source_user="mallory")
    users = [found["source_user"] for found in conditions([*scans, attack])]
    assert users == [["u0"], ["u1"], ["u2"]]


def test_an_alert_that_nobody_decided_is_not_covered_if_it_is_unlike_the_others() -> None:
    scans = [seen(number, source_user=f"u{number % 3}") for number in range(90)]
    assert conditions([*scans, seen(100, OPEN, source_user="u1")]) == [BACKUP]
    assert len(conditions([*scans, seen(100, OPEN, source_user="mallory")])) == 3
    assert len(conditions([*scans, seen(100, REVIEW, source_user="mallory")])) == 3
    # Nothing to compare: the alert has no user.
    assert len(conditions([*scans, seen(100, OPEN)])) == 3


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (many(20), 1),
        (many(19), 0),
        # One day of closures.
        ([seen(20 * number) for number in range(30)], 0),
        ([*many(99), seen(99, TRUE_POSITIVE)], 1),
        ([*many(98), seen(98, TRUE_POSITIVE)], 0),
        # Nine of ten: a near miss.
        ([*many(90), *many(10, 90, TRUE_POSITIVE)], 0),
        ([*many(98), seen(98, REVIEW)], 0),
        ([*many(98), seen(98, ("completed", True, True, COLLECTION))], 0),
        # No evidence either way.
        (many(50, 0, MARKED), 0),
        (many(50, 0, TAG_RULED), 0),
        (many(50, 0, OPEN), 0),
        ([*many(19), *many(50, 19, TAG_RULED)], 0),
        ([*many(30), *many(200, 30, OPEN)], 1),
    ],
)
def test_thresholds(rows: list[Seen], found: int) -> None:
    assert len(suggestions(rows)) == found


def test_thresholds_can_be_set() -> None:
    rows = [*many(5), seen(9, TRUE_POSITIVE)]
    assert conditions(rows, alerts=5, days=5, agreement=0.8) == [BACKUP]
    assert conditions(rows, alerts=6, days=5, agreement=0.8) == []
    assert conditions(rows, alerts=5, days=6, agreement=0.8) == []


def test_what_rules_cover_already_is_not_suggested_again() -> None:
    rows = many(50)
    cells = observed(rows, covered={f"a{number}" for number in range(31)}).cells
    assert suggested_groups(cells, Thresholds()) == []
    cells = observed(rows, covered={f"a{number}" for number in range(30)}).cells
    assert len(suggested_groups(cells, Thresholds())) == 1


def test_alerts_without_a_side_are_matched_by_the_other_keys() -> None:
    rows = [seen(number, source_ip="", target_host=None, target_ip="10.9.0.1") for number in range(30)]
    assert conditions(rows) == [{"name": ["Large transfer"], "target_ip": ["10.9.0.1"]}]
    rows = [seen(number, source_ip=None, source_host="web-01", target_host=["a", "b"]) for number in range(30)]
    assert conditions(rows) == [{"name": ["Large transfer"], "source_host": ["web-01"]}]
    users = [seen(number, source_user="svc", target_user="root") for number in range(30)]
    assert conditions(users) == [{**BACKUP, "source_user": ["svc"], "target_user": ["root"]}]


def test_a_name_or_value_that_no_rule_can_hold_is_passed_over() -> None:
    assert conditions([seen(number, name="x" * 300) for number in range(30)]) == []
    assert conditions([seen(number, name=["a", "b"]) for number in range(30)]) == []
    assert conditions([seen(number, source_ip="none") for number in range(30)]) == [
        {"name": ["Large transfer"], "target_host": ["nas-01"]}
    ]


def test_spellings_of_one_address_are_one_source() -> None:
    spellings = ["2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:db8::1%eth0"]
    rows = [seen(number, source_ip=spellings[number % 3]) for number in range(30)]
    assert conditions(rows) == [{**BACKUP, "source_ip": ["2001:db8::1"]}]
    # Analysts decided otherwise about the same source, spelled otherwise.
    other = many(5, 100, TRUE_POSITIVE, source_ip=spellings[1])
    assert conditions([*[seen(number, source_ip=spellings[0]) for number in range(30)], *other]) == []


def test_both_major_versions_have_their_own_fields() -> None:
    rows = [seen(number, dialect=V10) for number in range(30)]
    [one] = suggestions(rows, V10)
    assert one["rule"]["when"] == BACKUP


def test_the_order_of_the_alerts_does_not_matter() -> None:
    rows = [
        seen(number, name=f"Name {number % 3}", source_ip=f"10.0.0.{number % 2}", source_user=f"u{number % 5}")
        for number in range(600)
    ] + [seen(700, TRUE_POSITIVE, name="Name 1", source_ip="10.0.0.1", source_user="u1")]
    expected = suggestions(rows)
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        assert suggestions(rows) == expected
    assert len(expected) > 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Scan", "Scan from 10.0.0.5 to nas-01"),
        ('Say "x" in C:\\temp', "Say 'x' in C:/temp from 10.0.0.5 to nas-01 #"),
        ("Line\nbreak \x1b[31m \u202e", "Line break [31m from 10.0.0.5 to nas-01 #"),
        ("  spaces  ", "spaces from 10.0.0.5 to nas-01 #"),
        ("n" * 200, "n" * 72 + " #"),
    ],
)
def test_names_that_a_rule_can_have(name: str, expected: str) -> None:
    [one] = suggestions([seen(number, name=name) for number in range(30)])
    given = one["rule"]["name"]
    assert given.rstrip("0123456789abcdef") == expected if expected.endswith("#") else given == expected
    assert len(given) <= 80
    assert one["rule"]["when"]["name"] == [name]


def test_names_that_would_be_the_same_differ() -> None:
    rows = [seen(number, name=name) for name in ("a\tb", "a  b", "a b") for number in range(30)]
    names = [one["rule"]["name"] for one in suggestions(rows)]
    assert len(set(names)) == 3
    read_rules([one["rule"] for one in suggestions(rows)], V11, NOW)


def test_a_query_that_narrows_the_alerts_narrows_the_rules() -> None:
    narrowed = {"data_source": ["fw-01"], "name": ["Large transfer", "Other"]}
    [group] = suggested_groups(observed(many(30)).cells, Thresholds())
    one = suggestion(group, narrowed, V11, NOW, set())
    assert one is not None
    assert one["rule"]["when"] == {"data_source": ["fw-01"], **BACKUP}


SIDES = st.sampled_from([None, "", "10.0.0.1", "10.0.0.2", "::ffff:10.0.0.1", "x"])
USERS = st.sampled_from([None, "ana", ["ana", "ben"]])
VERDICTS = st.sampled_from([FALSE_POSITIVE] * 6 + [OPEN, REVIEW, TRUE_POSITIVE, INCIDENT, MARKED])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            VERDICTS, st.sampled_from(["a", "b"]), SIDES, st.sampled_from([None, "h1", "h2"]), SIDES, USERS, USERS
        ),
        max_size=40,
    )
)
def test_evidence_is_about_exactly_the_alerts_that_the_rule_matches(kinds: list[Any]) -> None:
    keys = ("name", "source_ip", "source_host", "target_ip", "source_user", "target_user")
    rows = [
        seen(number, kind[0], **{**dict(zip(keys, kind[1:], strict=True)), "target_host": "h"})
        for number, kind in enumerate(kinds)
    ]
    thresholds = {"alerts": 3, "days": 2, "agreement": 0.75}
    for one in suggestions(rows, **thresholds):
        evidence = one["evidence"]
        index = RuleIndex(read_rules([{**one["rule"], "mode": "apply"}], V11, NOW))
        matched = [(alert, decision) for alert, decision in rows if decide(alert, index).acting]
        assert len(matched) == evidence["alerts"]
        agreed = sum(
            made.status == "completed" and made.source == ANALYST and made.false_positive for _, made in matched
        )
        against = sum(made.source == ANALYST for _, made in matched) - agreed
        assert (evidence["agreed"], evidence["otherwise"]) == (agreed, against)
        assert agreed >= 3
        assert agreed / (agreed + against) >= 0.75


TEXTS = st.text(max_size=30)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3))
def test_rules_as_text_are_read_as_the_same_rules(name: str, description: str, values: list[str]) -> None:
    where = [{"field": name, "operator": "is", "value": values}, {"field": "x", "operator": "exist"}]
    rule = {
        "name": name,
        "description": description,
        "mode": "shadow",
        "when": {"name": values, "incident": False, "where": where},
        "then": {"false_positive": True},
    }
    text = rules_text([rule, {"name": "shadow", "when": {}, "then": {}}])
    assert yaml.safe_load(text) == [rule, {"name": "shadow", "when": {}, "then": {}}]
    assert all(line.isprintable() for line in text.split("\n"))


def test_rules_as_text() -> None:
    rule = {"name": 'a "b"', "mode": "shadow", "when": BACKUP, "then": {"false_positive": True}}
    assert rules_text([rule]) == (
        '- name: "a \\"b\\""\n'
        "  mode: shadow\n"
        "  when:\n"
        '    name: ["Large transfer"]\n'
        '    source_ip: ["10.0.0.5"]\n'
        '    target_host: ["nas-01"]\n'
        "  then:\n"
        "    false_positive: true\n"
    )


VALUES = st.one_of(
    st.none(), st.text(max_size=5), st.integers(), st.booleans(), st.lists(st.sampled_from(["a", "", 7]))
)
PLACES = st.one_of(VALUES, st.dictionaries(st.sampled_from(["ip", "host", "user"]), VALUES))


@given(st.fixed_dictionaries({"name": VALUES, "adversary": PLACES}, optional={"target": PLACES, "target.ip": VALUES}))
def test_the_shorter_way_reads_what_conditions_compare(document: dict[str, Any]) -> None:
    def compared(key: str) -> tuple[str, ...]:
        texts = StoredValues(document).texts(f"{V11.names[key]}.keyword")
        return tuple(dict.fromkeys(text for text in texts if text.strip()))

    name, texts = Reader(V11).read(document)
    names = compared("name")
    assert name == (names[0] if len(names) == 1 else None)
    keys = ("source_ip", "source_host", "target_host", "target_ip", "source_user", "target_user")
    assert dict(texts) == {key: found for key in keys if (found := compared(key))}
