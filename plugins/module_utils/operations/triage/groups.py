# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `group` of a rule: how many alerts must share the values of some fields. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ...conversion import converted, shown
from ...dialects import Dialect
from ...errors import InvalidInput
from ...query.keys import QUERY_KEYS
from ...query.stored_values import StoredValues
from ...suggestions import check_keys, suggestion
from ...times import age, stored_time

KEYS = ("by", "at_least", "within")
# The query keys that compare one field. A status changes when a rule has been applied.
BY_KEYS = tuple(key.name for key in QUERY_KEYS if key.has_field and not key.about_progress)
SMALLEST = 2
_EXAMPLE = "{by: [source_ip, name], at_least: 5, within: 1h}"
# The values that the alerts of a group share, field by field.
Shared = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class GroupCondition:
    """How large the group of an alert must be.

    :param by: by query key, the field of the stored alert.
    :param within: the length of a time window that holds so many alerts; None for any time.
    """

    by: Mapping[str, str]
    at_least: int
    within: timedelta | None = None

    def shared(self, stored: StoredValues) -> Shared | None:
        """The values that put an alert into a group; None if it lacks one of them."""
        found = []
        for name in self.by.values():
            values = tuple(sorted({str(value) for value in stored.plain(name) if value != ""}))
            if not values:
                return None
            found.append(values)
        return tuple(found)


def group_condition(given: Any, dialect: Dialect) -> GroupCondition:
    """Read the `group` of a rule.

    :raises InvalidInput: it is no dictionary of these keys, or a value is of no use.
    """
    if not isinstance(given, Mapping) or not given:
        raise InvalidInput(f"`group` is {shown(given)}. Set fields and a size, such as {_EXAMPLE}.")
    check_keys(given, KEYS, "group")
    if given.get("by") in (None, "", []):
        has = "has `within` without `by`" if "within" in given else "has no `by`"
        raise InvalidInput(f"`group` {has}. Name the fields that its alerts share, such as {_EXAMPLE}.")
    by = converted(given["by"], {"type": "list", "elements": "str"}, "group.by", commas=False)
    for name in by:
        if name not in BY_KEYS:
            close = "source_user, target_user" if name == "user" else ""
            close = f" Use {close}." if close else suggestion(name, BY_KEYS) or f" Use {', '.join(BY_KEYS)}."
            raise InvalidInput(
                f"`group.by` contains {shown(name)}, which is not the query key of a single field.{close}"
            )
    at_least = converted(given.get("at_least"), {"type": "int"}, "group.at_least")
    if at_least is None or at_least < SMALLEST:
        raise InvalidInput(
            f"`group.at_least` is {'missing' if at_least is None else at_least}. Set how many alerts the group must "
            f"have, at least {SMALLEST}."
        )
    fields = {name: dialect.names[name] for name in by}
    return GroupCondition(fields, at_least, _window(given["within"]) if "within" in given else None)


def _window(given: Any) -> timedelta:
    window = age(given if isinstance(given, str) else str(given), "group.within")
    if not window:
        raise InvalidInput("`group.within` is no time at all. Set a span such as 10m, or leave it out.")
    return window


@dataclass
class GroupMembers:
    """The alerts that a rule with `group` is for, apart from their number; it holds IDs, shared values and times."""

    condition: GroupCondition
    _members: dict[Shared, dict[str, datetime | None]] = field(default_factory=dict)

    def add(self, alert_id: str, timestamp: Any, stored: StoredValues) -> None:
        """Count an alert."""
        shared = self.condition.shared(stored)
        if shared is not None:
            moment = None if self.condition.within is None else stored_time(timestamp)
            self._members.setdefault(shared, {})[alert_id] = moment

    def large(self) -> dict[str, Mapping[str, Any]]:
        """The alerts whose group is large enough: by ID, its size and the values that its alerts share."""
        found: dict[str, Mapping[str, Any]] = {}
        for shared, members in self._members.items():
            if len(members) < self.condition.at_least:
                continue
            for ids in self._bursts(members):
                why = {**self._values(shared), "group.size": len(ids)}
                found.update(dict.fromkeys(ids, why))
        return found

    def _values(self, shared: Shared) -> dict[str, Any]:
        pairs = zip(self.condition.by.values(), shared)
        return {f"group.{name}": values[0] if len(values) == 1 else list(values) for name, values in pairs}

    def _bursts(self, members: Mapping[str, datetime | None]) -> Iterator[list[str]]:
        """The alerts of windows with enough alerts; windows that share alerts are one burst."""
        at_least, within = self.condition.at_least, self.condition.within
        if within is None:
            yield list(members)
            return
        # An alert without a time is in no window.
        timed = sorted((moment, alert_id) for alert_id, moment in members.items() if moment is not None)
        begin = end = 0
        for first in range(len(timed) - at_least + 1):
            last = first + at_least
            if timed[last - 1][0] - timed[first][0] > within:
                continue
            if first >= end:
                if end > begin:
                    yield [alert_id for _moment, alert_id in timed[begin:end]]
                begin = first
            end = last
        if end > begin:
            yield [alert_id for _moment, alert_id in timed[begin:end]]
