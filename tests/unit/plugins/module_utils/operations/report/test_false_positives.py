# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The false-positive rate of each alert rule of the server: what counts, in which order, how much is shown."""

from __future__ import annotations

from typing import Any

from ansible_collections.utmstack.siem.plugins.filter.triage_figures import triage_figures
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import MARK
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.rows import BY_TAG_RULE

MARKED = f'Scan {MARK}"Scanners" rules=0f1e2d3c]'
FALSE = ["False positive", "Scan"]


def closed(name: Any, number: int, tags: Any = (), observation: str = "Handled") -> list[dict[str, Any]]:
    """Completed alerts of one name."""
    return [
        {"id": f"{name}{tags}{observation}{one}", "name": name, "status": "completed", "severity": "low"}
        | {"tags": tags, "observation": observation, "timestamp": "2026-11-20T10:00:00.000Z"}
        for one in range(number)
    ]


def counted(*alerts: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    every = [alert for some in alerts for alert in some]
    found: dict[str, Any] = triage_figures(every, now="2026-11-20T12:00:00Z", **given)["false_positives"]
    return found


def test_a_rate_is_of_the_completed_alerts_whoever_completed_them() -> None:
    waiting = [{**alert, "id": f"w{alert['id']}", "status": "open"} for alert in closed("Scan", 2, FALSE)]
    found = counted(
        closed("Scan", 3, FALSE), closed("Scan", 4, FALSE, MARKED), closed("Scan", 2, FALSE, BY_TAG_RULE),
        closed("Scan", 1, ["Malware"]), waiting,
    )  # fmt: skip
    assert found["rows"] == [
        {
            "name": "Scan",
            "alerts": 12,
            "completed": 10,
            "false_positives": 9,
            "by_analysts": 3,
            "rate": 0.9,
            "rate_lower_bound": 0.6523,
        }
    ]
    assert {key: found[key] for key in ("completed", "false_positives", "left_out", "without")} == {
        "completed": 10,
        "false_positives": 9,
        "left_out": 0,
        "without": 0,
    }


def test_the_rule_that_cost_analysts_most_is_first_and_long_lists_are_cut() -> None:
    found = counted(
        closed("Cheap", 9, FALSE, MARKED),
        closed("Dear", 2, FALSE),
        closed("Also dear", 2, FALSE),
        closed("More", 2, FALSE) + closed("More", 1, FALSE, MARKED),
        closed("True", 5),
        top=3,
    )
    assert [row["name"] for row in found["rows"]] == ["More", "Also dear", "Dear"]
    assert (found["left_out"], found["false_positives"], found["completed"]) == (1, 16, 21)


def test_odd_and_hostile_values_are_counted_and_shown_as_text() -> None:
    hostile = "<b>\u202e\nx" + "A" * 500
    found = counted(closed(hostile, 1, FALSE), closed("", 2, FALSE), closed(None, 1, FALSE), closed("No tags", 1, None))
    assert (found["without"], found["false_positives"], found["completed"]) == (3, 4, 5)
    (row,) = found["rows"]
    assert row["name"].startswith("<b>\\u202e\\nx")
    assert (row["name"].isprintable(), len(row["name"])) == (True, 81)


def test_without_a_false_positive_there_is_no_row() -> None:
    assert counted(closed("Scan", 2))["rows"] == []
    assert counted([])["rows"] == []
