# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts and echoes as units, on plain data."""

from __future__ import annotations

from graphlib import CycleError

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.writing.families import (
    blocks,
    families,
    holds_copy,
    kinds_in_order,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import Edit

from ..builders import alert

BEFORE, AFTER = {"status": "open", "observation": ""}, {"status": "completed", "observation": "Scan"}


def edit(alert_id: str, parent: str | None = None, observation: str = "Scan") -> Edit:
    return Edit(alert(alert_id, parent_id=parent), BEFORE, {**AFTER, "observation": observation})


def ids(block: object) -> list[str]:
    return [one.alert.id for one in block]  # type: ignore[attr-defined]


def test_an_alert_comes_before_its_echoes() -> None:
    found = families([edit("e1", "a1", "own"), edit("a2"), edit("a1"), edit("e2", "a1")])
    assert sorted(map(ids, found)) in ([["a1", "e1", "e2"], ["a2"]], [["a1", "e2", "e1"], ["a2"]])


def test_an_echo_whose_alert_is_not_written_is_a_family_of_its_own() -> None:
    assert [ids(family) for family in families([edit("e1", "a9"), edit("e2", "a9")])] == [["e1"], ["e2"]]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10])
def test_no_block_separates_a_family(size: int) -> None:
    edits = [edit("e1", "a1", "own"), edit("a2"), edit("e2", "a2"), edit("a1"), edit("a3")]
    found = [ids(block) for block in blocks(edits, size)]
    assert sorted(key for block in found for key in block) == ["a1", "a2", "a3", "e1", "e2"]
    for block in found:
        assert ("a1" in block, "a2" in block) == ("e1" in block, "e2" in block)
        assert len(block) <= max(size, 2)


def test_kinds_of_writes_are_in_the_order_of_every_alert() -> None:
    """The first alert needs a status only; tags still come before it."""
    sequences = [["status"], ["tags", "notes", "status"], ["status of echoes"], ["tags", "status of echoes"]]
    order = kinds_in_order(sequences)
    assert sorted(order) == ["notes", "status", "status of echoes", "tags"]
    assert order.index("tags") < order.index("notes") < order.index("status") < order.index("status of echoes")


def test_contradicting_orders_are_a_mistake_of_the_change() -> None:
    with pytest.raises(CycleError):
        kinds_in_order([["tags", "status"], ["status", "tags"]])


def test_an_echo_holds_the_words_of_its_alert_and_else_its_own() -> None:
    own = Edit(alert("e1", parent_id="a1"), {**BEFORE, "tags": ["x"]}, {**AFTER, "observation": "own", "tags": ["y"]})
    assert holds_copy({**AFTER, "tags": ["x"]}, own, AFTER)
    assert not holds_copy({**AFTER, "tags": ["z"]}, own, AFTER)
    assert not holds_copy({**AFTER, "observation": "mine", "tags": ["x"]}, own, AFTER)
    assert not holds_copy({"tags": ["x"]}, own, AFTER)
