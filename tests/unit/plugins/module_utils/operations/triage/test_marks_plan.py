# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the history of an alert says about a run whose receipt is lost, on plain data."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import run_of
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.marks_plan import (
    MarkedRun,
    plan_marked_run,
)

from ...builders import alert, selection

MARKED = 'Known benign [utmstack.siem rule="Scan" rules=0123abcd run=7]'
CLOSED = alert(status="completed", observation=MARKED, tags=("Scan", "Old"))
BEGAN = datetime(2026, 11, 29, 5, tzinfo=timezone.utc)
BEFORE: dict[str, Any] = {"id": "a1", "status": 3, "statusObservation": "mine", "tags": ["Old"]}


def entry(action: str, new: dict[str, Any], message: str = "", **more: Any) -> dict[str, Any]:
    row = {
        "alertId": "a1",
        "logUser": "bot",
        "logDate": "2026-11-29T05:30:00Z",
        "logAction": action,
        "logOldValue": json.dumps(BEFORE),
        "logNewValue": json.dumps(new),
        "logMessage": message,
    }
    return {**row, **more}


def closing(was: str = "In review", **more: Any) -> dict[str, Any]:
    message = f"The user bot changed alert status from {was} to Completed with the observation: {MARKED}"
    return entry("UPDATE_STATUS", {"status": 5, "statusObservation": MARKED}, message, **more)


def tagging(tags: str = "Old,Scan", **more: Any) -> dict[str, Any]:
    return entry("UPDATE_TAGS", {"tags": tags}, **more)


def planned(*rows: dict[str, Any], began: datetime | None = None) -> MarkedRun:
    return plan_marked_run(selection(CLOSED), rows, began, DIALECTS["v11"])


def before(run: MarkedRun) -> dict[str, Any]:
    (found,) = run.receipt.entries
    return dict(found.before)


def fields(run: MarkedRun) -> list[str]:
    return [one.field for one in run.uncertain]


def test_an_entry_with_the_alert_gives_status_and_observation() -> None:
    run = planned(closing())
    assert before(run) == {"status": "in_review", "observation": "mine"}
    assert fields(run) == ["tags"]


@pytest.mark.parametrize("old", ['"In review"', "", None, "{", '{"id": "a2", "status": 3}'])
def test_without_the_alert_only_the_status_is_known(old: str | None) -> None:
    run = planned(closing(logOldValue=old))
    assert before(run) == {"status": "in_review", "observation": MARKED}
    assert fields(run) == ["observation", "tags"]


@pytest.mark.parametrize(
    "row",
    [
        closing("Open"),
        closing("Completed", logOldValue='"Completed"'),
        closing("Automatic review", logOldValue=""),
        closing(logMessage="Closed", logOldValue=""),
    ],
    ids=["contradiction", "completed before", "automatic review", "no words"],
)
def test_a_status_that_no_entry_shows_is_uncertain(row: dict[str, Any]) -> None:
    run = planned(row)
    assert (before(run), fields(run)) == ({}, ["status", "tags"])


def test_an_entry_of_another_closure_is_none_of_the_run() -> None:
    other = {"status": 5, "statusObservation": MARKED.replace("run=7", "run=8")}
    run = planned(entry("UPDATE_STATUS", other))
    assert (before(run), fields(run)) == ({}, ["status"])


def test_a_closure_that_was_sent_again_counts_once() -> None:
    repeated = closing("Completed", logOldValue=json.dumps({**BEFORE, "status": 5, "statusObservation": MARKED}))
    assert before(planned(closing(), repeated)) == {"status": "in_review", "observation": "mine"}


def test_tags_since_the_beginning_are_the_runs() -> None:
    run = planned(tagging(), closing(), began=BEGAN)
    assert before(run) == {"status": "in_review", "observation": "mine", "tags": ["Old"]}
    assert list(run.uncertain) == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [tagging(logDate="2026-11-29T04:59:59Z")],
        [tagging(logDate="soon")],
        [tagging(logUser="analyst")],
        [tagging(logOldValue='""')],
        [tagging("Other"), tagging()],
        [tagging("Old")],
    ],
    ids=["none", "before", "no time", "another login", "no alert", "two writes", "other tags now"],
)
def test_tags_that_may_not_be_the_runs_stay(rows: list[dict[str, Any]]) -> None:
    run = planned(*rows, closing(), began=BEGAN)
    assert (before(run), fields(run)) == ({"status": "in_review", "observation": "mine"}, ["tags"])


def test_the_restored_tags_of_a_killed_undo_are_no_later_change() -> None:
    assert planned(tagging(), closing(), tagging("Old"), began=BEGAN).skipped == {}
    later = planned(tagging(), closing(), tagging("Old,Mine", logUser="ana"), began=BEGAN)
    assert later.skipped["a1"].startswith("The server's history shows a later change by ana at 2026-11-29")


@pytest.mark.parametrize(
    ("observation", "run"),
    [(MARKED, "7"), (MARKED.replace(" run=7", ""), None), ("run=7]", None), (f"{MARKED} checked", "7")],
)
def test_the_run_of_a_mark(observation: str, run: str | None) -> None:
    assert run_of(observation) == run
