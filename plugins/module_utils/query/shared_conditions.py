# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of many searches cannot match a document, remembered by the values of each field.

Alerts repeat names, hosts and severities. What the conditions of all searches on one field make of its values is found
once for each of them, so that a document is compared with few of many searches.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from ..model.filter import Filter
from .comparing import Comparison, comparison
from .matching import field_of
from .stored_values import StoredValues

# A field with more different values, such as a time, repeats too few of them.
_MAX_VALUES = 4096


class SharedConditions:
    """The conditions of numbered searches, all of which must hold, by the field that they compare."""

    def __init__(self, searches: Sequence[Sequence[Filter]]) -> None:
        """:param searches: by number; one without conditions is never excluded."""
        self._by_field: dict[str, list[tuple[int, Comparison]]] = {}
        for number, filters in enumerate(searches):
            for item in filters:
                self._by_field.setdefault(field_of(item), []).append((1 << number, comparison(item)))
        self._known: dict[str, dict[Hashable, int]] = {name: {} for name in self._by_field}

    def left(self, numbers: int, stored: StoredValues) -> int:
        """Those of some searches that may match a document.

        :param numbers: searches as the bits of a number, as in the result.
        """
        for name, known in self._known.items():
            if not numbers:
                break
            key = _key(stored.at(name))
            excluded = known.get(key)
            if excluded is None:
                if key is None or len(known) >= _MAX_VALUES:
                    continue
                excluded = known[key] = self._excluded(name, stored)
            numbers &= ~excluded
        return numbers

    def _excluded(self, name: str, stored: StoredValues) -> int:
        excluded = 0
        for bit, holds in self._by_field[name]:
            if not excluded & bit and not holds(stored):
                excluded |= bit
        return excluded


def _key(values: Sequence[Any]) -> Hashable:
    """The values of a field with their types, because true equals 1; None if one of them is an object."""
    if any(isinstance(value, dict) for value in values):
        return None
    return tuple((type(value), value) for value in values)
