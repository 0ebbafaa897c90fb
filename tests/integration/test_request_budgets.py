# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of triage, exports and notes, counted exactly."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_export, alert_notes
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .conftest import WRITING
from .direct import run
from .playing import SEARCH, VALUES, Stage, alert

STATUS, NOTES = "/api/utm-alerts/status", "/api/utm-alerts/notes"


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow machine, alerts would be looked at again before the last of their writes."""
    monkeypatch.setattr(f"{WRITING}.apply.LOOK_IS_VALID", 600.0)


def seed(stage: Stage, count: int, kinds: int = 1) -> list[str]:
    """Open alerts under so many names; their IDs."""
    rows = [alert(number, name=f"Kind {number % kinds}") for number in range(count)]
    stage.seed(*rows)
    return [row["id"] for row in rows]


def sent(stage: Stage) -> dict[str, int]:
    """How many requests went to each path of the alerts."""
    paths = Counter(row["path"] for row in stage.simulator.requests())
    return {path: paths[path] for path in (SEARCH, VALUES, STATUS, NOTES) if paths[path]}


def decide(stage: Stage, matching: int) -> dict[str, Any]:
    """Triage 5,000 candidates by 40 rules, of which so many match 100 alerts each."""
    seed(stage, 5000, kinds=50)
    names = [f"Kind {number}" if number < matching else f"Other {number}" for number in range(40)]
    rules = [{"name": f"Rule for {name}", "when": {"name": name}, "then": {"status": "completed"}} for name in names]
    options = {"query": {"status": ["open"]}, "rules": rules, "max_affected": 5000, "rows": "failed"}
    return run(stage.simulator, triage.OPERATION, **options)


def test_triage_writes_once_per_rule_that_matches(v11_stage: Stage) -> None:
    result = decide(v11_stage, matching=8)
    assert result["summary"]["changed"] == 800
    # Three pages of candidates, two reads of their echoes, one look by IDs, and one read of what was written.
    assert sent(v11_stage) == {SEARCH: 3 + 2 + 1, VALUES: 1, STATUS: 8}


def test_the_number_of_rules_costs_no_reads(v11_stage: Stage) -> None:
    result = decide(v11_stage, matching=40)
    assert result["summary"]["changed"] == 4000
    # What was written is read back 1,000 alerts at a time.
    assert sent(v11_stage) == {SEARCH: 3 + 2 + 4, VALUES: 1, STATUS: 40}


def test_an_export_reads_each_page_once(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage, 5000)
    path = tmp_path / "alerts.csv"
    result = run(local_stage.simulator, alert_export.OPERATION, path=str(path), query={}, mode="0600")
    assert result["rows"] == 5000
    # A first look, three pages by time, and the alerts without a time.
    assert sent(local_stage) == {SEARCH: 5}


@pytest.mark.parametrize("concurrency", [1, 16])
def test_notes_cost_one_request_each(local_stage: Stage, concurrency: int) -> None:
    ids = seed(local_stage, 100)
    options = {"alert_ids": ids, "note": "Scan", "concurrency": concurrency}
    result = run(local_stage.simulator, alert_notes.OPERATION, **options)
    assert result["summary"]["changed"] == 100
    found = sent(local_stage)
    assert found.pop(NOTES) == 100
    assert sum(found.values()) == 3
