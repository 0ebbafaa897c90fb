# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A word, field, operator or choice that is not known is refused before any request, and what was meant is proposed."""

from __future__ import annotations

from typing import Any

from .operations import OPERATIONS
from .playing import Stage, both_entry_points

QUERYING = sorted(name for name, operation in OPERATIONS.items() if "query" in operation.options)


def condition(field: str, operator: str, value: Any = "x") -> dict[str, Any]:
    return {"where": [{"field": field, "operator": operator, "value": value}]}


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"query": {"data_sorce": ["x"]}}, "Did you mean data_source"),
    ({"query": {"severity": ["hihg"]}}, "Did you mean high?"),
    ({"query": condition("name", "IS_ONE_OF", ["x"])}, "Did you mean is_one_of"),
    ({"query": condition("name", "contains")}, "Did you mean contain"),
    ({"query": {"where": [{"feild": "name", "operator": "is"}]}}, "Did you mean field?"),
    ({"query": condition("naem", "is")}, "Did you mean name"),
    ({"query": condition("name", "is", ["x"])}, "one value is needed"),
    ({"query": {"name": []}}, "is empty"),
    ({"qurey": {}}, "Did you mean query?"),
]


REQUIRED = {
    "utmstack_alert_status": {"status": "open"},
    "utmstack_alert_tags": {"tags": ["x"]},
    "utmstack_alert_notes": {"note": "x"},
    "utmstack_tag_rule": {"name": "x", "tags": ["x"]},
    "utmstack_alert_export": {"path": "alerts.csv"},
    "utmstack_alert_recording": {"path": "recorded.json"},
    "utmstack_incident": {"name": "x"},
    "utmstack_property_values_info": {"field": "name"},
    "utmstack_triage": {"rules": [{"name": "x", "when": {"name": "x"}, "then": {}}]},
}


def refused(stage: Stage, *modules: str) -> None:
    """Every mistake in each of these modules is refused with a suggestion, and nothing reaches the server."""
    tasks = [
        stage.task(module, f"{module} {number}", **REQUIRED.get(module, {}), **options)
        for module in modules
        for number, (options, _message) in enumerate(MISTAKES)
    ]
    played = stage.play(*tasks)
    for module in modules:
        for number, (_options, message) in enumerate(MISTAKES):
            name = f"{module} {number}"
            assert played.statuses[name] == "failed"
            assert message in played.result(name)["msg"], name
    assert played.journal == []


@both_entry_points
def test_mistakes_are_refused_at_both_entry_points(stage: Stage) -> None:
    refused(stage, "utmstack_alert_info")


def test_mistakes_are_refused_in_every_module(v11_stage: Stage) -> None:
    refused(v11_stage, *QUERYING)
