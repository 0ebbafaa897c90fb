# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that are selected twice, with different rules: one plan decides on each of them once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo

from .direct import run, writes
from .playing import Stage, alert

BACKUP = {"name": "Nightly", "query": {"name": ["Backup"]}, "expires": "2099-01-01", "observation": "Nightly backup"}
FIRST = {"query": {"name": ["Backup"]}, "rules": [{"name": "A", "when": {"severity": ["low"]}, "then": {"note": "a"}}]}
B = {"name": "B", "when": {"status": ["open"]}, "then": {"false_positive": True, "observation": "b"}}


def ids(*numbers: int) -> list[str]:
    return [alert(number)["id"] for number in numbers]


def seed(stage: Stage) -> None:
    """Two backups, the second with an echo on v11, and another alert."""
    stage.seed(
        alert(1, name="Backup", severity=1, severityLabel="Low"),
        alert(2, name="Backup"),
        alert(3, name="Other"),
        *([alert(4, name="Backup", parentId=ids(2)[0], statusObservation="sensor")] if stage.dialect == "v11" else []),
    )


@pytest.mark.parametrize(
    "selected",
    [
        {"query": {"name": ["Backup", "Other"]}},
        {"query": {"severity": ["low", "medium"], "status": ["open", "completed"]}},
        {"alert_ids": ids(1, 2, 3)},
        {"alert_ids": ids(3, 2, 4)},
    ],
    ids=["query", "query of any status", "IDs", "IDs with an echo"],
)
def test_the_role_predicts_what_it_closes_if_a_suppression_and_a_selection_overlap(
    local_stage: Stage, selected: dict[str, Any]
) -> None:
    seed(local_stage)
    if local_stage.dialect == "v10" and 4 in [n for n in range(5) if alert(n)["id"] in selected.get("alert_ids", [])]:
        selected = {"alert_ids": ids(3, 2)}
    given = {"suppressions": [BACKUP], "since": "2026-11-01", "tags": ["Once"], "observation": "Known", **selected}
    checked = local_stage.play_role("false_positives", check=True, **given).role_result("false_positives")
    played = local_stage.play_role("false_positives", **given)
    done = played.role_result("false_positives")
    # Only a check run leaves a plan.
    assert checked["plan"]["key"] == "utmstack_plan_false_positives_localhost"
    assert {**checked, "plan": None} == done
    held = local_stage.simulator.alerts()
    closed = [key for key, source in held.items() if source["status"] == 5]
    # An echo follows its alert, unless it is named itself: rules do not match echoes.
    assert (done["closed"], done["closed"] + done["echoes"]) == (3, len(closed))
    # The suppression decides on backups, also on those that are selected.
    assert held[ids(2)[0]]["statusObservation"].startswith("Nightly backup ")
    assert held[ids(2)[0]]["tags"] == ["False positive"]
    assert held[ids(3)[0]]["statusObservation"].startswith("Known ")
    assert sorted(held[ids(3)[0]]["tags"]) == ["False positive", "Once"]


def test_an_alert_is_left_to_the_first_rules_that_match(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    receipt = str(tmp_path / "receipt.jsonl")
    before = local_stage.simulator.alerts()
    options = {**FIRST, "also": {"query": {"status": ["open"]}, "alert_ids": None, "rules": [B]}}
    checked = run(local_stage.simulator, triage.OPERATION, check=True, **options)
    done = run(local_stage.simulator, triage.OPERATION, receipt=receipt, **options)
    for part in ("alerts", "plan_digest", "coverage", "echoes_changed", "rules_digest"):
        assert checked[part] == done[part]
    rules = {row["id"]: row["rule"] for row in done["alerts"]}
    assert rules == dict(zip(ids(1, 2, 3), ["A", "B", "B"], strict=True))
    assert done["coverage"]["hits"] == {"A": 1, "B": 2}
    held = local_stage.simulator.alerts()
    assert [held[key]["status"] for key in ids(1, 2, 3)] == [2, 5, 5]
    again = run(local_stage.simulator, triage.OPERATION, **options)
    assert (again["changed"], writes(local_stage.simulator)) == (False, [])
    undone = run(local_stage.simulator, undo.OPERATION, receipt=receipt)
    assert "failed" not in undone
    assert [source["status"] for source in local_stage.simulator.alerts().values()] == [
        source["status"] for source in before.values()
    ]


def test_limits_and_unknown_ids_count_for_all_alerts(local_stage: Stage) -> None:
    seed(local_stage)
    also = {"query": None, "alert_ids": [*ids(2, 3), "gone"], "rules": [B]}
    many = run(local_stage.simulator, triage.OPERATION, **FIRST, also=also, max_affected=2)
    assert "more than `max_affected: 2`" in many["msg"]
    assert writes(local_stage.simulator) == []
    done = run(local_stage.simulator, triage.OPERATION, **FIRST, also=also)
    (row,) = [row for row in done["alerts"] if row["id"] == "gone"]
    assert "No alert has this ID" in row["error"]
    assert done["summary"]["changed"] == 3


@pytest.mark.parametrize(
    ("also", "message"),
    [
        ({"rules": [B]}, "one of the following is required: alert_ids, query found in also"),
        ({"rules": [B], "alert_ids": [], "query": {}}, "parameters are mutually exclusive"),
        ({"query": {}, "rules": []}, "`also.rules` contains no rule"),
        ({"query": {"nmae": ["x"]}, "rules": [B]}, "nmae"),
        ({"query": {}, "rules": [{"name": "C", "when": {"name": ["x"]}}]}, "`also`: Rule 1 ('C')"),
    ],
    ids=["no selection", "two selections", "no rule", "unknown key", "invalid rule"],
)
def test_mistakes_are_named(v11_stage: Stage, also: dict[str, Any], message: str) -> None:
    seed(v11_stage)
    played = v11_stage.play(v11_stage.task("utmstack_triage", **FIRST, also=also))
    assert message in played.result()["msg"]
    assert played.writes() == []
