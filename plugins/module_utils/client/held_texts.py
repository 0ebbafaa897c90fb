# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts that alerts hold in a field of addresses, read once per task."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ..errors import TooManyAddresses
from ..model.filter import Filter
from ..model.networks import AddressSet

# From a field, filters and a maximum to values of the field among the alerts that the filters find.
ReadValues = Callable[[str, Sequence[Filter], int], Collection[str]]

# More values are never requested at once.
MAX_TEXTS = 10_000
# Requests that a set of many networks may take on a server with more addresses than that.
_MAX_BEGINNINGS = 10
# A wildcard pattern: every IPv6 address has a colon.
_IPV6 = "*:"


class HeldTexts:
    """The texts by field, requested when first needed."""

    def __init__(self) -> None:
        self._found: dict[str, Collection[str]] = {}

    def among(self, read: ReadValues, field: str, filters: Sequence[Filter], addresses: AddressSet) -> Collection[str]:
        """All texts of a field that can be one of the addresses, and others.

        Mostly the texts of all alerts. Only those of the alerts in question are requested where there are too many.

        :param filters: the other filters of the search.
        :raises TooManyAddresses: these are too many, too.
        """
        if field not in self._found:
            self._found[field] = read(field, (), MAX_TEXTS + 1)
        found = self._found[field]
        if len(found) > MAX_TEXTS:
            found = read(field, filters, MAX_TEXTS + 1)
        if len(found) > MAX_TEXTS:
            found = _by_beginning(read, field, filters, addresses)
        return found


def _by_beginning(read: ReadValues, field: str, filters: Sequence[Filter], addresses: AddressSet) -> Collection[str]:
    beginnings = addresses.beginnings()
    found: set[str] = set()
    if "" not in beginnings and len(beginnings) <= _MAX_BEGINNINGS:
        parts = [
            read(field, [*filters, Filter(field, "START_WITH", text)], MAX_TEXTS + 1) for text in (*beginnings, _IPV6)
        ]
        found = set().union(*parts)
        if all(len(part) <= MAX_TEXTS for part in parts) and len(found) <= MAX_TEXTS:
            return found
    raise TooManyAddresses(
        f"The alerts hold more than {MAX_TEXTS} addresses in {field}, too many to find those of the networks "
        f"{', '.join(addresses.texts[:3])}. Narrow the query, for example with `since`, or name smaller networks."
    )
