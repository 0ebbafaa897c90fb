# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters and tests for alerts name themselves in their errors, and change no text on the way."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.export_formats import cell

PLUGINS = "ansible_collections.utmstack.siem.plugins"
HOSTILE = "{{ lookup('pipe', 'id') }}"
TESTS = ("open", "in_review", "completed", "false_positive")


def use(kind: str, name: str) -> Callable[..., Any]:
    """The function of a filter or test as Ansible finds it."""
    plugin = importlib.import_module(f"{PLUGINS}.{kind}.{name}")
    found: dict[str, Callable[..., Any]] = (
        plugin.FilterModule().filters() if kind == "filter" else plugin.TestModule().tests()
    )
    assert list(found) == [name]
    return found[name]


@pytest.mark.parametrize(
    ("kind", "name", "arguments"),
    [
        ("filter", "severity_at_least", ("low",)),
        ("filter", "in_cidr", ("10.0.0.0/8",)),
        ("filter", "mitre_technique", ()),
        ("filter", "group_like", ()),
        *(("test", name, ()) for name in TESTS),
    ],
)
def test_a_wrong_type_is_an_error_that_names_what_was_given(kind: str, name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(AnsibleFilterError, match=rf"^utmstack\.siem\.{name}: 4711 is ") as error:
        use(kind, name)(4711, *arguments)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "value",
    ["=1+1", "\t=x", "-5", -5, 1.5, True, None, "", "a;=b", ["a", "=b"], {"a": "=b;=c"}, ("x", "y"), HOSTILE, "a\0b"],
)
def test_a_cell_is_that_of_an_export(value: Any) -> None:
    assert use("filter", "csv_safe")(value) == cell(list(value) if isinstance(value, tuple) else value)


def test_what_cannot_be_a_cell_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^utmstack\.siem\.csv_safe: datetime.* cannot be a cell\."):
        use("filter", "csv_safe")(datetime(2026, 11, 20))


def test_groups_hold_the_texts_of_alerts_unchanged() -> None:
    side = {"ip": HOSTILE, "host": HOSTILE}
    row = {"id": "a1", "timestamp": None, "severity": "low", "name": HOSTILE, "adversary": side, "target": side}
    (group,) = use("filter", "group_like")([{**row, "data_source": None}])
    assert json.dumps(group).count(HOSTILE) == 3
