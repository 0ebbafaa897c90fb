# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs within a nested field, such as one question of a survey. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .comparing import Difference

_NOTHING = "(none)"
# What names an entry of a list: a question of a survey, a field of a credential type.
_NAMED_BY = ("variable", "id")


def details(difference: Difference) -> Iterator[Difference]:
    """The innermost parts that differ; the difference itself if it has no parts."""
    before, after = _members(difference.before), _members(difference.after)
    if not before or not after:
        yield difference
        return
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name, _NOTHING), after.get(name, _NOTHING)
        if old != new:
            yield from details(Difference(f"{difference.field}.{name}", old, new))
    shared = [name for name in before if name in after]
    if isinstance(difference.after, list) and shared != [name for name in after if name in before]:
        yield Difference(f"{difference.field} (order)", list(before), list(after))


def _members(value: Any) -> Mapping[str, Any]:
    """The members of a dictionary or of a list of named entries by name; none for another value."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list):
        for key in _NAMED_BY:
            if all(isinstance(entry, Mapping) and key in entry for entry in value):
                return {str(entry[key]): entry for entry in value}
    return {}
