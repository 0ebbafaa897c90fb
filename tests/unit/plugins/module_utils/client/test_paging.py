# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of several pages are complete, or the task fails."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.paging import all_rows
from ansible_collections.utmstack.siem.plugins.module_utils.errors import IncompleteAnswer

from ..exchanges import Exchange, exchanged

ROWS = [{"id": number} for number in range(1, 3001)]


def page(rows: list[dict[str, Any]], number: int, total: int | None = None) -> Exchange:
    query = [("page", str(number)), ("size", "2000"), ("sort", "id,asc")]
    headers = {} if total is None else {"X-Total-Count": str(total)}
    return Exchange("GET", "/api/users", query, answer=rows, answer_headers=headers)


def test_pages_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, page(ROWS[:2000], 0, 3000), page(ROWS[2000:], 1, 3000)) as (client, _waits):
        assert all_rows(client, "/users") == ROWS


def test_a_list_without_a_total_ends_with_a_short_page(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, page(ROWS[:2000], 0), page(ROWS[2000:], 1)) as (client, _waits):
        assert all_rows(client, "/users") == ROWS


def test_a_row_that_moved_to_a_page_before_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 5 goes between the pages, and row 2001 comes to the page that was read: 2,999 of 2,999, but not the same."""
    pages = (page(ROWS[:2000], 0, 3000), page(ROWS[2001:], 1, 2999))
    with (
        exchanged(monkeypatch, *pages) as (client, _waits),
        pytest.raises(IncompleteAnswer, match="GET /api/users returned 2999 of 3000 rows: the list changed"),
    ):
        all_rows(client, "/users")
