# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading is complete: many alerts of one instant, alerts without a time, and parts of log lines of any type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    alert_export,
    alert_info,
    alert_status,
    property_values_info,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .direct import run
from .playing import SEARCH, Stage, alert, v10_in_full

PROPERTIES = "/api/elasticsearch/index/properties"
NEXT_DAY = {"v10": "alert-2026.11.21", "v11": "v11-alert-2026-11-21"}


def seed_timeless(stage: Stage, number: int, index: str | None = None) -> str:
    """An alert without a time, on a day on which no alert has one."""
    source = alert(number)
    del source["@timestamp"]
    stage.simulator.documents(
        [{"index": index or NEXT_DAY[stage.dialect], "id": source["id"], "source": source}],
    )
    return str(source["id"])


@v10_in_full
def test_more_than_ten_thousand_alerts_of_one_instant(local_stage: Stage, tmp_path: Path) -> None:
    same = "2026-11-20T05:00:00.000Z"
    local_stage.seed(*[alert(number, **{"@timestamp": same}) for number in range(1, 10_002)], alert(10_002))
    simulator = local_stage.simulator
    found = run(simulator, alert_info.OPERATION, query={}, limit=0, fields=["id"])
    assert (found["total"], len({row["id"] for row in found["alerts"]})) == (10_002, 10_002)
    cut = run(simulator, alert_info.OPERATION, query={}, limit=10_001, fields=["id"], sort=["timestamp"])
    assert (cut["total"], len({row["id"] for row in cut["alerts"]}), cut["truncated"]) == (10_002, 10_001, True)
    path = tmp_path / "alerts.jsonl"
    written = run(simulator, alert_export.OPERATION, query={}, path=str(path), columns=["id"])
    assert (written["rows"], len(set(path.read_text(encoding="utf-8").splitlines()))) == (10_002, 10_002)


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({}, -1),
        ({"limit": 0}, -1),
        ({"sort": ["timestamp"]}, -1),
        ({"sort": ["-severity", "timestamp"]}, -1),
        ({"limit": 4, "sort": ["name", "-timestamp"]}, -1),
    ],
)
def test_an_alert_without_a_time_is_read_last(local_stage: Stage, options: dict[str, Any], place: int) -> None:
    local_stage.seed(alert(1), alert(2), alert(3))
    odd = seed_timeless(local_stage, 4)
    found = run(local_stage.simulator, alert_info.OPERATION, **{"query": {}, **options})
    assert (found["total"], found["total_is_exact"], found["truncated"]) == (4, True, False)
    assert found["alerts"][place]["id"] == odd
    assert (len(found["alerts"]), found["alerts"][place]["timestamp"]) == (4, None)


@pytest.mark.parametrize("sort", [["-timestamp"], ["timestamp"], ["-severity"]])
def test_the_total_beyond_a_limit_counts_an_alert_without_a_time(local_stage: Stage, sort: list[str]) -> None:
    local_stage.seed(alert(1), alert(2), alert(3))
    seed_timeless(local_stage, 4)
    found = run(local_stage.simulator, alert_info.OPERATION, query={}, limit=2, sort=sort)
    assert (found["total"], found["truncated"], len(found["alerts"])) == (4, True, 2)
    counted = run(local_stage.simulator, alert_count_info.OPERATION, query={})
    assert (counted["total"], counted["total_is_exact"]) == (4, True)


@pytest.mark.parametrize("named", [True, False])
def test_an_alert_without_a_time_is_written(local_stage: Stage, named: bool) -> None:
    local_stage.seed(alert(1))
    odd = seed_timeless(local_stage, 2)
    selected: dict[str, Any] = {"alert_ids": [odd]} if named else {"query": {"status": ["open"]}}
    done = run(local_stage.simulator, alert_status.OPERATION, status="completed", observation="x", **selected)
    assert done["summary"]["changed"] == (1 if named else 2)
    assert local_stage.simulator.alerts()[odd]["status"] == 5


@v10_in_full
def test_alerts_without_a_time_beside_many(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 2501)])
    odd = {seed_timeless(local_stage, 2501), seed_timeless(local_stage, 2502)}
    simulator = local_stage.simulator
    for options in ({"limit": 0}, {"limit": 2502}, {"limit": 5000, "sort": ["timestamp"]}):
        found = run(simulator, alert_info.OPERATION, query={}, fields=["id"], **options)
        assert (found["total"], len(found["alerts"])) == (2502, 2502)
        assert {row["id"] for row in found["alerts"][-2:]} == odd
    written = run(simulator, alert_export.OPERATION, query={}, path=str(tmp_path / "a.csv"), sort="timestamp")
    assert written["rows"] == 2502
    options = {"query": {"all": True}, "status": "completed", "max_affected": 5000}
    assert run(simulator, alert_status.OPERATION, check=True, **options)["summary"]["changed"] == 2502


def log_alert(number: int, held: str, value: Any) -> dict[str, Any]:
    return alert(number, lastEvent={held: {"code": value}})


