# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server is asked for to see whether alerts are as expected, and what is read instead."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.notes_plan import NoteChange
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.status_plan import StatusChange
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.tags_plan import TagChange
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import applying, restoring
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.judging import TriageChange
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.undo_plan import Restoration
from ansible_collections.utmstack.siem.plugins.module_utils.writing.change import AlertChange
from ansible_collections.utmstack.siem.plugins.module_utils.writing.expected import (
    expected_as_selected,
    expected_as_written,
    filters_for,
    stored_values,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.guardrails import Guardrails
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import Edit
from ansible_collections.utmstack.siem.plugins.module_utils.writing.states import full_state

V11 = DIALECTS["v11"]
OPEN: dict[str, Any] = {"id": "a1", "status": 2, "statusObservation": "", "tags": None, "notes": ""}
CLOSE = StatusChange("completed", "Scan")
COMPLETED = ("status", "IS_ONE_OF_TERMS", ["5"])


def stored(**fields: Any) -> Alert:
    return alert_from({**OPEN, **fields}, V11)


def edit_of(change: Any, alert: Alert, *echoes: Alert) -> Edit:
    return Edit(alert, change.state(alert), change.state_after(alert), echoes)


def searched(alert: Alert, change: Any) -> list[tuple[str, str, Any]] | None:
    """The filters that find the alert after its change."""
    edit = edit_of(change, alert)
    values = stored_values(alert, edit.before, edit.after, V11)
    return None if values is None else [(one.field, one.operator, one.value) for one in filters_for(values, V11)]


def test_a_closed_alert_is_found_by_status_and_observation() -> None:
    assert searched(stored(), CLOSE) == [COMPLETED, ("statusObservation.keyword", "IS_ONE_OF_TERMS", ["Scan"])]


def test_an_empty_observation_is_written_as_an_empty_text() -> None:
    empty = ("statusObservation.keyword", "IS", "")
    for held in ("", None):
        assert searched(stored(statusObservation=held), StatusChange("completed")) == [COMPLETED, empty]


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (None, ("statusObservation", "DOES_NOT_EXIST", None)),
        ("", ("statusObservation.keyword", "IS", "")),
        ("mine", ("statusObservation.keyword", "IS_ONE_OF_TERMS", ["mine"])),
    ],
)
def test_what_is_not_written_is_found_as_the_document_holds_it(held: str | None, found: tuple[str, str, Any]) -> None:
    alert = stored(statusObservation=held)
    values = stored_values(alert, CLOSE.state(alert), CLOSE.state(alert), V11)
    assert values is not None
    assert [(one.field, one.operator, one.value) for one in filters_for(values, V11)][1:] == [found]


@pytest.mark.parametrize(
    "held",
    [
        {"statusObservation": "x" * 257},
        {"statusObservation": "  "},
        {"statusObservation": ["Scan"]},
        {"statusObservation": 7},
        {"status": 4},
        {"status": "2"},
        {"tags": ["Scan"]},
        {"tags": [""]},
        {"notes": " "},
        {"notes": "x" * 257},
    ],
    ids=str,
)
def test_what_no_search_finds_exactly_is_read(held: dict[str, Any]) -> None:
    alert = stored(**held)
    state = full_state(alert)
    assert stored_values(alert, state, state, V11) is None


@pytest.mark.parametrize(
    ("held", "change"),
    [
        ({}, StatusChange("completed", "x" * 257)),
        ({}, TagChange(["Scan"], "present")),
        # The server stores a space.
        ({"notes": "old"}, NoteChange("", "absent")),
    ],
    ids=["long text", "tags", "no note"],
)
def test_what_is_written_and_no_search_finds_exactly_is_read(held: dict[str, Any], change: Any) -> None:
    alert = stored(**held)
    after = {"notes": ""} if isinstance(change, NoteChange) else change.state(alert)
    if isinstance(change, TagChange):
        after = {"tags": change.tags_after(alert.tags)}
    elif isinstance(change, StatusChange):
        after = change.state_after(alert)
    assert stored_values(alert, change.state(alert), after, V11) is None


def test_tags_that_were_all_removed_are_found_by_their_absence() -> None:
    values = stored_values(stored(tags=["Scan"]), {"tags": ["Scan"]}, {"tags": []}, V11)
    assert values == (("tags", None),)
    assert filters_for(values, V11)[0].field == "tags"


def test_an_alert_and_its_echoes_are_seen_together_or_not_at_all() -> None:
    alert, echo = stored(), stored(id="e1", parentId="a1", statusObservation=None)
    found = expected_as_written(CLOSE, edit_of(CLOSE, alert, echo), V11)
    assert found is not None
    assert [(one.alert.id, one.alert.status, one.alert.observation) for one in found] == [
        ("a1", "completed", "Scan"),
        ("e1", "completed", "Scan"),
    ]
    selected = expected_as_selected(CLOSE, edit_of(CLOSE, alert, echo), V11)
    assert selected is not None
    assert [one.alert for one in selected] == [alert, echo]
    strange = stored(id="e1", parentId="a1", statusObservation="x" * 300)
    assert expected_as_selected(CLOSE, edit_of(CLOSE, alert, strange), V11) is None


def test_hold_tags_are_part_of_what_must_not_have_changed() -> None:
    change = StatusChange("completed", "Scan", guardrails=Guardrails(["Hold"]))
    found = expected_as_selected(change, edit_of(change, stored()), V11)
    assert found is not None
    assert ("tags", None) in found[0].stored
    # Any tag may be one that an analyst has added to.
    assert expected_as_selected(change, edit_of(change, stored(tags=["Scan"])), V11) is None


def test_protected_alerts_may_be_so_by_any_field() -> None:
    change = StatusChange("completed", "Scan", guardrails=Guardrails(protect=[[]]))
    assert expected_as_selected(change, edit_of(change, stored()), V11) is None


def _changes(of: type[Any]) -> list[type[Any]]:
    return [one for kind in of.__subclasses__() for one in (kind, *_changes(kind))]


def test_whoever_decides_on_conflicts_names_what_that_depends_on() -> None:
    known = _changes(AlertChange)
    assert {StatusChange, TagChange, TriageChange, Restoration, NoteChange} <= set(known)
    assert {kind.__module__ for kind in known} >= {applying.__name__, restoring.__name__}
    judging = [kind for kind in known if "conflict" in vars(kind)]
    assert StatusChange in judging
    assert [kind for kind in judging if "watched" not in vars(kind)] == []
