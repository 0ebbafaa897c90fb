# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an analyst decided is told apart from what the collection and the server's tag rules did."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.model.history import HistoryEntry, entry_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.analyst_decisions import (
    AGREED,
    ANALYST,
    AUTOMATED,
    COLLECTION,
    NO_DECISION,
    OTHERWISE,
    TAG_RULE,
    UNDECIDED,
    AnalystDecision,
    agreement,
    as_arrived,
    decisions_from,
)

from ...builders import alert

MARKED = 'Closed by night shift rules [utmstack.siem rule="Scanner" rules=0a1b2c3d run=7]'
FIRST, LATER = "2026-11-20T10:00:00.000Z", "2026-11-21T08:30:00.000Z"


def change(status: str, user: str | None = "ana", at: str = FIRST, alert_id: str = "a1") -> HistoryEntry:
    return HistoryEntry(alert_id, at, user, status)


def decided(entries: tuple[HistoryEntry, ...] = (), **fields: Any) -> AnalystDecision:
    return decisions_from([alert("a1", **fields)], entries)["a1"]


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"status": "open"}, UNDECIDED),
        ({"status": "automatic_review"}, UNDECIDED),
        ({"status": "unknown (7)"}, UNDECIDED),
        ({"status": "in_review"}, ANALYST),
        ({"status": "completed"}, ANALYST),
        ({"status": "completed", "observation": MARKED}, COLLECTION),
        # The producer reopens a closed alert and keeps its observation.
        ({"status": "open", "observation": MARKED}, UNDECIDED),
        ({"status": "completed", "tags": ("False positive",), "tag_ruled": True}, TAG_RULE),
        # A rule that gives another tag closes nothing.
        ({"status": "completed", "tags": ("Tier 1",), "tag_ruled": True}, ANALYST),
        ({"status": "open", "tags": ("False positive",), "tag_ruled": True}, UNDECIDED),
        # Neither of the two puts alerts in incidents.
        ({"status": "open", "is_incident": True}, ANALYST),
        ({"status": "completed", "tags": ("False positive",), "tag_ruled": True, "is_incident": True}, ANALYST),
    ],
)
def test_who_decided_an_alert_without_history(fields: dict[str, Any], source: str) -> None:
    decision = decided(**fields)
    assert (decision.source, decision.by, decision.at) == (source, None, None)


def test_the_last_change_of_the_history_names_who_and_when() -> None:
    decision = decided((change("in_review", "ben"), change("completed", "ana", LATER)), status="completed")
    assert decision == AnalystDecision("a1", "completed", False, False, ANALYST, "ana", LATER)


def test_a_change_that_is_not_the_last_one_names_nobody() -> None:
    decision = decided((change("in_review", "ben"),), status="completed", tags=("False positive",))
    assert decision == AnalystDecision("a1", "completed", True, False, ANALYST, None, None)


def test_a_person_who_changed_the_status_overrules_a_tag_rule() -> None:
    closed = {"status": "completed", "tags": ("False positive",), "tag_ruled": True}
    assert decided((change("completed"),), **closed).source == ANALYST
    assert decided((change("in_review"), change("completed", "system")), **closed).source == ANALYST
    assert decided((change("completed", "system"),), **closed).source == TAG_RULE
    assert decided((change("completed", None),), **closed).source == TAG_RULE
    assert decided((change("completed", alert_id="a2"),), **closed).source == TAG_RULE


def test_a_time_that_somebody_made_up_is_none() -> None:
    assert decided((change("completed", at="yesterday"),), status="completed").at is None


@pytest.mark.parametrize("name", ["TagRulesApplied", "tagRulesApplied"])
def test_applied_tag_rules_are_read_from_the_fields_of_the_major_version(name: str) -> None:
    document = {"id": "a1", "status": 5, "tags": ["False positive"], name: [7]}
    assert alert_from(document, V11).tag_ruled
    assert alert_from(document, V10).tag_ruled is (name == "TagRulesApplied")
    assert not alert_from({**document, name: []}, V11).tag_ruled


