# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tag rules: they do to new alerts what they say, and the list that everybody needs stays readable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from .playing import Stage, alert
from .server_tags import RULES, TAGS, rule_body, server_get, server_post

COUNT = "/api/elasticsearch/property/values-with-count"
SCANNER: dict[str, Any] = {
    "name": "Planned scans",
    "query": {"source_ip": ["10.0.0.5"], "where": [{"field": "name", "operator": "contain", "value": "scan"}]},
    "tags": ["False positive"],
}
ALWAYS = {"preview_since": "2026-11-01"}


def scan(stage: Stage, number: int, **fields: Any) -> dict[str, Any]:
    """An alert that the rule is for."""
    side = {"v10": "source", "v11": "adversary"}[stage.dialect]
    return alert(number, **{"name": "A scan, again", side: {"ip": "10.0.0.5"}, **fields})


def rules(stage: Stage) -> dict[str, dict[str, Any]]:
    """The stored rules by name."""
    return {row["name"]: row for row in server_get(stage, RULES)}


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """What check mode must predict."""
    names = ("changed", "would_match", "completes_alerts", "created_tags", "diff")
    rule = result["rule"] and {key: value for key, value in result["rule"].items() if key != "id"}
    return {**{name: result[name] for name in names}, "rule": rule}


def test_a_rule_does_to_new_alerts_what_was_previewed(stage: Stage) -> None:
    stage.seed(scan(stage, 1), scan(stage, 2, name="Login"), alert(3, name="A scan"), scan(stage, 4, status=5))
    task = stage.task("utmstack_tag_rule", **SCANNER, **ALWAYS)
    predicted = stage.play(task, check=True).result()
    applied = stage.play(task)
    assert comparable(predicted) == comparable(applied.result())
    assert (applied.result()["would_match"], applied.result()["completes_alerts"]) == (2, True)
    assert applied.result()["rule"]["id"] == rules(stage)["Planned scans"]["id"]
    assert applied.count(COUNT) == 1

    stage.seed(scan(stage, 5, status=1), scan(stage, 6, status=1, name="Login"))
    stage.simulator.tick()
    stored = stage.simulator.alerts()
    done, other, before = (stored[alert(number)["id"]] for number in (5, 6, 1))
    assert (done["status"], done["tags"]) == (5, ["False positive"])
    assert (other["status"], other["tags"]) == (2, None)
    assert (before["status"], before["tags"]) == (2, None)

    again = stage.play(task)
    assert (again.result()["changed"], again.writes()) == (False, [])
    assert again.result()["rule"] == applied.result()["rule"]


def test_every_word_of_a_query_makes_a_rule_that_the_engine_can_run(local_stage: Stage) -> None:
    """Alert 1 has everything that is asked for, alert 2 nothing."""
    near, far = {"v10": ("source", "destination"), "v11": ("adversary", "target")}[local_stage.dialect]
    side = {"ip": "10.0.0.5", "host": "web-01", "user": "eve", "port": 443}
    technique = {"v10": "tactic", "v11": "technique"}[local_stage.dialect]
    words: dict[str, Any] = {
        **{
            f"{word}_{member}": [side[member], "10.0.0.6"]
            for word in ("source", "target")
            for member in ("ip", "host", "user")
        },
        "name": ["A scan"],
        "category": ["C", "D"],
        "technique": ["T"],
        "data_source": ["fw-01"],
        "data_type": ["firewall"],
        "severity": ["high", "medium"],
        "tags": ["given"],
        "without_tags": ["done"],
        "incident": False,
        "where": [
            {"field": f"{near}.port", "operator": "is_between", "value": [1, 1000]},
            {"field": "name", "operator": "start_with", "value": "A s"},
            {"field": "reference", "operator": "does_not_exist"},
            {"field": f"{far}.host", "operator": "is_not", "value": "db-01"},
        ],
    }
    one = alert(
        1,
        status=1,
        name="A scan",
        category="C",
        dataSource="fw-01",
        dataType="firewall",
        tags=["given"],
        **{near: side, far: side, technique: "T"},
    )
    local_stage.seed(one, alert(2, status=1))
    tasks = [
        local_stage.task(
            "utmstack_tag_rule", word, name=word, query={word: value}, tags=[f"by {word}"], create_tags=True
        )
        for word, value in words.items()
    ]
    played = local_stage.play(*tasks)
    assert played.code == 0, played.output
    assert set(played.statuses.values()) == {"ok"}, played.output
    local_stage.simulator.tick()
    stored = local_stage.simulator.alerts()
    assert set(stored[alert(1)["id"]]["tags"]) == {"given", *(f"by {word}" for word in words)}
    # What says "not" and the common severity hold for the other alert, too.
    assert set(stored[alert(2)["id"]]["tags"]) == {"by without_tags", "by incident", "by severity"}


