# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watched rules are judged by what people did, not by what other rules did."""

from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.shadow_info import compare
from ansible_collections.utmstack.siem.plugins.module_utils.writing.receipts import WATCHED, Entry, Receipt

from ...builders import alert


def entry(alert_id: str, *rules: str, status: str | None = "completed") -> Entry:
    watched = [{"name": rule, "status": status} for rule in rules]
    return Entry(alert_id, "x", {}, {}, WATCHED, more={"rule": None, "shadow_rules": watched})


def test_precision_and_recall() -> None:
    receipt = Receipt(
        {"shadow_rules": ["A", "B"], "candidates": ["a1", "a2", "a3", "a4", "a5", "a6"]},
        [entry("a1", "A"), entry("a2", "A"), entry("a3", "A", "B"), entry("a4", "B", status="in_review")],
    )
    now = [
        alert("a1", status="completed", observation="by hand"),
        alert("a2"),
        alert("a3", status="completed", observation='Closed [utmstack.siem rule="C" rules=1]'),
        alert("a4", status="completed"),
        alert("a5", status="completed"),
    ]
    report = compare(receipt, {one.id: one for one in now}, recorded={"a1", "a2", "a3"})
    assert report["summary"] == {
        "candidates": 6,
        "closed_by_people": 3,
        "closed_by_automation": 1,
        "without_history": 2,
        "gone": 1,
    }
    first, second = report["rules"]
    assert (first["would_close"], first["closed_by_people"], first["closed_by_automation"]) == (3, 1, 1)
    assert first["left_by_people"] == ["a2"]
    assert (first["precision"], first["recall"]) == (0.5, 0.3333)
    assert (second["would_close"], second["precision"], second["recall"]) == (1, None, 0.0)
