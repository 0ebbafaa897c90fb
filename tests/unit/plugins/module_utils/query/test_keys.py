# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.filter import Filter
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
PARENTS = Filter("parentId", "DOES_NOT_EXIST")


def compiled(query: dict[str, Any], dialect: Any = V11, echoes: bool = False) -> list[list[Filter]]:
    return compile_query(query, dialect, NOW, echoes)


def where(operator: str, value: Any = None, field: str = "name") -> Filter:
    ((_status, found, _parents),) = compiled({"where": [{"field": field, "operator": operator, "value": value}]})
    return found


def test_nothing_said_means_every_alert_that_is_not_the_rule_engines() -> None:
    assert compiled({}) == [[Filter("status", "IS_ONE_OF_TERMS", ["2", "3", "5"]), PARENTS]]


def test_v10_has_no_echoes_to_leave_out() -> None:
    assert compiled({}, V10) == [[Filter("status", "IS_ONE_OF_TERMS", ["2", "3", "5"])]]


def test_echoes_are_found_when_asked_for() -> None:
    assert PARENTS not in compiled({}, echoes=True)[0]


@pytest.mark.parametrize(
    ("dialect", "field"), [(V10, "source.ip.keyword"), (V11, "adversary.ip.keyword")], ids=["v10", "v11"]
)
def test_sides_have_the_names_of_the_generation(dialect: Any, field: str) -> None:
    filters = compiled({"source_ip": ["10.0.0.5", "10.0.0.6"]}, dialect)[0]
    assert Filter(field, "IS_ONE_OF_TERMS", ["10.0.0.5", "10.0.0.6"]) in filters


def test_all_tags_must_be_there_and_none_of_the_others() -> None:
    filters = compiled({"tags": ["a", "b"], "without_tags": ["c"]})[0]
    assert Filter("tags.keyword", "IS_ONE_OF_TERMS", ["a"]) in filters
    assert Filter("tags.keyword", "IS_ONE_OF_TERMS", ["b"]) in filters
    assert Filter("tags.keyword", "IS_NOT_ONE_OF", ["c"]) in filters


def test_a_user_on_either_side_is_found_once() -> None:
    first, second = compiled({"user": ["eve"]})
    assert first[-1] == Filter("adversary.user.keyword", "IS_ONE_OF_TERMS", ["eve"])
    assert second[-2:] == [
        Filter("target.user.keyword", "IS_ONE_OF_TERMS", ["eve"]),
        Filter("adversary.user.keyword", "IS_NOT_ONE_OF", ["eve"]),
    ]


@pytest.mark.parametrize(
    ("query", "bounds"),
    [
        ({"since": "24h"}, ["2026-11-23T12:00:00.000Z", "9999-12-31T23:59:59.999Z"]),
        ({"since": "2026-11-20"}, ["2026-11-20T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]),
        ({"until": "2026-11-20T10:00:00+02:00"}, ["1970-01-01T00:00:00.000Z", "2026-11-20T08:00:00.000Z"]),
        ({"since": "2w", "until": "90m"}, ["2026-11-10T12:00:00.000Z", "2026-11-24T10:30:00.000Z"]),
        ({"since": "2026-11-20T10:00:00.5Z"}, ["2026-11-20T10:00:00.500Z", "9999-12-31T23:59:59.999Z"]),
    ],
)
def test_times_become_exact_instants(query: dict[str, str], bounds: list[str]) -> None:
    assert Filter("@timestamp", "IS_BETWEEN", bounds) in compiled(query)[0]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"name": []}, "query.name. is empty"),
        ({"statuss": ["open"]}, "no key 'statuss'"),
        ({"status": ["closed"]}, "use automatic_review, open, in_review, completed"),
        ({"since": "last week"}, "24h"),
        ({"since": "1h", "until": "2h"}, "is after"),
        ({"name": ["x" * 257]}, "257 characters"),
        ({"name": ["x"] * 1025}, "1025 values"),
        ({"name": [""]}, "empty text"),
    ],
)
def test_bad_queries_are_refused_with_the_next_step(query: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        compiled(query)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("is", "x", Filter("name.keyword", "IS_ONE_OF_TERMS", ["x"])),
        ("is_not", "x", Filter("name.keyword", "IS_NOT_ONE_OF", ["x"])),
        ("is_one_of", ["x", "y"], Filter("name.keyword", "IS_ONE_OF_TERMS", ["x", "y"])),
        ("contain", "a b", Filter("name.keyword", "START_WITH", "*a b")),
        ("start_with", r"C:\*?", Filter("name.keyword", "START_WITH", r"C:\\\*\?")),
        ("ends_with", "x", Filter("name.keyword", "ENDS_WITH", "x")),
        ("exist", None, Filter("name", "EXIST")),
    ],
)
def test_texts_are_compared_whole_and_patterns_literally(operator: str, value: Any, expected: Filter) -> None:
    assert where(operator, value) == expected


def test_a_keyword_suffix_is_understood() -> None:
    assert where("is", "x", field="name.keyword") == where("is", "x")


def test_numbers_booleans_and_times_are_asked_as_what_they_are() -> None:
    assert where("is_between", [1, 2], "severity") == Filter("severity", "IS_BETWEEN", ["1", "2"])
    assert where("is", "True", "isIncident") == Filter("isIncident", "IS_ONE_OF_TERMS", ["true"])
    assert where("is_greater_than", "2026-11-20", "@timestamp").value == "2026-11-20T00:00:00.000Z"


@pytest.mark.parametrize(
    ("field", "operator", "value", "message"),
    [
        ("adversary.ipp", "is", "x", "Did you mean adversary.ip"),
        ("source.ip", "is", "x", "v11 alerts have no field 'source.ip'"),
        ("name", "is_greater_than", "x", "compares numbers and times, and the field holds neither"),
        ("severity", "contain", "2", "compares parts of texts"),
        ("severity", "is", "two", "holds numbers, so it cannot be compared with 'two'"),
        ("name", "is_one_of", [], "at least one value"),
        ("name", "is_one_of", "x", "at least one value"),
        ("name", "is", ["x"], "one value is needed"),
        ("name", "exist", "x", "takes no value"),
        ("severity", "is_between", [1], "two bounds"),
        ("@timestamp", "is", "2026-11-20", "is_between"),
        ("name", "like", "x", "no operator 'like'"),
    ],
)
def test_conditions_that_would_lose_days_or_match_everything_are_refused(
    field: str, operator: str, value: Any, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        where(operator, value, field)


def test_log_members_may_be_asked_as_text() -> None:
    assert where("is", "4625", "lastEvent.log.eventCode").field == "lastEvent.log.eventCode.keyword"
