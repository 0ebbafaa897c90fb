# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches that a field rules out, remembered by its values."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.model.filter import Filter
from ansible_collections.utmstack.siem.plugins.module_utils.query import shared_conditions
from ansible_collections.utmstack.siem.plugins.module_utils.query.shared_conditions import SharedConditions
from ansible_collections.utmstack.siem.plugins.module_utils.query.stored_values import StoredValues

SEARCHES = [
    [Filter("name.keyword", "START_WITH", "Port"), Filter("count", "IS_ONE_OF_TERMS", ["1"], stored="long")],
    [Filter("name.keyword", "IS_ONE_OF_TERMS", ["Other"])],
    [Filter("count", "IS_ONE_OF_TERMS", ["true"], stored="boolean")],
    [Filter("name", "DOES_NOT_EXIST", None)],
    [],
]
EVERY = (1 << len(SEARCHES)) - 1


def left(shared: SharedConditions, document: dict[str, Any], among: int = EVERY) -> list[int]:
    found = shared.left(among, StoredValues(document))
    return [number for number in range(len(SEARCHES)) if found >> number & 1]


DOCUMENTS: list[tuple[dict[str, Any], list[int]]] = [
    ({"name": "Port scan", "count": 1}, [0, 4]),
    # True equals 1 in Python, and is another value of the server.
    ({"name": "Port scan", "count": True}, [2, 4]),
    ({"name": ["Other", "Port scan"], "count": [1]}, [0, 1, 4]),
    ({"count": 2}, [3, 4]),
    # An object is compared by the searches themselves.
    ({"name": {"part": "x"}, "count": 2}, [1, 3, 4]),
]


@pytest.mark.parametrize("most", [0, 1, 4096])
def test_only_searches_that_cannot_match_are_left_out(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(shared_conditions, "_MAX_VALUES", most)
    shared = SharedConditions(SEARCHES)
    for _time in range(2):
        for document, expected in DOCUMENTS:
            found = left(shared, document)
            # With too many values, a field rules nothing out.
            assert set(expected) <= set(found)
            assert most < 4096 or found == expected


def test_only_the_given_searches_are_looked_at() -> None:
    assert left(SharedConditions(SEARCHES), {"name": "Port scan", "count": 1}, among=0b00011) == [0]


def test_values_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def comparison(item: Filter) -> Any:
        return lambda stored: bool(compared.append(item.field)) or True

    monkeypatch.setattr(shared_conditions, "comparison", comparison)
    shared = SharedConditions(SEARCHES[:2])
    for _time in range(3):
        left(shared, {"name": "Port scan", "count": 1})
    assert compared == ["name.keyword", "name.keyword", "count"]