def test_a_rule_made_by_hand_is_taken_over_without_a_write_when_it_says_the_same(local_stage: Stage) -> None:
    server_post(local_stage, RULES, rule_body("By hand", 1))
    task = local_stage.task(
        "utmstack_tag_rule", name="By hand", query={"data_source": ["web-01"]}, tags=["False positive"]
    )
    played = local_stage.play(task)
    assert (played.result()["changed"], played.writes()) == (False, [])
    assert played.result()["rule"]["description"] == "by hand"


def test_a_changed_rule_keeps_its_id_and_what_is_not_named(stage: Stage) -> None:
    made = server_post(stage, RULES, rule_body("By hand", 1))
    query = {"data_source": ["web-01", "web-02"]}
    task = stage.task("utmstack_tag_rule", name="By hand", query=query, tags=["Tier 1"], create_tags=True)
    predicted = stage.play(task, check=True).result()
    applied = stage.play(task).result()
    assert comparable(predicted) == comparable(applied)
    assert applied["created_tags"] == ["Tier 1"]
    row = rules(stage)["By hand"]
    assert (row["id"], row["description"]) == (made["id"], "by hand")
    assert [tag["tagName"] for tag in row["tags"]] == ["Tier 1"]
    lines = applied["diff"]["prepared"].splitlines()
    assert [line.split(": ")[0] for line in lines] == ["tag Tier 1 state", "By hand conditions", "By hand tags"]
    assert stage.play(task).result()["changed"] is False


def test_a_rule_is_switched_off_by_removing_it_and_comes_back(local_stage: Stage) -> None:
    server_post(local_stage, RULES, rule_body("By hand", 1))
    options = {"name": "By hand", "query": {"data_source": ["web-01"]}, "tags": ["False positive"]}
    off = local_stage.task("utmstack_tag_rule", **options, active=False)
    predicted = local_stage.play(off, check=True).result()
    applied = local_stage.play(off).result()
    assert comparable(predicted) == comparable(applied)
    assert (applied["changed"], applied["rule"], rules(local_stage)) == (True, None, {})
    assert any("cannot deactivate a rule" in text for text in applied["warnings"])
    again = local_stage.play(off)
    assert (again.result()["changed"], again.writes()) == (False, [])
    assert local_stage.play(local_stage.task("utmstack_tag_rule", **options)).result()["rule"]["active"] is True


