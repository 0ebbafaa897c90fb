# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of alerts: what their names mean on a server, and which can be searched on every day.

A search that one daily index cannot carry out is answered 200 without that day. Safe on every index are: exact and
wildcard matches on the exact twin of a text, and numbers, booleans and dates asked as what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..dialects import DIALECTS, TWIN, Dialect, Kind
from ..errors import InvalidInput, UnknownField
from ..suggestions import close_names, suggestion

# The engine keeps no exact twin of longer texts.
MAX_TEXT_LENGTH = 256
_PLACES = "geolocation."
# The engine's names of types; the engine makes no others of the values in alerts.
_TYPES = {"long": Kind.NUMBER, "float": Kind.NUMBER, "boolean": Kind.BOOLEAN, "date": Kind.DATE}


@dataclass(frozen=True)
class Field:
    """A field of the stored documents.

    :param twin: ending of the name under which a text is compared whole.
    :param stored: the server's type, for fields that the collection does not know.
    """

    name: str
    kind: Kind
    twin: str = TWIN
    stored: str = ""

    @property
    def whole(self) -> str:
        """The name under which values are compared and counted whole."""
        return f"{self.name}{self.twin}" if self.kind in (Kind.TEXT, Kind.UNKNOWN) else self.name


def field_behind(name: str, dialect: Dialect) -> Field:
    """The field behind one of the collection's own names, such as ``status`` or ``source_ip``."""
    path = dialect.names[name]
    return Field(path, dialect.fields[path], dialect.twin)


def searchable_fields(name: str, dialect: Dialect) -> list[list[Field]]:
    """The fields of the stored documents called `name`: one list per place, with one entry per way it is stored.

    Of a part of a log line only the server knows place and type, which may differ from day to day. Empty when no alert
    ever held it.

    :raises InvalidInput: the field is not known; the message suggests close ones.
    """
    if name in dialect.fields:
        return [[Field(name, dialect.fields[name], dialect.twin)]]
    if not is_of_a_log_line(name, dialect):
        raise _unknown(name, dialect)
    if dialect.stored is None:
        return [[Field(name, Kind.UNKNOWN, dialect.twin)]]
    places = [_ways_stored(path, dialect, dialect.stored.types) for path in names_of_releases(name, dialect)]
    return [ways for ways in places if ways]


def _unknown(name: str, dialect: Dialect) -> UnknownField:
    problem = f"{dialect.name} alerts have no field {name!a} that can be searched on every day."
    for other in DIALECTS.values():
        if name in other.fields or is_of_a_log_line(name, other):
            here = _counterpart(name, other, dialect)
            meant = f"on {dialect.name}, it is called {here}." if here else f"{dialect.name} has nothing like it."
            return UnknownField(f"{problem} It is a field of {other.name}; {meant}", True, [here] if here else [])
    close = close_names(name, dialect.fields)
    return UnknownField(f"{problem}{suggestion(name, dialect.fields)}", False, close)


def _counterpart(name: str, other: Dialect, dialect: Dialect) -> str | None:
    """The field that means the same as a field of another major version; None if there is none."""
    found = [dialect.names.get(own, "") for own, path in other.names.items() if path == name]
    for theirs, ours in ((other.adversary, dialect.adversary), (other.target, dialect.target)):
        if name.startswith(f"{theirs}."):
            # v10 has places beside the address.
            member = name[len(theirs) + 1 :]
            found += [f"{ours}.{place}" for place in (member, f"{_PLACES}{member}", member.removeprefix(_PLACES))]
    return next((path for path in found if path in dialect.fields), None)


def _ways_stored(path: str, dialect: Dialect, types: Mapping[str, str]) -> list[Field]:
    """How the days of a server hold a field: as text, as another type, or both."""
    held = types.get(path, "")
    ways = [Field(path, Kind.TEXT, dialect.twin)] if held == "text" or f"{path}{TWIN}" in types else []
    return [*ways, *([Field(path, _TYPES[held], dialect.twin, held)] if held in _TYPES else [])]


def names_of_releases(name: str, dialect: Dialect) -> list[str]:
    """A field's name, and the one that other releases of the major version give it."""
    names = [name]
    for pair in dialect.renamed:
        for one, other in (pair, pair[::-1]):
            if name.startswith(one):
                names.append(f"{other}{name[len(one) :]}")
    return names


def is_of_a_log_line(name: str, dialect: Dialect) -> bool:
    """Whether a field holds a part of a log line; there may be any, and only the server knows their types."""
    return name.startswith(dialect.open_prefixes)


def field_named(name: str, dialect: Dialect) -> Field | None:
    """The field that a query key, a name of a result or a name of the stored documents means.

    None when the collection does not know it; of the parts of a log line it knows nothing.
    """
    paths = (path for path in stored_paths(name, dialect) if path in dialect.fields)
    return next((Field(path, dialect.fields[path], dialect.twin) for path in paths), None)


def field_on_server(name: str, dialect: Dialect, types: Mapping[str, str]) -> Field:
    """The same for a name that the collection does not know, from what the server holds.

    :param types: the server's type of each field that ever held a value.
    :raises InvalidInput: the server does not know it, either; the message suggests close names.
    """
    paths = [other for path in stored_paths(name, dialect) for other in names_of_releases(path, dialect)]
    for path in paths:
        if f"{path}{TWIN}" in types:
            # On some days it may be something else; the twin finds the days on which it is a text.
            return Field(path, Kind.TEXT, dialect.twin)
        kind = _TYPES.get(types.get(path, ""))
        if kind is not None:
            return Field(path, kind, dialect.twin)
    if is_of_a_log_line(name, dialect):
        # No alert has it yet.
        return Field(plain_name(name), Kind.TEXT, dialect.twin)
    # All servers take the names of the results, such as adversary.ip, which v10 stores as source.ip.
    shared = [
        f"{side}{path[len(stored) :]}"
        for side, stored in _sides(dialect).items()
        for path in dialect.fields
        if path.startswith(f"{stored}.")
    ]
    names = dict.fromkeys([*dialect.names, *dialect.fields, *shared, *types])
    raise InvalidInput(f"{dialect.name} alerts have no field {name!r}.{suggestion(plain_name(name), names)}")


def plain_name(name: str) -> str:
    """A field's name without the ending of its exact twin."""
    return name[: -len(TWIN)] if name.endswith(TWIN) else name


def stored_paths(name: str, dialect: Dialect) -> list[str]:
    """Where the stored documents may have what a name means, the likeliest place first."""
    plain = plain_name(name)
    if plain in dialect.names:
        return [dialect.names[plain]]
    side, dot, member = plain.partition(".")
    if side not in _sides(dialect):
        return [plain]
    # v10 has places beside the address.
    members = dict.fromkeys((member, member.removeprefix(_PLACES)))
    return [f"{_sides(dialect)[side]}{dot}{path}" for path in members]


def _sides(dialect: Dialect) -> dict[str, str]:
    return {"adversary": dialect.adversary, "target": dialect.target}
