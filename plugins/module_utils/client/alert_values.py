# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a field among the alerts of a query, and how many alerts have each.

All values are requested, whatever is shown of them: the engine gathers the first values of each daily index, and
counts of a short list may miss days on which a value was not among the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..dialects import Dialect, Kind
from ..errors import InvalidInput
from ..model.fields import Field, field_behind, field_named, field_on_server
from ..model.filter import Filter
from .alert_search import count, count_by_status_code
from .alerts import count_by_value
from .client import Client

MAX_VALUES = 10_000


@dataclass(frozen=True)
class Values:
    """The values of one field.

    :param counts: alerts per value; an alert whose list holds several values counts for each of them.
    :param without: alerts that hold no value.
    :param uncounted: alerts that hold a value which the engine cannot list, such as a text over 256 characters. Exact
        for fields that are no lists; of an alert with several values it is not known whether all were listed.
    :param complete: whether these are all values, and the counts exact.
    """

    counts: Mapping[Any, int]
    without: int
    uncounted: int
    complete: bool

    def ordered(self, order: str) -> list[dict[str, Any]]:
        """Rows `{value, count}` by ``count`` or ``value``; a leading ``-`` means descending. Ties go by value."""
        rows = sorted(self.counts.items(), key=lambda item: _rank(item[0]))
        if order.lstrip("-") == "count":
            rows.sort(key=lambda item: item[1], reverse=order.startswith("-"))
        elif order.startswith("-"):
            rows.reverse()
        return [{"value": value, "count": number} for value, number in rows]


def counted_field(client: Client, name: str) -> Field:
    """The field to count by; the server is queried for names that the collection does not know.

    :raises InvalidInput: no alert has it, or it stands for two fields.
    """
    if name == "user":
        raise InvalidInput("user stands for two fields; count by source_user or target_user.")
    return field_named(name, client.dialect) or field_on_server(name, client.dialect, client.stored.types)


def total_of(client: Client, searches: Sequence[Sequence[Filter]]) -> int:
    """Exact number of alerts that a query finds."""
    return sum(count(client, filters) for filters in searches)


def by_status(client: Client, searches: Sequence[Sequence[Filter]]) -> Counter[str]:
    """Exact number of alerts that disjoint `searches` find, by the word for their status; one request for each."""
    status = field_behind("status", client.dialect)
    counts: Counter[str] = Counter()
    for filters in searches:
        for text, number in count_by_status_code(client, filters).items():
            counts[str(value_from(text, status, client.dialect))] += number
    return counts


def values_of(client: Client, field: Field, searches: Sequence[Sequence[Filter]], total: int) -> Values:
    """The values of `field` among the alerts of disjoint `searches`.

    :param total: how many alerts the searches find.
    """
    counts: Counter[Any] = Counter()
    complete = True
    without = 0
    for filters in searches:
        found = count_by_value(client, field.whole, filters, MAX_VALUES + 1)
        complete = complete and len(found) <= MAX_VALUES
        for text, number in found.items():
            counts[value_from(text, field, client.dialect)] += number
        without += count(client, [*filters, Filter(field.name, "DOES_NOT_EXIST")])
    uncounted = max(0, total - without - sum(counts.values())) if complete else 0
    return Values(counts, without, uncounted, complete)


def value_from(text: str, field: Field, dialect: Dialect) -> Any:
    """A value as results show it, from the text that the server makes of every value."""
    value = _typed(text, field.kind)
    words = {dialect.names["status"]: dialect.status_word, dialect.names["severity"]: dialect.severity_word}
    return words[field.name](value) if field.name in words else value


def _typed(text: str, kind: Kind) -> Any:
    if kind is Kind.BOOLEAN:
        return text == "true"
    if kind is not Kind.NUMBER:
        return text
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        # A day may hold the field as a text.
        return text


def checked_top(top: int | None, default: int) -> int | None:
    """How many values to show, None for all. :raises InvalidInput: it is negative."""
    if top is not None and top < 0:
        raise InvalidInput("`top` must be 0 (all) or more.")
    return (default if top is None else top) or None


def _rank(value: Any) -> tuple[int, Any]:
    """Numbers as numbers, everything else as text: a field may be held differently from day to day."""
    return (0, value) if isinstance(value, (int, float)) else (1, str(value))
