# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that need attention as rows: what they need, in words, and no more rows than a reader reads."""

from __future__ import annotations

from typing import Any

from ansible_collections.utmstack.siem.plugins.filter.lifecycle_rows import MAX_ROWS, lifecycle_rows


def rule(days_left: int | None = None, **fields: Any) -> dict[str, Any]:
    return {"name": "Scans", "expires": "2026-12-01", "days_left": days_left, "owner": None, "ticket": None, **fields}


def test_every_state_is_put_into_words() -> None:
    lifecycle = {
        "ending": [rule(0), rule(1), rule(2, owner="Blue team", ticket="SEC-1")],
        "expired": [rule(-3)],
        "idle_days": 30,
        "idle": [rule()],
        "unchecked": [rule()],
    }
    assert lifecycle_rows(lifecycle) == [
        ["Scans", "ends today (2026-12-01)", "", ""],
        ["Scans", "ends in 1 day (2026-12-01)", "", ""],
        ["Scans", "ends in 2 days (2026-12-01)", "Blue team", "SEC-1"],
        ["Scans", "expired (2026-12-01)", "", ""],
        ["Scans", "no alert of the last 30 days matches", "", ""],
        ["Scans", "not checked for matches in the last 30 days", "", ""],
    ]


def test_nothing_to_say_is_no_row() -> None:
    assert lifecycle_rows({"ending": [], "expired": [], "idle_days": None, "idle": None, "unchecked": None}) == []
    assert lifecycle_rows({}) == []


def test_long_lists_end_with_a_number_and_hostile_texts_are_one_line() -> None:
    rows = lifecycle_rows({"expired": [rule(-1, name="a\nb\x1b[31m", owner="x" * 500)] * (MAX_ROWS + 7)})
    assert rows[-1] == ["7 more expired", "see the result", "", ""]
    assert len(rows) == MAX_ROWS + 1
    assert rows[0][0] == "a\\nb\\x1b[31m"
    assert len(rows[0][2]) == 101
