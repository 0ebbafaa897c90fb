# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the inventory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import IncompleteAnswer
from ..transport.answer import mapping_in
from .client import Client
from .paging import pages

_SEARCH = "/utm-network-scans/search-by-filters"
_ASSET = "/utm-network-scans/{number}"
TRIES = 3


def assets_found(client: Client, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All assets that the server finds for `filters`, in the order of their numbers.

    :param filters: parameters of the search in the server's words; it ignores what it does not know.
    :raises IncompleteAnswer: the inventory changed during each of several tries.
    """
    for _try in range(TRIES):
        rows = _read_once(client, filters)
        if rows is not None:
            return rows
    raise IncompleteAnswer("The inventory changed while it was read, several times over. Run the task again.")


def _read_once(client: Client, filters: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """All pages, or None when assets came or went meanwhile: then a row may have moved to a page already read."""
    rows: list[dict[str, Any]] = []
    expected: int | None = None
    for page in pages(client, _SEARCH, filters):
        if page.total is None:
            endpoint = f"GET {client.dialect.base_path}{_SEARCH}"
            raise IncompleteAnswer(f"{endpoint} did not report how many assets there are.", endpoint=endpoint)
        if expected not in (None, page.total):
            return None
        rows += page.rows
        expected = page.total
        if len(rows) >= expected:
            return rows
    return None


def asset_with(client: Client, number: int) -> dict[str, Any] | None:
    """One asset with its ports, which lists leave out; None when it is gone."""
    answer = client.read("GET", _ASSET.format(number=number))
    # 200 and JSON null for an asset that is not there.
    return None if answer.json() is None else mapping_in(answer)