def test_a_rule_is_removed_once(local_stage: Stage) -> None:
    server_post(local_stage, RULES, rule_body("By hand", 1))
    server_post(local_stage, RULES, rule_body("By hand, too", 1))
    task = local_stage.task("utmstack_tag_rule", name="By hand", state="absent")
    predicted = local_stage.play(task, check=True).result()
    applied = local_stage.play(task).result()
    assert comparable(predicted) == comparable(applied)
    assert (applied["changed"], list(rules(local_stage))) == (True, ["By hand, too"])
    again = local_stage.play(task)
    assert (again.result()["changed"], again.writes()) == (False, [])


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"query": {}}, "at least one condition"),
    ({"query": {"status": ["open"]}}, "automatic review only"),
    ({"query": {"since": "24h"}}, "one fixed time"),
    ({"query": {"user": ["eve"]}}, "source_user or target_user"),
    ({"query": {"where": [{"field": "@timestamp", "operator": "is_greater_than", "value": "1h"}]}}, "one fixed time"),
    ({"query": {"where": [{"field": "statusLabel", "operator": "is", "value": "x"}]}}, "automatic review only"),
    ({"tags": ["false positive"]}, "Did you mean False positive?"),
    ({"tags": ["Unheard of"]}, "create_tags"),
    ({"tags": ["O'Brien"]}, "apostrophe"),
    ({"tags": ["Bob's"], "create_tags": True}, "apostrophe"),
    ({"tags": []}, "`tags` is empty"),
    ({"name": " "}, "`name` is blank"),
    ({"name": "a\nb"}, "control character"),
    ({"description": ""}, "`description` is blank"),
    ({"preview_since": "last week"}, "preview_since"),
    ({"rule_id": 7}, "for removal only"),
]


def test_what_is_refused_is_not_written(stage: Stage) -> None:
    server_post(stage, TAGS, {"tagName": "O'Brien"})
    tasks = [
        stage.task("utmstack_tag_rule", str(number), **{**SCANNER, **row[0]}) for number, row in enumerate(REFUSED)
    ]
    played = stage.play(*tasks, stage.task("utmstack_tag_rule", "half", name="x"))
    for number, (_options, message) in enumerate(REFUSED):
        assert played.statuses[str(number)] == "failed"
        assert message in played.result(str(number))["msg"]
    assert "query, tags" in played.result("half")["msg"]
    assert played.writes() == []


def test_a_poisoned_list_is_explained_and_repaired_by_id(stage: Stage) -> None:
    good = server_post(stage, RULES, rule_body("Good", 1))
    bad = server_post(stage, RULES, rule_body("Poisoned", None))
    wanted = stage.task("utmstack_tag_rule", **SCANNER)
    refused = stage.play(wanted)
    assert refused.statuses["it"] == "failed"
    assert "a tag without ID" in refused.result()["msg"]
    assert "rule_id" in refused.result()["msg"]
    assert refused.result()["error"]["type"] == "RulesUnreadable"
    assert refused.writes() == []

    other = stage.task("utmstack_tag_rule", "other", rule_id=good["id"], name="Poisoned", state="absent")
    repair = stage.task("utmstack_tag_rule", rule_id=bad["id"], name="Poisoned", state="absent")
    assert stage.play(repair, check=True).result()["changed"] is True
    played = stage.play(other, repair)
    assert "is 'Good', not 'Poisoned'" in played.result("other")["msg"]
    assert played.result()["changed"] is True
    assert list(rules(stage)) == ["Good"]
    again = stage.play(repair)
    assert (again.result()["changed"], again.writes()) == (False, [])
    assert stage.play(wanted).result()["changed"] is True


