# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of fields, and patterns of index names."""

from __future__ import annotations

from typing import Any

import pytest

from utmstack_simulator.engine.documents import DocumentStore, IndexMissing, bent


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("long", "7", 7),
        ("long", 7.9, 7),
        ("long", -7.9, -7),
        ("long", "", None),
        ("long", 9007199254740993, 9007199254740993),
        ("float", 0.1, 0.10000000149011612),
        ("boolean", "", False),
        ("boolean", "true", True),
        ("text", 1.5, "1.5"),
        ("text", False, "false"),
    ],
)
def test_a_later_value_is_bent_to_the_field(kind: str, value: Any, kept: Any) -> None:
    assert bent(kind, value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("long", "two"),
        ("long", True),
        ("long", 2**63),
        ("boolean", 1),
        ("boolean", "yes"),
        ("date", ""),
        ("float", 1e300),
    ],
)
def test_a_value_that_cannot_be_bent_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^"):
        bent(kind, value)


def test_an_exclusion_needs_a_wildcard_before_it() -> None:
    store = DocumentStore()
    for day in ("20", "21"):
        store.put(f"alert-2026-11-{day}", "x", {"id": "x"})
    assert [daily.name for daily in store.matching("alert-*,-alert-2026-11-20")] == ["alert-2026-11-21"]
    assert len(store.matching("_all")) == 2
    with pytest.raises(IndexMissing):
        store.matching("-alert-2026-11-20,alert-*")
