# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counting alerts and listing values: exact, in words, and honest about what is not in a list."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import DAY, Stage, alert

COUNTS = "/api/elasticsearch/property/values-with-count"
OPEN = "/api/utm-alerts/count-open-alerts"
SIDES = {"v10": ("source", "destination"), "v11": ("adversary", "target")}


def values(rows: list[dict[str, Any]]) -> dict[Any, int]:
    """Rows of a list as a mapping."""
    return {row["value"]: row["count"] for row in rows}


def test_counts_are_in_words_and_tell_what_they_leave_out(stage: Stage) -> None:
    near, _far = SIDES[stage.dialect]
    stage.seed(
        alert(1, severity=3, tags=["Tier 1", "VIP"], **{near: {"ip": "10.0.0.5"}}),
        alert(2, severity=3, tags=["VIP", "VIP"], **{near: {"ip": "10.0.0.5"}}),
        alert(3, status=5, **{near: {"ip": "10.0.0.6"}}),
        alert(4, status=1),
    )
    result = stage.play(
        stage.task("utmstack_alert_count_info", by=["status", "severity", "tags", "source_ip"], top=1)
    ).result()
    assert (result["open"], result["total"], result["total_is_exact"]) == (2, 3, True)
    assert result["changed"] is False
    assert result["counts"]["status"] == [{"value": "open", "count": 2}]
    assert result["counts"]["severity"] == [{"value": "high", "count": 2}]
    # Tag and tag again in one alert is one alert.
    assert result["counts"]["tags"] == [{"value": "VIP", "count": 2}]
    assert result["rest"]["tags"] == {
        "left_out": 1,
        "count": 1,
        "without_value": 1,
        "uncounted": 0,
        "complete": True,
    }
    assert result["counts"]["source_ip"] == [{"value": "10.0.0.5", "count": 2}]


def test_the_open_count_is_the_servers_whatever_the_query(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2, tags=["False positive"]), alert(3, status=3))
    played = local_stage.play(
        local_stage.task("utmstack_alert_count_info", query={"status": ["in_review"]}, by=[]),
    )
    result = played.result()
    assert (result["open"], result["total"], result["counts"], result["rest"]) == (1, 1, {}, {})
    assert (played.count(OPEN), played.count(COUNTS)) == (1, 1)


def test_an_empty_server_counts_nothing(stage: Stage) -> None:
    result = stage.play(stage.task("utmstack_alert_count_info")).result()
    assert (result["open"], result["total"], result["counts"]) == (0, 0, {"status": [], "severity": []})


def test_counts_are_exact_above_the_window(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number, severity=1 + number % 3) for number in range(1, 10_501)])
    result = local_stage.play(local_stage.task("utmstack_alert_count_info", by=["severity", "id"], top=2)).result()
    assert (result["total"], result["open"]) == (10_500, 10_500)
    assert values(result["counts"]["severity"]) == {"high": 3500, "low": 3500}
    # More ids than the server is asked to list: said, not hidden.
    assert result["rest"]["id"]["complete"] is False
    assert result["rest"]["severity"]["complete"] is True


def test_a_user_on_either_side_is_counted_once(local_stage: Stage) -> None:
    near, far = SIDES[local_stage.dialect]
    eve = {"user": "eve", "ip": "10.0.0.7"}
    local_stage.seed(alert(1, **{near: eve}), alert(2, **{far: eve}), alert(3, **{near: eve, far: eve}), alert(4))
    task = local_stage.task("utmstack_alert_count_info", query={"user": ["eve"]}, by=["target_ip", "status"])
    result = local_stage.play(task).result()
    assert result["total"] == 3
    assert values(result["counts"]["status"]) == {"open": 3}
    assert values(result["counts"]["target_ip"]) == {"10.0.0.7": 2}
    assert result["rest"]["target_ip"]["without_value"] == 1


def test_texts_that_the_server_cannot_list_are_told(local_stage: Stage) -> None:
    """A text of 257 characters, and a day that holds the name as a number."""
    row = alert(3, name=7)
    local_stage.seed(alert(1), alert(2, name="x" * 257))
    day = DAY[local_stage.dialect][:-2] + "21"
    local_stage.simulator.documents([{"index": day, "id": row["id"], "source": row}])
    result = local_stage.play(local_stage.task("utmstack_property_values_info", field="name")).result()
    assert values(result["property_values"]) == {"Repeated failed logins": 1}
    assert (result["total"], result["without_value"], result["uncounted"]) == (3, 0, 2)


def test_values_in_every_order(local_stage: Stage) -> None:
    names = ["b", "a", "a", "C", "c0", "c0"]
    local_stage.seed(*[alert(number, name=name) for number, name in enumerate(names, 1)])
    orders = ("-count", "count", "value", "-value")
    tasks = [local_stage.task("utmstack_property_values_info", name, field="name", sort=name) for name in orders]
    part = local_stage.task("utmstack_property_values_info", "part", field="name.keyword", contains="C", top=1)
    played = local_stage.play(*tasks, part)
    found = {name: [row["value"] for row in played.result(name)["property_values"]] for name in orders}
    assert found == {
        "-count": ["a", "c0", "C", "b"],
        "count": ["C", "b", "a", "c0"],
        "value": ["C", "a", "b", "c0"],
        "-value": ["c0", "b", "a", "C"],
    }
    result = played.result("part")
    assert (result["property_values"], result["distinct"], result["truncated"]) == (
        [{"value": "c0", "count": 2}],
        2,
        True,
    )
    assert result["counts_are_exact"] is True


