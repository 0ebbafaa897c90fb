# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of an export, and the values of an alert in each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import COMMON_FIELDS, PLACES, Alert
from ...model.fields import is_of_a_log_line, names_of_releases, plain_name, stored_paths
from ...suggestions import suggestion

# Scalar columns for tables.
TABLE_COLUMNS: Sequence[str] = (
    "timestamp",
    "id",
    "name",
    "status",
    "severity",
    "category",
    "technique",
    "data_type",
    "data_source",
    "adversary.ip",
    "adversary.host",
    "adversary.user",
    "target.ip",
    "target.host",
    "target.user",
    "tags",
    "notes",
    "observation",
    "is_incident",
    "incident.id",
    "incident.name",
)
_RAW = "raw"
# Members of results that not every major version stores under this name.
_MEMBERS = {
    "incident": ("id", "name", "created_by", "created_at", "source"),
    "adversary": ("geolocation",),
    "target": ("geolocation",),
}


@dataclass(frozen=True)
class Column:
    """One column.

    :param name: a field of results, or a path in the stored document.
    :param read: takes the value of an alert; None where it has none.
    """

    name: str
    heading: str
    read: Callable[[Alert], Any]


def columns_named(
    names: Sequence[str],
    headings: Mapping[str, Any],
    dialect: Dialect,
    stored_fields: Callable[[], Collection[str]],
) -> list[Column]:
    """Resolve columns by name: fields of results or of stored documents.

    :param headings: by column; other columns use their name as the heading.
    :param stored_fields: reads the fields of the server; called only for names that the collection does not know.
    :raises InvalidInput: there are no columns, a name is unknown, or a heading is a duplicate or has no column.
    """
    if not names:
        raise InvalidInput("`columns` is empty. Leave it out, or name at least one column.")
    for name in headings:
        if name not in names:
            meant = suggestion(str(name), names)
            raise InvalidInput(f"`headings` names {name!r}, which is not among the columns.{meant}")
    shown = [str(headings.get(name, name)) for name in names]
    twice = next((heading for heading in shown if shown.count(heading) > 1), None)
    if twice is not None:
        raise InvalidInput(f"Two columns have the heading {twice!r}. Change one of them.")
    held: Collection[str] | None = None
    columns = []
    for name, heading in zip(names, shown):
        path = _known_path(name, dialect)
        if path is None:
            held = stored_fields() if held is None else held
            path = _path_among(held, name, dialect)
        if path is None:
            known = dict.fromkeys([_RAW, *COMMON_FIELDS, *dialect.fields, *(held or ())])
            raise InvalidInput(f"{dialect.name} alerts have no field {name!r}.{suggestion(name, known)}")
        columns.append(Column(plain_name(name), heading, _reader(plain_name(name), path, dialect)))
    return columns


def _known_path(name: str, dialect: Dialect) -> str | None:
    """The stored path of a column that the collection knows; empty for fields of results only."""
    plain = plain_name(name)
    head, _dot, member = plain.partition(".")
    if plain == _RAW or plain in COMMON_FIELDS or member in _MEMBERS.get(head, ()):
        return ""
    if is_of_a_log_line(plain, dialect):
        return plain
    return _path_among(dialect.fields, plain, dialect)


def _path_among(fields: Iterable[str], name: str, dialect: Dialect) -> str | None:
    """The stored path of a column that is one of `fields` or an object around them."""
    return next(
        (
            path
            for path in stored_paths(name, dialect)
            if any(field == path or field.startswith(f"{path}.") for field in fields)
        ),
        None,
    )


def values_in(alert: Alert, columns: Sequence[Column]) -> list[Any]:
    """The values of an alert in the columns; None where it has none."""
    return [column.read(alert) for column in columns]


def _reader(name: str, path: str, dialect: Dialect) -> Callable[[Alert], Any]:
    """What takes the value of a column from an alert.

    :param name: a field of results, or a path in the stored document.
    :param path: its path in the stored document; empty for a field of results only.
    """
    if name == _RAW:
        return lambda alert: alert.document
    if name in COMMON_FIELDS:
        common = COMMON_FIELDS[name]
        return lambda alert: common(alert, dialect)
    paths = names_of_releases(path, dialect) if path else []
    head, _dot, member = name.partition(".")
    if head not in ("adversary", "target", "incident"):
        return lambda alert: _first_at(alert, paths)
    around = _object_around(head, member, dialect)

    def read(alert: Alert) -> Any:
        # Common names first: v10 stores locations beside the address.
        found = _dig(around(alert), member)
        return _first_at(alert, paths) if found is None else found

    return read


def _object_around(head: str, member: str, dialect: Dialect) -> Callable[[Alert], Any]:
    """What takes the object from an alert in which a member has its common name."""
    sides = {"adversary": dialect.adversary, "target": dialect.target}
    if head not in sides or member.partition(".")[0] in ("geolocation", *PLACES):
        common = COMMON_FIELDS[head]
        return lambda alert: common(alert, dialect)
    # All members but places stand where the server stores them.
    stored = sides[head]

    def side(alert: Alert) -> Any:
        found = alert.document.get(stored)
        return found if isinstance(found, dict) else None

    return side


def _first_at(alert: Alert, paths: Iterable[str]) -> Any:
    for path in paths:
        found = _dig(alert.document, path)
        if found is not None:
            return found
    return None


def _dig(value: Any, path: str) -> Any:
    """The value at a dotted path; for a list of objects, the list of their values."""
    if isinstance(value, list):
        found = [_dig(entry, path) for entry in value]
        return [entry for entry in found if entry is not None] or None
    if not isinstance(value, dict):
        return None
    if path in value:
        return value[path]
    head, dot, rest = path.partition(".")
    return _dig(value.get(head), rest) if dot else None
