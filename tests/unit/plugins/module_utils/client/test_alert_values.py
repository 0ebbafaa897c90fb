# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of fields, values and counts, on plain data; and what exactly is asked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.alert_values import Values, value_from
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11, Dialect, Kind
from ansible_collections.utmstack.siem.plugins.module_utils.errors import IncompleteAnswer, InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.fields import Field, field_named, field_on_server
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    property_values_info,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task

from ..exchanges import Exchange, exchanged, params

COUNTS = "/api/elasticsearch/property/values-with-count"
STATUS = {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2", "3", "5"]}
PARENTS = {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None}


def asked(field: str, top: int, filters: list[dict[str, Any]], answer: Any) -> Exchange:
    """One count by value, most frequent first."""
    sent = {"field": field, "index": "v11-alert-*", "filters": filters, "top": top}
    return Exchange("POST", COUNTS, sent={**sent, "orderByCount": True, "sortAsc": False}, answer=answer)


@pytest.mark.parametrize(
    ("name", "dialect", "stored"),
    [
        ("status", V11, Field("status", Kind.NUMBER)),
        ("tags", V10, Field("tags", Kind.TEXT)),
        ("source_ip", V10, Field("source.ip", Kind.TEXT)),
        ("source_ip", V11, Field("adversary.ip", Kind.TEXT)),
        ("adversary.ip", V10, Field("source.ip", Kind.TEXT)),
        ("adversary.ip.keyword", V10, Field("source.ip", Kind.TEXT)),
        ("target.geolocation.country", V10, Field("destination.country", Kind.TEXT)),
        ("target.geolocation.country", V11, Field("target.geolocation.country", Kind.TEXT)),
        ("technique", V10, Field("tactic", Kind.TEXT)),
        ("timestamp", V11, Field("@timestamp", Kind.DATE)),
        ("incident", V11, Field("isIncident", Kind.BOOLEAN)),
        ("events.log.anything", V11, None),
        ("source_ipp", V11, None),
    ],
)
def test_one_field_has_several_names(name: str, dialect: Dialect, stored: Field | None) -> None:
    assert field_named(name, dialect) == stored


HELD = {
    "source.coordinates": "float",
    "lastEvent.log.user": "text",
    "lastEvent.log.user.keyword": "keyword",
    "lastEvent.log.code": "long",
    "lastEvent.log.mixed": "long",
    "lastEvent.log.mixed.keyword": "keyword",
}


@pytest.mark.parametrize(
    ("name", "dialect", "held"),
    [
        ("lastEvent.log.user", V11, Field("lastEvent.log.user", Kind.TEXT)),
        ("lastEvent.log.user.keyword", V11, Field("lastEvent.log.user", Kind.TEXT)),
        ("lastEvent.log.code", V11, Field("lastEvent.log.code", Kind.NUMBER)),
        ("lastEvent.log.mixed", V11, Field("lastEvent.log.mixed", Kind.TEXT)),
        ("lastEvent.log.never", V11, Field("lastEvent.log.never", Kind.TEXT)),
        ("adversary.geolocation.coordinates", V10, Field("source.coordinates", Kind.NUMBER)),
    ],
)
def test_the_server_knows_fields_that_the_collection_does_not(name: str, dialect: Dialect, held: Field) -> None:
    assert field_named(name, dialect) is None
    assert field_on_server(name, dialect, HELD) == held


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("source_ipp", "source_ip"),
        ("datasource", "dataSource"),
        ("lastEvent.logs.user", r"lastEvent\.log\.user"),
        ("events.log", "no field"),
        ("", "no field"),
    ],
)
def test_an_unknown_field_is_refused_with_a_proposal(name: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        field_on_server(name, V11, HELD)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Field("status", Kind.NUMBER), "1", "automatic_review"),
        (Field("status", Kind.NUMBER), "4", "unknown (4)"),
        (Field("severity", Kind.NUMBER), "3", "high"),
        (Field("impactScore", Kind.NUMBER), "-7", -7),
        (Field("impactScore", Kind.NUMBER), "2.5", 2.5),
        (Field("impactScore", Kind.NUMBER), "much", "much"),
        (Field("isIncident", Kind.BOOLEAN), "false", False),
        (Field("name", Kind.TEXT), "7", "7"),
    ],
)
def test_values_are_shown_as_what_they_are(field: Field, text: str, value: Any) -> None:
    assert value_from(text, field, V11) == value


def test_numbers_are_ordered_as_numbers_and_before_texts() -> None:
    values = Values({10: 1, 9: 1, "x": 1}, 0, 0, True)
    assert [row["value"] for row in values.ordered("value")] == [9, 10, "x"]
    assert [row["value"] for row in values.ordered("-count")] == [9, 10, "x"]


def test_counting_asks_for_all_values_and_for_alerts_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"field": "tags", "operator": "DOES_NOT_EXIST", "value": None}
    exchanges = (
        Exchange("GET", "/api/utm-alerts/count-open-alerts", answer=7),
        asked("status", 16, [STATUS, PARENTS], {"2": 4, "5": 2}),
        asked("tags.keyword", 10_001, [STATUS, PARENTS], {"VIP": 2}),
        asked("status", 16, [STATUS, PARENTS, missing], {"2": 3}),
    )
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = alert_count_info.OPERATION.run(client, params(alert_count_info.OPERATION, by=["tags"]), Task())
    assert result == {
        "changed": False,
        "open": 7,
        "total": 6,
        "total_is_exact": True,
        "counts": {"tags": [{"value": "VIP", "count": 2}]},
        "rest": {"tags": {"left_out": 0, "count": 0, "without_value": 3, "uncounted": 1, "complete": True}},
        "requests": 4,
    }


@pytest.mark.parametrize("answer", [True, {"count": 1}, "many"])
def test_an_open_count_that_is_no_number_is_an_error(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    exchange = Exchange("GET", "/api/utm-alerts/count-open-alerts", answer=answer)
    with (
        exchanged(monkeypatch, exchange) as (client, _waits),
        pytest.raises(IncompleteAnswer, match="count-open-alerts"),
    ):
        alert_count_info.OPERATION.run(client, params(alert_count_info.OPERATION), Task())


def test_a_wrong_field_is_refused_before_anything_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Exchange(
        "GET",
        "/api/elasticsearch/index/properties",
        [("indexPattern", "v11-alert-*")],
        answer=[{"name": "status", "type": "long"}],
    )
    operation = property_values_info.OPERATION
    with (
        exchanged(monkeypatch, held) as (client, _waits),
        pytest.raises(InvalidInput, match=r"Did you mean adversary\.host"),
    ):
        operation.run(client, params(operation, field="adversary.hostname"), Task())
