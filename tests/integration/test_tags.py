# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tag catalogue: what is there afterwards, what is protected, and what a lost answer leads to."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import Stage, both_entry_points, v10_in_full
from .server_tags import RULES, TAGS, rule_body, server_get, server_post, server_post_all, server_put


def catalogue(stage: Stage) -> dict[str, dict[str, Any]]:
    """The rows of the catalogue by name."""
    return {row["tagName"]: row for row in server_get(stage, TAGS)}


@both_entry_points
def test_check_apply_and_again(stage: Stage) -> None:
    task = stage.task("utmstack_tag", name="Tier 1", color="#0F8")
    predicted = stage.play(task, check=True).result()
    assert "Tier 1" not in catalogue(stage)
    applied = stage.play(task).result()
    assert predicted["changed"] is applied["changed"] is True
    assert predicted["tag"] == {"id": None, "name": "Tier 1", "color": "#00ff88", "system": False}
    row = catalogue(stage)["Tier 1"]
    assert applied["tag"] == {"id": row["id"], "name": "Tier 1", "color": "#00ff88", "system": False}
    assert predicted["diff"] == applied["diff"]
    again = stage.play(task)
    assert (again.result()["changed"], again.writes()) == (False, [])
    assert again.result()["tag"] == applied["tag"]


def test_a_color_is_changed_and_nothing_else(local_stage: Stage) -> None:
    tag_id = server_post(local_stage, TAGS, {"tagName": "Tier 1", "tagColor": "#00FF00"})["id"]
    same = local_stage.play(local_stage.task("utmstack_tag", name="Tier 1", color="#00ff00"))
    assert same.result()["changed"] is False
    silent = local_stage.play(local_stage.task("utmstack_tag", name="Tier 1"))
    assert silent.result()["changed"] is False
    task = local_stage.task("utmstack_tag", name="Tier 1", color="#0000ff")
    predicted = local_stage.play(task, check=True).result()
    applied = local_stage.play(task).result()
    assert (predicted["tag"], predicted["diff"]) == (applied["tag"], applied["diff"])
    expected = {"id": tag_id, "tagName": "Tier 1", "tagColor": "#0000ff", "systemOwner": False}
    assert catalogue(local_stage)["Tier 1"] == expected


def test_a_tag_is_removed_once(stage: Stage) -> None:
    server_post(stage, TAGS, {"tagName": "O'Brien"})
    task = stage.task("utmstack_tag", name="O'Brien", state="absent")
    predicted = stage.play(task, check=True).result()
    applied = stage.play(task).result()
    assert predicted["changed"] is applied["changed"] is True
    assert predicted["tag"] is applied["tag"] is None
    assert "O'Brien" not in catalogue(stage)
    again = stage.play(task)
    assert (again.result()["changed"], again.writes()) == (False, [])


REFUSED = [
    ({"name": "Old", "state": "absent", "color": "#f43"}, "`color` conflicts with `state: absent`"),
    ({"name": "False positive", "state": "absent"}, "belongs to UTMStack"),
    ({"name": "False positive", "state": "absent", "force": True}, "belongs to UTMStack"),
    ({"name": "False positive", "color": "#000000"}, "belongs to UTMStack"),
    ({"name": "Ours", "color": "#000000"}, "belongs to UTMStack"),
    ({"name": "Bob's laptop"}, "apostrophe"),
    ({"name": "a\\b"}, "backslash"),
    ({"name": "x" * 51}, "51 characters"),
    ({"name": " "}, "is empty or has leading or trailing spaces"),
    ({"name": "x", "color": "red"}, "in quotes"),
]


def test_what_is_refused_is_not_written(stage: Stage) -> None:
    made = server_post(stage, TAGS, {"tagName": "Ours"})
    server_put(stage, TAGS, {**made, "systemOwner": True})
    before = catalogue(stage)
    played = stage.play(*[stage.task("utmstack_tag", str(number), **row[0]) for number, row in enumerate(REFUSED)])
    for number, (_options, message) in enumerate(REFUSED):
        assert played.statuses[str(number)] == "failed"
        assert message in played.result(str(number))["msg"]
    assert played.writes() == []
    assert catalogue(stage) == before


def test_the_products_tag_may_be_named_as_it_is(local_stage: Stage) -> None:
    played = local_stage.play(local_stage.task("utmstack_tag", name="False positive", color="#F44336"))
    assert played.result()["changed"] is False


def test_a_near_miss_is_warned_about(local_stage: Stage) -> None:
    result = local_stage.play(local_stage.task("utmstack_tag", name="false-positive")).result()
    assert result["changed"] is True
    assert any("'False positive'" in text for text in result["warnings"])


