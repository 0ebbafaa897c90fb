# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A month whose decisions are known: which rules are suggested, and which closures a backtest finds to be wrong."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import rule_suggestions_info
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.analyst_decisions import as_arrived
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import RuleIndex, decide
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules

from utmstack_simulator.scenarios.soc_month import start, worked_alerts
from utmstack_simulator.scenarios.soc_month_stories import PATTERNS

from .direct import run
from .playing import Stage, on_11_2_too

NOW = datetime.now(timezone.utc)


@pytest.fixture
def month(local_stage: Stage) -> Stage:
    """A server that holds the month."""
    local_stage.simulator.fill(start(local_stage.dialect, NOW))
    return local_stage


def matched(dialect: str, rules: list[dict[str, Any]]) -> dict[str, set[str]]:
    """By rule, the patterns of the alerts that it matches when they arrive."""
    spoken, found = DIALECTS[dialect], {str(rule["name"]): set[str]() for rule in rules}
    index = RuleIndex(read_rules(rules, spoken, NOW))
    for worked in worked_alerts(dialect, NOW):
        alert = alert_from(as_arrived(worked.row["source"], spoken, ()), spoken)
        for hit in decide(alert, index).shadowed:
            found[hit.rule.name].add(worked.pattern)
    return found


@on_11_2_too
def test_only_patterns_without_an_exception_are_suggested(month: Stage) -> None:
    found = run(month.simulator, rule_suggestions_info.OPERATION, since="31d")["suggestions"]
    # No rule matches an attack that looks like them, the near miss, or what analysts did not decide.
    patterns = matched(month.dialect, [one["rule"] for one in found])
    assert sorted(patterns.values(), key=str) == sorted(({one.key} for one in PATTERNS if one.suggested), key=str)
    assert all(one["evidence"]["otherwise"] == 0 for one in found)
