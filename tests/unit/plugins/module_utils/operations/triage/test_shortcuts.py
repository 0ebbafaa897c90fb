# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the shortcuts of alert_triage, and the steps of an aging policy that a run took."""

from __future__ import annotations

from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.aging import aging_rules, aging_steps
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.shortcuts import shortcut_rules


def test_empty_shortcuts_make_no_rule() -> None:
    assert shortcut_rules(scanner_observation="x", benign_observation="x", review_observation="x", note="x") == []


def test_closing_rules_come_first_and_the_review_last() -> None:
    rules = shortcut_rules(
        scanners=["10.0.0.5"],
        scanner_observation="Scan",
        benign_names=["Backup"],
        benign_observation="Nightly",
        tags=[{"categories": ["A"], "tags": ["x"]}, {"categories": ["B"], "tags": ["y"]}],
        review_severities=["high"],
        review_observation="Seen",
    )
    assert rules == [
        {
            "name": "Authorized scanners",
            "when": {"source_ip": ["10.0.0.5"]},
            "then": {"false_positive": True, "observation": "Scan"},
        },
        {
            "name": "Known benign",
            "when": {"name": ["Backup"]},
            "then": {"false_positive": True, "observation": "Nightly"},
        },
        {"name": "Tags by category 1", "when": {"category": ["A"]}, "then": {"tags": ["x"]}, "stop": False},
        {"name": "Tags by category 2", "when": {"category": ["B"]}, "then": {"tags": ["y"]}, "stop": False},
        {
            "name": "Priority review",
            "when": {"severity": ["high"]},
            "then": {"status": "in_review", "observation": "Seen"},
        },
    ]
    (review,) = shortcut_rules(review_severities=["high"], review_observation="Seen", note="Call")
    assert review["then"]["note"] == "Call"


def test_steps_are_told_by_the_names_of_the_rules() -> None:
    steps: dict[str, Any] = {"remind": {"note": "r"}, "escalate": {"tags": ["e"]}, "close": {"status": "completed"}}
    rules = aging_rules({"low": {"remind": "1d", "close": "2d"}, "high": {"escalate": "1h"}}, steps)
    alerts = [{"id": row["name"], "changed": True, "rules": [{"name": row["name"]}]} for row in rules]
    untouched = [{"id": "u", "changed": False, "rules": [{"name": rules[0]["name"]}]}, {"id": "v", "changed": False}]
    assert aging_steps([*alerts, *untouched]) == {
        "remind": ["Stale low, remind"],
        "escalate": ["Stale high, escalate"],
        "close": ["Stale low, close"],
    }
