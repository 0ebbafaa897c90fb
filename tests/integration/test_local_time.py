# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local time against a server: whose day it is, business hours, and time zones that do not exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    alert_export,
    alert_history_info,
    alert_info,
    alert_status,
    property_values_info,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets import asset_info
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident_info
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_rule
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .direct import run
from .playing import Stage, alert

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
# In Berlin, the clock is changed on October 25 and the day has 25 hours; in New York, it is an ordinary day.
DAY = {"since": "2026-10-25", "until": "2026-10-25"}
RAISED = {
    0: "2026-10-24T21:59:59.999Z",
    1: "2026-10-24T22:00:00.000Z",
    2: "2026-10-25T03:59:59.999Z",
    3: "2026-10-25T04:00:00.000Z",
    4: "2026-10-25T22:59:59.999Z",
    5: "2026-10-25T23:00:00.000Z",
    6: "2026-10-26T03:59:59.999Z",
    7: "2026-10-26T04:00:00.000Z",
}
IN_DAY = {BERLIN: {1, 2, 3, 4}, NEW_YORK: {3, 4, 5, 6}, "UTC": {2, 3, 4, 5}}
IDS = {number: alert(number)["id"] for number in RAISED}


def seed(stage: Stage) -> None:
    stage.seed(*(alert(number, **{"@timestamp": raised}) for number, raised in RAISED.items()))


@pytest.mark.parametrize("zone", list(IN_DAY))
def test_every_module_means_the_same_day(local_stage: Stage, zone: str, tmp_path: Path) -> None:
    stage, wanted = local_stage, {IDS[number] for number in IN_DAY[zone]}
    seed(stage)
    given: dict[str, Any] = {"query": DAY, "time_zone": zone}
    assert {row["id"] for row in run(stage.simulator, alert_info.OPERATION, **given)["alerts"]} == wanted
    assert run(stage.simulator, alert_count_info.OPERATION, **given)["total"] == len(wanted)
    assert run(stage.simulator, property_values_info.OPERATION, field="id", **given)["distinct"] == len(wanted)
    file = tmp_path / "export.jsonl"
    run(stage.simulator, alert_export.OPERATION, path=str(file), columns=["id"], **given)
    assert {json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()} == wanted
    # What is protected is local, too.
    held = {"protect": [DAY], "time_zone": zone, "status": "completed", "query": {"status": ["open"]}}
    closed = run(stage.simulator, alert_status.OPERATION, check=True, **held)
    assert {row["id"] for row in closed["alerts"] if row["skipped"]} == wanted
    done = run(stage.simulator, alert_status.OPERATION, status="completed", **given)
    assert {row["id"] for row in done["alerts"] if row["changed"]} == wanted


def test_a_rule_applies_in_its_hours_and_its_version_names_the_time_zone(stage: Stage) -> None:
    seed(stage)
    rules = [
        # In Berlin, both hours from two to three are in the night; alert 3 is at five in the morning.
        {
            "name": "Night",
            "when": {"status": "open"},
            "during": {"days": "sat", "hours": "22:00-05:00"},
            "then": {"status": "completed"},
        },
        {"name": "Monday", "when": {"since": "2026-10-26"}, "then": {"status": "in_review"}},
    ]
    tasks = {
        zone: stage.task("utmstack_triage", zone, query={"status": ["open"]}, rules=rules, time_zone=zone)
        for zone in (BERLIN, NEW_YORK)
    }
    played = stage.play(*tasks.values(), check=True)
    decided = {zone: played.result(zone) for zone in tasks}
    by_rule = {
        zone: {row["id"]: row["rule"] for row in result["alerts"] if row["rule"]} for zone, result in decided.items()
    }
    monday = dict.fromkeys([IDS[number] for number in (5, 6, 7)], "Monday")
    assert by_rule[BERLIN] == {**dict.fromkeys([IDS[0], IDS[1], IDS[2]], "Night"), **monday}
    assert by_rule[NEW_YORK] == {**dict.fromkeys([IDS[2], IDS[3]], "Night"), IDS[7]: "Monday"}
    digests = {(result["rules_digest"], result["plan_digest"]) for result in decided.values()}
    assert len({rules for rules, _plan in digests}) == len({plan for _rules, plan in digests}) == 2
    why = next(row["rules"][0]["why"] for row in decided[BERLIN]["alerts"] if row["id"] == IDS[1])
    assert why["@timestamp"] == RAISED[1]
    done = stage.play(tasks[BERLIN]).result(BERLIN)
    assert done["plan_digest"] == decided[BERLIN]["plan_digest"]
    assert {row["id"] for row in done["alerts"] if row["changed"]} == set(by_rule[BERLIN])


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        (alert_info.OPERATION, {"query": DAY}),
        (alert_info.OPERATION, {"alert_ids": []}),
        (alert_status.OPERATION, {"alert_ids": ["x"], "status": "open"}),
        (triage.OPERATION, {"query": DAY, "rules": [{"name": "x", "when": {"name": "x"}, "then": {}}]}),
        (alert_export.OPERATION, {"query": DAY, "path": "unused.csv"}),
        (alert_count_info.OPERATION, {}),
        (property_values_info.OPERATION, {"field": "name"}),
        (alert_history_info.OPERATION, {}),
        (incident_info.OPERATION, {}),
        (asset_info.OPERATION, {}),
        (tag_rule.OPERATION, {"name": "x", "query": {"name": ["x"]}, "tags": ["x"]}),
    ],
)
def test_an_unknown_time_zone_is_refused_before_the_login(
    local_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    refused = run(local_stage.simulator, operation, time_zone="Europe/Berlim", **options)
    assert refused["failed"]
    assert "`time_zone` is 'Europe/Berlim'" in refused["msg"]
    assert "Did you mean Europe/Berlin" in refused["msg"]
    assert refused["msg"].count("Europe/Berlim") == 1
    assert local_stage.simulator.requests() == []
