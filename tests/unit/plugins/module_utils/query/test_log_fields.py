# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of log lines: a rule decides as the same query finds, whatever type a day gives to the field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V10, V11, Dialect, StoredTypes
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.query.matching import matcher
from ansible_collections.utmstack.siem.plugins.module_utils.query.operators import OPERATORS
from ansible_collections.utmstack.siem.plugins.module_utils.query.rule_conditions import compile_conditions
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query
from ansible_collections.utmstack.siem.plugins.module_utils.query.stored_values import StoredValues
from ansible_collections.utmstack.siem.plugins.module_utils.query.written import compile_written_query
from hypothesis import given, settings
from hypothesis import strategies as st

from utmstack_simulator.engine.documents import DocumentStore
from utmstack_simulator.engine.query import checked_filters
from utmstack_simulator.engine.search import AllShardsFailed, find
from utmstack_simulator.routes.value import mapped_types

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
OLD, NEW = "lastEvent.log.code", "lastEvent.event.code"
LONG_TEXT = "x" * 257
# By the type that a day's first value gives: that value, values that the day bends to its type, and what is asked for.
KINDS: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "number": (1, [4625, "4625", 7.9, -7.9, "7", 0, "", 4624], [4625, "4625.0", 7, -7, "7.9", 0, "many", True]),
    "fraction": (1.5, [0.5, "0.5", 0.1, 2, 16777217, "", 7.9], [0.5, "0.1", 2, "2.0", 16777216, "7.9"]),
    "boolean": (True, [True, False, "true", "false", ""], [True, "false", "yes", 1]),
    "text": (
        "a",
        ["4625", 4625, 0.5, True, "", "Denied", "denied", "Access denied", LONG_TEXT],
        [4625, True, "Denied"],
    ),
    "date": ("2026-11-20", ["2026-11-21", "2026-11-20T10:00:00Z", 1_763_000_000_000], ["2026-11-20", "2026-11-21"]),
}
PRESENCE = ("exist", "does_not_exist")
LISTS = ("is_one_of", "is_not_one_of")
PAIRS = ("is_between", "is_not_between")


def document(name: str, value: Any) -> dict[str, Any]:
    member = name.split(".")[1]
    log = {"other": "x"} if value == "missing" else {"code": value}
    return {"status": 2, "lastEvent": {member: log}}


def stored(values: list[Any]) -> st.SearchStrategy[Any]:
    """Values of a day: single ones, lists of them, and none."""
    single = st.sampled_from(values)
    return st.one_of(single, single, st.lists(single, max_size=2), st.sampled_from([None, "missing"]))


