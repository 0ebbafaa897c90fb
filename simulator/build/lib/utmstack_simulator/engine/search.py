# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches over all indices of a pattern; indices that fail are silently left out (API facts, 3.1)."""

from __future__ import annotations

import heapq
import itertools
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
    values = heapq.merge(*_groups(found, field, descending), key=lambda entry: entry[0], reverse=descending)
    for _value, entries in itertools.groupby(values, key=lambda entry: entry[0]):
        group = [(daily, number) for _same, daily, numbers in entries for number in numbers if number not in seen]
        seen.update(number for _daily, number in group)
        yield from _tied(store, group, rest)
    # Missing values come last in both directions.
    missing = [(daily, number) for daily, numbers in found for number in numbers if number not in seen]
    yield from _tied(store, missing, rest)


def _groups(found: Found, field: str, descending: bool) -> list[Iterator[tuple[Any, DailyIndex, set[int]]]]:
    """Per index, its values in order with the matching documents that hold them; no index looks at another's values."""
    lists = [(daily, numbers, daily.sorted_values(field)) for daily, numbers in found]
    kinds = {type(values[0]) for _daily, _numbers, values in lists if values} - {int, float}
    if len(kinds) > 1:
        # As texts; a value of another type is none.
        lists = [
            (daily, numbers, [value for value in values if isinstance(value, str)]) for daily, numbers, values in lists
        ]
    return [_matching(daily, numbers, values, field, descending) for daily, numbers, values in lists]


def _matching(
    daily: DailyIndex, numbers: set[int], values: list[Any], field: str, descending: bool
) -> Iterator[tuple[Any, DailyIndex, set[int]]]:
    terms = daily.terms(field)
    for value in reversed(values) if descending else values:
        holders = terms[value] & numbers
        if holders:
            yield value, daily, holders


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
