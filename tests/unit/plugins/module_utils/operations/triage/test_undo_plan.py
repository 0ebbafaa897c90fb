# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What undo restores, on plain data."""

from __future__ import annotations

from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.undo_plan import (
    Restoration,
    plan_undo,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import Plan
from ansible_collections.utmstack.siem.plugins.module_utils.writing.receipts import Entry, Receipt

from ...builders import alert, selection

WRITTEN = {"status": "completed", "observation": "Planned", "tags": ["Scan"], "notes": ""}
DONE = alert(status="completed", observation="Planned", tags=("Scan",))


def undone(**before: Any) -> Plan:
    entry = Entry("a1", "Repeated failed logins", {**WRITTEN, **before}, WRITTEN, "changed")
    return plan_undo(selection(DONE, echoes={}), Restoration(Receipt({}, [entry])))


def test_a_field_that_cannot_be_restored_keeps_no_other_from_being_restored() -> None:
    plan = undone(status="open", observation="", tags=["owner's"])
    (edit,) = plan.edits
    assert edit.after == {**WRITTEN, "status": "open", "observation": ""}
    assert plan.errors["a1"].startswith("Not everything can be restored.")
    assert "owner's" in plan.errors["a1"]


def test_each_field_that_cannot_be_restored_is_named() -> None:
    plan = undone(observation="two\nlines", tags=["owner's"], notes="kept")
    assert plan.edits[0].after == {**WRITTEN, "notes": "kept"}
    assert "owner's" in plan.errors["a1"]
    assert "line" in plan.errors["a1"]


def test_a_status_without_a_word_is_named_and_nothing_else_is_lost() -> None:
    plan = undone(status="unknown (4)", tags=[])
    assert plan.edits[0].after == {**WRITTEN, "tags": []}
    assert "'unknown (4)'" in plan.errors["a1"]


def test_nothing_that_can_be_restored_is_no_edit() -> None:
    plan = undone(tags=["owner's"])
    assert list(plan.edits) == []
    assert list(plan.errors) == ["a1"]
