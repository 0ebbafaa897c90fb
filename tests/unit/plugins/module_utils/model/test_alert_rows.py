# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts of results, chosen by severity, status and address, and what is refused for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert_rows import (
    alert_rows,
    has_status,
    is_false_positive,
    rows_in_networks,
    severe_rows,
)

ROWS = [
    {"id": "a1", "severity": "high", "adversary": {"ip": "10.0.0.5"}, "target": {"ip": "192.0.2.7"}},
    {"id": "a2", "severity": "low", "adversary": {"ip": ["198.51.100.1", "::ffff:10.0.0.9"]}, "target": {}},
    {"id": "a3", "severity": "medium", "adversary": {}, "target": {"ip": "10.0.0.7"}},
    {"id": "a4", "severity": "unknown (7)", "adversary": None, "target": {"ip": 5, "host": "10.0.0.8"}},
]


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize(
    ("severity", "chosen"), [("low", ["a1", "a2", "a3"]), ("medium", ["a1", "a3"]), ("high", ["a1"])]
)
def test_alerts_of_at_least_a_severity_stay_in_order(severity: str, chosen: list[str]) -> None:
    assert ids(severe_rows(ROWS, severity)) == chosen
    assert ids(severe_rows((row for row in ROWS), severity)) == chosen


@pytest.mark.parametrize(
    ("side", "chosen"), [("any", ["a1", "a2", "a3"]), ("source", ["a1", "a2"]), ("target", ["a3"])]
)
def test_alerts_are_chosen_by_the_addresses_of_their_sides(side: str, chosen: list[str]) -> None:
    assert ids(rows_in_networks(ROWS, ["10.0.0.0/24"], side)) == chosen
    assert ids(rows_in_networks(ROWS, "10.0.0.0/28, 10.0.0.0-10.0.0.255", side)) == chosen


def test_addresses_are_chosen_too() -> None:
    addresses = ["10.0.0.5", None, "web-01", "2001:DB8:0::1", "::ffff:10.0.0.6", ""]
    assert rows_in_networks(addresses, ["10.0.0.0/8"]) == ["10.0.0.5", "::ffff:10.0.0.6"]
    assert rows_in_networks(addresses, "2001:db8::/32") == ["2001:DB8:0::1"]
    assert rows_in_networks([], "10.0.0.0/8") == []


@pytest.mark.parametrize("status", ["open", "in_review", "completed", "automatic_review", "unknown (4)"])
def test_a_status_is_that_of_the_alert(status: str) -> None:
    for word in ("open", "in_review", "completed"):
        assert has_status({"status": status}, word) is (status == word)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["x", "False positive"], True),
        (["false positive"], False),
        ([], False),
        (None, False),
        (("False positive",), True),
    ],
)
def test_only_the_exact_tag_marks_a_false_positive(tags: Any, expected: bool) -> None:
    assert is_false_positive({"tags": tags}) is expected


AGAIN = "Pass an alert as utmstack_alert_info returns it."
REFUSALS: list[tuple[Callable[[], Any], str]] = [
    (lambda: alert_rows("a1"), "'a1' is not a list of alerts. Put a single one in brackets."),
    (lambda: alert_rows({"id": "a1"}), "{'id': 'a1'} is not a list of alerts. Put a single one in brackets."),
    (lambda: alert_rows(None), "None is not a list of alerts. Put a single one in brackets."),
    (lambda: alert_rows(["a1"]), f"'a1' is not an alert. {AGAIN}"),
    (
        lambda: severe_rows([{"id": "a1"}], "low"),
        "The alert 'a1' has no `severity`. Read it with this field, or leave `fields` out.",
    ),
    (
        lambda: severe_rows([{"severity": 2}], "low"),
        f"The `severity` of an alert is 2, which is not a word. {AGAIN}",
    ),
    (lambda: severe_rows([], "hig"), "`severity` is 'hig'. Use one of low, medium, high. Did you mean high?"),
    (lambda: severe_rows([], None), "`severity` is null. Use one of low, medium, high."),
    (lambda: severe_rows([], 2), "`severity` is 2. Use one of low, medium, high."),
    (lambda: has_status("open", "open"), f"'open' is not an alert. {AGAIN}"),
    (lambda: has_status({"status": 2}, "open"), f"The `status` of an alert is 2, which is not a word. {AGAIN}"),
    (
        lambda: has_status({"name": "x"}, "open"),
        "The alert has no `status`. Read it with this field, or leave `fields` out.",
    ),
    (
        lambda: is_false_positive({"tags": "False positive"}),
        f"The `tags` of an alert are 'False positive', which is not a list. {AGAIN}",
    ),
    (
        lambda: rows_in_networks([], "10.0.0.5/24"),
        "`networks` has '10.0.0.5/24', which is an address within a network. Write 10.0.0.0/24 for the network, or "
        "10.0.0.5 for the address.",
    ),
    (
        lambda: rows_in_networks([], []),
        "`networks` is empty. Set addresses, networks or ranges, such as 10.0.0.0/24.",
    ),
    (
        lambda: rows_in_networks([], "10.0.0.0/8", "src"),
        "`side` is 'src'. Use one of any, source, target. Did you mean source?",
    ),
    (
        lambda: rows_in_networks("10.0.0.5", "10.0.0.0/8"),
        "'10.0.0.5' is not a list of alerts or addresses. Put a single one in brackets.",
    ),
    (
        lambda: rows_in_networks([5], "10.0.0.0/8"),
        "5 is neither an alert nor an address. Pass alerts as utmstack_alert_info returns them, or texts.",
    ),
    (
        lambda: rows_in_networks([{"id": "a1", "adversary": {}}], "10.0.0.0/8"),
        "The alert 'a1' has no `target`. Read it with this field, or leave `fields` out.",
    ),
]


@pytest.mark.parametrize(("use", "message"), REFUSALS)
def test_what_is_given_is_named(use: Callable[[], Any], message: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        use()
    assert refusal.value.message == message
