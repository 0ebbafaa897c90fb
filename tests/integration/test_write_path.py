# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises of the write path, one test each: what is counted, looked at, repeated, reported and masked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo
from ansible_collections.utmstack.siem.plugins.module_utils.writing import sight

from .direct import in_waits, run, writes
from .playing import DAY, SEARCH, SIGHT, VALUES, Stage, alert, both_entry_points
from .proxy import running_proxy

STATUS, TAGS = "/api/utm-alerts/status", "/api/utm-alerts/tags"
ONE, ECHO, OTHER_ECHO = (alert(number)["id"] for number in (1, 2, 3))
MINE = {"status": 3, "statusLabel": "In review", "statusObservation": "mine"}
CLOSE: dict[str, Any] = {"name": "Close", "when": {"severity": "medium"}, "then": {"status": "completed"}}
CLOSERS = pytest.mark.parametrize(
    ("operation", "options", "looks"),
    [
        (alert_status.OPERATION, {"alert_ids": [ONE], "status": "completed"}, 1),
        # A query reads alerts and echoes one after the other.
        (triage.OPERATION, {"query": {}, "rules": [CLOSE]}, 2),
    ],
    ids=["status", "triage"],
)


def seed(stage: Stage) -> None:
    """An alert with two echoes."""
    stage.seed(alert(1), alert(2, parentId=ONE), alert(3, parentId=ONE))


@CLOSERS
def test_max_affected_counts_echoes(
    v11_stage: Stage, operation: Operation, options: dict[str, Any], looks: int
) -> None:
    seed(v11_stage)
    for check in (True, False):
        refused = run(v11_stage.simulator, operation, check=check, max_affected=2, **options)
        assert "would change 3 alerts (echoes included)" in refused["msg"]
        assert writes(v11_stage.simulator) == []
    assert "failed" not in run(v11_stage.simulator, operation, max_affected=3, **options)


@pytest.mark.parametrize("status", ["open", "in_review"])
def test_rules_do_not_reopen_completed_alerts(local_stage: Stage, status: str) -> None:
    local_stage.seed(alert(1, status=5, statusObservation="done"))
    rules = [{**CLOSE, "then": {"status": status}}]
    result = run(local_stage.simulator, triage.OPERATION, query={"status": ["completed"]}, rules=rules)
    (row,) = result["alerts"]
    assert "rules do not reopen it" in row["skipped"]
    assert (result["changed"], writes(local_stage.simulator)) == (False, [])
    assert local_stage.simulator.alerts()[ONE]["status"] == 5


@CLOSERS
@pytest.mark.usefixtures("way_to_see")
def test_an_echo_that_an_analyst_takes_between_selection_and_write_is_left_alone(
    v11_stage: Stage, operation: Operation, options: dict[str, Any], looks: int
) -> None:
    seed(v11_stage)
    v11_stage.simulator.faults({"kind": "conflict", "path": SIGHT, "nth": looks + 1, "ids": [ECHO], "set": MINE})
    result = run(v11_stage.simulator, operation, **options)
    (row,) = result["alerts"]
    assert "Changed on the server" in row["skipped"]
    assert (result["changed"], writes(v11_stage.simulator)) == (False, [])
    held = v11_stage.simulator.alerts()
    assert {name: held[ECHO][name] for name in MINE} == MINE
    assert held[ONE]["status"] == 2


@CLOSERS
@pytest.mark.usefixtures("way_to_see")
def test_an_echo_that_did_not_follow_is_an_error(
    v11_stage: Stage, operation: Operation, options: dict[str, Any], looks: int
) -> None:
    seed(v11_stage)
    # Between the write and its being read back, the echo is as it was.
    before = {"status": 2, "statusLabel": "Open", "statusObservation": ""}
    v11_stage.simulator.faults({"kind": "conflict", "path": SIGHT, "nth": looks + 2, "ids": [ECHO], "set": before})
    result = run(v11_stage.simulator, operation, **options)
    (row,) = result["alerts"]
    assert result["failed"] is True
    assert "1 of 2 echoes were not updated. The server reported success." in row["error"]
    assert (row["after"]["status"], result["echoes_changed"]) == ("completed", 1)


FALSE_POSITIVE: dict[str, Any] = {"alert_ids": [ONE], "false_positive": True}
DISMISS: dict[str, Any] = {"alert_ids": [ONE], "rules": [{**CLOSE, "then": {"tags": ["Scan"], "status": "completed"}}]}
TWO_KINDS = pytest.mark.parametrize(
    ("operation", "options"),
    [(alert_status.OPERATION, FALSE_POSITIVE), (triage.OPERATION, DISMISS)],
    ids=["false positive", "triage"],
)


