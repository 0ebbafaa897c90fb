# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to happen to an incident and its alerts, decided on plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.incident import (
    Incident,
    checked_length,
    checked_name,
    checked_solution,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.assignee import breaks_the_list
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents.planning import (
    IncidentPlan,
    Situation,
    Wanted,
    plan_incident,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.guardrails import Guardrails
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import State
from ansible_collections.utmstack.siem.plugins.module_utils.writing.selected import Selection

from ...builders import alert

FREE: dict[str, Any] = {"is_incident": False}
OURS: dict[str, Any] = {"is_incident": True, "incident": {"id": "7", "name": "INC"}}
INCIDENT = Incident(7, "INC", "d", "1", "open", "high", "2026-11-20T10:00:00Z", "")


def planned(wanted: Wanted, *alerts: Any, incident: Incident | None = None, **situation: Any) -> IncidentPlan:
    return plan_incident(Situation(incident, Selection(alerts), **situation), wanted)


def afters(found: IncidentPlan) -> dict[str, State]:
    return {edit.alert.id: edit.after for edit in found.alerts.edits}


def test_a_new_incident_has_what_is_named_and_nothing_else() -> None:
    found = planned(Wanted("INC", {"assigned_to": "2"}), alert(**FREE, severity="low"))
    assert found.target == {"description": "", "assigned_to": "2", "status": "open", "solution": ""}
    # Creating can say who it is assigned to; only status and solution take a change, and with it the cascade.
    assert found.changes == []
    assert planned(Wanted("INC", {"status": "in_review"}), alert(**FREE)).changes == ["status"]
    assert afters(found) == {"a1": {"incident": "INC", "marked": True}}


def test_an_alert_is_edited_for_what_it_lacks() -> None:
    alerts = [
        alert("linked", **FREE),
        alert("marked", **OURS),
        alert("both", **OURS),
        alert("markless"),
    ]
    found = planned(Wanted("INC"), *alerts, incident=INCIDENT, own=frozenset({"linked", "both"}))
    assert {edit.alert.id: dict(edit.before) for edit in found.alerts.edits} == {
        "linked": {"incident": "INC", "marked": False},
        "marked": {"incident": None, "marked": True},
        "markless": {"incident": None, "marked": False},
    }
    assert afters(found)["markless"] == {"incident": "INC", "marked": False}
    assert [text.split(" (")[0] for text in found.alerts.warnings] == ["1 alerts have no field `isIncident`"]


@pytest.mark.parametrize(
    ("status", "wanted", "warned"),
    [
        ("completed", Wanted("INC"), True),
        ("merged", Wanted("INC"), True),
        ("completed", Wanted("INC", {"status": "open"}), True),
        ("completed", Wanted("INC", {"status": "open"}, reopen=True), False),
        ("completed", Wanted("INC", {"status": "completed", "solution": "s"}, close_alerts=True), False),
        ("open", Wanted("INC"), False),
        ("open", Wanted("INC", {"status": "completed"}), False),
    ],
)
def test_alerts_that_enter_a_closed_incident_are_warned_about(status: str, wanted: Wanted, warned: bool) -> None:
    closed = replace(INCIDENT, status=status, solution="s")
    alerts = [alert("new", **FREE), alert("done", **FREE, status="completed")]
    texts = planned(wanted, *alerts, incident=closed).alerts.warnings
    assert any("1 alerts to add are not completed (for example new)" in text for text in texts) is warned
    # An alert that is in it already, or that is completed, is none of this.
    old = planned(wanted, alerts[0], incident=closed, own=frozenset({"new"})).alerts.warnings
    assert not any(
        "added to it" in text for text in [*old, *planned(wanted, alerts[1], incident=closed).alerts.warnings]
    )


def test_an_alert_of_another_incident_refuses_the_whole_plan() -> None:
    alerts = [alert("free", **FREE), alert("taken", **FREE)]
    found = planned(Wanted("INC"), *alerts, elsewhere={"taken": 9}, names={9: "Other\x1b"})
    assert found.is_refused
    assert found.alerts.errors["taken"].startswith("The alert belongs to incident 9 (Other\\x1b)")
    assert list(afters(found)) == ["free"]


def test_closing_takes_the_open_ones_and_their_echoes() -> None:
    echo, followed = alert("e1", parent_id="a1"), alert("e2", parent_id="a1", status="completed", observation="Done")
    wanted = Wanted("INC", {"status": "completed", "solution": "Done"}, close_alerts=True)
    alerts = [alert("a1", **OURS), alert("a2", **OURS, status="completed", observation="Mine")]
    selection = Selection(alerts, echoes={"a1": [echo, followed]})
    found = plan_incident(Situation(INCIDENT, selection, own=frozenset({"a1", "a2"})), wanted)
    (edit,) = found.alerts.edits
    assert edit.after == {"incident": "INC", "marked": True, "status": "completed", "observation": "Done"}
    assert edit.echoes == (echo,)


@pytest.mark.parametrize("status", ["completed", "merged"])
def test_a_closed_incident_stays_closed_unless_reopened(status: str) -> None:
    closed = replace(INCIDENT, status=status)
    wanted = Wanted("INC", {"status": "in_review", "solution": ""})
    assert planned(wanted, incident=closed).changes == []
    assert planned(replace(wanted, reopen=True), incident=closed).changes == ["status"]


def test_a_merged_incident_cannot_be_changed_and_stay_merged() -> None:
    with pytest.raises(InvalidInput, match="merged"):
        planned(Wanted("INC", {"description": "x"}), incident=replace(INCIDENT, status="merged"))


def test_the_digest_tells_plans_apart_and_knows_equal_ones() -> None:
    wanted = Wanted("INC", {"description": "x"})
    first = planned(wanted, alert(**FREE)).digest
    assert first == planned(wanted, alert(**dict(FREE))).digest
    others = [
        planned(Wanted("INC2", {"description": "x"}), alert(**FREE)),
        planned(Wanted("INC", {"description": "y"}), alert(**FREE)),
        planned(wanted, alert("a2", **FREE)),
        planned(wanted, alert(**FREE), incident=INCIDENT),
    ]
    assert len({first, *(other.digest for other in others)}) == 5


def test_texts_are_measured_as_java_does() -> None:
    assert checked_name("🚨" * 125) == "🚨" * 125
    with pytest.raises(InvalidInput, match="252 characters"):
        checked_name("🚨" * 126)
    with pytest.raises(InvalidInput, match="NUL or half"):
        checked_length("note", "\ud800", 10)
    assert checked_solution("a\n\nb\\u0041", "replace").text == "a b\\ u0041"
    with pytest.raises(InvalidInput, match="901 characters"):
        checked_solution("a" * 901, "replace")


@pytest.mark.parametrize(
    ("assigned_to", "breaks"),
    [(None, False), ("1", False), ("1,2", False), ("", True), ("1, 2", True), ("admin", True), ("²", True)],
)
def test_which_assignees_break_the_list_of_assigned_users(assigned_to: str | None, breaks: bool) -> None:
    assert breaks_the_list(assigned_to) is breaks


COMPLETED = {"status": "completed", "solution": "Blocked"}
CLOSING = Wanted("INC", COMPLETED, close_alerts=True, guardrails=Guardrails(["Hold"]))
LINKED = frozenset({"a1", "a2"})


def test_a_held_alert_is_not_closed_with_its_incident() -> None:
    found = planned(
        CLOSING, alert("a1", **OURS, tags=("on hold", "HOLD")), alert("a2", **OURS), incident=INCIDENT, own=LINKED
    )
    assert afters(found) == {"a2": {"incident": "INC", "marked": True, "status": "completed", "observation": "Blocked"}}
    assert found.alerts.skipped == {"a1": "Not closed. The alert carries a hold tag."}
    assert any("1 alerts of the incident are not closed" in text for text in found.alerts.warnings)
    assert found.changes == ["status", "solution"]


def test_a_held_alert_is_linked_and_marked_all_the_same() -> None:
    found = planned(CLOSING, alert("a1", **FREE, tags=("Hold",)))
    assert afters(found)["a1"]["marked"] is True
    assert afters(found)["a1"]["status"] == "open"
    (outcome,) = found.predicted()
    assert (outcome.changed, outcome.skipped) == (True, "Not closed. The alert carries a hold tag.")


def test_an_alert_with_a_held_echo_is_not_closed() -> None:
    echoes = {"a1": [alert("e1", parent_id="a1", tags=("Hold",))]}
    found = plan_incident(Situation(INCIDENT, Selection([alert("a1", **OURS)], echoes=echoes), LINKED), CLOSING)
    assert found.alerts.skipped == {"a1": "Not closed. Its echo e1 carries a hold tag."}


def test_an_alert_that_no_task_selected_is_named_when_it_is_held() -> None:
    held = alert("a2", **OURS, tags=("Hold",))
    found = planned(CLOSING, alert("a1", **OURS), incident=INCIDENT, own=LINKED, attached=[held])
    assert [outcome.alert_id for outcome in found.predicted() if outcome.skipped] == ["a2"]


def test_a_held_alert_that_is_completed_is_no_matter() -> None:
    done = alert("a1", **OURS, tags=("Hold",), status="completed", observation="Mine")
    found = planned(CLOSING, done, incident=INCIDENT, own=LINKED)
    assert (found.alerts.edits, found.alerts.skipped) == ([], {})


@pytest.mark.parametrize(
    ("observation", "wanted", "suspected"),
    [
        ("Blocked", Wanted("INC", COMPLETED), True),
        ("Mine", Wanted("INC", COMPLETED), False),
        ("Blocked", Wanted("INC", {"description": "d"}), False),
        ("Blocked", Wanted("INC", COMPLETED, close_alerts=True), False),
    ],
)
def test_alerts_with_the_words_of_their_incident_are_suspected(
    observation: str, wanted: Wanted, suspected: bool
) -> None:
    done = replace(INCIDENT, status="completed", solution="Blocked")
    same = alert("a1", **OURS, status="completed", observation=observation)
    found = planned(wanted, same, incident=done, own=LINKED)
    assert any("overwrote their own status" in text for text in found.alerts.warnings) is suspected


def test_check_mode_plans_on_what_recovery_would_restore() -> None:
    echo = alert("e1", parent_id="a1", status="completed", observation="Blocked")
    rest = alert("a2", status="completed", observation="Blocked")
    selection = Selection([alert("a1", status="completed", observation="Blocked")], echoes={"a1": [echo]})
    mine = {"status": "in_review", "observation": "Mine"}
    found = Situation(INCIDENT, selection, LINKED, attached=[rest], attached_echoes={"a2": [echo]}).restored(
        {"a1": mine, "e1": mine, "a2": mine}
    )
    documents = [*found.alerts, *found.echoes_of("a1"), *found.echoes_of("a2")]
    assert {(one.status, one.observation) for one in documents} == {("in_review", "Mine")}
