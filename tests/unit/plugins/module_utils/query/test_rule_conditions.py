# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.query.rule_conditions import compile_conditions, meaning
from hypothesis import given
from hypothesis import strategies as st


def stored(field: str, operator: str, *value: Any) -> dict[str, Any]:
    """A condition as the server gives it back."""
    return {"operator": operator, "field": field, **({"value": value[0]} if value else {})}


def test_one_value_is_stored_as_the_web_interface_stores_it() -> None:
    query = {"data_source": ["web-01"], "without_tags": ["x"], "severity": ["high"]}
    assert compile_conditions(query, V11) == (
        stored("severity", "IS", "3"),
        stored("dataSource.keyword", "IS", "web-01"),
        stored("tags.keyword", "IS_NOT", "x"),
    )


def test_several_values_are_a_list_and_doubles_fold() -> None:
    assert compile_conditions({"name": ["a", "b"]}, V11) == (stored("name.keyword", "IS_ONE_OF_TERMS", ["a", "b"]),)
    assert compile_conditions({"name": ["a", "a"]}, V11) == (stored("name.keyword", "IS", "a"),)


def test_nothing_of_the_status_the_time_or_the_echoes_is_added() -> None:
    assert compile_conditions({"incident": True}, V11) == (stored("isIncident", "IS", "true"),)


@pytest.mark.parametrize(("dialect", "field"), [(V10, "source.ip.keyword"), (V11, "adversary.ip.keyword")])
def test_sides_have_the_names_of_the_generation(dialect: Any, field: str) -> None:
    assert compile_conditions({"source_ip": ["10.0.0.5"]}, dialect) == (stored(field, "IS", "10.0.0.5"),)


def test_presence_has_no_value() -> None:
    query = {"where": [{"field": "reference", "operator": "exist", "value": None}]}
    assert compile_conditions(query, V11) == (stored("reference", "EXIST"),)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "at least one condition"),
        ({"name": None}, "`query.name` is null"),
        ({"name": []}, "query.name. is empty"),
        ({"status": ["open"]}, "query.status. cannot stand"),
        ({"until": "1h"}, "query.until. cannot stand"),
        ({"user": ["eve"]}, "source_user or target_user"),
        ({"where": [{"field": "status.keyword", "operator": "exist"}]}, "`status` in `where` cannot stand"),
        ({"where": [{"field": "lastUpdate", "operator": "exist"}]}, "`lastUpdate` in `where` cannot stand"),
        ({"where": [{"field": "nam", "operator": "exist"}]}, "Did you mean name"),
        ({"nam": ["x"]}, "Did you mean name"),
    ],
)
def test_what_no_rule_can_ask_is_refused(query: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        compile_conditions(query, V11)


@pytest.mark.parametrize(
    "equal",
    [
        stored("dataSource.keyword", "IS_ONE_OF_TERMS", ["web-01"]),
        stored("dataSource.keyword", "IS_ONE_OF", ["web-01"]),
        stored("dataSource.keyword", "IS", "web-01"),
    ],
)
def test_shapes_that_say_the_same(equal: dict[str, Any]) -> None:
    assert meaning([equal], V11) == meaning(compile_conditions({"data_source": ["web-01"]}, V11), V11)


@pytest.mark.parametrize(
    "other",
    [
        # On the analysed text it is a phrase anywhere.
        stored("dataSource", "IS", "web-01"),
        stored("dataSource.keyword", "IS_NOT", "web-01"),
        stored("dataSource.keyword", "IS", "WEB-01"),
        stored("dataSource.keyword", "IS_ONE_OF", []),
        stored("dataSource.keyword", "START_WITH", "web-01"),
        stored("dataSource.keyword", "IS_ONE_OF_TERMS", ["web-01", "web-02"]),
    ],
)
def test_shapes_that_do_not(other: dict[str, Any]) -> None:
    assert meaning([other], V11) != meaning(compile_conditions({"data_source": ["web-01"]}, V11), V11)


def test_numbers_and_their_texts_are_the_same_and_bounds_keep_their_order() -> None:
    assert meaning([stored("severity", "IS", 3)], V11) == meaning([stored("severity", "IS_ONE_OF", ["3"])], V11)
    assert meaning([stored("isIncident", "IS", True)], V11) == meaning([stored("isIncident", "IS", "true")], V11)
    assert meaning([stored("severity", "IS", 3.0)], V11) == meaning([stored("severity", "IS", "3")], V11)
    rising, falling = (stored("severity", "IS_BETWEEN", bounds) for bounds in (["1", "2"], ["2", "1"]))
    assert meaning([rising], V11) != meaning([falling], V11)


VALUES = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1)
ADDRESSES = st.lists(st.sampled_from(["10.0.0.1", "10.0.0.2", "fe80::1"]), min_size=1)
QUERIES = st.fixed_dictionaries(
    {}, optional={"name": VALUES, "category": VALUES, "source_ip": ADDRESSES, "without_tags": VALUES}
).filter(bool)


@given(QUERIES, st.randoms())
def test_order_and_doubles_do_not_matter(query: dict[str, list[str]], random: Any) -> None:
    shuffled = {word: random.sample(values * 2, len(values) * 2) for word, values in query.items()}
    conditions = list(compile_conditions(shuffled, V10))
    random.shuffle(conditions)
    assert meaning(conditions, V10) == meaning(compile_conditions(query, V10), V10)
