# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding alerts: complete, under common names, and never as templates."""

from __future__ import annotations

from .playing import DAY, SEARCH, Stage, alert, on_11_2_too, v10_in_full

SIDES = {
    "v10": {
        "source": {"ip": "10.0.0.5", "country": "Germany", "host": "web-01"},
        "destination": {"ip": "10.0.0.9"},
        "tactic": "T",
    },
    "v11": {
        "adversary": {"ip": "10.0.0.5", "geolocation": {"country": "Germany"}, "host": "web-01"},
        "target": {"ip": "10.0.0.9"},
        "technique": "T",
    },
}


@on_11_2_too
def test_both_generations_come_back_under_the_same_names(stage: Stage) -> None:
    stage.seed(alert(1, **SIDES[stage.dialect]), alert(2))
    result = stage.play(stage.task("utmstack_alert_info", query={"source_ip": ["10.0.0.5"]})).result()
    (found,) = result["alerts"]
    assert found["adversary"] == {"ip": "10.0.0.5", "host": "web-01", "geolocation": {"country": "Germany"}}
    assert (found["target"], found["technique"], found["status"]) == ({"ip": "10.0.0.9"}, "T", "open")
    assert (result["total"], result["total_is_exact"], result["truncated"]) == (1, True, False)
    assert result["changed"] is False


def test_hostile_text_is_not_templated_in_any_later_task(stage: Stage) -> None:
    hostile = "{{ lookup('pipe', 'echo pwned') }}"
    stage.seed(alert(1, name=hostile))
    info = {**stage.task("utmstack_alert_info", "info", query={}), "register": "found"}
    show = {"name": "show", "ansible.builtin.debug": {"msg": "{{ found.alerts[0].name }}"}}
    played = stage.play(info, show)
    assert played.result("show")["msg"] == hostile
    assert "pwned\n" not in played.output


@v10_in_full
def test_more_than_the_window_is_read_once_each(local_stage: Stage) -> None:
    """10,400 alerts, 2,600 of them at one instant, arrive complete and without a row twice."""
    same = "2026-11-20T05:00:00.000Z"
    rows = [alert(number) for number in range(1, 7801)] + [
        alert(number, **{"@timestamp": same}) for number in range(7801, 10401)
    ]
    local_stage.seed(*rows)
    task = local_stage.task("utmstack_alert_info", query={}, limit=0, fields=["id"])
    played = local_stage.play(task)
    result = played.result()
    ids = [row["id"] for row in result["alerts"]]
    assert len(ids) == len(set(ids)) == result["total"] == 10400
    assert played.count(SEARCH) <= 9


def test_a_limit_cuts_and_the_total_stays_exact(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 31)])
    result = local_stage.play(local_stage.task("utmstack_alert_info", query={}, limit=5, fields=["id"])).result()
    assert [row["id"] for row in result["alerts"]] == [alert(number)["id"] for number in range(30, 25, -1)]
    assert (result["total"], result["truncated"]) == (30, True)


def test_days_with_other_types_are_not_lost(local_stage: Stage) -> None:
    """On one day `category` is a number: a query by name must still find that day's alerts."""
    local_stage.seed(alert(1))
    other_day = DAY[local_stage.dialect][:-2] + "21"
    row = alert(2, category=7)
    local_stage.simulator.documents([{"index": other_day, "id": row["id"], "source": row}])
    query = {"name": ["Repeated failed logins"], "where": [{"field": "category", "operator": "is_not", "value": "x"}]}
    result = local_stage.play(local_stage.task("utmstack_alert_info", query=query)).result()
    assert result["total"] == 2


def test_echoes_are_left_out_unless_asked_for(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=alert(1)["id"]))
    played = v11_stage.play(
        v11_stage.task("utmstack_alert_info", "parents", query={}),
        v11_stage.task("utmstack_alert_info", "all", query={}, include_echoes=True),
        v11_stage.task("utmstack_alert_info", "family", alert_ids=[alert(1)["id"]], include_echoes=True),
    )
    assert [played.result(name)["total"] for name in ("parents", "all", "family")] == [1, 2, 2]
    assert played.result("family")["alerts"][1]["parent_id"] == alert(1)["id"]


def test_sorting_by_severity_and_missing_ids(local_stage: Stage) -> None:
    local_stage.seed(alert(1, severity=1), alert(2, severity=3), alert(3, severity=2))
    played = local_stage.play(
        local_stage.task("utmstack_alert_info", "sorted", query={}, sort=["-severity"], fields=["severity"]),
        local_stage.task("utmstack_alert_info", "ids", alert_ids=[alert(3)["id"], "nobody", alert(1)["id"]]),
    )
    assert [row["severity"] for row in played.result("sorted")["alerts"]] == ["high", "medium", "low"]
    by_ids = played.result("ids")
    assert [row["id"] for row in by_ids["alerts"]] == [alert(3)["id"], alert(1)["id"]]
    assert by_ids["missing"] == ["nobody"]


def test_a_user_on_either_side_is_found_once(local_stage: Stage) -> None:
    near, far = ("source", "destination") if local_stage.dialect == "v10" else ("adversary", "target")
    eve = {"user": "eve"}
    local_stage.seed(alert(1, **{near: eve}), alert(2, **{far: eve}), alert(3, **{near: eve, far: eve}), alert(4))
    result = local_stage.play(local_stage.task("utmstack_alert_info", query={"user": ["eve"]})).result()
    assert sorted(row["id"] for row in result["alerts"]) == [alert(number)["id"] for number in (1, 2, 3)]


def test_mistakes_in_a_query_are_named(local_stage: Stage) -> None:
    played = local_stage.play(
        local_stage.task("utmstack_alert_info", "word", query={"statuss": ["open"]}),
        local_stage.task("utmstack_alert_info", "since", query={"since": "last week"}),
        local_stage.task("utmstack_alert_info", "both", query={}, alert_ids=["x"]),
        local_stage.task("utmstack_alert_info", "none"),
    )
    assert "statuss" in played.result("word")["msg"]
    assert "24h" in played.result("since")["msg"]
    assert "mutually exclusive" in played.result("both")["msg"]
    assert "one of the following is required" in played.result("none")["msg"]
    assert played.count(SEARCH) == 0
