# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alert and its echoes that are named together: v11 copies the alert's status and words to all of its echoes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo

from utmstack_simulator.process import SimulatorProcess

from .direct import in_waits, run, writes
from .playing import SIGHT, Stage, alert

ONE, OPEN_ECHO, DONE_ECHO = (alert(number)["id"] for number in (1, 2, 3))
STATUS = "/api/utm-alerts/status"
ORDERS = pytest.mark.parametrize(
    "ids", [[ONE, OPEN_ECHO, DONE_ECHO], [DONE_ECHO, OPEN_ECHO, ONE]], ids=["alert first", "alert last"]
)


def seed(stage: Stage) -> None:
    """An alert with two echoes, one of them completed already, each with words of its own."""
    stage.seed(
        alert(1, statusObservation="gateway"),
        alert(2, parentId=ONE, statusObservation="sensor"),
        alert(3, parentId=ONE, status=5, statusLabel="Completed", statusObservation="known scan"),
    )


def held(simulator: SimulatorProcess) -> dict[str, tuple[int, str]]:
    return {key: (source["status"], source["statusObservation"]) for key, source in simulator.alerts().items()}


OWN_WORDS = {ONE: (5, "gateway"), OPEN_ECHO: (5, "sensor"), DONE_ECHO: (5, "known scan")}


@ORDERS
def test_echoes_named_with_their_alert_keep_their_own_words(v11_stage: Stage, tmp_path: Path, ids: list[str]) -> None:
    seed(v11_stage)
    before, receipt = held(v11_stage.simulator), str(tmp_path / "receipt.jsonl")
    options: dict[str, Any] = {"alert_ids": ids, "status": "completed"}
    predicted = run(v11_stage.simulator, alert_status.OPERATION, check=True, **options)
    applied = run(v11_stage.simulator, alert_status.OPERATION, receipt=receipt, **options)
    for part in ("changed", "alerts", "plan_digest", "echoes_changed"):
        assert predicted[part] == applied[part]
    assert [row["changed"] for row in applied["alerts"]] == [key != DONE_ECHO for key in ids]
    assert held(v11_stage.simulator) == OWN_WORDS
    again = run(v11_stage.simulator, alert_status.OPERATION, **options)
    assert (again["changed"], writes(v11_stage.simulator)) == (False, [])

    undone = run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert "failed" not in undone
    assert held(v11_stage.simulator) == before
    again = run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert (again["changed"], writes(v11_stage.simulator)) == (False, [])


@ORDERS
@pytest.mark.usefixtures("way_to_see")
def test_an_alert_is_left_alone_if_an_analyst_took_an_echo_that_is_named_with_it(
    v11_stage: Stage, ids: list[str]
) -> None:
    seed(v11_stage)
    mine = {"status": 3, "statusLabel": "In review", "statusObservation": "mine"}
    # Between the selection and the look before the write.
    v11_stage.simulator.faults({"kind": "conflict", "path": SIGHT, "nth": 2, "ids": [OPEN_ECHO], "set": mine})
    result = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=ids, status="completed")
    assert held(v11_stage.simulator)[OPEN_ECHO] == (3, "mine")
    assert held(v11_stage.simulator)[ONE] == (2, "gateway")
    rows = {row["id"]: row for row in result["alerts"]}
    assert OPEN_ECHO in rows[ONE]["skipped"]
    assert (result["changed"], writes(v11_stage.simulator)) == (False, [])


@ORDERS
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_refused_write_is_repeated_without_losing_the_words_of_echoes(
    v11_stage: Stage, ids: list[str], nth: int
) -> None:
    seed(v11_stage)
    v11_stage.simulator.faults({"kind": "status", "status": 503, "path": STATUS, "nth": nth})
    result = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=ids, status="completed", concurrency=1)
    assert "failed" not in result
    assert held(v11_stage.simulator) == OWN_WORDS
    assert len(writes(v11_stage.simulator)) == 4


@ORDERS
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_undo_that_failed_at_any_write_is_finished_by_the_next(
    v11_stage: Stage, tmp_path: Path, ids: list[str], nth: int
) -> None:
    seed(v11_stage)
    before, receipt = held(v11_stage.simulator), str(tmp_path / "receipt.jsonl")
    run(v11_stage.simulator, alert_status.OPERATION, alert_ids=ids, status="completed", receipt=receipt)
    v11_stage.simulator.faults({"kind": "status", "status": 400, "path": STATUS, "nth": nth})
    assert run(v11_stage.simulator, undo.OPERATION, receipt=receipt, concurrency=1)["failed"] is True
    assert held(v11_stage.simulator) != before
    v11_stage.simulator.faults()
    finished = run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert ("failed" in finished, finished["changed"]) == (False, True)
    assert held(v11_stage.simulator) == before


