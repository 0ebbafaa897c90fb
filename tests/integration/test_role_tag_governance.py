# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role tag_governance: retired tags go everywhere and nothing is lost, and nothing goes that nobody named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .playing import Played, Stage, alert, v10_in_full
from .server_tags import RULES, TAGS, rule_body, server_get, server_post

ONE, TWO, THREE = (alert(number)["id"] for number in (1, 2, 3))
WRITE = "/api/utm-alerts/tags"
GIVEN = {"catalogue": [{"name": "New"}], "retired": [{"name": "Old", "replaced_by": "New"}, {"name": "Gone"}]}


def govern(stage: Stage, check: bool = False, **variables: Any) -> Played:
    """Play the role with a small vocabulary."""
    return stage.play_role("tag_governance", check, **{**GIVEN, **variables})


def result(played: Played) -> dict[str, Any]:
    """What the role says it did."""
    assert played.code == 0, played.output
    return played.role_result("tag_governance")


def carried(stage: Stage) -> dict[str, Any]:
    return {key: sorted(source["tags"] or []) for key, source in stage.simulator.alerts().items()}


@v10_in_full
def test_a_retired_tag_goes_on_all_alerts_and_can_be_taken_back(local_stage: Stage, tmp_path: Path) -> None:
    more = [alert(3, parentId=ONE, tags=["Old"])] if local_stage.dialect == "v11" else [alert(3, tags=["Old"])]
    local_stage.seed(alert(1, tags=["Old", "x"]), alert(2, status=5, tags=["Gone", "Old"]), *more)
    before = carried(local_stage)
    receipts = {"receipt_directory": str(tmp_path / "receipts")}
    predicted = result(govern(local_stage, check=True, **receipts))
    assert (predicted["alerts_changed"], predicted["created"]) == (4, ["New"])
    done = result(govern(local_stage, **receipts))
    assert [done[name] for name in ("alerts_changed", "created", "renamed")] == [4, ["New"], predicted["renamed"]]
    assert carried(local_stage) == {ONE: ["New", "x"], TWO: ["New"], THREE: ["New"]}
    again = govern(local_stage, **receipts)
    assert (result(again)["alerts_changed"], again.writes()) == (0, [])

    for receipt in reversed(done["receipts"]):
        undone = local_stage.play(local_stage.task("utmstack_undo", receipt=receipt))
        assert undone.code == 0, undone.output
    assert carried(local_stage) == before


@v10_in_full
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "status", "status": 503, "headers": {"Retry-After": "600"}, "nth": 2}, id="not done"),
        pytest.param({"kind": "lose-writes", "alerts_only": True}, id="lost"),
    ],
)
def test_no_tag_is_lost_when_a_run_breaks_off(local_stage: Stage, fault: dict[str, Any]) -> None:
    local_stage.seed(alert(1, tags=["Old", "x"]), alert(2, tags=["Gone", "Old"]))
    local_stage.simulator.faults({**fault, "path": WRITE})
    assert govern(local_stage).code != 0
    assert all({"Old", "New"} & set(tags) for tags in carried(local_stage).values())
    local_stage.simulator.faults()
    result(govern(local_stage))
    assert carried(local_stage) == {ONE: ["New", "x"], TWO: ["New"]}


@v10_in_full
def test_what_is_too_much_is_not_begun(local_stage: Stage) -> None:
    local_stage.seed(alert(1, tags=["Old"]), alert(2, tags=["Old"]))
    for variables in ({"max_affected": 1}, {"prune": True, "max_pruned": 0}):
        server_post(local_stage, TAGS, {"tagName": f"By hand {len(variables)}", "tagColor": "#fff"})
        played = govern(local_stage, **variables)
        assert played.code != 0
        assert "Nothing was written." in played.output
        assert played.writes() == []


@v10_in_full
def test_pruning_leaves_what_belongs_to_somebody(local_stage: Stage) -> None:
    for name in ("By hand", "Given", "Old"):
        server_post(local_stage, TAGS, {"tagName": name, "tagColor": "#ffffff"})
    given = next(tag["id"] for tag in server_get(local_stage, TAGS) if tag["tagName"] == "Given")
    server_post(local_stage, RULES, rule_body("Rule", given))
    local_stage.seed(alert(1, tags=["Old"]))
    told = result(govern(local_stage, retired=[{"name": "Given"}]))
    assert told["given_by_rules"] == [{"tag": "Given", "rules": ["Rule"]}]
    assert (told["removed"], told["unmanaged"]) == ([], ["By hand", "Old"])
    assert "1 retired but still set by tag rules" in told["headline"]
    pruned = result(govern(local_stage, prune=True))
    assert pruned["removed"] == ["Old", "By hand"]
    names = [tag["tagName"] for tag in server_get(local_stage, TAGS)]
    assert sorted(names) == ["False positive", "Given", "New"]


@v10_in_full
def test_an_alert_with_a_tag_that_cannot_be_written_back_is_left_alone_and_counted(local_stage: Stage) -> None:
    local_stage.seed(alert(1, tags=["Bob's", "Old"]), alert(2, tags=["Old"]), alert(3, tags=["{{ 1 + 1 }}"]))
    for check in (True, False):
        told = result(govern(local_stage, check=check))
        assert (told["alerts_changed"], told["alerts_blocked"], told["unwritable"]) == (1, 1, ["Bob's"])
        assert [row["tag"] for row in told["unknown"]] == ["Bob's", "{{ 1 + 1 }}"]
    assert carried(local_stage) == {ONE: ["Bob's", "Old"], TWO: ["New"], THREE: ["{{ 1 + 1 }}"]}
    # First the tag that stands in the way, then, in the next run, the others.
    retired = [*GIVEN["retired"], {"name": "Bob's", "replaced_by": "New"}]
    assert [result(govern(local_stage, retired=retired))["alerts_blocked"] for _run in range(2)] == [1, 0]
    assert carried(local_stage)[ONE] == ["New"]


@v10_in_full
def test_the_bound_is_about_the_whole_run(local_stage: Stage) -> None:
    local_stage.seed(alert(1, tags=["Old"]), alert(2, tags=["Gone"]))
    played = govern(local_stage, max_affected=1)
    assert played.code != 0
    assert played.writes() == []


def test_a_vocabulary_that_contradicts_itself_is_explained(v11_stage: Stage) -> None:
    played = govern(v11_stage, catalogue=[{"name": "False Positive"}], retired=[])
    assert played.code != 0
    assert "own tag is 'False positive'" in " ".join(played.output.split())
    assert played.writes() == []
