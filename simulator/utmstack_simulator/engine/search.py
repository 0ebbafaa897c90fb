# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches over all indices of a pattern; indices that fail are silently left out (API facts, 3.1)."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

from .documents import DailyIndex, Document, DocumentStore
from .query import ShardFailure, match

Sort = Sequence[tuple[str, bool]]
Found = list[tuple[DailyIndex, set[int]]]
WINDOW = 10_000
FEW = 8


class AllShardsFailed(Exception):
    """Every index failed."""


def find(indices: Sequence[DailyIndex], filters: Sequence[tuple[str, str, Any]], sort: Sort = ()) -> Found:
    """Matching documents per index, without the indices that failed. :raises AllShardsFailed: all of them failed."""
    found: Found = []
    for daily in indices:
        try:
            for field, _descending in sort:
                if daily.type_of(field) in (None, "text", "object"):
                    raise ShardFailure(f"No mapping found for [{field}] in order to sort on")
            found.append((daily, match(daily, filters)))
        except ShardFailure:
            continue
    if indices and not found:
        raise AllShardsFailed
    return found


def ordered(store: DocumentStore, found: Found, sort: Sort) -> Iterator[Document]:
    """Matching documents in the order of `sort`, lazily, so that a first page costs little."""
    if not sort:
        for number in sorted(set().union(*(numbers for _daily, numbers in found))):
            yield store.get(number)
        return
    held = sum(len(daily.documents) for daily, _numbers in found)
    if total_of(found) * FEW < held:
        # A few documents are sorted directly, which is cheaper than walking along all values of the store.
        yield from _tied(store, [(daily, number) for daily, numbers in found for number in numbers], sort)
        return
    (field, descending), rest = sort[0], sort[1:]
    seen: set[int] = set()
    for value in _distinct(found, field, descending):
        group: list[tuple[DailyIndex, int]] = []
        for daily, numbers in found:
            holders = daily.terms(field).get(value)
            if holders:
                group += [(daily, number) for number in holders if number in numbers and number not in seen]
        seen.update(number for _daily, number in group)
        yield from _tied(store, group, rest)
    # Missing values come last in both directions.
    missing = [(daily, number) for daily, numbers in found for number in numbers if number not in seen]
    yield from _tied(store, missing, rest)


def _distinct(found: Found, field: str, descending: bool) -> Iterator[Any]:
    lists = [daily.sorted_values(field) for daily, _numbers in found]
    if len({type(values[0]) for values in lists if values} - {int, float}) > 1:
        lists = [sorted({str(value) for values in lists for value in values})]
    merged = heapq.merge(*(reversed(values) if descending else values for values in lists), reverse=descending)
    last: Any = object()
    for value in merged:
        if value != last:
            yield value
        last = value


def _tied(store: DocumentStore, group: list[tuple[DailyIndex, int]], rest: Sort) -> Iterator[Document]:
    if len(group) > 1:
        group.sort(key=lambda entry: entry[1])
        for field, descending in reversed(rest):
            keyed = [(daily.value_lists(field, number), (daily, number)) for daily, number in group]
            with_value = [(values, entry) for values, entry in keyed if values]
            extreme = max if descending else min
            with_value.sort(key=lambda item: extreme(item[0]), reverse=descending)
            group = [entry for _values, entry in with_value] + [entry for values, entry in keyed if not values]
    for _daily, number in group:
        yield store.get(number)


def total_of(found: Found) -> int:
    """How many documents match."""
    return sum(len(numbers) for _daily, numbers in found)
