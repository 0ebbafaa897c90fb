# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly is read for a recording, and what it holds of decisions and assets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import FileNotWritten, InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import alert_recording
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.backtest import backtest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recording import recording_from

from ...exchanges import PAGE, SEARCH, Exchange, exchanged, params

FILTERS = [
    {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2", "3", "5"]},
    {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None},
]
LIMITED = [(name, "1000" if name == "size" else value) for name, value in PAGE]
CLOSED: dict[str, Any] = {
    "id": "a1",
    "@timestamp": "2026-11-20T10:00:00.000Z",
    "name": "Port scan",
    "status": 5,
    "severity": 1,
    "statusObservation": "known by alice",
    "tags": ["False positive", "Tier 1", "Reviewed"],
    "notes": "",
    "adversary": {"ip": "10.20.0.5", "user": "bob"},
    "target": {"host": "web-01"},
}
OPEN = {**CLOSED, "id": "a2", "status": 2, "statusObservation": "", "tags": None}
ASSET = {
    "id": 1,
    "assetName": "web-01",
    "assetIp": "10.20.0.7",
    "assetNotes": "rack of bob",
    "group": {"groupName": "Servers"},
    "assetType": {"typeName": "SERVER"},
}


def history_row(number: int, action: str, old: Any, new: Any, user: str = "alice") -> dict[str, Any]:
    return {
        "id": number,
        "alertId": "a1",
        "logUser": user,
        "logDate": f"2026-11-20T1{number}:00:00.000Z",
        "logAction": action,
        "logOldValue": json.dumps(old),
        "logNewValue": json.dumps(new),
        "logMessage": "",
    }


HISTORY = [
    history_row(1, "UPDATE_TAGS", {"tags": ["Tier 1"]}, {"tags": "Tier 1,Reviewed"}),
    history_row(2, "UPDATE_STATUS", {"status": 2}, {"status": 5}),
]


def alerts_read(*documents: dict[str, Any]) -> Exchange:
    return Exchange("POST", SEARCH, LIMITED, FILTERS, answer=list(documents))


def history_read(*rows: dict[str, Any]) -> Exchange:
    # A day before the first alert, whatever the clocks show.
    criteria = [("logDate.greaterThanOrEqual", "2026-11-19T10:00:00.000Z")]
    pages = [("page", "0"), ("size", "2000"), ("sort", "id,asc")]
    return Exchange("GET", "/api/utm-alert-logs", [*criteria, *pages], answer=list(rows))


def assets_read(*rows: dict[str, Any]) -> Exchange:
    pages = [("page", "0"), ("size", "2000"), ("sort", "id,asc")]
    path = "/api/utm-network-scans/search-by-filters"
    return Exchange("GET", path, pages, answer=list(rows), answer_headers={"X-Total-Count": str(len(rows))})


def record(
    monkeypatch: pytest.MonkeyPatch, path: Path, *exchanges: Exchange, check_mode: bool = False, **given: Any
) -> dict[str, Any]:
    operation = alert_recording.OPERATION
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        return operation.run(client, params(operation, path=str(path), **given), Task(check_mode=check_mode))


def test_one_reading_each_for_alerts_history_and_assets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    exchanges = [alerts_read(OPEN, CLOSED), history_read(*HISTORY), assets_read(ASSET)]
    result = record(monkeypatch, path, *exchanges)
    assert (result["rows"], result["total"], result["assets"], result["requests"]) == (2, 2, 1, 3)
    assert result["decisions"] == {"by_analysts": 1, "automated": 0, "undecided": 1, "without_history": 0}
    written = json.loads(path.read_text(encoding="ascii"))
    assert written["decisions"]["a1"] == {
        "status": "completed",
        "false_positive": True,
        "incident": False,
        "source": "analyst",
        "by": "alice",
        "at": "2026-11-20T12:00:00.000Z",
        "tags_added": ["Reviewed"],
    }
    assert written["decisions"]["a2"]["source"] == "undecided"
    assert {alert["id"]: alert for alert in written["alerts"]} == {"a1": CLOSED, "a2": OPEN}
    assert (written["dialect"], written["server_history"], written["complete"]) == ("v11", True, True)
    assert (written["assets"][0]["name"], written["assets"][0]["group"]) == ("web-01", "Servers")
    rule = {"name": "R", "when": {"without_tags": ["Reviewed"], "tags": ["Tier 1"]}, "then": {"false_positive": True}}
    compared = backtest(recording_from(written, path.name), [rule])
    assert compared["summary"]["agreed"] == 1


def test_without_decisions_only_the_alerts_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl"
    result = record(monkeypatch, path, alerts_read(OPEN), decisions=False)
    head, line, end = map(json.loads, path.read_text(encoding="ascii").splitlines())
    assert head == {"dialect": "v11", "anonymized": False}
    assert line == {"alert": OPEN, "decision": None}
    assert end == {"end": 1}
    assert (result["decisions"], result["assets"]) == (None, None)


def test_analysts_and_assets_are_replaced_as_in_the_alerts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    rule = {
        "name": "R",
        "when": {"source_ip": ["10.20.0.0/28"]},
        "asset": {"group": ["Servers"]},
        "then": {"status": "completed"},
    }
    exchanges = [alerts_read(OPEN, CLOSED), history_read(*HISTORY), assets_read(ASSET)]
    result = record(monkeypatch, path, *exchanges, anonymize=True, rules=[rule])
    text = path.read_text(encoding="ascii")
    for original in ("alice", "bob", "web-01"):
        assert original not in text, original
    written = json.loads(text)
    alert = next(one for one in written["alerts"] if one["id"] == "a1")
    (asset,) = written["assets"]
    # Replacements are of the same networks.
    assert alert["adversary"]["ip"] != "10.20.0.5"
    assert asset["ip"] != "10.20.0.7"
    assert asset["name"] == alert["target"]["host"]
    assert (asset["group"], asset["type"]) == ("Servers", "SERVER")
    assert written["decisions"]["a1"]["by"] in alert["statusObservation"]
    assert result["decided_differently"] == []
    assert result["replaced"] == {"addresses": 2, "hosts": 1, "users": 2}
    before, after = (
        backtest(recording_from({**written, **content}, path.name), [rule])["rules"]
        for content in ({}, {"alerts": [OPEN, CLOSED], "assets": [{"name": "web-01", "group": "Servers"}]})
    )
    assert [row["agreed"] for row in before] == [row["agreed"] for row in after] == [1]


def test_check_mode_predicts_and_writes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    result = record(monkeypatch, path, alerts_read(OPEN), history_read(), assets_read(), check_mode=True)
    assert (result["changed"], result["rows"], path.exists()) == (True, 1, False)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"limit": -1}, "`limit` must be 0"),
        ({"rules": [{"name": "R"}]}, "are for `anonymize: true`"),
    ],
)
def test_options_that_contradict_are_refused_before_a_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        record(monkeypatch, tmp_path / "recorded.json", **given)


def test_a_place_without_directory_is_refused_before_a_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="does not exist"):
        record(monkeypatch, tmp_path / "no" / "recorded.json")


def test_nothing_to_record_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No alert matches `query`"):
        record(monkeypatch, tmp_path / "recorded.json", alerts_read())
    assert list(tmp_path.iterdir()) == []