@pytest.mark.parametrize(
    ("fields", "false_positive", "expected"),
    [
        ({"false_positive": True}, True, AGREED),
        ({"false_positive": True}, False, AGREED),
        ({}, False, AGREED),
        ({}, True, OTHERWISE),
        ({"status": "in_review", "false_positive": True}, True, OTHERWISE),
        ({"incident": True, "false_positive": True}, True, OTHERWISE),
        ({"status": "open", "source": UNDECIDED}, True, NO_DECISION),
        ({"source": COLLECTION, "false_positive": True}, True, AUTOMATED),
        ({"source": TAG_RULE, "false_positive": True}, True, AUTOMATED),
    ],
)
def test_agreement_with_a_rule_that_completes(fields: dict[str, Any], false_positive: bool, expected: str) -> None:
    given: dict[str, Any] = {"status": "completed", "false_positive": False, "incident": False, "source": ANALYST}
    assert agreement("completed", false_positive, AnalystDecision("a1", **{**given, **fields})) == expected


def stored(**fields: Any) -> dict[str, Any]:
    detail = {"createdBy": "ana", "incidentId": "3", "incidentName": "Theft", "source": "x", "creationDate": LATER}
    worked_on = {"status": 5, "statusLabel": "Completed", "statusObservation": "Seen", "notes": "Called"}
    return {"id": "a1", "name": "Scan", **worked_on, "isIncident": True, "incidentDetail": detail, **fields}


def tagged(before: Any, after: str, user: str = "ana") -> HistoryEntry:
    row = {"alertId": "a1", "logUser": user, "logAction": "UPDATE_TAGS", "logDate": FIRST}
    old = json.dumps({"id": "a1", "tags": before})
    return entry_from({**row, "logOldValue": old, "logNewValue": json.dumps({"tags": after})}, V11)


@pytest.mark.parametrize("name", ["v10", "v11"])
def test_an_alert_as_it_arrived(name: str) -> None:
    document = stored(tags=["False positive"])
    given = json.dumps(document)
    assert as_arrived(document, DIALECTS[name], []) == {
        "id": "a1",
        "name": "Scan",
        "status": 2,
        "statusLabel": "Open",
        "statusObservation": "",
        "notes": "",
        "isIncident": False,
        "incidentDetail": {"createdBy": "", "source": "", "creationDate": ""},
        "tags": None,
    }
    assert json.dumps(document) == given


@pytest.mark.parametrize(
    ("tags", "entries", "arrived"),
    [
        (["Tier 1", "Phishing"], [], ["Tier 1", "Phishing"]),
        (["Tier 1", "Phishing"], [tagged(["Tier 1"], "Tier 1,Phishing")], ["Tier 1"]),
        (["a, b", "c"], [tagged(None, "a, b,c")], None),
        # What a tag rule added was there before anybody looked.
        (["Tier 1"], [tagged(None, "Tier 1", "system")], ["Tier 1"]),
        # Removed and added again.
        (["Tier 1"], [tagged(["Tier 1"], ""), tagged(None, "Tier 1")], ["Tier 1"]),
        ("False positive", [], None),
    ],
)
def test_tags_that_people_added_later_are_taken_off(tags: Any, entries: list[HistoryEntry], arrived: Any) -> None:
    assert as_arrived(stored(tags=tags), V11, entries)["tags"] == arrived


def test_a_document_without_the_fields_gets_none() -> None:
    assert as_arrived({"id": "a1", "status": 3}, V11, []) == {"id": "a1", "status": 2}
    unusual = stored(incidentDetail="x", tags=None)
    assert as_arrived(unusual, V11, [])["incidentDetail"] == "x"


def test_a_row_of_the_history_without_the_earlier_tags_takes_none_off() -> None:
    row = {"alertId": "a1", "logUser": "ana", "logNewValue": '{"tags":"Phishing"}', "logOldValue": "{}"}
    assert as_arrived(stored(tags=["Phishing"]), V11, [entry_from(row, V11)])["tags"] == ["Phishing"]
