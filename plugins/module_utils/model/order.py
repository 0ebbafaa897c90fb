# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of lists whose order means nothing: the server sends some of them differently each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def in_steady_order(values: Iterable[Any], members: Sequence[str] = ()) -> list[Any]:
    """The values in an order that depends on nothing but the values.

    :param members: members of objects by which these are ordered first, in the order of importance.
    """
    return sorted(values, key=lambda value: (_ranks(value, members), _rank(value)))


def _ranks(value: Any, members: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_rank(value.get(member)) for member in members) if isinstance(value, Mapping) else ()


def _rank(value: Any) -> tuple[int, Any]:
    """Nothing comes first, then numbers, texts, lists and objects: values of one kind can be compared."""
    if value is None:
        return (0, 0)
    if isinstance(value, (bool, int, float)):
        return (1, value)
    if isinstance(value, Mapping):
        return (4, tuple((str(name), _rank(value[name])) for name in sorted(value, key=str)))
    if isinstance(value, (list, tuple)):
        return (3, tuple(_rank(item) for item in value))
    return (2, str(value))
