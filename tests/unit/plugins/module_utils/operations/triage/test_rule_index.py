# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grouping the rules of a table spares comparisons, and changes no decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V11
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import (
    Decision,
    Rule,
    RuleIndex,
    decide,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules
from ansible_collections.utmstack.siem.plugins.module_utils.query.matching import matcher
from ansible_collections.utmstack.siem.plugins.module_utils.query.stored_values import StoredValues
from hypothesis import given
from hypothesis import strategies as st

from ...query.test_matching import NOW, documents, queries


def in_turn(alert: Alert, rules: Sequence[Rule]) -> list[str]:
    """The matching rules, each compared with the alert by itself."""
    found = []
    for rule in rules:
        stored = StoredValues(alert.document)
        if matcher(rule.when)(stored) is None or matcher(rule.unless)(stored) is not None:
            continue
        found.append(rule.name)
        if rule.stop and not rule.shadow:
            break
    return found


def matched(decision: Decision) -> list[str]:
    names = [hit.rule.name for hit in (*decision.acting, *decision.shadowed)]
    return sorted(names, key=lambda name: int(name))


@pytest.mark.parametrize("name", list(DIALECTS))
@given(data=st.data())
def test_the_index_finds_what_comparing_each_rule_finds(name: str, data: st.DataObject) -> None:
    dialect = DIALECTS[name]
    alerts = [
        alert_from({**row, "id": str(number)}, dialect) for number, row in enumerate(data.draw(documents(dialect)))
    ]
    rows = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {"when": queries(dialect), "stop": st.booleans(), "mode": st.sampled_from(["apply", "shadow"])},
                optional={"unless": queries(dialect)},
            ),
            min_size=1,
            max_size=6,
        )
    )
    rules = read_rules([{**row, "name": str(number), "then": {}} for number, row in enumerate(rows)], dialect, NOW)
    index = RuleIndex(rules)
    assert [matched(decide(alert, index)) for alert in alerts] == [in_turn(alert, rules) for alert in alerts]


def candidates(rules: list[dict[str, Any]], document: dict[str, Any]) -> list[str]:
    index = RuleIndex(read_rules(rules, V11, NOW))
    return [rule.name for rule, _when, _unless in index.candidates(StoredValues({"status": 2, **document}))]


def test_an_alert_is_compared_with_the_rules_for_its_texts_alone() -> None:
    rules: list[dict[str, Any]] = [
        {"name": f"Rule {number}", "when": {"name": f"Kind {number}"}, "then": {}} for number in range(40)
    ]
    rules.insert(
        7, {"name": "Any scan", "when": {"where": [{"field": "name", "operator": "contain", "value": "scan"}]}}
    )
    rules[7]["then"] = {}
    rules.append({"name": "Host", "when": {"data_source": ["web-01", "web-02"]}, "then": {}})
    assert candidates(rules, {"name": "Kind 9"}) == ["Rule 9"]
    assert candidates(rules, {"name": "Kind 3", "dataSource": "web-02"}) == ["Rule 3", "Host"]
    assert candidates(rules, {"name": "Port scan"}) == ["Any scan"]
