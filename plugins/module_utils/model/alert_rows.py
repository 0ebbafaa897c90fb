# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts as results have them: checked, and chosen by status, severity and address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..conversion import converted, shown
from ..errors import InvalidInput
from .alert import FALSE_POSITIVE, SEVERITIES, severity_rank
from .networks import AddressSet, address_set

Row = Mapping[str, Any]

# The fields with the addresses of an alert, by the name of its sides.
SIDES: Mapping[str, tuple[str, ...]] = {
    "any": ("adversary", "target"),
    "source": ("adversary",),
    "target": ("target",),
}
_AS = "as utmstack_alert_info returns"


def alert_row(value: Any, *fields: str) -> Row:
    """An alert of a result.

    :param fields: what it must have.
    :raises InvalidInput: it is something else, or lacks one of the fields.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{shown(value)} is not an alert. Pass an alert {_AS} it.")
    for name in fields:
        if name not in value:
            of = f" {shown(value['id'])}" if "id" in value else ""
            raise InvalidInput(f"The alert{of} has no `{name}`. Read it with this field, or leave `fields` out.")
    return value


def alert_rows(value: Any, *fields: str) -> list[Row]:
    """The alerts of a list, or of what an expression yields one by one.

    :raises InvalidInput: it is something else, or an entry is no alert with these fields.
    """
    return [alert_row(item, *fields) for item in entries(value, "alerts")]


def entries(value: Any, what: str) -> list[Any]:
    """The entries of a list.

    :param what: the entries, for the message.
    :raises InvalidInput: it is something else.
    """
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise InvalidInput(f"{shown(value)} is not a list of {what}. Put a single one in brackets.")
    return list(value)


def has_status(value: Any, status: str) -> bool:
    """Whether an alert has a status.

    :raises InvalidInput: it is no alert with a status.
    """
    return _word(alert_row(value, "status"), "status") == status


def is_false_positive(value: Any) -> bool:
    """Whether an alert has UTMStack's tag for false positives.

    :raises InvalidInput: it is no alert with tags.
    """
    tags = alert_row(value, "tags")["tags"]
    if tags is not None and not isinstance(tags, (list, tuple)):
        raise InvalidInput(f"The `tags` of an alert are {shown(tags)}, which is not a list. Pass an alert {_AS} it.")
    return FALSE_POSITIVE in (tags or ())


def severe_rows(value: Any, severity: Any) -> list[Row]:
    """The alerts of at least a severity; one that has no word is below all.

    :raises InvalidInput: `severity` is none, or an entry is no alert with a severity.
    """
    least = severity_rank(_choice(severity, SEVERITIES, "severity"))
    rows = alert_rows(value, "severity")
    return [row for row in rows if severity_rank(_word(row, "severity")) >= least]


def rows_in_networks(value: Any, networks: Any, side: Any = "any") -> list[Any]:
    """The alerts with an address in networks, or the addresses of a list that are.

    :param networks: addresses, networks and ranges.
    :param side: where alerts have the address, one of SIDES.
    :raises InvalidInput: an entry of a list is something else.
    """
    fields = SIDES[_choice(side, tuple(SIDES), "side")]
    given = converted(networks, {"type": "list", "elements": "str"}, "networks")
    if not given:
        raise InvalidInput("`networks` is empty. Set addresses, networks or ranges, such as 10.0.0.0/24.")
    wanted = address_set(given, "`networks`")
    return [item for item in entries(value, "alerts or addresses") if _is_within(item, wanted, fields)]


def _choice(value: Any, choices: Sequence[str], place: str) -> str:
    found = converted(value, {"type": "str", "choices": choices}, place)
    if found is None:
        raise InvalidInput(f"`{place}` is null. Use one of {', '.join(choices)}.")
    return str(found)


def _is_within(item: Any, wanted: AddressSet, fields: tuple[str, ...]) -> bool:
    if item is None or isinstance(item, str):
        return item is not None and wanted.holds(item)
    if not isinstance(item, Mapping):
        raise InvalidInput(f"{shown(item)} is neither an alert nor an address. Pass alerts {_AS} them, or texts.")
    row = alert_row(item, *fields)
    return any(wanted.holds(address) for name in fields for address in _addresses(row[name]))


def _addresses(side: Any) -> Iterator[str]:
    found = side.get("ip") if isinstance(side, Mapping) else None
    for address in found if isinstance(found, (list, tuple)) else [found]:
        if isinstance(address, str):
            yield address


def _word(row: Row, field: str) -> str:
    """A word of an alert; the server's own documents have numbers."""
    if not isinstance(row[field], str):
        raise InvalidInput(
            f"The `{field}` of an alert is {shown(row[field])}, which is not a word. Pass an alert {_AS} it."
        )
    return str(row[field])
