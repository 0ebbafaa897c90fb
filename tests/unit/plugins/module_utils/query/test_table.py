# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query keys stand in one table, and everything that names them follows it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.doc_fragments.selection import ModuleDocFragment
from ansible_collections.utmstack.siem.plugins.module_utils.conversion import converted
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.options import QUERY_OPTIONS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.rules_from_alerts import RULE_ON_KEYS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suppressions import sort_out
from ansible_collections.utmstack.siem.plugins.module_utils.query import keys as table
from ansible_collections.utmstack.siem.plugins.module_utils.query import searches
from ansible_collections.utmstack.siem.plugins.module_utils.query.keys import QUERY_KEYS, QueryKey
from ansible_collections.utmstack.siem.plugins.module_utils.query.rule_conditions import compile_conditions
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query, given_keys

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
NAMES = [key.name for key in QUERY_KEYS]
CONDITION = {"field": "name", "operator": "is", "value": "Scan"}
EXAMPLES: dict[str, Any] = {
    "all": True,
    "incident": True,
    "since": "7d",
    "until": "1d",
    "where": [CONDITION],
    "source_ip": ["10.0.0.5"],
    "target_ip": ["10.0.0.5"],
}
each_key = pytest.mark.parametrize("key", QUERY_KEYS, ids=NAMES)


def example(key: QueryKey) -> Any:
    return EXAMPLES.get(key.name, list(key.option.get("choices", ["Scan"]))[:1])


def suppression(key: QueryKey) -> dict[str, Any]:
    query = {"severity": ["high"], key.name: example(key)}
    return {"name": "S", "query": query, "expires": "2026-12-31", "tag_rule": True}


def test_options_and_documentation_have_the_keys_of_the_table() -> None:
    documented = yaml.safe_load(ModuleDocFragment.KEYS)["options"]["query"]["suboptions"]
    assert list(QUERY_OPTIONS) == NAMES
    assert list(documented) == NAMES
    for key in QUERY_KEYS:
        assert QUERY_OPTIONS[key.name] == key.option
        assert documented[key.name]["description"] == [key.description]


def test_the_page_has_a_row_for_each_key() -> None:
    from tools.query_page import page

    text = page()
    assert [name for name in NAMES if f"\n| `{name}` | " in text] == NAMES
    assert [key.name for key in QUERY_KEYS if f"\n- `{key.name}`: " in text] == [
        key.name for key in QUERY_KEYS if not key.in_tag_rules
    ]


def test_the_schema_of_triage_rules_has_the_keys_of_the_table() -> None:
    from tools.rules_schema import schema

    assert list(schema()["$defs"]["query"]["properties"]) == NAMES


@each_key
def test_each_key_is_searched_on_every_server(key: QueryKey) -> None:
    for dialect in DIALECTS.values():
        without = compile_query({}, dialect, NOW, echoes=False)
        narrows = compile_query({key.name: example(key)}, dialect, NOW, echoes=False) != without
        assert narrows is (key.name != "all")


@each_key
def test_each_key_stands_in_a_triage_rule(key: QueryKey) -> None:
    rule = {"name": "R", "when": {key.name: example(key)}, "then": {}}
    assert read_rules([rule], V11, NOW)[0].when


@each_key
def test_tag_rules_refuse_what_the_table_says_and_suppressions_know_it_up_front(key: QueryKey) -> None:
    query = {"severity": ["high"], key.name: example(key)}
    if key.in_tag_rules:
        assert compile_conditions(query, V11)
        assert sort_out([suppression(key)], NOW, "S: ", "")["tag_rules"][0]["query"] == query
        return
    with pytest.raises(InvalidInput) as refused:
        compile_conditions(query, V11)
    assert refused.value.message == f"`query.{key.name}` cannot stand in a tag rule: {key.not_in_tag_rules}."
    if key.about_progress:
        # New alerts have no progress yet: the rest of the query is the tag rule.
        assert sort_out([suppression(key)], NOW, "S: ", "")["tag_rules"][0]["query"] == {"severity": ["high"]}
        return
    with pytest.raises(InvalidInput, match=f"`query.{key.name}` cannot stand in a tag rule"):
        sort_out([suppression(key)], NOW, "S: ", "")


def test_rules_are_made_from_keys_of_one_field_that_tag_rules_can_hold() -> None:
    assert [key.name for key in QUERY_KEYS if key.has_field and key.in_tag_rules] == list(RULE_ON_KEYS)
    assert "status" not in RULE_ON_KEYS
    for dialect in DIALECTS.values():
        assert {key.name for key in QUERY_KEYS if key.has_field} <= set(dialect.names)


@each_key
def test_a_misspelled_key_is_suggested(key: QueryKey) -> None:
    with pytest.raises(InvalidInput, match=rf"Did you mean .*\b{key.name}\b"):
        converted({f"{key.name}_": 1}, {"type": "dict", "options": QUERY_OPTIONS}, "query")
    with pytest.raises(InvalidInput, match=rf"Did you mean .*\b{key.name}\b"):
        given_keys({f"{key.name}_": ["x"]})


def test_a_key_that_is_added_to_the_table_is_searched_documented_and_suggested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    added = QueryKey("sensor", {"type": "list", "elements": "str"}, "Sensor.", table._any_value, has_field=True)
    for module in (table, searches):
        monkeypatch.setattr(module, "QUERY_KEYS", (*QUERY_KEYS, added))
    monkeypatch.setitem(V11.names, "sensor", "dataSource")  # type: ignore[arg-type]
    (filters,) = compile_query({"sensor": ["web-01"]}, V11, NOW, echoes=True)
    assert filters[-1].as_json() == {
        "field": "dataSource.keyword",
        "operator": "IS_ONE_OF_TERMS",
        "value": ["web-01"],
    }
    assert [item["value"] for item in compile_conditions({"sensor": ["web-01"]}, V11)] == ["web-01"]
    assert table.query_options()["sensor"] == added.option
    assert table.documentation()["sensor"]["description"] == ["Sensor."]
    with pytest.raises(InvalidInput, match="Did you mean sensor"):
        given_keys({"sensors": ["x"]})
