# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly is sent for the history of alerts, and what its rows are read as."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V11
from ansible_collections.utmstack.siem.plugins.module_utils.model.history import entry_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_history_info
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.times import LAST_INSTANT

from ..exchanges import Exchange, exchanged, params

ROW = {
    "id": 5,
    "alertId": "a1",
    "logUser": "admin",
    "logDate": "2026-11-20T10:00:00.000Z",
    "logAction": "UPDATE_STATUS",
    "logOldValue": '{"status":2}',
    "logNewValue": '{"status":5,"statusLabel":"Completed","statusObservation":"Planned scan"}',
    "logMessage": "The user admin changed alert status from Open to Completed",
}
SINCE = "2026-11-20T00:00:00Z"


def page(number: int, *rows: dict[str, Any]) -> Exchange:
    query = [
        ("logAction.equals", "UPDATE_STATUS"),
        ("logDate.greaterThanOrEqual", "2026-11-20T00:00:00.000Z"),
        ("page", str(number)),
        ("size", str(DIALECTS["v11"].page_size)),
        ("sort", "id,asc"),
    ]
    return Exchange("GET", "/api/utm-alert-logs", query, answer=list(rows))


def touched(counts: dict[str, int], *ids: str) -> Exchange:
    """The count of alerts by status, for the coverage: raised since then, in review or completed, and no echoes."""
    filters = [
        {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["3", "5"]},
        {"field": "@timestamp", "operator": "IS_BETWEEN", "value": ["2026-11-20T00:00:00.000Z", LAST_INSTANT]},
        {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None},
        *([{"field": "id.keyword", "operator": "IS_ONE_OF_TERMS", "value": list(ids)}] if ids else []),
    ]
    sent = {"field": "status", "index": "v11-alert-*", "filters": filters, "top": 16}
    path = "/api/elasticsearch/property/values-with-count"
    return Exchange("POST", path, sent={**sent, "orderByCount": True, "sortAsc": False}, answer=counts)


def run(monkeypatch: pytest.MonkeyPatch, *exchanges: Exchange, **given: Any) -> list[dict[str, Any]]:
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        operation = alert_history_info.OPERATION
        result = operation.run(client, params(operation, since=SINCE, **given), Task())
    assert result["changed"] is False
    entries: list[dict[str, Any]] = result["entries"]
    return entries


def test_a_history_of_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    [entry] = run(monkeypatch, page(0, ROW), touched({}))
    assert entry == {
        "alert_id": "a1",
        "at": "2026-11-20T10:00:00.000Z",
        "user": "admin",
        "status": "completed",
        "observation": "Planned scan",
        "message": "The user admin changed alert status from Open to Completed",
    }


def test_a_history_that_grows_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DIALECTS, "v11", replace(V11, page_size=2))  # type: ignore[arg-type]
    first, second, third = ({**ROW, "id": number, "alertId": f"a{number}"} for number in (1, 2, 3))
    entries = run(monkeypatch, page(0, first, second), page(1, second, third), page(2), touched({}))
    assert [entry["alert_id"] for entry in entries] == ["a1", "a2", "a3"]


def test_only_some_alerts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = page(0, ROW, {**ROW, "id": 6, "alertId": "a2"})
    [entry] = run(monkeypatch, rows, touched({}, "a2"), alert_ids=["a2"])
    assert entry["alert_id"] == "a2"


@pytest.mark.parametrize(
    ("counts", "coverage"),
    [
        ([touched({"3": 4, "5": 30}), touched({"5": 1}, "a1")], {"touched": 34, "recorded": 1, "missing": 33}),
        # An alert that became completed between the two counts.
        ([touched({"5": 1}), touched({"5": 2}, "a1")], {"touched": 1, "recorded": 1, "missing": 0}),
    ],
)
def test_what_is_missing_is_counted(
    monkeypatch: pytest.MonkeyPatch, counts: list[Exchange], coverage: dict[str, int]
) -> None:
    with exchanged(monkeypatch, page(0, ROW), *counts) as (client, _waits):
        operation = alert_history_info.OPERATION
        result = operation.run(client, params(operation, since=SINCE), Task())
    assert result["coverage"] == coverage


def test_no_alerts_are_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, alert_ids=[]) == []


@pytest.mark.parametrize("value", [None, "", "Completed", "[]", '{"x": 1}', '{"status": "5"}', 7])
def test_rows_that_somebody_made_up_have_no_status_to_count(value: Any) -> None:
    assert entry_from({**ROW, "logNewValue": value}, V11).status in (None, "unknown (5)")