def conditions(name: str, asked: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def on(operators: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({"field": st.just(name), "operator": st.sampled_from(operators), "value": values})

    single = [operator for operator in OPERATORS if operator not in (*PRESENCE, *LISTS, *PAIRS)]
    one = st.sampled_from(asked)
    return st.one_of(
        on(single, one),
        on(["is", "is_not"], one),
        on(list(LISTS), st.lists(one, min_size=1, max_size=3)),
        on(list(PAIRS), st.lists(one, min_size=2, max_size=2)),
        on(list(PRESENCE), st.none()),
    )


class Store:
    """Days of alerts on the simulator's engine; what the engine would refuse is not among them."""

    def __init__(self, dialect: Dialect) -> None:
        self.store = DocumentStore()
        self.documents: dict[str, dict[str, Any]] = {}
        self.dialect = replace(dialect, stored=StoredTypes(lambda: mapped_types(self._indices())))

    def put(self, day: str, source: dict[str, Any]) -> None:
        number = str(len(self.documents))
        try:
            self.store.put(day, number, {**source, "id": number})
        except ValueError:
            return
        self.documents[number] = source

    def _indices(self) -> list[Any]:
        return [self.store.indices[name] for name in sorted(self.store.indices)]

    def found(self, query: dict[str, Any]) -> tuple[list[str], list[str]]:
        """What the searches find, and what a rule decides. The searches must share no alert."""
        searches = compile_query(query, self.dialect, NOW, echoes=False)
        rows: list[str] = []
        for filters in searches:
            try:
                found = find(self._indices(), checked_filters([item.as_json() for item in filters], []))
            except AllShardsFailed:
                continue
            rows += [self.store.get(number).id for _day, numbers in found for number in numbers]
        match = matcher(searches)
        decided = [number for number, source in self.documents.items() if match(StoredValues(source)) is not None]
        assert len(rows) == len(set(rows))
        return sorted(rows), sorted(decided)


@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=5 * settings.default.max_examples)
@given(data=st.data())
def test_a_rule_on_a_part_of_a_log_line_decides_as_the_query_finds(kind: str, data: st.DataObject) -> None:
    """Days before and after the renaming; on one of them, the field may have another type."""
    store = Store(V11)
    first, values, asked = KINDS[kind]
    other = data.draw(st.sampled_from(list(KINDS)))
    store.put("day-1", document(OLD, first))
    for value in data.draw(st.lists(stored(values), min_size=2, max_size=6)):
        store.put("day-1", document(OLD, value))
    for value in data.draw(st.lists(stored(KINDS[other][1]), max_size=3)):
        store.put("day-2", document(NEW, value))
    condition = data.draw(conditions(data.draw(st.sampled_from([OLD, NEW])), asked))
    try:
        found, decided = store.found({"where": [condition]})
    except InvalidInput:
        # Refused in both.
        return
    assert decided == found


CANONICAL: list[Any] = [4625, 4624, 0, "4625", "denied", "Access denied", "missing"]


@settings(max_examples=3 * settings.default.max_examples)
@given(data=st.data())
def test_days_of_numbers_and_days_of_texts_are_both_searched(data: st.DataObject) -> None:
    """The day of a number cannot be told from a text that looks like one, so those are compared for equality only."""
    store = Store(V11)
    store.put("day-1", document(OLD, 1))
    store.put("day-2", document(OLD, "text"))
    for value in data.draw(st.lists(st.sampled_from(CANONICAL), max_size=8)):
        store.put(data.draw(st.sampled_from(["day-1", "day-2"])), document(OLD, value))
    value = data.draw(st.sampled_from([4625, "4625", "denied", 0]))
    operator = data.draw(st.sampled_from(["is", "is_not", *LISTS, *PRESENCE]))
    given_value = None if operator in PRESENCE else [value, "Access denied"] if operator in LISTS else value
    found, decided = store.found({"where": [{"field": OLD, "operator": operator, "value": given_value}]})
    assert decided == found


@pytest.mark.parametrize("asked", [OLD, NEW])
@pytest.mark.parametrize("held", [OLD, NEW])
@pytest.mark.parametrize(
    ("operator", "value", "matches"),
    [
        ("is", "4625", [True, False, False]),
        ("is_not", 4625, [False, True, True]),
        ("is_between", [4000, 4624], [False, True, False]),
        ("is_greater_than", 4624, [True, False, False]),
        ("exist", None, [True, True, False]),
        ("does_not_exist", None, [False, False, True]),
    ],
)
def test_both_names_find_what_the_server_holds(
    asked: str, held: str, operator: str, value: Any, matches: list[bool]
) -> None:
    store = Store(V11)
    for code in (4625, 4624, "missing"):
        store.put("day", document(held, code))
    expected = [str(number) for number, match in enumerate(matches) if match]
    condition = {"field": asked, "operator": operator, "value": value}
    assert store.found({"where": [condition]}) == (expected, expected)


@pytest.mark.parametrize("name", [OLD, NEW])
def test_a_server_that_was_updated_is_searched_under_both_names(name: str) -> None:
    store = Store(V11)
    store.put("day-1", document(OLD, 4625))
    store.put("day-2", document(NEW, "4625"))
    store.put("day-2", document(NEW, "other"))
    both = {**document(OLD, 4625), **document(NEW, "4625")}
    store.put(
        "day-3", {"status": 2, "lastEvent": {"log": {"code": 4625}, "event": {"code": "4625"}}, "both": bool(both)}
    )
    assert store.found({"where": [{"field": name, "operator": "is", "value": 4625}]}) == (["0", "1", "3"],) * 2
    assert store.found({"where": [{"field": name, "operator": "is_not", "value": 4625}]}) == (["2"], ["2"])


def with_types(types: dict[str, str], dialect: Dialect = V11) -> Dialect:
    return replace(dialect, stored=StoredTypes(lambda: types))


WHERE = {"field": "lastEvent.log.user", "operator": "is", "value": "svc"}
NEGATED = {**WHERE, "operator": "is_not"}
OTHERS = {"lastEvent.log.users": "text", "lastEvent.log.users.keyword": "keyword"}


def test_a_name_that_no_alert_ever_had_is_reported() -> None:
    dialect = with_types(OTHERS)
    assert compile_query({"where": [WHERE]}, dialect, NOW, echoes=False)
    assert dialect.stored is not None
    assert list(dialect.stored.unheld) == ["lastEvent.log.user"]


@pytest.mark.parametrize("item", [NEGATED, {"field": "lastEvent.log.user", "operator": "does_not_exist"}])
def test_a_name_that_no_alert_ever_had_is_refused_where_every_alert_would_match(item: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"would match every alert\. Check the name\. Did you mean .*users"):
        compile_query({"where": [item]}, with_types(OTHERS), NOW, echoes=False)


@pytest.mark.parametrize("place", ["protect", "unless"])
def test_a_name_that_no_alert_ever_had_protects_none_and_is_refused(place: str) -> None:
    with pytest.raises(InvalidInput, match=r"has ever had this field.* would protect no alert"):
        compile_written_query({"where": [WHERE]}, place, with_types(OTHERS), NOW, True)
    assert compile_written_query({"where": [NEGATED]}, place, with_types(OTHERS), NOW, True)


def test_before_the_first_alert_nothing_is_refused() -> None:
    for item in (WHERE, NEGATED):
        assert compile_query({"where": [item]}, with_types({}), NOW, echoes=False)


def test_before_a_server_is_known_any_comparison_is_accepted_that_one_could_make() -> None:
    for operator, value in (("is", True), ("is_between", [1, 2]), ("is_greater_than", "24h"), ("contain", "x")):
        item = {"field": "lastEvent.log.code", "operator": operator, "value": value}
        assert compile_query({"where": [item]}, V11, NOW, echoes=False)
    item = {"field": "lastEvent.log.code", "operator": "is_greater_than", "value": "many"}
    with pytest.raises(InvalidInput, match="write an age"):
        compile_query({"where": [item]}, V11, NOW, echoes=False)


def test_a_value_that_the_stored_type_cannot_be_compared_with_is_refused() -> None:
    dialect = with_types({OLD: "long"})
    for operator, value, said in (
        ("is", "many", "holds numbers"),
        ("is", True, "holds numbers"),
        ("contain", "4", "parts"),
    ):
        with pytest.raises(InvalidInput, match=said):
            compile_query({"where": [{"field": OLD, "operator": operator, "value": value}]}, dialect, NOW, echoes=False)


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (4625, "4625"), (0.5, "0.5")])
def test_a_text_is_compared_with_a_text_as_the_alert_shows_it(value: Any, text: str) -> None:
    store = Store(V11)
    store.put("day", document(OLD, text))
    store.put("day", document(OLD, value))
    assert store.found({"where": [{"field": OLD, "operator": "is", "value": text}]}) == (["0", "1"], ["0", "1"])
    for operator, given_value in (("is_not", value), ("is_one_of", ["x", value]), ("contain", value)):
        with pytest.raises(InvalidInput, match=r"`value` contains .*, which is not a string\. .* in quotes"):
            store.found({"where": [{"field": OLD, "operator": operator, "value": given_value}]})


