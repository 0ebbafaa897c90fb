# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists whose order means nothing come in one order, whatever the server sends."""

from __future__ import annotations

from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.order import in_steady_order
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)


@given(values=st.lists(VALUES, max_size=6), chance=st.randoms())
def test_the_order_of_the_server_does_not_show(values: list[Any], chance: Any) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert in_steady_order(shuffled) == in_steady_order(values)
    assert in_steady_order(shuffled, ("b", "a")) == in_steady_order(values, ("b", "a"))


def test_numbers_are_ordered_as_numbers_and_objects_by_their_members() -> None:
    ports = [{"port": 443, "tcp": "https"}, {"port": 22, "tcp": None}, {"port": 22, "tcp": "ssh"}]
    assert in_steady_order(ports) == [ports[1], ports[2], ports[0]]
    inputs = [{"down": True, "source": "b"}, {"down": False, "source": "c"}, {"down": False, "source": "a"}]
    assert [row["source"] for row in in_steady_order(inputs, ("source",))] == ["a", "b", "c"]
