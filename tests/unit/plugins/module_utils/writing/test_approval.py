# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an approved plan lets a run do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput, PlanChanged
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.status_plan import (
    StatusChange,
    plan_status,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.approval import (
    APPROVED,
    EXACT,
    Approval,
    Limited,
    approval_from,
    check_origin,
    limited,
    require_exact,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.guardrails import Guardrails
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_document import (
    PlanDocument,
    Source,
    document_of,
    planned_alerts,
    source_of,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.selected import Selection

from ..builders import alert, selection

SERVER = "https://siem.example.com"
CLOSE = StatusChange("completed", "Planned scan")
SOURCE = source_of("utmstack_alert_status", CLOSE)


def document(*alerts: Alert, echoes: dict[str, Sequence[Alert]] | None = None) -> PlanDocument:
    chosen = selection(*alerts, echoes=echoes)
    planned = planned_alerts(CLOSE, chosen, plan_status(chosen, CLOSE), SOURCE)
    return document_of(SERVER, "v11", SOURCE, planned, {})


def approval(*alerts: Alert, echoes: dict[str, Sequence[Alert]] | None = None) -> Approval:
    found = document(*alerts, echoes=echoes)
    return Approval(APPROVED, found.digest, found)


def within(
    approved: Approval, now: Selection, change: StatusChange = CLOSE, entering: Mapping[str, str] | None = None
) -> Limited:
    return limited(approved, change, now, plan_status(now, change), entering or {})


def changed(found: Limited) -> list[str]:
    return [edit.alert.id for edit in found.plan.edits]


def test_what_is_as_the_plan_saw_it_is_done() -> None:
    approved = approval(alert("a1"), alert("a2"))
    found = within(approved, selection(alert("a1"), alert("a2")))
    assert (changed(found), found.plan.skipped) == (["a1", "a2"], {})


def test_what_changed_since_is_skipped_with_the_difference() -> None:
    approved = approval(alert("a1"), alert("a2"))
    found = within(approved, selection(alert("a1", status="in_review", observation="I look at it"), alert("a2")))
    assert changed(found) == ["a2"]
    reason = "Changed since the plan was made: status is in_review instead of open."
    assert found.plan.skipped == {"a1": reason}


def test_what_somebody_else_did_first_is_no_skip() -> None:
    approved = approval(alert("a1"))
    found = within(approved, selection(alert("a1", status="completed", observation="Planned scan")))
    assert (changed(found), found.plan.skipped) == ([], {})


def test_what_is_gone_is_skipped() -> None:
    approved = approval(alert("a1"), alert("a2"))
    found = within(approved, Selection([alert("a2")], unknown=["a1"]))
    assert (changed(found), list(found.plan.skipped)) == (["a2"], ["a1"])
    assert "Gone from the server" in found.plan.skipped["a1"]


def test_an_unknown_id_that_was_never_planned_stays_an_error() -> None:
    found = within(approval(alert("a1")), Selection([alert("a1")], unknown=["zz"]))
    assert found.plan.skipped == {}


def test_a_guardrail_takes_away() -> None:
    approved = approval(alert("a1"), alert("a2"))
    held = replace(CLOSE, guardrails=Guardrails(hold_tags=["Hold"]))
    found = within(approved, selection(alert("a1", tags=("hold",)), alert("a2")), held)
    assert (changed(found), found.plan.skipped) == (["a2"], {"a1": "The alert carries a hold tag."})


def test_guardrails_are_no_part_of_what_is_approved() -> None:
    held = replace(CLOSE, guardrails=Guardrails(hold_tags=["Hold"]))
    assert source_of("utmstack_alert_status", held) == SOURCE


@pytest.mark.parametrize("other", [{"observation": "Other"}, {"status": "in_review"}, {"reopen": True}])
def test_everything_else_of_a_change_is(other: dict[str, Any]) -> None:
    assert source_of("utmstack_alert_status", replace(CLOSE, **other)) != SOURCE


def test_an_alert_that_would_become_something_else_is_skipped() -> None:
    found = within(approval(alert("a1")), selection(alert("a1")), replace(CLOSE, observation="Other"))
    assert changed(found) == []
    assert "a different change: observation is Other instead of Planned scan" in found.plan.skipped["a1"]


def test_an_alert_that_needs_no_change_any_more_is_skipped() -> None:
    approved = approval(alert("a1"))
    now = selection(alert("a1"))
    found = limited(approved, CLOSE, now, replace(plan_status(now, CLOSE), edits=[]), {})
    assert found.plan.skipped == {"a1": "The task no longer makes the approved change."}


ECHO = alert("e1", parent_id="a1")


def test_echoes_follow_as_planned() -> None:
    approved = approval(alert("a1"), echoes={"a1": [ECHO]})
    found = within(approved, selection(alert("a1"), echoes={"a1": [ECHO]}))
    assert (changed(found), found.plan.echoes_changed) == (["a1"], 1)


def test_a_new_echo_keeps_its_alert_from_being_written() -> None:
    approved = approval(alert("a1"), echoes={"a1": [ECHO]})
    found = within(approved, selection(alert("a1"), echoes={"a1": [ECHO, alert("e2", parent_id="a1")]}))
    assert (changed(found), found.plan.skipped) == ([], {"a1": "Its echo e2 arrived since the plan was made."})


def test_a_new_echo_that_stays_as_it_is_does_no_harm() -> None:
    same = alert("e2", parent_id="a1", status="completed", observation="Planned scan")
    found = within(approval(alert("a1")), selection(alert("a1"), echoes={"a1": [same]}))
    assert changed(found) == ["a1"]


def test_an_echo_that_an_analyst_took_keeps_its_alert_from_being_written() -> None:
    approved = approval(alert("a1"), echoes={"a1": [ECHO]})
    taken = replace(ECHO, status="in_review")
    found = within(approved, selection(alert("a1"), echoes={"a1": [taken]}))
    assert changed(found) == []
    assert found.plan.skipped["a1"].startswith("Its echo e1 changed since the plan was made: status is in_review")


def test_an_echo_that_is_gone_does_no_harm() -> None:
    found = within(approval(alert("a1"), echoes={"a1": [ECHO]}), selection(alert("a1"), echoes={}))
    assert changed(found) == ["a1"]


def test_the_status_of_an_alert_does_not_overwrite_an_approved_echo_that_is_left_alone() -> None:
    approved = approval(alert("a1"), ECHO, echoes={"a1": [ECHO]})
    taken = replace(ECHO, status="in_review", observation="Mine")
    found = within(approved, selection(alert("a1"), taken, echoes={"a1": [taken]}))
    assert changed(found) == []
    assert found.plan.skipped["a1"] == "Its echo e1 is left alone; not written."


def test_an_alert_enters_the_approved_incident_only() -> None:
    open_alert = alert("a1")
    one = document(open_alert).alerts[0]
    approved = Approval(APPROVED, "", replace(document(), alerts=[replace(one, incident="Night")]))
    assert within(approved, selection(open_alert), entering={"a1": "Night"}).entering == {"a1": "Night"}
    other = within(approved, selection(open_alert), entering={"a1": "Day"})
    assert (other.entering, changed(other)) == ({}, [])
    assert "incident Day, which was not approved" in other.plan.skipped["a1"]
    # It is in its incident by now.
    assert within(approved, selection(open_alert)).plan.skipped == {}


def given(plan: Any, policy: str | None = None, max_age: str = "24h") -> Approval | None:
    return approval_from({"plan": plan, "plan_policy": policy, "plan_max_age": max_age})


def test_a_document_approves_alert_by_alert_and_a_digest_as_a_whole() -> None:
    found = given(document(alert("a1")).content())
    assert found is not None
    assert (found.policy, list(found.alerts)) == (APPROVED, ["a1"])
    assert given("0" * 64) == Approval(EXACT, "0" * 64)
    exact = given(document(alert("a1")).content(), EXACT)
    assert exact is not None
    assert (exact.policy, exact.alerts, exact.made) == (EXACT, {}, None)
    assert given(None) is None


@pytest.mark.parametrize("blank", ["", "  ", {}])
def test_a_blank_plan_is_refused(blank: Any) -> None:
    with pytest.raises(InvalidInput, match="`plan` is blank"):
        given(blank)


def test_a_digest_approves_no_single_alerts() -> None:
    with pytest.raises(InvalidInput, match="does not say which alerts"):
        given("0" * 64, APPROVED)


def made(moment: datetime) -> dict[str, Any]:
    return replace(document(alert("a1")), made=moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")).content()


def test_an_old_plan_is_refused() -> None:
    now = datetime.now(timezone.utc)
    with pytest.raises(InvalidInput, match="older than `plan_max_age: 24h`"):
        given(made(now - timedelta(hours=25)))
    assert given(made(now - timedelta(hours=25)), max_age="2d") is not None
    assert given(made(now - timedelta(hours=23))) is not None
    with pytest.raises(InvalidInput, match="older than `plan_max_age: 30s`"):
        given(made(now - timedelta(seconds=40)), max_age="30s")


@pytest.mark.parametrize("max_age", ["soon", "", "24", "yesterday", "99999999999999w"])
def test_the_limit_is_an_age(max_age: str) -> None:
    with pytest.raises(InvalidInput, match=r"`plan_max_age` is .*\. Write an age such as"):
        given(made(datetime.now(timezone.utc)), max_age=max_age)


def test_a_plan_of_the_future_is_refused() -> None:
    now = datetime.now(timezone.utc)
    with pytest.raises(InvalidInput, match=r"not in the past\. Compare the clocks"):
        given(made(now + timedelta(hours=1)))
    assert given(made(now + timedelta(minutes=1))) is not None


@pytest.mark.parametrize(
    ("server", "dialect", "source", "message"),
    [
        ("https://other.example.com", "v11", SOURCE, "for https://siem.example.com, but this server"),
        (SERVER, "v10", SOURCE, "for a v11 server, but this server is v10"),
        (SERVER, "v11", replace(SOURCE, module="utmstack_triage"), "made by utmstack_alert_status, not by"),
        (SERVER, "v11", replace(SOURCE, rules_digest="0" * 64), "made with other rules or options"),
    ],
)
def test_a_plan_for_something_else_is_refused(server: str, dialect: str, source: Source, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        check_origin(approval(alert("a1")), server, dialect, source)
    check_origin(approval(alert("a1")), SERVER, "v11", SOURCE)


def test_exact_is_all_or_nothing() -> None:
    plan = document(alert("a1"), alert("a2"))
    exact = Approval(EXACT, plan.digest, plan)
    require_exact(exact, plan.digest, plan.alerts)
    other = document(alert("a1", status="in_review"), alert("a3"))
    with pytest.raises(PlanChanged) as refused:
        require_exact(exact, other.digest, other.alerts)
    assert refused.value.differences == [
        "a1 (Repeated failed logins) has changed: status is in_review instead of open",
        "a2 (Repeated failed logins) was planned, but needs no change now or may not be changed",
        "a3 (Repeated failed logins) was not planned",
    ]
    with pytest.raises(PlanChanged):
        require_exact(Approval(EXACT, "0" * 64), plan.digest, plan.alerts)
    require_exact(approval(alert("a1")), other.digest, other.alerts)