def test_a_truth_value_is_no_text_where_some_days_hold_a_number() -> None:
    store = Store(V11)
    store.put("day-1", document(OLD, 1))
    store.put("day-2", document(OLD, "text"))
    with pytest.raises(InvalidInput, match="contains False, which is not a string"):
        store.found({"where": [{"field": OLD, "operator": "is_not", "value": False}]})


def test_the_types_are_asked_for_only_when_a_name_needs_them() -> None:
    def never() -> dict[str, str]:
        raise AssertionError("asked")

    for dialect in DIALECTS.values():
        query = {"severity": ["high"], "where": [{"field": "name", "operator": "is", "value": "x"}]}
        assert compile_query(query, replace(dialect, stored=StoredTypes(never)), NOW, echoes=False)


def test_v10_has_no_parts_of_log_lines() -> None:
    with pytest.raises(InvalidInput, match="v10 alerts have no field"):
        compile_query({"where": [WHERE]}, V10, NOW, echoes=False)


def test_a_tag_rule_compares_a_number_as_one_and_cannot_take_two_searches() -> None:
    query = {"where": [{"field": OLD, "operator": "is", "value": "4625"}]}
    assert compile_conditions(query, with_types({OLD: "long"})) == ({"field": OLD, "operator": "IS", "value": "4625"},)
    with pytest.raises(InvalidInput, match="two names or types"):
        compile_conditions(query, with_types({OLD: "long", NEW: "long"}))


def test_grouped_by_is_a_known_field() -> None:
    (filters,) = compile_query(
        {"where": [{"field": "groupedBy", "operator": "is", "value": "adversary.ip"}]}, V11, NOW, echoes=True
    )
    assert filters[-1].field == "groupedBy.keyword"
