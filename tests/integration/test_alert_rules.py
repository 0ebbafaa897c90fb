# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`create_rule`: rules for alerts like the selected ones, bounded, previewed, and made once."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import Stage, alert
from .server_tags import RULES, TAGS, rule_body, server_get, server_post

ALERT_TAGS = "/api/utm-alerts/tags"
SINCE = {"rule_since": "2026-11-01"}


def scan(stage: Stage, number: int, ip: str | None = "10.0.0.5", **fields: Any) -> dict[str, Any]:
    """An alert with a source."""
    side = {"v10": "source", "v11": "adversary"}[stage.dialect]
    return alert(number, **{"name": "Port scan", side: {} if ip is None else {"ip": ip}, **fields})


def crowd(stage: Stage, count: int = 100) -> list[dict[str, Any]]:
    """Other recent alerts, so that the few are few."""
    return [alert(number, name="Login") for number in range(1001, 1001 + count)]


def task(stage: Stage, *numbers: int, **options: Any) -> dict[str, Any]:
    given = {"tags": ["Planned scan"], "create_rule": True, "rule_on": ["name", "source_ip"], **SINCE, **options}
    return stage.task("utmstack_alert_tags", alert_ids=[alert(number)["id"] for number in numbers], **given)


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """What check mode must predict."""
    kept = {name: result[name] for name in ("changed", "alerts", "plan_digest", "diff", "created_tags")}
    return {**kept, "rules": [{**row, "id": None} for row in result["rules"]]}


def test_check_apply_again_and_what_the_engine_does(stage: Stage) -> None:
    stage.seed(scan(stage, 1), scan(stage, 2), scan(stage, 3, "10.0.0.6"), *crowd(stage))
    wanted = task(stage, 1, 2, 3)
    predicted = stage.play(wanted, check=True).result()
    applied = stage.play(wanted).result()
    assert comparable(predicted) == comparable(applied)
    assert [(row["would_match"], row["recent"], row["share"]) for row in applied["rules"]] == [
        (2, 103, 0.0194),
        (1, 103, 0.0097),
    ]
    assert applied["created_tags"] == ["Planned scan"]
    stored = {row["id"]: row for row in server_get(stage, RULES)}
    assert [stored[row["id"]]["name"] for row in applied["rules"]] == [row["name"] for row in applied["rules"]]
    assert applied["rules"][0]["name"] == "Planned scan: name 'Port scan', source_ip '10.0.0.5'"
    assert "rule Planned scan" in applied["diff"]["prepared"]

    stage.seed(scan(stage, 5, status=1), scan(stage, 6, "10.0.0.7", status=1))
    stage.simulator.tick()
    alerts = stage.simulator.alerts()
    assert (alerts[alert(5)["id"]]["tags"], alerts[alert(6)["id"]]["tags"]) == (["Planned scan"], None)

    again = stage.play(wanted)
    assert (again.result()["changed"], again.writes()) == (False, [])
    assert [row["changed"] for row in again.result()["rules"]] == [False, False]


def test_a_rule_that_does_the_same_under_another_name_is_enough(local_stage: Stage) -> None:
    local_stage.seed(scan(local_stage, 1, dataSource="web-01"))
    made = server_post(local_stage, RULES, rule_body("By hand", 1))
    played = local_stage.play(task(local_stage, 1, tags=["False positive"], rule_on=["data_source"]))
    (row,) = played.result()["rules"]
    assert (row["id"], row["name"], row["changed"]) == (made["id"], "By hand", False)
    assert played.writes() == [ALERT_TAGS]


def test_a_rule_that_is_too_broad_stops_everything(stage: Stage) -> None:
    stage.seed(*[scan(stage, number) for number in range(1, 12)], *crowd(stage, 89))
    for check in (True, False):
        played = stage.play(task(stage, 1), check=check)
        assert played.statuses["it"] == "failed"
        assert "would match 11 of the 100 alerts since 2026-11-01" in played.result()["msg"]
        assert played.result()["error"]["type"] == "RuleTooBroad"
        assert played.writes() == []
    allowed = stage.play(task(stage, 1, rule_max_share=0.11)).result()
    assert [row["share"] for row in allowed["rules"]] == [0.11]
    # What exists is not judged again.
    assert stage.play(task(stage, 1)).statuses["it"] == "ok"


def test_ten_alerts_are_never_too_many(local_stage: Stage) -> None:
    local_stage.seed(*[scan(local_stage, number) for number in range(1, 11)])
    (row,) = local_stage.play(task(local_stage, 1)).result()["rules"]
    assert (row["share"], row["changed"]) == (1.0, True)


def test_an_alert_without_a_value_is_an_error_and_no_broader_rule(local_stage: Stage) -> None:
    local_stage.seed(scan(local_stage, 1), scan(local_stage, 2, None), *crowd(local_stage))
    wanted = task(local_stage, 1, 2)
    predicted = local_stage.play(wanted, check=True).result()
    played = local_stage.play(wanted)
    assert comparable(predicted) == comparable(played.result())
    assert played.statuses["it"] == "failed"
    first, second = played.result()["alerts"]
    assert (first["changed"], first["error"]) == (True, None)
    assert (second["changed"], "source_ip" in second["error"]) == (False, True)
    assert len(played.result()["rules"]) == len(server_get(local_stage, RULES)) == 1
    assert local_stage.simulator.alerts()[alert(2)["id"]]["tags"] is None


