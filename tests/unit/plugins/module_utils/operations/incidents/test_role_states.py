# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of an escalation and of a runbook."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.escalation import escalation_state
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.runbook import runbook_state

LINKED: list[dict[str, Any]] = [{"id": "a2", "status": "open"}, {"id": "a1", "status": None}]
NOTHING: dict[str, Any] = {"found": {"incidents": []}, "alerts": [], "opened": {}, "came": {}, "closed": {}}
OPENED: dict[str, Any] = {
    "incident": {"id": None, "status": "open"},
    "alerts": [{"id": "a1", "changed": True}],
    "summary": {"changed": 1},
    "plan_digest": "4f0c",
}


def incident(status: str, *notes: str) -> dict[str, Any]:
    return {"id": 7, "status": status, "alerts": LINKED, "notes": [{"note": note} for note in notes]}


def test_without_an_incident_the_matches_are_the_work() -> None:
    state = escalation_state([], matching=2)
    assert (state["status"], state["new"], state["has_work"], state["linked"]) == ("none", 2, True, [])
    assert not escalation_state([], matching=0)["has_work"]
    assert not escalation_state([], alert_ids=[], matching=2)["has_work"]


@pytest.mark.parametrize(
    ("status", "has_work", "is_finished"),
    [("open", True, False), ("in_review", True, False), ("completed", False, True), ("merged", False, True)],
)
def test_an_incident_has_work_until_it_is_finished(status: str, has_work: bool, is_finished: bool) -> None:
    state = escalation_state([incident(status)])
    assert (state["has_work"], state["is_finished"]) == (has_work, is_finished)
    assert escalation_state([incident(status)], alert_ids=["a1", "a3"])["new"] == 1


def test_linked_alerts_without_a_document_are_not_marked() -> None:
    opened = [{"id": "a3", "error": None}, {"id": "a4", "error": "refused"}]
    state = escalation_state([incident("open")], alert_ids=["a3"], opened=opened)
    assert (state["linked"], state["added"], state["to_mark"]) == (["a1", "a2", "a3"], ["a3"], ["a2", "a3"])


def test_a_notification_is_recorded_for_one_set_of_alerts() -> None:
    notice = escalation_state([incident("open")])["notice"]
    assert notice.startswith("Notified of 2 alerts (")
    again = escalation_state([incident("open", notice)])
    assert again["is_notified"]
    assert not escalation_state([incident("open", notice)], opened=[{"id": "a3", "error": None}])["is_notified"]


def test_a_runbook_that_did_nothing_has_no_incident() -> None:
    assert runbook_state(NOTHING) == {
        "incident": {},
        "alert_ids": [],
        "added": 0,
        "closed": 0,
        "held": [],
        "plan_digest": None,
    }


def test_a_runbook_names_the_alerts_that_it_does_not_close() -> None:
    rows = [{"id": "a1", "skipped": "Not closed. The alert carries a hold tag."}, {"id": "a2", "skipped": None}]
    closed = {"alerts": rows, "summary": {"changed": 1}}
    state = runbook_state({**NOTHING, "closed": closed})
    assert (state["closed"], state["held"]) == (1, ["a1"])
    assert runbook_state({**NOTHING, "closed": {**closed, "failed": True}})["held"] == []


def test_check_mode_counts_no_held_alert_of_an_incident_that_does_not_exist_yet() -> None:
    alerts = [
        {"id": "a1", "status": "open", "tags": ["on-hold"]},
        {"id": "a2", "status": "open", "tags": []},
        {"id": "a3", "status": "completed", "tags": ["On Hold"]},
    ]
    results = {**NOTHING, "alerts": alerts, "closed": {"skipped": True}}
    state = runbook_state(results, True, ["On hold"])
    assert (state["closed"], state["held"]) == (1, ["a1"])


def test_in_check_mode_an_incident_is_foreseen() -> None:
    results = {**NOTHING, "opened": OPENED, "came": {"alerts": [*OPENED["alerts"], {"id": "a2", "changed": True}]}}
    foreseen = runbook_state(results, check_mode=True)
    assert (foreseen["incident"], foreseen["alert_ids"]) == (OPENED["incident"], ["a1", "a2"])
    assert foreseen["added"] == 2
    assert runbook_state(results)["incident"] == {}


def test_alerts_that_came_later_are_counted_and_read_from_the_server() -> None:
    found = {"incidents": [{"id": 7, "status": "open", "alerts": LINKED}]}
    came = {"alerts": [{"id": "a2", "changed": True}, {"id": "a1", "changed": False}]}
    state = runbook_state({**NOTHING, "found": found, "opened": OPENED, "came": came})
    assert (state["incident"]["id"], state["alert_ids"], state["added"], state["plan_digest"]) == (7, ["a2"], 2, "4f0c")


@pytest.mark.parametrize("result", [{"failed": True, "msg": "x"}, {"skipped": True}])
def test_tasks_that_failed_or_were_skipped_count_nothing(result: dict[str, Any]) -> None:
    assert runbook_state({**NOTHING, "opened": result, "came": result, "closed": result}) == runbook_state(NOTHING)


def test_in_check_mode_every_alert_that_is_not_completed_would_be_closed() -> None:
    alerts = [
        {"id": f"a{number}", "status": status, "tags": []}
        for number, status in enumerate(("open", "completed", "in_review"))
    ]
    results = {**NOTHING, "alerts": alerts, "closed": {"summary": {"changed": 1}}}
    assert (runbook_state(results)["closed"], runbook_state(results, check_mode=True)["closed"]) == (1, 2)
