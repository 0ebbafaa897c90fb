# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.tag import CatalogueTag, TagRule
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.rules_from_alerts import (
    combinations,
    rule_change,
    rule_name,
    value_of,
)
from hypothesis import given
from hypothesis import strategies as st

from ...builders import alert

SCAN = CatalogueTag(2, "Scan", None, False)
VPN = CatalogueTag(3, "VPN", None, False)
CONDITIONS = ({"field": "name.keyword", "operator": "IS", "value": "x"},)


def held(alert_id: str = "a1", **document: Any) -> Any:
    return alert(alert_id, document=document)


def test_values_come_from_where_the_words_of_a_query_look() -> None:
    side = {"ip": "10.0.0.5"}
    assert value_of(held(source=side), "source_ip", V10) == "10.0.0.5"
    assert value_of(held(adversary=side), "source_ip", V11) == "10.0.0.5"
    assert value_of(held(tactic="T"), "technique", V10) == "T"
    assert value_of(held(), "severity", V11) == "medium"


@pytest.mark.parametrize("value", [None, "", 7, ["web-01"], {}, {"ip": None}, "text"])
def test_what_is_no_text_is_no_value(value: Any) -> None:
    assert value_of(held(adversary=value), "source_ip", V11) is None
    assert value_of(held(adversary={"ip": value}), "source_ip", V11) == ("text" if value == "text" else None)


def test_each_combination_is_found_once_and_what_lacks_a_value_is_an_error() -> None:
    alerts = [
        held("a1", name="x", dataSource="s"),
        held("a2", name="x", dataSource="s"),
        held("a3", name="y", dataSource="s"),
        held("a4", name="y"),
        held("a5", name="x" * 257, dataSource="s"),
    ]
    found, errors = combinations(alerts, ["name", "data_source"], V11)
    assert list(found) == [("x", "s"), ("y", "s")]
    assert "data_source" in errors["a4"]
    assert "257 characters" in errors["a5"]
    assert set(errors) == {"a4", "a5"}


def test_an_existing_rule_that_gives_more_is_enough_and_one_that_gives_less_is_not() -> None:
    both = TagRule(7, "other", "d", CONDITIONS, (SCAN, VPN))
    assert not rule_change([both], "new", ["name"], CONDITIONS, [SCAN], V11).needed
    made = rule_change([both], "new", ["name"], CONDITIONS, [SCAN, CatalogueTag(0, "New", None, False)], V11)
    assert made.needed
    off = TagRule(7, "other", "d", CONDITIONS, (SCAN, VPN), active=False)
    assert rule_change([off], "new", ["name"], CONDITIONS, [SCAN], V11).needed


def test_a_name_that_another_rule_has_is_an_error() -> None:
    other = TagRule(7, "new", "d", CONDITIONS, (VPN,))
    with pytest.raises(InvalidInput, match=r"'new' exists \(ID 7\)"):
        rule_change([other], "new", ["name"], CONDITIONS, [SCAN], V11)


WORDS = ["name", "category"]
TEXTS = st.tuples(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))


@given(TEXTS, TEXTS)
def test_names_differ_as_the_values_do_and_are_short_and_printable(one: Any, other: Any) -> None:
    names = [rule_name(None, ["Scan"], WORDS, values, alone=True) for values in (one, other)]
    assert (names[0] == names[1]) == (one == other)
    assert all(len(name) < 140 and name.isprintable() for name in names)


def test_two_ways_to_join_the_same_words_are_two_names() -> None:
    one = rule_name(None, ["Scan"], WORDS, ("a, category 'b", "c"), alone=True)
    assert one != rule_name(None, ["Scan"], WORDS, ("a", "b', category 'c"), alone=True)


def test_a_given_name_stands_by_itself_only_for_one_rule() -> None:
    assert rule_name("Mine", ["Scan"], WORDS, ("a", "b"), alone=True) == "Mine"
    assert rule_name("Mine", ["Scan"], WORDS, ("a", "b"), alone=False) == "Mine: name 'a', category 'b'"


SPARING = ({"field": "target.host.keyword", "operator": "IS_NOT", "value": "dc-01"},)


def test_a_rule_of_this_name_gets_the_conditions_of_the_guardrails_that_it_lacks() -> None:
    bare = TagRule(7, "Scans", "By hand", CONDITIONS, (SCAN, VPN))
    change = rule_change([bare], "Scans", ["name"], CONDITIONS, [SCAN], V11, SPARING)
    assert (change.before, change.after) == (bare, TagRule(7, "Scans", "By hand", (*CONDITIONS, *SPARING), (SCAN, VPN)))
    assert change.after is not None
    again = rule_change([change.after], "Scans", ["name"], CONDITIONS, [SCAN], V11, SPARING)
    assert not again.needed


def test_a_rule_of_another_name_without_the_guardrails_is_not_enough() -> None:
    bare = TagRule(7, "By hand", "x", CONDITIONS, (SCAN,))
    change = rule_change([bare], "Scans", ["name"], CONDITIONS, [SCAN], V11, SPARING)
    assert change.before is None
    assert change.after is not None
    assert change.after.conditions == (*CONDITIONS, *SPARING)
    off = TagRule(8, "Scans", "x", CONDITIONS, (SCAN,), active=False)
    with pytest.raises(InvalidInput, match="A different tag rule"):
        rule_change([off], "Scans", ["name"], CONDITIONS, [SCAN], V11, SPARING)