def test_values_have_their_types(stage: Stage) -> None:
    near, _far = SIDES[stage.dialect]
    stage.seed(alert(1, **{near: {"port": 443}}), alert(2, isIncident=True, **{near: {"port": 80}}), alert(3, status=3))
    fields = {"port": f"{near}.port", "common": "adversary.port", "incident": "incident", "status": "status"}
    played = stage.play(
        *[stage.task("utmstack_property_values_info", name, field=field) for name, field in fields.items()]
    )
    assert played.result("port")["property_values"] == played.result("common")["property_values"]
    assert played.result("common")["field"] == f"{near}.port"
    assert values(played.result("port")["property_values"]) == {443: 1, 80: 1}
    assert values(played.result("incident")["property_values"]) == {False: 2, True: 1}
    assert values(played.result("status")["property_values"]) == {"open": 2, "in_review": 1}


def test_fields_that_only_the_server_knows(local_stage: Stage) -> None:
    local_stage.seed(alert(1, custom={"zone": "dmz", "level": 3}), alert(2, custom={"zone": "dmz"}), alert(3))
    task = local_stage.task("utmstack_alert_count_info", by=["custom.zone", "custom.level"])
    result = local_stage.play(task).result()
    assert values(result["counts"]["custom.zone"]) == {"dmz": 2}
    assert values(result["counts"]["custom.level"]) == {3: 1}
    assert result["rest"]["custom.zone"]["without_value"] == 1


def test_more_values_than_the_server_lists(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 10_011)])
    result = local_stage.play(local_stage.task("utmstack_property_values_info", field="id", top=3)).result()
    assert (len(result["property_values"]), result["truncated"], result["counts_are_exact"]) == (3, True, False)
    assert result["total"] == 10_010


@pytest.mark.parametrize(
    ("module", "options", "said"),
    [
        ("utmstack_property_values_info", {"field": "adversary.ipp"}, "Did you mean"),
        ("utmstack_property_values_info", {"field": "user"}, "source_user"),
        ("utmstack_property_values_info", {"field": "name", "contains": ""}, "empty"),
        ("utmstack_property_values_info", {"field": "name", "top": -1}, "`top`"),
        ("utmstack_alert_count_info", {"by": ["severty"]}, "Did you mean severity"),
        ("utmstack_alert_count_info", {"by": ["since"]}, "no field 'since'"),
        ("utmstack_alert_count_info", {"by": ["user"]}, "target_user"),
        ("utmstack_alert_count_info", {"query": {"status": []}}, "empty"),
    ],
)
def test_mistakes_are_named_before_anything_is_asked(
    local_stage: Stage, module: str, options: dict[str, Any], said: str
) -> None:
    played = local_stage.play(local_stage.task(module, **options))
    assert played.statuses["it"] == "failed"
    assert said in played.result()["msg"]
    assert (played.count(COUNTS), played.count(OPEN)) == (0, 0)


def test_echoes_count_when_they_are_asked_for(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=alert(1)["id"]))
    played = v11_stage.play(
        v11_stage.task("utmstack_alert_count_info", "parents"),
        v11_stage.task("utmstack_alert_count_info", "all", include_echoes=True),
        v11_stage.task("utmstack_property_values_info", "values", field="id", include_echoes=True),
    )
    assert [played.result(name)["total"] for name in ("parents", "all", "values")] == [1, 2, 2]


def test_hostile_values_are_not_templated(local_stage: Stage) -> None:
    hostile = "{{ lookup('pipe', 'echo pwned') }}"
    local_stage.seed(alert(1, name=hostile))
    count = {**local_stage.task("utmstack_alert_count_info", "count", by=["name"]), "register": "found"}
    show = {"name": "show", "ansible.builtin.debug": {"msg": "{{ found.counts.name[0].value }}"}}
    assert local_stage.play(count, show).result("show")["msg"] == hostile


@pytest.mark.parametrize("module", ["utmstack_alert_count_info", "utmstack_property_values_info"])
def test_a_server_error_is_told_and_a_short_outage_is_waited_for(local_stage: Stage, module: str) -> None:
    local_stage.seed(alert(1))
    options = {"field": "name"} if module == "utmstack_property_values_info" else {}
    local_stage.simulator.faults({"kind": "status", "status": 500, "path": COUNTS, "times": 1})
    failed = local_stage.play(local_stage.task(module, **options))
    assert failed.statuses["it"] == "failed"
    assert failed.result()["error"]["status"] == 500
    local_stage.simulator.faults({"kind": "status", "status": 503, "path": COUNTS, "times": 1})
    assert local_stage.play(local_stage.task(module, **options)).result()["total"] == 1
