# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which columns an export has, and what an alert has in each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import COMMON_FIELDS, Alert, common_fields
from ...model.fields import is_of_a_log_line, plain_name, stored_paths
from ...suggestions import suggestion

# Flat ones, for tables.
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
# Members of results that no generation, or not every one, stores as such.
_MEMBERS = {
    "incident": ("id", "name", "created_by", "created_at", "source"),
    "adversary": ("geolocation",),
    "target": ("geolocation",),
}


@dataclass(frozen=True)
class Column:
    """One column.

    :param name: a name of results, or a path into the stored document.
    :param path: where the stored document holds it.
    """

    name: str
    heading: str
    path: str


def columns_named(
    names: Sequence[str],
    headings: Mapping[str, Any],
    dialect: Dialect,
    stored_fields: Callable[[], Collection[str]],
) -> list[Column]:
    """The columns with these names, which are names of results or of fields of the stored documents.

    :param headings: by column; the name is the heading of the others.
    :param stored_fields: gives the fields that the server holds; asked only about names the collection does not know.
    :raises InvalidInput: no column, a name that means nothing, or a heading twice or for no column.
    """
    if not names:
        raise InvalidInput("`columns` is empty. Leave it out, or name at least one.")
    for name in headings:
        if name not in names:
            meant = suggestion(str(name), names)
            raise InvalidInput(f"`headings` names {name!r}, which is not among the columns.{meant}")
    shown = [str(headings.get(name, name)) for name in names]
    twice = next((heading for heading in shown if shown.count(heading) > 1), None)
    if twice is not None:
        raise InvalidInput(f"Two columns have the heading {twice!r}.")
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
        columns.append(Column(plain_name(name), heading, path))
    return columns


def _known_path(name: str, dialect: Dialect) -> str | None:
    """Where the stored document holds a column that the collection knows; empty for a name of results only."""
    plain = plain_name(name)
    head, _dot, member = plain.partition(".")
    if plain == _RAW or plain in COMMON_FIELDS or member in _MEMBERS.get(head, ()):
        return ""
    if is_of_a_log_line(plain, dialect):
        return plain
    return _path_among(dialect.fields, plain, dialect)


def _path_among(fields: Iterable[str], name: str, dialect: Dialect) -> str | None:
    """The stored path of a column that is one of `fields` or an object that holds some."""
    return next(
        (
            path
            for path in stored_paths(name, dialect)
            if any(field == path or field.startswith(f"{path}.") for field in fields)
        ),
        None,
    )


def values_in(alert: Alert, columns: Sequence[Column], dialect: Dialect) -> list[Any]:
    """What an alert has in each column; None where it has nothing."""
    common = common_fields(alert, dialect)
    return [_value_at(alert, common, column) for column in columns]


def _value_at(alert: Alert, common: Mapping[str, Any], column: Column) -> Any:
    if column.name == _RAW:
        return alert.document
    if column.name in common:
        return common[column.name]
    head, _dot, member = column.name.partition(".")
    if head in ("adversary", "target", "incident"):
        # Common names first: v10 has places beside the address.
        found = _dig(common[head], member)
        if found is not None:
            return found
    return _dig(alert.document, column.path) if column.path else None


def _dig(value: Any, path: str) -> Any:
    """What stands at a dotted path; from a list of objects, the list of what each has there."""
    if isinstance(value, list):
        found = [_dig(entry, path) for entry in value]
        return [entry for entry in found if entry is not None] or None
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return value[path]
    head, dot, rest = path.partition(".")
    return _dig(value.get(head), rest) if dot else None
