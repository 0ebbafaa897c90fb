# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue and the tag rules as lists."""

from __future__ import annotations

from .playing import Stage
from .server_tags import RULES, TAGS, rule_body, server_post


def test_the_catalogue_is_listed_and_selected_by_exact_names(stage: Stage) -> None:
    made = server_post(stage, TAGS, {"tagName": "Tier 1", "tagColor": "#00FF88"})
    played = stage.play(
        stage.task("utmstack_tag_info"),
        stage.task("utmstack_tag_info", "named", name=["Tier 1", "tier 1", "Nobody's"]),
        stage.task("utmstack_tag_info", "none", name=[]),
        check=True,
    )
    everything = played.result()
    assert (everything["changed"], everything["total"]) == (False, len(everything["tags"]))
    assert next(tag for tag in everything["tags"] if tag["name"] == "False positive")["system"] is True
    expected = {"id": made["id"], "name": "Tier 1", "color": "#00FF88", "system": False}
    assert played.result("named")["tags"] == [expected]
    assert (played.result("none")["tags"], played.result("none")["total"]) == ([], 0)


def test_rules_are_listed_in_the_order_of_the_engine(stage: Stage) -> None:
    tag = server_post(stage, TAGS, {"tagName": "Tier 1"})["id"]
    closing = next(row["id"] for row in stage.play(stage.task("utmstack_tag_info")).result()["tags"] if row["system"])
    server_post(stage, RULES, rule_body("Zulu", tag))
    server_post(stage, RULES, rule_body("Alpha", closing, tag))
    played = stage.play(
        stage.task("utmstack_tag_rule_info"),
        stage.task("utmstack_tag_rule_info", "closing", tags=["False positive"]),
        stage.task("utmstack_tag_rule_info", "named", name=["Zulu"], tags=["Tier 1"]),
        stage.task("utmstack_tag_rule_info", "neither", name=["Zulu"], tags=["False positive"]),
        check=True,
    )
    assert [rule["name"] for rule in played.result()["rules"]] == ["Zulu", "Alpha"]
    (alpha,) = played.result("closing")["rules"]
    conditions = [{"field": "dataSource.keyword", "operator": "IS", "value": "web-01"}]
    expected = {"description": "by hand", "conditions": conditions, "active": True, "completes_alerts": True}
    assert {**alpha, **expected} == alpha
    assert alpha["tags"] == ["False positive", "Tier 1"]
    assert [rule["completes_alerts"] for rule in played.result("named")["rules"]] == [False]
    assert played.result("neither")["total"] == 0


def test_a_broken_list_of_rules_is_explained(local_stage: Stage) -> None:
    server_post(local_stage, RULES, rule_body("Broken", None))
    played = local_stage.play(local_stage.task("utmstack_tag_rule_info"))
    assert played.statuses["it"] == "failed"
    assert "Remove it with `rule_id`" in played.result()["msg"]


def test_a_server_that_is_busy_is_asked_again(local_stage: Stage) -> None:
    local_stage.simulator.faults({"kind": "status", "status": 503, "path": TAGS, "times": 1})
    played = local_stage.play(local_stage.task("utmstack_tag_info"))
    assert (played.count(TAGS), played.result()["tags"][0]["name"]) == (2, "False positive")