def test_a_named_rule(local_stage: Stage) -> None:
    local_stage.seed(scan(local_stage, 1), scan(local_stage, 2, "10.0.0.6"), scan(local_stage, 3, "10.0.0.7"))
    played = local_stage.play(
        task(local_stage, 1, rule_name="Scanner"),
        {**task(local_stage, 2, rule_name="Scanner"), "name": "taken"},
        {**task(local_stage, 2, 3, rule_name="Scanners"), "name": "two"},
    )
    assert [row["name"] for row in played.result()["rules"]] == ["Scanner"]
    assert "A different tag rule with the name 'Scanner' exists" in played.result("taken")["msg"]
    assert [row["name"] for row in played.result("two")["rules"]] == [
        "Scanners: name 'Port scan', source_ip '10.0.0.6'",
        "Scanners: name 'Port scan', source_ip '10.0.0.7'",
    ]


def test_mistakes_are_refused_before_anything_is_written(stage: Stage) -> None:
    stage.seed(*[scan(stage, number, f"10.0.0.{number}") for number in range(1, 4)])
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"state": "absent"}, "requires `state: present`"),
        ({"rule_on": []}, "`rule_on` is empty"),
        ({"rule_on": ["source_ipp"]}, "source_ip"),
        ({"rule_on": None}, "rule_on"),
        ({"max_rules": 2}, "3 different combinations"),
        ({"rule_max_share": 0}, "above 0"),
        ({"rule_since": "last week"}, "rule_since"),
        ({"tags": ["Bob's"]}, "apostrophe"),
        ({"rule_name": " "}, "`rule_name` is blank"),
        ({"max_affected": 1}, "max_affected"),
        ({"create_rule": False}, "`rule_on` has no effect without `create_rule: true`"),
    ]
    tasks = [{**task(stage, 1, 2, 3, **row[0]), "name": str(number)} for number, row in enumerate(wrong)]
    played = stage.play(*tasks)
    for number, (_options, message) in enumerate(wrong):
        assert played.statuses[str(number)] == "failed"
        assert message in played.result(str(number))["msg"]
    assert played.writes() == []


@pytest.mark.parametrize("option", [{"rule_name": "Mine"}, {"max_rules": 5}, {"rule_since": "1d"}])
def test_what_is_said_about_rules_is_not_ignored(v11_stage: Stage, option: dict[str, Any]) -> None:
    played = v11_stage.play(v11_stage.task("utmstack_alert_tags", alert_ids=[alert(1)["id"]], tags=["Scan"], **option))
    (name,) = option
    assert f"`{name}` has no effect without `create_rule: true`" in played.result()["msg"]
    assert v11_stage.simulator.requests() == []


def test_hostile_names_make_rules_that_meet_exactly_them(local_stage: Stage) -> None:
    hostile = 'it\'s "over" \u202e{{ 7 * 7 }} \\ *' + "x" * 150
    local_stage.seed(scan(local_stage, 1, name=hostile), scan(local_stage, 2, name="it"))
    played = local_stage.play(task(local_stage, 1, rule_on=["name"]))
    (row,) = played.result()["rules"]
    assert (row["would_match"], row["changed"]) == (1, True)
    assert len(row["name"]) < 140
    assert "\u202e" not in row["name"]
    local_stage.seed(scan(local_stage, 3, name=hostile, status=1), scan(local_stage, 4, name="it", status=1))
    local_stage.simulator.tick()
    alerts = local_stage.simulator.alerts()
    assert (alerts[alert(3)["id"]]["tags"], alerts[alert(4)["id"]]["tags"]) == (["Planned scan"], None)


@pytest.mark.parametrize("kind", ["drop-after", "drop-before"])
def test_a_lost_answer_makes_no_second_rule(local_stage: Stage, kind: str) -> None:
    local_stage.seed(scan(local_stage, 1))
    local_stage.simulator.faults({"kind": kind, "times": 1, "method": "POST", "path": RULES})
    played = local_stage.play(task(local_stage, 1))
    assert played.statuses["it"] == "ok", played.output
    assert len(server_get(local_stage, RULES)) == 1


@pytest.mark.parametrize("path", [RULES, TAGS])
def test_a_lost_rule_is_an_error_beside_what_was_done(local_stage: Stage, path: str) -> None:
    local_stage.seed(scan(local_stage, 1), scan(local_stage, 2, "10.0.0.6"))
    local_stage.simulator.faults({"kind": "status", "status": 200, "method": "POST", "path": path, "nth": 1})
    wanted = task(local_stage, 1, 2)
    played = local_stage.play(wanted)
    assert played.statuses["it"] == "failed"
    result = played.result()
    assert [row["changed"] for row in result["alerts"]] == [True, True]
    assert [row["changed"] for row in result["rules"]] == [False, path == RULES]
    assert "did not" in result["rules"][0]["error"]
    local_stage.simulator.faults()
    assert local_stage.play(wanted).result()["changed"] is True
    assert len(server_get(local_stage, RULES)) == 2


def test_a_poisoned_list_stops_everything(local_stage: Stage) -> None:
    local_stage.seed(scan(local_stage, 1))
    server_post(local_stage, RULES, rule_body("Poisoned", None))
    played = local_stage.play(task(local_stage, 1))
    assert "a tag without ID" in played.result()["msg"]
    assert played.writes() == []