def test_echoes_of_one_alert_are_not_separated_from_it(v11_stage: Stage, tmp_path: Path) -> None:
    """A thousand other alerts are named between them, as many as are read at once."""
    others = [alert(number, status=3, statusObservation="looked at") for number in range(10, 1010)]
    v11_stage.seed(*others, alert(1, statusObservation="gateway"), alert(2, parentId=ONE, statusObservation="sensor"))
    before, receipt = held(v11_stage.simulator), str(tmp_path / "receipt.jsonl")
    ids = [ONE, *(one["id"] for one in others), OPEN_ECHO]
    options: dict[str, Any] = {"alert_ids": ids, "status": "completed", "receipt": receipt}
    assert "failed" not in run(v11_stage.simulator, alert_status.OPERATION, **options)
    assert held(v11_stage.simulator)[OPEN_ECHO] == (5, "sensor")
    assert "failed" not in run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert held(v11_stage.simulator) == before


@pytest.mark.parametrize("then", [{"status": "in_review"}, {"false_positive": True}], ids=str)
def test_an_echo_that_no_rule_matches_stays_as_it_is_if_it_is_named_with_its_alert(
    v11_stage: Stage, tmp_path: Path, then: dict[str, Any]
) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=ONE, severity=1, statusObservation="sensor"))
    before, receipt = held(v11_stage.simulator), str(tmp_path / "receipt.jsonl")
    rules = [{"name": "Scan", "when": {"severity": "medium"}, "then": then}]
    options: dict[str, Any] = {"alert_ids": [OPEN_ECHO, ONE], "rules": rules}
    predicted = run(v11_stage.simulator, triage.OPERATION, check=True, **options)
    applied = run(v11_stage.simulator, triage.OPERATION, receipt=receipt, **options)
    assert predicted["alerts"] == applied["alerts"]
    assert [row["changed"] for row in applied["alerts"]] == [False, True]
    assert held(v11_stage.simulator)[OPEN_ECHO] == (2, "sensor")
    assert not v11_stage.simulator.alerts()[OPEN_ECHO]["tags"]
    assert "failed" not in run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert held(v11_stage.simulator) == before


@ORDERS
@pytest.mark.parametrize("status", [429, 500, 503, 504])
def test_an_echo_that_only_needs_its_alerts_write_is_done_when_that_is_repeated(
    v11_stage: Stage, ids: list[str], status: int
) -> None:
    seed(v11_stage)
    v11_stage.simulator.faults({"kind": "status", "status": status, "path": STATUS, "nth": 1})
    options: dict[str, Any] = {"alert_ids": ids, "status": "completed", "observation": "Scan"}
    result = run(v11_stage.simulator, alert_status.OPERATION, update_observation=True, **options)
    assert "failed" not in result, result
    assert [row["changed"] for row in result["alerts"]] == [True, True, True]
    assert set(held(v11_stage.simulator).values()) == {(5, "Scan")}


@pytest.mark.parametrize(("path", "kind"), [("tags", "drop-before"), ("tags", "drop-after"), ("status", "drop-after")])
def test_an_echo_that_is_as_wanted_is_written_again_after_a_repeated_write_of_its_alert(
    v11_stage: Stage, path: str, kind: str
) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=ONE, severity=1, statusObservation="sensor"))
    v11_stage.simulator.faults({"kind": kind, "path": f"/api/utm-alerts/{path}", "nth": 1})
    rules = [{"name": "Scan", "when": {"severity": "medium"}, "then": {"status": "completed", "tags": ["Scan"]}}]
    result = run(v11_stage.simulator, triage.OPERATION, alert_ids=[OPEN_ECHO, ONE], rules=rules)
    assert "failed" not in result, result
    assert held(v11_stage.simulator)[ONE][0] == 5
    assert held(v11_stage.simulator)[OPEN_ECHO] == (2, "sensor")


