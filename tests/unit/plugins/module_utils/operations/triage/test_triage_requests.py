# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly triage and undo send, request by request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info, triage, undo
from ansible_collections.utmstack.siem.plugins.module_utils.writing.receipt_files import read

from ...exchanges import OPEN, Exchange, by_id, exchanged, params
from ..assets.test_asset_info import page

CATALOGUE = Exchange(
    "GET",
    "/api/utm-alert-tags",
    [("page", "0"), ("size", "2000"), ("sort", "id,asc")],
    answer=[{"id": 2, "tagName": "Scan", "tagColor": None, "systemOwner": False}],
)
STATUS, TAGS, NOTES = "/api/utm-alerts/status", "/api/utm-alerts/tags", "/api/utm-alerts/notes"
RULES = [
    {
        "name": "Scan",
        "when": {"name": "Scan"},
        "then": {"status": "completed", "observation": "Planned", "tags": ["Scan"], "note": "By rule"},
    }
]


def test_tags_and_note_come_before_the_status_and_undo_sends_the_reverse(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    given = params(triage.OPERATION, alert_ids=["a1"], rules=RULES, receipt=receipt)
    # The catalog is read because a tag is added.
    selected = (by_id(OPEN, echoes=True), CATALOGUE)
    with exchanged(monkeypatch, *selected) as (client, _waits):
        predicted = triage.run(client, given, Task(check_mode=True))
    marked = predicted["alerts"][0]["after"]["observation"]
    done = {**OPEN, "status": 5, "statusObservation": marked, "tags": ["Scan"], "notes": "By rule"}
    closing: dict[str, Any] = {"alertIds": ["a1"], "status": 5, "statusObservation": marked}
    before_status = {**OPEN, "tags": ["Scan"], "notes": "By rule"}
    writes = (
        Exchange("POST", TAGS, sent={"alertIds": ["a1"], "tags": ["Scan"], "createRule": False}),
        Exchange("POST", NOTES, [("alertId", "a1")], "By rule"),
        by_id(before_status, echoes=True),
        Exchange("POST", STATUS, sent={**closing, "addFalsePositiveTag": False}),
    )
    with exchanged(monkeypatch, *selected, by_id(OPEN, echoes=True), *writes, by_id(done, echoes=True)) as (
        client,
        _waits,
    ):
        result = triage.run(client, given, Task())
    assert result["alerts"] == predicted["alerts"]
    assert result["summary"]["requests"] == 8

    back = (
        Exchange(
            "POST",
            STATUS,
            sent={"alertIds": ["a1"], "status": 2, "statusObservation": "", "addFalsePositiveTag": False},
        ),
        Exchange("POST", TAGS, sent={"alertIds": ["a1"], "tags": [], "createRule": False}),
        Exchange("POST", NOTES, [("alertId", "a1")], " "),
    )
    seen = (by_id(done, echoes=True), by_id(done, echoes=True))
    with exchanged(monkeypatch, *seen, *back, by_id({**OPEN, "notes": " "}, echoes=True)) as (client, _waits):
        result = undo.run(client, params(undo.OPERATION, receipt=receipt), Task())
    assert result["changed"] is True
    assert "failed" not in result


ASSET = {"id": 1, "assetName": "web-01", "assetIp": "10.0.0.5", "group": {"id": 1, "groupName": "Web"}}
WITH_ASSET = {**RULES[0], "then": {}, "asset": {"group": "Web"}}


def test_the_assets_are_read_once_whatever_needs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"name": "Other", "when": {"all": True}, "asset": {"name": "web-01"}, "then": {}}
    given = params(triage.OPERATION, alert_ids=["a1"], rules=[WITH_ASSET, other])
    found = by_id({**OPEN, "adversary": {"host": "web-01"}}, echoes=True)
    with exchanged(monkeypatch, found, page(0, [ASSET], 1)) as (client, _waits):
        result = triage.run(client, given, Task())
    (row,) = result["alerts"]
    why = {"name": "Scan", "asset.name": "web-01", "asset.group": "Web"}
    assert (row["rule"], row["rules"]) == ("Scan", [{"name": "Scan", "why": why}])


def test_a_group_that_does_not_exist_is_refused_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [{**WITH_ASSET, "asset": {"group": "Webb"}}]
    given = params(triage.OPERATION, alert_ids=["a1"], rules=rules)
    with (
        exchanged(monkeypatch, by_id(OPEN, echoes=True), page(0, [ASSET], 1)) as (client, _waits),
        pytest.raises(InvalidInput, match=r"Rule 'Scan' has 'Webb' in `asset.group`.* Did you mean Web\? Nothing was"),
    ):
        triage.run(client, given, Task())


@pytest.mark.parametrize("more", [{"expires": "2026-01-01"}, {}])
def test_the_assets_are_not_read_without_need(monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]) -> None:
    ids, seen = (["a1"], [by_id(OPEN, echoes=True)]) if more else ([], [])
    given = params(triage.OPERATION, alert_ids=ids, rules=[{**WITH_ASSET, **more}])
    with exchanged(monkeypatch, *seen) as (client, _waits):
        assert triage.run(client, given, Task())["summary"]["matched"] == len(ids)


def test_a_report_on_watched_rules_reads_the_candidates_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    receipt = str(tmp_path / "receipt.jsonl")
    rules = [{**RULES[0], "mode": "shadow"}]
    given = params(triage.OPERATION, alert_ids=["a1"], rules=rules, receipt=receipt)
    with exchanged(monkeypatch, by_id(OPEN, echoes=True)) as (client, _waits):
        assert triage.run(client, given, Task())["changed"] is False
    since = read(receipt).head["started"]
    query = [("logAction.equals", "UPDATE_STATUS"), ("logDate.greaterThanOrEqual", since), ("page", "0")]
    history = Exchange("GET", "/api/utm-alert-logs", [*query, ("size", "2000"), ("sort", "id,asc")], answer=[])
    with exchanged(monkeypatch, by_id({**OPEN, "status": 5}), history) as (client, _waits):
        report = shadow_info.run(client, params(shadow_info.OPERATION, receipt=receipt), Task())
    assert (report["rules"][0]["precision"], report["requests"]) == (1.0, 2)
    assert report["summary"]["without_history"] == 1
