# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a result shows of the outcomes of a write."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.writing.result import Outcome, Written, finish

OPEN, CLOSED = {"status": "open"}, {"status": "completed"}
OUTCOMES = [
    Outcome("done", "Scan", OPEN, CLOSED, changed=True),
    Outcome("same", "Scan", CLOSED, CLOSED),
    Outcome("held", "Scan", OPEN, OPEN, skipped="The alert carries a hold tag."),
    Outcome("lost", "Scan", OPEN, OPEN, error="The server did not store the change."),
    # Status stored, tags not.
    Outcome("half", "Scan", OPEN, CLOSED, error="The server stored only part of the change.", changed=True),
]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ("all", ["done", "same", "held", "lost", "half"]),
        ("changed", ["done", "held", "lost", "half"]),
        ("failed", ["held", "lost", "half"]),
    ],
)
def test_the_rows_shown_are_chosen_and_all_alerts_counted(rows: str, shown: list[str]) -> None:
    result = finish(Written(OUTCOMES, "digest"), 7, rows)
    assert [row["id"] for row in result["alerts"]] == shown
    assert result["summary"] == {"matched": 5, "changed": 2, "unchanged": 1, "skipped": 1, "failed": 2, "requests": 7}
    assert (result["changed"], result["failed"]) == (True, True)
    assert "done" in result["diff"]["prepared"]


def test_differences_are_made_only_if_they_are_asked_for() -> None:
    assert "diff" not in finish(Written(OUTCOMES, "digest"), 7, diff=False)
