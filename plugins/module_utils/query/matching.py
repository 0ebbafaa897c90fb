# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a stored document is among the hits of a query, decided here as the server would decide it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ..dialects import TWIN
from ..model.fields import plain_name
from ..model.filter import Filter
from ..model.network_filters import NOT_IN_NETWORKS
from .comparing import comparison
from .stored_values import StoredValues

Searches = Sequence[Sequence[Filter]]
# Finds the first search that matches a document, None if none does.
Matcher = Callable[[StoredValues], "Sequence[Filter] | None"]
_NEGATIONS = ("DOES_NOT_EXIST", "IS_NOT_ONE_OF", "IS_NOT_BETWEEN", NOT_IN_NETWORKS, "NOT_START_WITH", "NOT_ENDS_WITH")


def field_of(condition: Filter) -> str:
    """The document's field that a filter compares, without the twin that is compared whole."""
    return plain_name(condition.field)


def matcher(searches: Searches) -> Matcher:
    """Compile searches, for any number of documents."""
    compiled = [(filters, [comparison(item) for item in _telling_first(filters)]) for filters in searches]

    def first_match(stored: StoredValues) -> Sequence[Filter] | None:
        for filters, comparisons in compiled:
            # A loop, because this runs for each rule and each alert.
            for holds in comparisons:
                if not holds(stored):
                    break
            else:
                return filters
        return None

    return first_match


def _telling_first(filters: Sequence[Filter]) -> list[Filter]:
    """The filters in an order in which the first one decides for most alerts.

    Negations hold for most alerts, and so does the status that a query compares by default before all else.
    """
    telling = [item for item in reversed(filters) if item.operator not in _NEGATIONS]
    return [*telling, *(item for item in filters if item.operator in _NEGATIONS)]


def required_texts(filters: Sequence[Filter]) -> tuple[str, Collection[str]] | None:
    """A field and texts, of which every hit of a search holds one; None if the search compares no whole text."""
    exact = (item for item in filters if item.operator == "IS_ONE_OF_TERMS" and item.field.endswith(TWIN))
    return next(((item.field, item.value) for item in exact), None)