@pytest.mark.parametrize("asked", ["log", "event"])
@pytest.mark.parametrize("held", ["log", "event"])
@pytest.mark.parametrize(
    ("value", "text", "other"), [(4625, "4625", 4624), (True, "true", False), (0.5, "0.5", 1.5), ("4625", "4625", "x")]
)
def test_a_rule_closes_what_the_same_query_finds(
    v11_stage: Stage, asked: str, held: str, value: Any, text: Any, other: Any
) -> None:
    v11_stage.seed(log_alert(1, held, value), log_alert(2, held, other), log_alert(3, held, [other, value]))
    field = f"lastEvent.{asked}.code"
    simulator = v11_stage.simulator
    for operator, numbers in (("is", [1, 3]), ("is_not", [2])):
        where = [{"field": field, "operator": operator, "value": text}]
        found = run(simulator, alert_info.OPERATION, query={"where": where}, sort=["timestamp"])
        # Types are read once per task.
        assert [row["path"] for row in simulator.requests()].count(PROPERTIES) == 1
        assert [row["id"] for row in found["alerts"]] == [alert(number)["id"] for number in numbers]
        rules = [{"name": "Code", "when": {"where": where}, "then": {"status": "completed"}}]
        closed = run(simulator, triage.OPERATION, check=True, query={}, rules=rules)
        assert {row["id"] for row in closed["alerts"] if row["changed"]} == {row["id"] for row in found["alerts"]}
        assert [row["path"] for row in simulator.requests()].count(PROPERTIES) == 1
        rules = [{"name": "All", "when": {"severity": ["medium"]}, "then": {"status": "completed"}}]
        guarded = run(simulator, triage.OPERATION, check=True, query={}, rules=rules, protect=[{"where": where}])
        assert {row["id"] for row in guarded["alerts"] if row["skipped"]} == {row["id"] for row in found["alerts"]}


@pytest.mark.parametrize("by", ["lastEvent.log.code", "lastEvent.event.code"])
@pytest.mark.parametrize("held", ["log", "event"])
def test_both_names_of_a_field_are_counted_and_exported(v11_stage: Stage, tmp_path: Path, held: str, by: str) -> None:
    v11_stage.seed(log_alert(1, held, 4625), log_alert(2, held, 4625))
    simulator = v11_stage.simulator
    assert run(simulator, alert_count_info.OPERATION, by=[by])["counts"][by] == [{"value": 4625, "count": 2}]
    values = run(simulator, property_values_info.OPERATION, field=by)
    assert (values["field"], values["property_values"]) == (f"lastEvent.{held}.code", [{"value": 4625, "count": 2}])
    path = tmp_path / "a.csv"
    run(simulator, alert_export.OPERATION, query={}, path=str(path), columns=[by])
    assert path.read_text(encoding="utf-8").split() == [by, "4625", "4625"]


def test_a_field_that_no_alert_ever_had_is_a_warning_or_an_error(v11_stage: Stage) -> None:
    v11_stage.seed(log_alert(1, "log", 4625))
    simulator = v11_stage.simulator

    def where(operator: str) -> dict[str, Any]:
        return {"where": [{"field": "lastEvent.log.user", "operator": operator, "value": "svc"}]}

    rule = {"name": "R", "when": {"severity": ["medium"]}, "then": {"status": "completed"}}
    found = run(simulator, alert_info.OPERATION, query=where("is"))
    assert (found["alerts"], len(found["warnings"])) == ([], 2)
    assert "No alert on the server has ever had lastEvent.log.user" in found["warnings"][-1]
    refused = [
        run(simulator, alert_info.OPERATION, query=where("is_not")),
        run(simulator, triage.OPERATION, query={}, rules=[{**rule, "when": where("is_not")}]),
        run(simulator, triage.OPERATION, query={}, rules=[{**rule, "unless": where("is")}]),
        run(simulator, triage.OPERATION, query={}, rules=[rule], protect=[where("is")]),
    ]
    for result in refused:
        assert "no alert on the server has ever had this field" in result["msg"]
    assert simulator.alerts()[alert(1)["id"]]["status"] == 2


def test_the_types_of_fields_are_not_asked_for_without_need(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    rules = [{"name": "R", "when": {"name": ["Scan"]}, "then": {}}]
    run(local_stage.simulator, triage.OPERATION, query={}, rules=rules, protect=[{"target_host": ["dc-01"]}])
    paths = [row["path"] for row in local_stage.simulator.requests()]
    assert (paths.count(PROPERTIES), paths.count(SEARCH)) == (0, 2 if local_stage.dialect == "v11" else 1)


def test_a_day_as_until_counts_to_its_end(local_stage: Stage) -> None:
    local_stage.seed(
        alert(1, **{"@timestamp": "2026-11-20T23:59:59.999Z"}), alert(2, **{"@timestamp": "2026-11-21T00:00:00.000Z"})
    )
    period = {"since": "2026-11-20", "until": "2026-11-20"}
    found = run(local_stage.simulator, alert_info.OPERATION, query=period)
    assert [row["id"] for row in found["alerts"]] == [alert(1)["id"]]
    rules = [{"name": "R", "when": period, "then": {"status": "completed"}}]
    closed = run(local_stage.simulator, triage.OPERATION, check=True, query={}, rules=rules)
    assert [row["id"] for row in closed["alerts"] if row["changed"]] == [alert(1)["id"]]