@pytest.mark.parametrize("release", ["11.0.1", "11.2"])
def test_the_other_build_of_v11_is_understood(
    utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path, release: str
) -> None:
    """Its errors come as headers where the other's are problems."""
    simulator = utmstack_simulator("v11", "--release", release, "--handlers", "own-first")
    simulator.reset()
    stage = Stage(simulator, "local", tmp_path)
    server_post(stage, TAGS, {"tagName": "Old"})
    bad = server_post(stage, RULES, rule_body("Poisoned", None))
    played = stage.play(
        stage.task("utmstack_tag", "tag", name="New", color="#ffffff"),
        stage.task("utmstack_tag", "protected", name="False positive", state="absent"),
        stage.task("utmstack_tag", "unknown", name="Old", state="absent"),
        stage.task("utmstack_tag_rule", "unreadable", **SCANNER),
        stage.task("utmstack_tag_rule", "repair", rule_id=bad["id"], state="absent"),
        stage.task("utmstack_tag_rule", "again", rule_id=bad["id"], state="absent"),
        stage.task("utmstack_tag_rule", "rule", **SCANNER),
        stage.task("utmstack_tag_rule", "gone", name="Planned scans", state="absent"),
    )
    assert {name: (played.statuses[name], played.result(name)["changed"]) for name in played.results} == {
        "tag": ("ok", True),
        "protected": ("failed", False),
        "unknown": ("failed", False),
        "unreadable": ("failed", False),
        "repair": ("ok", True),
        "again": ("ok", False),
        "rule": ("ok", True),
        "gone": ("ok", True),
    }
    for name in ("unknown", "unreadable"):
        assert played.result(name)["error"]["type"] == "RulesUnreadable"


TASKS = [
    pytest.param({**SCANNER}, "POST", id="create"),
    pytest.param({**SCANNER, "name": "By hand"}, "PUT", id="change"),
    pytest.param({"name": "By hand", "state": "absent"}, "DELETE", id="remove"),
]


@pytest.mark.parametrize("kind", ["drop-after", "drop-before"])
@pytest.mark.parametrize(("options", "method"), TASKS)
def test_a_broken_connection_is_read_back_before_anything_is_repeated(
    local_stage: Stage, options: dict[str, Any], method: str, kind: str
) -> None:
    server_post(local_stage, RULES, rule_body("By hand", 1))
    local_stage.simulator.faults({"kind": kind, "times": 1, "method": method, "path": f"{RULES}.*"})
    played = local_stage.play(local_stage.task("utmstack_tag_rule", **options))
    assert played.statuses["it"] == "ok", played.output
    assert played.result()["changed"] is True
    assert len(played.writes()) == {"drop-after": 1, "drop-before": 2}[kind]
    assert len(rules(local_stage)) == {"POST": 2, "PUT": 1, "DELETE": 0}[method]
    assert local_stage.play(local_stage.task("utmstack_tag_rule", **options)).result()["changed"] is False


@pytest.mark.parametrize(("options", "method"), TASKS)
def test_a_lost_write_is_an_error_and_a_rerun_is_right(
    local_stage: Stage, options: dict[str, Any], method: str
) -> None:
    server_post(local_stage, RULES, rule_body("By hand", 1))
    local_stage.simulator.faults({"kind": "status", "status": 200, "method": method, "path": f"{RULES}.*"})
    played = local_stage.play(local_stage.task("utmstack_tag_rule", **options))
    assert played.statuses["it"] == "failed"
    assert played.result()["changed"] is False
    assert f"the tag rule '{options['name']}'" in played.result()["msg"]
    local_stage.simulator.faults()
    assert local_stage.play(local_stage.task("utmstack_tag_rule", **options)).result()["changed"] is True


def test_tags_created_before_a_failure_are_told(local_stage: Stage) -> None:
    local_stage.simulator.faults({"kind": "status", "status": 500, "method": "POST", "path": RULES})
    options = {**SCANNER, "tags": ["New"], "create_tags": True}
    played = local_stage.play(local_stage.task("utmstack_tag_rule", **options), options={"retry_budget": 0})
    assert played.statuses["it"] == "failed"
    result = played.result()
    assert (result["changed"], result["created_tags"], result["rule"]) == (True, ["New"], None)
    assert "tags had already been created: 'New'" in result["msg"]


def test_when_the_preview_cannot_be_had_nothing_is_written(local_stage: Stage) -> None:
    local_stage.simulator.faults({"kind": "status", "status": 500, "path": COUNT})
    played = local_stage.play(local_stage.task("utmstack_tag_rule", **SCANNER))
    assert played.statuses["it"] == "failed"
    assert played.writes() == []
