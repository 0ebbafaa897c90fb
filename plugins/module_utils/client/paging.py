# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of the API, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import IncompleteAnswer
from ..transport.answer import Answer, rows_in
from .client import Client


@dataclass(frozen=True)
class ListPage:
    """One page of a list; `total` is the number of all rows, None when the server does not report it."""

    rows: list[dict[str, Any]]
    total: int | None


def pages(client: Client, path: str, criteria: Mapping[str, Any] | None = None) -> Iterator[ListPage]:
    """The pages of a list in the order of the rows' numbers, each requested when it is needed.

    They end when a page brings no new row: a server that does not page would send the same rows for ever.

    :param path: endpoint of the list, below the base path of the API.
    """
    seen: set[Any] = set()
    number = 0
    while True:
        query = {**(criteria or {}), "page": number, "size": client.dialect.page_size, "sort": "id,asc"}
        answer = client.read("GET", path, query=query)
        rows = rows_in(answer)
        if not all(isinstance(row.get("id"), int) for row in rows):
            raise IncompleteAnswer(
                f"{answer.endpoint} answered with a row without a number. Check that `url` points at UTMStack itself.",
                status=answer.status,
                endpoint=answer.endpoint,
            )
        yield ListPage(rows, reported_total(client, answer))
        known = len(seen)
        seen.update(row.get("id") for row in rows)
        if len(seen) == known:
            return
        number += 1


def all_rows(client: Client, path: str, criteria: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Every row of a list, each once, in the order of their numbers.

    :raises IncompleteAnswer: rows were added or removed between two pages, which may have moved others out of sight.
    """
    return list(each_row(client, path, criteria))


def each_row(client: Client, path: str, criteria: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of `all_rows`, of which one page is held at a time. What is wrong with them shows at the end."""
    found: set[Any] = set()
    totals: set[int] = set()
    for page in pages(client, path, criteria):
        for row in page.rows:
            if row.get("id") not in found:
                found.add(row.get("id"))
                yield row
        totals.update([] if page.total is None else [page.total])
        if len(page.rows) < client.dialect.page_size:
            break
    # A row that was removed moved another one to a page that had been read: the numbers alone may still add up.
    if len(totals) > 1 or len(found) < max(totals, default=0):
        endpoint = f"GET {client.dialect.base_path}{path}"
        raise IncompleteAnswer(
            f"{endpoint} returned {len(found)} of {max(totals)} rows: the list changed while it was read. Run the task "
            "again.",
            endpoint=endpoint,
        )


def reported_total(client: Client, answer: Answer) -> int | None:
    """The number of all rows that the header of a list reports; None without such a header.

    :raises IncompleteAnswer: it holds something else.
    """
    name = client.dialect.total_header
    text = answer.headers.get(name, "") if name else ""
    if not text:
        return None
    # No list has a count of more digits than these.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise IncompleteAnswer(
            f"{answer.endpoint} does not report how many rows there are. Check that `url` points at UTMStack itself.",
            status=answer.status,
            endpoint=answer.endpoint,
        )
    return int(text)
