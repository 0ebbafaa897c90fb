# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A month whose decisions are known: which rules are suggested, and which closures a backtest finds to be wrong."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import (
    alert_recording,
    rule_suggestions_info,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.analyst_decisions import as_arrived
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.backtest import backtest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import RuleIndex, decide
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recording import recording_in_lines
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules

from utmstack_simulator.backend.alerts import FALSE_POSITIVE
from utmstack_simulator.scenarios.soc_month import WorkedAlert, start, worked_alerts
from utmstack_simulator.scenarios.soc_month_stories import BACKUP, OFFICE, PATTERNS

from .direct import run
from .playing import Stage, on_11_2_too

NOW = datetime.now(timezone.utc)
# Rules that cover what looks like a false positive.
BROAD = [
    {"name": key, "when": {"name": [name], **when}, "then": {"false_positive": True}}
    for key, name, when in (
        ("scanner", "Vulnerability probe against a web application", {}),
        ("backup", "Large outbound transfer", {"source_ip": [BACKUP]}),
        ("near_miss", "Repeated failed logins", {"source_ip": [OFFICE]}),
    )
]


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


def is_true_positive(worked: WorkedAlert) -> bool:
    """Whether an analyst closed the alert, but not as a false positive."""
    source = worked.row["source"]
    return source["status"] == 5 and FALSE_POSITIVE not in (source["tags"] or ())


@on_11_2_too
def test_a_backtest_lists_exactly_the_closures_that_would_have_been_wrong(month: Stage, tmp_path: Path) -> None:
    path = tmp_path / "month.jsonl"
    run(month.simulator, alert_recording.OPERATION, path=str(path), limit=10_000)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    found = {rule["name"]: rule for rule in backtest(recording_in_lines(lambda: lines, path.name), BROAD)["rules"]}
    true_positives = {one.row["id"]: one.pattern for one in worked_alerts(month.dialect, NOW) if is_true_positive(one)}
    for name, hidden, count in (("scanner", "attack", 32), ("backup", "theft", 10), ("near_miss", "near_miss", 15)):
        wrong = {alert_id for alert_id, pattern in true_positives.items() if pattern == hidden}
        assert (len(wrong), found[name]["otherwise_total"]) == (count, count)
        assert {one["id"] for one in found[name]["otherwise"]} == wrong
    daily = 54 if month.dialect == "v11" else 60
    assert {name: rule["agreed"] for name, rule in found.items()} == {
        "scanner": 27 * daily,
        "backup": 29 * 15,
        "near_miss": 29 * 10 - 15,
    }
