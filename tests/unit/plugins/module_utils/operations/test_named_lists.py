# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named lists of texts in queries and rules, on plain data."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.given import given_options
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_info
from ansible_collections.utmstack.siem.plugins.module_utils.operations.named_lists import (
    rules_with_named_lists,
    with_named_lists,
    with_texts,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

LISTS = {"mail": ["Phishing", "Spam, bulk"], "scans": ["Port scan"], "crown jewels": ["DC"]}


def test_an_entry_stands_for_its_list_in_every_query_of_a_task() -> None:
    entry = {"list": "mail"}
    rule = {"name": "R", "when": {"name": entry}, "unless": {"category": [entry]}, "asset": {"group": entry}}
    params = {"lists": LISTS, "query": {"name": ["A", entry]}, "rules": [rule], "protect": [{"name": [entry]}]}
    resolved = with_named_lists({**params, "also": {"query": {"name": [entry, "B"]}, "rules": [rule]}})
    texts = ["Phishing", "Spam, bulk"]
    assert resolved["query"] == {"name": ["A", *texts]}
    assert resolved["protect"] == [{"name": texts}]
    assert resolved["also"]["query"] == {"name": [*texts, "B"]}
    compared = {"when": "name", "unless": "category", "asset": "group"}
    for rows in (resolved["rules"], resolved["also"]["rules"]):
        assert rows == [{"name": "R", **{key: {name: texts} for key, name in compared.items()}}]


@pytest.mark.parametrize("conditions", [lambda item: item, lambda item: [item]])
def test_values_of_where_may_be_lists(conditions: Any) -> None:
    item = {"field": "name", "operator": "is_one_of", "value": {"list": "scans"}}
    found = with_texts(LISTS, {"where": conditions(item)}, "query")
    assert found == {"where": [{**item, "value": ["Port scan"]}]}


def test_a_list_may_hold_names_of_networks() -> None:
    rows = [{"name": "R", "when": {"source_ip": [{"list": "trusted"}]}}]
    networks = {"scanners": ["10.0.0.0/24"]}
    (rule,) = rules_with_named_lists(rows, networks, {"trusted": ["scanners", "10.1.0.1"]})
    assert rule["when"] == {"source_ip": ["10.0.0.0/24", "10.1.0.1"]}


@pytest.mark.parametrize(
    ("query", "lists", "said"),
    [
        ({"name": {"list": "mial"}}, LISTS, "`query.name` names the list 'mial', but `lists` has mail, scans"),
        ({"name": {"list": "mial"}}, LISTS, "Did you mean mail?"),
        ({"name": [{"list": "mail"}]}, None, "`query.name` names the list 'mail', but `lists` is not set. Add it."),
        ({"name": [{"list": ["mail"]}]}, LISTS, "names the list ['mail']"),
        ({"name": ["A"]}, {"mail": []}, "`lists.mail` is empty"),
        ({"name": ["A"]}, {"mail": ["A", " "]}, "`lists.mail` is empty or contains an empty text"),
        ({"name": ["A"]}, {"mail": [7]}, "`lists.mail` contains 7, which is not a string"),
        ({"name": ["A"]}, {" ": ["A"]}, "`lists` has the list ' '. Give it a name"),
        ({"name": ["A"]}, ["mail"], "`lists` must be a dictionary of lists"),
    ],
    ids=str,
)
def test_mistakes_are_named(query: Any, lists: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        with_named_lists({"query": query, "lists": lists})
    assert said in refused.value.message


def test_a_mistake_in_a_rule_names_it() -> None:
    with pytest.raises(InvalidInput, match=r"^Rule 2 \('S'\): `when.name` names the list 'x'"):
        rules_with_named_lists([{"name": "R"}, {"name": "S", "when": {"name": {"list": "x"}}}], None, LISTS)


@pytest.mark.parametrize("operation", [triage.OPERATION, alert_info.OPERATION])
@pytest.mark.parametrize("as_text", [False, True])
def test_options_are_converted_with_the_texts_in_place(operation: Any, as_text: bool) -> None:
    query: Any = {"name": ["A", {"list": "scans"}], "severity": "high"}
    given = {"query": str(query) if as_text else query, "lists": str(LISTS) if as_text else LISTS}
    assert given_options(given, operation)["query"] == {"name": ["A", "Port scan"], "severity": ["high"]}
    with pytest.raises(InvalidInput, match=r"names the list 'x', but `lists` is not set"):
        given_options({"query": {"name": [{"list": "x"}]}}, operation)
    blank = given_options({"query": {"name": ["A"]}, "lists": " "}, operation)
    assert blank == {"query": {"name": ["A"]}}
    with pytest.raises(InvalidInput, match="which is not a string"):
        given_options({"query": {"name": [{"lists": "x"}]}}, operation)