@ORDERS
@pytest.mark.parametrize(
    "fault", [{"kind": "drop-before"}, {"kind": "status", "status": 504}, {"kind": "status", "status": 502}], ids=str
)
def test_a_status_that_may_arrive_late_is_not_sent_again_over_an_echo_with_words_of_its_own(
    v11_stage: Stage, ids: list[str], fault: dict[str, Any]
) -> None:
    """The first request could overwrite the echo after the second one was seen and the echo was restored."""
    seed(v11_stage)
    before = held(v11_stage.simulator)
    v11_stage.simulator.faults({**fault, "path": STATUS, "nth": 1})
    options: dict[str, Any] = {"alert_ids": ids, "status": "completed", "observation": "Scan"}
    with in_waits(lambda: None):
        result = run(v11_stage.simulator, alert_status.OPERATION, **options)
    assert result["failed"] is True
    assert "It may still take effect." in str(result["alerts"])
    assert sum(1 for path in writes(v11_stage.simulator) if path == STATUS) == 1
    assert held(v11_stage.simulator) == before
    v11_stage.simulator.faults()
    again = run(v11_stage.simulator, alert_status.OPERATION, **options)
    assert ("failed" in again, again["changed"]) == (False, True)


def test_an_echo_that_its_alert_reaches_without_changing_it_is_restored_with_it(
    v11_stage: Stage, tmp_path: Path
) -> None:
    """The alert becomes what the echo is; the write of undo would take the echo along."""
    v11_stage.seed(alert(1, status=3), alert(2, parentId=ONE))
    before, receipt = held(v11_stage.simulator), str(tmp_path / "receipt.jsonl")
    opened = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=[ONE], status="open", receipt=receipt)
    assert (opened["changed"], opened["echoes_changed"]) == (True, 0)
    assert "failed" not in run(v11_stage.simulator, undo.OPERATION, receipt=receipt)
    assert held(v11_stage.simulator) == before


def test_a_named_echo_that_no_rule_matches_does_not_get_the_tag_of_its_alert(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1, status=5), alert(2, parentId=ONE, severity=1, status=5))
    rules = [{"name": "Scan", "when": {"severity": "medium"}, "then": {"false_positive": True}}]
    options: dict[str, Any] = {"alert_ids": [OPEN_ECHO, ONE], "rules": rules}
    predicted = run(v11_stage.simulator, triage.OPERATION, check=True, **options)
    applied = run(v11_stage.simulator, triage.OPERATION, **options)
    assert predicted["alerts"] == applied["alerts"]
    stored = v11_stage.simulator.alerts()
    assert (stored[ONE]["tags"], stored[OPEN_ECHO]["tags"]) == (["False positive"], None)


@pytest.mark.parametrize("count", [1, 300], ids=["seen by documents", "seen by IDs"])
def test_an_echo_that_needs_no_change_is_not_overwritten_when_an_analyst_takes_it(v11_stage: Stage, count: int) -> None:
    """The alert becomes what its echo is, and its write would take along what the analyst has made of the echo."""
    alerts = [alert(number) for number in range(count)]
    echoes = [
        alert(1000 + number, parentId=one["id"], status=3, statusObservation="mine")
        for number, one in enumerate(alerts)
    ]
    v11_stage.seed(*alerts, *echoes)
    taken = {"status": 5, "statusLabel": "Completed", "statusObservation": "an analyst's"}
    fault = {"kind": "conflict", "path": SIGHT, "nth": 2, "ids": [echoes[0]["id"]], "set": taken}
    v11_stage.simulator.faults(fault)
    options: dict[str, Any] = {"status": "in_review", "observation": "mine", "concurrency": 1}
    result = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=[one["id"] for one in alerts], **options)
    assert "Changed on the server" in result["alerts"][0]["skipped"]
    assert (result["summary"]["changed"], result["summary"]["skipped"]) == (count - 1, 1)
    assert held(v11_stage.simulator)[echoes[0]["id"]] == (5, "an analyst's")


def test_an_alert_with_echoes_that_another_run_closed_meanwhile_gets_its_tag(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=ONE))
    same = {"status": 3, "statusLabel": "In review", "statusObservation": "Checked"}
    v11_stage.simulator.faults({"kind": "conflict", "path": SIGHT, "nth": 2, "ids": [ONE, OPEN_ECHO], "set": same})
    options: dict[str, Any] = {"status": "in_review", "observation": "Checked", "tags": ["Scan"]}
    result = run(v11_stage.simulator, alert_status.OPERATION, alert_ids=[ONE], **options)
    (row,) = result["alerts"]
    assert (row["changed"], row["before"]["tags"], row["after"]["tags"]) == (True, [], ["Scan"])
    assert (result["echoes_changed"], writes(v11_stage.simulator)) == (0, ["/api/utm-alerts/tags"])