@TWO_KINDS
@pytest.mark.parametrize("status", [429, 500, 503, 504])
def test_a_later_kind_of_write_that_failed_is_repeated(
    local_stage: Stage, operation: Operation, options: dict[str, Any], status: int
) -> None:
    local_stage.seed(alert(1))
    busy = {"kind": "status", "status": status, "headers": {"Retry-After": "0"}}
    local_stage.simulator.faults({**busy, "path": STATUS, "nth": 1})
    result = run(local_stage.simulator, operation, **options)
    assert "failed" not in result, result
    assert result["alerts"][0]["after"]["status"] == "completed"
    assert writes(local_stage.simulator) == [TAGS, STATUS, STATUS]


@TWO_KINDS
def test_a_later_kind_of_write_that_failed_for_good_is_reported(
    local_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults({"kind": "status", "status": 400, "path": STATUS})
    result = run(local_stage.simulator, operation, **options)
    (row,) = result["alerts"]
    assert (result["failed"], row["changed"], row["after"]["status"]) == (True, True, "open")
    assert "stored only part of the change" in row["error"]
    assert "400" in row["error"]
    assert writes(local_stage.simulator) == [TAGS, STATUS]


def test_each_block_is_looked_at_right_before_its_write(local_stage: Stage) -> None:
    alerts = [alert(number) for number in range(1, 1002)]
    local_stage.seed(*alerts)
    last = alerts[-1]["id"]
    # While the first thousand is written.
    local_stage.simulator.faults({"kind": "conflict", "path": STATUS, "nth": 1, "ids": [last], "set": MINE})
    options = {"alert_ids": [source["id"] for source in alerts], "status": "completed", "concurrency": 1}
    result = run(local_stage.simulator, alert_status.OPERATION, **options)
    assert "Changed on the server" in result["alerts"][-1]["skipped"]
    assert result["summary"]["changed"] == 1000
    held = local_stage.simulator.alerts()[last]
    assert {name: held[name] for name in MINE} == MINE
    assert writes(local_stage.simulator) == [STATUS]


@CLOSERS
@pytest.mark.usefixtures("way_to_see")
def test_what_an_analyst_did_first_is_not_a_change_of_the_task(
    local_stage: Stage, operation: Operation, options: dict[str, Any], looks: int
) -> None:
    local_stage.seed(alert(1))
    wanted = run(local_stage.simulator, operation, check=True, **options)["alerts"][0]["after"]
    same = {"status": 5, "statusLabel": "Completed", "statusObservation": wanted["observation"]}
    if local_stage.dialect == "v10":
        looks = 1
    local_stage.simulator.faults({"kind": "conflict", "path": SIGHT, "nth": looks + 1, "ids": [ONE], "set": same})
    result = run(local_stage.simulator, operation, **options)
    (row,) = result["alerts"]
    assert (result["changed"], row["changed"], "failed" in result) == (False, False, False)
    assert row["before"] == row["after"]
    assert writes(local_stage.simulator) == []


@both_entry_points
def test_the_password_of_the_proxy_is_taken_out_of_results(stage: Stage) -> None:
    stage.seed(alert(1))
    with running_proxy() as proxy:
        options = {"proxy": f"http://soc:pr0xy-pass@{proxy.address}"}
        task = stage.task("utmstack_alert_notes", alert_ids=[ONE], note="the word is pr0xy-pass")
        played = stage.play(task, options=options)
        assert proxy.seen > 0
    assert stage.simulator.alerts()[ONE]["notes"] == "the word is pr0xy-pass"
    assert played.result()["changed"] is True
    assert "pr0xy-pass" not in str(played.result())
    assert "pr0xy-pass" not in played.output


def test_the_token_of_the_login_is_taken_out_of_results(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    log_in = {**local_stage.task("utmstack_auth", "log in"), "no_log": True, "register": "session"}
    note = local_stage.task("utmstack_alert_notes", alert_ids=[ONE], note="{{ session.token }}")
    played = local_stage.play(log_in, note)
    token = local_stage.simulator.alerts()[ONE]["notes"]
    assert token.count(".") == 2
    assert played.result()["changed"] is True
    assert token not in str(played.result())
    assert token not in played.output


def test_a_v10_receipt_is_not_undone_on_v11(
    open_stage: Callable[[str, str], Stage], v11_stage: Stage, tmp_path: Path
) -> None:
    earlier = open_stage("v10", "in_process")
    for stage in (earlier, v11_stage):
        stage.seed(alert(1))
    receipt = str(tmp_path / "receipt.jsonl")
    run(earlier.simulator, alert_status.OPERATION, alert_ids=[ONE], status="completed", receipt=receipt)
    run(v11_stage.simulator, alert_status.OPERATION, alert_ids=[ONE], status="completed")
    for check in (True, False):
        result = run(v11_stage.simulator, undo.OPERATION, check=check, receipt=receipt, other_server=True)
        assert "from a v10 server, but this server is v11" in result["msg"]
        assert writes(v11_stage.simulator) == []


def test_what_was_planned_as_impossible_is_still_an_error_after_the_rest_was_written(local_stage: Stage) -> None:
    local_stage.seed(alert(1, tags=["it's"]), alert(2))
    result = run(local_stage.simulator, alert_tags.OPERATION, alert_ids=[ONE, ECHO], tags=["Scan"])
    first, second = result["alerts"]
    assert "would lose another tag" in first["error"]
    assert (result["failed"], first["changed"], second["changed"], second["error"]) == (True, False, True, None)
    assert local_stage.simulator.alerts()[ONE]["tags"] == ["it's"]


def test_an_id_that_is_named_twice_is_one_alert(local_stage: Stage) -> None:
    local_stage.seed(alert(1))
    ids = [ONE, "gone", ONE, f" {ONE}", "gone"]
    result = run(local_stage.simulator, alert_notes.OPERATION, alert_ids=ids, note="Scan")
    assert [row["id"] for row in result["alerts"]] == [ONE, "gone"]
    assert len(writes(local_stage.simulator)) == 1


@TWO_KINDS
def test_after_a_kind_of_write_that_failed_the_next_one_is_not_sent(
    local_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    local_stage.seed(alert(1))
    local_stage.simulator.faults({"kind": "status", "status": 400, "path": TAGS})
    result = run(local_stage.simulator, operation, **options)
    assert (result["failed"], result["changed"]) == (True, False)
    assert writes(local_stage.simulator) == [TAGS]
    assert local_stage.simulator.alerts()[ONE]["status"] == 2


def test_a_look_that_had_to_wait_between_its_parts_is_repeated(
    local_stage: Stage, way_to_see: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "IDS_PER_COUNT", 1000)
    alerts = [alert(number) for number in range(1, 1502)]
    local_stage.seed(*alerts)

    def take() -> None:
        local_stage.simulator.documents(
            [{"index": DAY[local_stage.dialect], "id": ONE, "source": {**alerts[0], **MINE}}]
        )

    # The second part of the look; the first one has read what an analyst changes in the wait.
    path, nth = (VALUES, 2) if way_to_see == "ids" else (SEARCH, 4)
    local_stage.simulator.faults({"kind": "status", "status": 503, "path": path, "nth": nth})
    options = {"alert_ids": [source["id"] for source in alerts], "status": "completed", "concurrency": 2}
    with in_waits(take):
        result = run(local_stage.simulator, alert_status.OPERATION, **options)
    assert "Changed on the server" in result["alerts"][0]["skipped"]
    held = local_stage.simulator.alerts()[ONE]
    assert {name: held[name] for name in MINE} == MINE


def test_what_cannot_be_restored_is_an_error_beside_what_is_restored(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1, statusObservation="two\nlines"))
    options: dict[str, Any] = {"receipt": str(tmp_path / "receipt.jsonl")}
    done = run(local_stage.simulator, alert_status.OPERATION, **FALSE_POSITIVE, observation="Scan", **options)
    assert done["changed"] is True
    for check in (True, False):
        result = run(local_stage.simulator, undo.OPERATION, check=check, **options)
        (row,) = result["alerts"]
        assert "Not everything can be restored" in row["error"]
        assert (result["failed"], row["changed"], row["after"]["tags"]) == (True, True, [])
    assert not local_stage.simulator.alerts()[ONE]["tags"]


@TWO_KINDS
def test_a_tag_that_is_stored_twice_is_one_tag(
    local_stage: Stage, operation: Operation, options: dict[str, Any]
) -> None:
    local_stage.seed(alert(1, tags=["False positive", "Scan", "Scan"]))
    result = run(local_stage.simulator, operation, **options)
    assert "failed" not in result, result
    again = run(local_stage.simulator, operation, **options)
    assert ("failed" in again, again["changed"], writes(local_stage.simulator)) == (False, False, [])
