# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tag rule can leave out, and that it leaves out exactly that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V10, V11, Dialect, StoredTypes
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.network_filters import about_networks, for_tag_rule
from ansible_collections.utmstack.siem.plugins.module_utils.query.exclusions import excluded, without_tag
from ansible_collections.utmstack.siem.plugins.module_utils.query.written import compile_written_query
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from utmstack_simulator.engine.documents import DocumentStore
from utmstack_simulator.engine.query import checked_filters, match

from .test_matching import documents, queries

NOW = datetime(2026, 11, 28, tzinfo=timezone.utc)
SPELLINGS = [
    "10.0.0.5",
    "FE80::1",
    "fe80::1",
    "fe80:0:0:0:0:0:0:1",
    "FE80:0:0:0:0:0:0:1",
    "fe80:0000:0000:0000:0000:0000:0000:0001",
    "FE80:0000:0000:0000:0000:0000:0000:0001",
]


def left_out(entry: dict[str, Any], dialect: Dialect = V11) -> list[dict[str, Any]]:
    """The conditions that leave out what an entry of `protect` describes."""
    searches = compile_written_query(entry, "protect", dialect, NOW, True)
    return [dict(condition) for condition in excluded(searches, dialect)]


def where(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    """A query of one condition."""
    return {"where": [{"field": field, "operator": operator, **({} if value is None else {"value": value})}]}


@pytest.mark.parametrize(
    ("entry", "conditions"),
    [
        ({"target_host": ["dc-01"]}, [("target.host.keyword", "IS_NOT", "dc-01")]),
        ({"target_host": "dc-01"}, [("target.host.keyword", "IS_NOT", "dc-01")]),
        ({"name": ["a", "b"]}, [("name.keyword", "IS_NOT_ONE_OF", ["a", "b"])]),
        ({"severity": ["high"]}, [("severity", "IS_NOT", "3")]),
        ({"tags": ["VIP"]}, [("tags.keyword", "IS_NOT", "VIP")]),
        ({"without_tags": ["Lab"]}, [("tags.keyword", "IS", "Lab")]),
        ({"incident": True}, [("isIncident", "IS_NOT", "true")]),
        ({"target_ip": ["10.0.0.5"]}, [("target.ip.keyword", "IS_NOT", "10.0.0.5")]),
        # The usual spellings, because a tag rule compares texts.
        ({"target_ip": ["10.0.0.5", "FE80::1"]}, [("target.ip.keyword", "IS_NOT_ONE_OF", SPELLINGS)]),
        (
            {"user": ["root"]},
            [("adversary.user.keyword", "IS_NOT", "root"), ("target.user.keyword", "IS_NOT", "root")],
        ),
        (where("target.host", "start_with", "dc-"), [("target.host.keyword", "NOT_START_WITH", "dc-")]),
        (where("target.host", "does_not_contain", "lab"), [("target.host.keyword", "START_WITH", "*lab")]),
        (where("target.host", "ends_with", ".corp"), [("target.host.keyword", "NOT_ENDS_WITH", ".corp")]),
        (where("target.user", "exist"), [("target.user", "DOES_NOT_EXIST")]),
        (where("target.port", "is_between", [1, 1023]), [("target.port", "IS_NOT_BETWEEN", ["1", "1023"])]),
        # New alerts are in automatic review and then open.
        ({"status": ["in_review", "completed"]}, []),
        ({"status": ["in_review"], "severity": ["high"], "name": ["x"]}, []),
        ({"status": ["open"], "severity": ["high"]}, [("severity", "IS_NOT", "3")]),
    ],
)
def test_one_condition_is_turned_round(entry: dict[str, Any], conditions: list[tuple[Any, ...]]) -> None:
    names = ("field", "operator", "value")
    assert left_out(entry) == [dict(zip(names, condition)) for condition in conditions]


def test_a_part_of_a_log_line_is_left_out_in_its_type_and_under_both_names() -> None:
    types = {"lastEvent.log.code": "long", "lastEvent.event.code": "text", "lastEvent.event.code.keyword": "keyword"}
    dialect = replace(V11, stored=StoredTypes(lambda: types))
    assert left_out(where("lastEvent.event.code", "is", 4625), dialect) == [
        {"field": "lastEvent.event.code.keyword", "operator": "IS_NOT", "value": "4625"},
        {"field": "lastEvent.log.code", "operator": "IS_NOT", "value": "4625"},
    ]


def test_sides_have_the_names_of_the_server() -> None:
    assert left_out({"source_host": ["x"]}, V10) == [
        {"field": "source.host.keyword", "operator": "IS_NOT", "value": "x"}
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"target_host": ["dc-01"], "severity": ["high"]}, "several conditions"),
        ({"tags": ["VIP", "Core"]}, "several conditions"),
        ({"target_host": ["dc-01"], "since": "7d"}, "several conditions"),
        ({"user": ["root"], "severity": ["high"]}, "several conditions"),
        ({"since": "7d"}, "compares a time"),
        (where("lastUpdate", "is_greater_than", "7d"), "compares a time"),
        ({"status": ["open"]}, "every new alert"),
        ({"all": True}, "every new alert"),
        (where("status", "is_not", 5), "compares status"),
        (where("statusObservation", "is", "x"), "compares statusObservation"),
        (where("severity", "is_greater_than", 2), "no opposite of is_greater_than"),
        ({"target_ip": ["10.10.0.0/16"]}, "'10.10.0.0/16' is not a single address"),
        ({"source_ip": ["10.0.0.5", "10.0.0.1-10.0.0.20"]}, "'10.0.0.1-10.0.0.20' is not a single address"),
        (where("target.ip", "is", "10.0.0.*"), "'10.0.0.*' is not a single address"),
        (where("target.ip", "is_one_of", ["2001:db8::/32"]), "not a single address"),
    ],
)
def test_what_a_rule_cannot_leave_out_is_refused(entry: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        left_out(entry)
    assert reason in refused.value.message


@pytest.mark.parametrize(
    ("tag", "texts"),
    [
        ("Hold", ["Hold"]),
        ("on-hold", ["on hold", "on_hold"]),
        (" On__Hold ", ["On Hold", "On_Hold"]),
        ("", []),
        (" ", []),
    ],
)
def test_a_hold_tag_is_left_out_in_the_spellings_that_the_server_tells_apart(tag: str, texts: list[str]) -> None:
    assert [dict(one) for one in without_tag(tag, V11)] == [
        {"field": "tags", "operator": "IS_NOT", "value": text} for text in texts
    ]


@pytest.mark.parametrize("tag", ["!!", "-", "_ _"])
def test_a_tag_without_words_is_compared_whole(tag: str) -> None:
    assert [dict(one) for one in without_tag(tag, V10)] == [
        {"field": "tags.keyword", "operator": "IS_NOT", "value": tag}
    ]


def test_a_tag_of_many_words_is_refused() -> None:
    assert len(without_tag("a b c d", V11)) == 8
    with pytest.raises(InvalidInput, match="5 words"):
        without_tag("a b c d e", V11)


@pytest.mark.parametrize("entry", ["10.0.0.0/24", "10.0.0.1-10.0.0.9", "fe80::/10"])
def test_a_rule_never_leaves_out_a_network(entry: str) -> None:
    for query in ({"source_ip": [entry]}, where("target.ip", "is_not", entry), where("target.ip", "is", entry)):
        with pytest.raises(InvalidInput, match="is not a single address"):
            left_out(query)


def found(store: DocumentStore, filters: list[dict[str, Any]]) -> set[int]:
    """The documents that a search of the server finds."""
    return set(match(store.indices["day"], checked_filters(filters, [])))


@pytest.mark.parametrize("name", list(DIALECTS))
@settings(max_examples=3 * settings.default.max_examples)
@given(data=st.data())
def test_a_rule_leaves_out_what_an_entry_finds_and_nothing_else(name: str, data: st.DataObject) -> None:
    dialect = DIALECTS[name]
    entry = data.draw(queries(dialect))
    # Status and time mean something else for new alerts.
    assume(not {"status", "since", "until"} & set(entry))
    searches = compile_written_query(entry, "protect", dialect, NOW, True)
    addresses = [item for filters in searches for item in filters if about_networks(item)]
    # Of an address with several spellings, a tag rule leaves out the usual ones only.
    assume(all(item.value.compared_as_text for item in addresses))
    try:
        conditions = [dict(condition) for condition in excluded(searches, dialect)]
    except InvalidInput:
        assume(False)
    store = DocumentStore()
    sides = {side: {"port": 1} for side in (dialect.adversary, dialect.target)}
    store.put("day", "first", {"id": "first", "status": 1, "name": "first", **sides})
    rows = data.draw(documents(dialect))
    assume(not addresses or "::ffff" not in str(rows))
    for number, row in enumerate(rows):
        store.put("day", str(number), {**row, "id": str(number)})
    protected = set().union(*(found(store, [for_tag_rule(item).as_json() for item in part]) for part in searches))
    assert protected | found(store, conditions) == set(store.indices["day"].documents)
    assert not protected & found(store, conditions)


@pytest.mark.parametrize("spelling", ["On Hold", "on-hold", "ON_HOLD", "on  hold", " on hold", "on - hold"])
@pytest.mark.parametrize("tag", ["On Hold", "on_hold", "ON-HOLD"])
def test_a_rule_leaves_out_a_hold_tag_in_any_spelling(tag: str, spelling: str) -> None:
    store = DocumentStore()
    store.put("day", "held", {"id": "held", "status": 1, "tags": ["Scan", spelling]})
    store.put("day", "other", {"id": "other", "status": 1, "tags": ["On", "Hold"]})
    store.put("day", "none", {"id": "none", "status": 1, "tags": None})
    left = found(store, [dict(condition) for condition in without_tag(tag, V11)])
    assert {store.get(number).id for number in left} == {"other", "none"}
