# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns and sort orders of PostgreSQL."""

from __future__ import annotations

from utmstack_simulator.engine.postgres import in_order, like


def test_like_has_wildcards_that_a_backslash_takes_away() -> None:
    texts = ["web-01", "WEB_01", "100%", "webx01"]
    assert [text for text in texts if like("b_0")(text)] == texts[:2] + texts[3:]
    assert [text for text in texts if like(r"b\_0")(text)] == ["WEB_01"]
    assert [text for text in texts if like("w%1", folded=False)(text)] == ["web-01", "webx01"]
    assert not like("")(None)


def test_missing_values_are_the_largest() -> None:
    rows = [{"a": None, "b": 1}, {"a": True, "b": 2}, {"a": False, "b": 3}]
    assert [row["b"] for row in in_order(rows, [("a", False)], dict.__getitem__)] == [3, 2, 1]
    assert [row["b"] for row in in_order(rows, [("a", True)], dict.__getitem__)] == [1, 2, 3]