def test_a_tag_that_rules_give_is_removed_only_by_force(stage: Stage) -> None:
    tag = server_post(stage, TAGS, {"tagName": "Scanner"})
    server_post(stage, RULES, rule_body("Known scanner", tag["id"]))
    task = stage.task("utmstack_tag", name="Scanner", state="absent")
    refused = stage.play(task)
    assert refused.statuses["it"] == "failed"
    assert "Known scanner" in refused.result()["msg"]
    assert "force" in refused.result()["msg"]
    assert refused.writes() == []
    forced = stage.play(stage.task("utmstack_tag", name="Scanner", state="absent", force=True)).result()
    assert (forced["changed"], forced["rules"]) == (True, ["Known scanner"])
    assert any("Known scanner" in text for text in forced["warnings"])
    assert "Scanner" not in catalogue(stage)


def test_when_the_rules_cannot_be_read_nothing_is_removed_but_by_force(local_stage: Stage) -> None:
    server_post(local_stage, TAGS, {"tagName": "Scanner"})
    server_post(local_stage, RULES, rule_body("poisoned", None))
    task = local_stage.task("utmstack_tag", name="Scanner", state="absent")
    refused = local_stage.play(task)
    assert "a tag without ID" in refused.result()["msg"]
    assert refused.writes() == []
    forced = local_stage.play(local_stage.task("utmstack_tag", name="Scanner", state="absent", force=True)).result()
    assert forced["changed"] is True
    assert any("rules that add the tag are unknown" in text for text in forced["warnings"])


TASKS = [
    pytest.param({"name": "New", "color": "#ffffff"}, "POST", id="create"),
    pytest.param({"name": "Old", "color": "#ffffff"}, "PUT", id="change"),
    pytest.param({"name": "Old", "state": "absent"}, "DELETE", id="remove"),
]


@pytest.mark.parametrize(("options", "method"), TASKS)
def test_a_lost_answer_is_seen_and_not_repeated(local_stage: Stage, options: dict[str, Any], method: str) -> None:
    server_post(local_stage, TAGS, {"tagName": "Old"})
    local_stage.simulator.faults({"kind": "drop-after", "times": 1, "method": method})
    played = local_stage.play(local_stage.task("utmstack_tag", **options))
    assert played.statuses["it"] == "ok", played.output
    assert played.result()["changed"] is True
    assert len(played.writes()) == 1


@pytest.mark.parametrize(("options", "method"), TASKS)
def test_a_lost_request_is_repeated(local_stage: Stage, options: dict[str, Any], method: str) -> None:
    server_post(local_stage, TAGS, {"tagName": "Old"})
    local_stage.simulator.faults({"kind": "drop-before", "times": 1, "method": method, "path": f"{TAGS}.*"})
    played = local_stage.play(local_stage.task("utmstack_tag", **options))
    assert played.result()["changed"] is True, played.output
    assert len(played.writes()) == 2


@pytest.mark.parametrize(("options", "method"), TASKS)
def test_a_lost_write_is_an_error(local_stage: Stage, options: dict[str, Any], method: str) -> None:
    server_post(local_stage, TAGS, {"tagName": "Old"})
    local_stage.simulator.faults({"kind": "status", "status": 200, "method": method, "path": f"{TAGS}.*"})
    played = local_stage.play(local_stage.task("utmstack_tag", **options))
    assert played.statuses["it"] == "failed"
    assert played.result()["changed"] is False
    assert options["name"] in played.result()["msg"]
    assert "did not" in played.result()["msg"]
    local_stage.simulator.faults()
    assert local_stage.play(local_stage.task("utmstack_tag", **options)).result()["changed"] is True


def test_a_server_that_refuses_for_good_says_so(local_stage: Stage) -> None:
    local_stage.simulator.faults({"kind": "status", "status": 500, "method": "POST", "path": TAGS})
    played = local_stage.play(local_stage.task("utmstack_tag", name="New"), options={"retry_budget": 0})
    assert played.statuses["it"] == "failed"
    assert "Creating the tag 'New': the server did not store the change." in played.result()["msg"]
    assert played.result()["error"]["status"] == 500


@v10_in_full
def test_a_long_catalogue_is_read_whole(local_stage: Stage) -> None:
    server_post_all(local_stage, TAGS, ({"tagName": f"tag {number}"} for number in range(2001)))
    played = local_stage.play(local_stage.task("utmstack_tag", name="tag 2000"))
    assert (played.result()["changed"], played.count(TAGS)) == (False, 2)
