# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert fields that a `where` condition may name, and how each may be asked without losing a day.

A search that one daily index cannot carry out is answered 200 without that day. Safe on every index are: exact and
wildcard matches on the ``.keyword`` twin of a text, and numbers, booleans and dates asked as what they are.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from ..dialects import Dialect
from ..errors import InvalidInput
from ..suggestions import suggestion

# The engine keeps no exact twin of longer texts.
MAX_TEXT_LENGTH = 256


class Kind(enum.Enum):
    """How the server's indices hold a field."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


TWIN = ".keyword"
# The engine's names of types; the engine makes no others of the values in alerts.
_TYPES = {"long": Kind.NUMBER, "float": Kind.NUMBER, "boolean": Kind.BOOLEAN, "date": Kind.DATE}


@dataclass(frozen=True)
class Field:
    """A field of the stored documents."""

    name: str
    kind: Kind

    @property
    def whole(self) -> str:
        """The name under which values are compared and counted whole: texts have a twin for it."""
        return f"{self.name}{TWIN}" if self.kind is Kind.TEXT else self.name


TEXT_WORDS: Mapping[str, str] = {
    "name": "name",
    "category": "category",
    "data_source": "dataSource",
    "data_type": "dataType",
}
SIDE_WORDS: Mapping[str, tuple[str, str]] = {
    "source_ip": ("adversary", "ip"),
    "source_host": ("adversary", "host"),
    "source_user": ("adversary", "user"),
    "target_ip": ("target", "ip"),
    "target_host": ("target", "host"),
    "target_user": ("target", "user"),
}
# Names of results, and the one word of a `query` that compares no text, that are not names of the documents.
_RESULT_NAMES = {
    "incident": "isIncident",
    "timestamp": "@timestamp",
    "parent_id": "parentId",
    "observation": "statusObservation",
    "is_incident": "isIncident",
    "incident.id": "incidentDetail.incidentId",
    "incident.name": "incidentDetail.incidentName",
    "incident.created_by": "incidentDetail.createdBy",
    "incident.source": "incidentDetail.source",
}

_COMMON = {
    Kind.TEXT: "id name category description solution reference dataType dataSource tags notes statusLabel "
    "severityLabel statusObservation incidentDetail.createdBy incidentDetail.observation incidentDetail.source "
    "incidentDetail.incidentName incidentDetail.incidentId",
    Kind.NUMBER: "status severity",
    Kind.BOOLEAN: "isIncident",
    Kind.DATE: "@timestamp",
}
_V10_SIDE = {
    Kind.TEXT: "user host ip country countryCode city aso",
    Kind.NUMBER: "port accuracyRadius asn",
    Kind.BOOLEAN: "isSatelliteProvider isAnonymousProxy",
}
_V11_SIDE = {
    Kind.TEXT: "ip host user group domain mac url process command file path md5 sha1 sha256 geolocation.country "
    "geolocation.countryCode geolocation.city geolocation.aso",
    Kind.NUMBER: "port bytesSent bytesReceived geolocation.asn geolocation.latitude geolocation.longitude "
    "geolocation.accuracy",
}
_ONLY = {
    "v10": {Kind.TEXT: "tactic protocol logs", Kind.NUMBER: "TagRulesApplied"},
    "v11": {
        Kind.TEXT: "technique parentId deduplicatedBy assetGroupName events.id events.dataType events.dataSource "
        "events.action events.actionResult events.protocol events.tenantName lastEvent.id lastEvent.dataType "
        "lastEvent.dataSource lastEvent.action lastEvent.actionResult lastEvent.protocol lastEvent.tenantName",
        Kind.NUMBER: "impactScore impact.confidentiality impact.integrity impact.availability tagRulesApplied "
        "TagRulesApplied",
        Kind.DATE: "lastUpdate",
    },
}
_SIDES = {"v10": _V10_SIDE, "v11": _V11_SIDE}
# What a log line holds differs from source to source; its texts have a `.keyword` twin like all texts.
OPEN_PREFIXES = (
    "events.log.",
    "lastEvent.log.",
    "events.origin.",
    "events.target.",
    "lastEvent.origin.",
    "lastEvent.target.",
)


def known_fields(dialect: Dialect) -> dict[str, Kind]:
    """Every field of this dialect's alerts that the collection knows to ask safely."""
    known: dict[str, Kind] = {}
    for group in (_COMMON, _ONLY[dialect.name]):
        for kind, names in group.items():
            known.update(dict.fromkeys(names.split(), kind))
    for side in (dialect.adversary, dialect.target):
        for kind, names in _SIDES[dialect.name].items():
            known.update({f"{side}.{name}": kind for name in names.split()})
    return known


def word_fields(dialect: Dialect) -> dict[str, str]:
    """The field behind each word of a `query` that compares texts."""
    sides = _sides(dialect)
    return {
        **TEXT_WORDS,
        "technique": dialect.technique,
        **{word: f"{sides[side]}.{member}" for word, (side, member) in SIDE_WORDS.items()},
    }


def kind_of(name: str, dialect: Dialect) -> Kind:
    """How to ask field `name`.

    :raises InvalidInput: the field is not known; the message proposes close ones.
    """
    known = known_fields(dialect)
    if name in known:
        return known[name]
    if is_of_a_log_line(name, dialect):
        return Kind.TEXT
    raise InvalidInput(
        f"{dialect.name} alerts have no field {name!r} that can be searched on every day.{suggestion(name, known)}"
    )


def is_of_a_log_line(name: str, dialect: Dialect) -> bool:
    """Whether a field holds a part of a log line; there may be any, and only the server knows their types."""
    return dialect.has_echoes and name.startswith(OPEN_PREFIXES)


def field_named(name: str, dialect: Dialect) -> Field | None:
    """The field that a word of a `query`, a name of a result or a name of the stored documents means.

    None when the collection does not know it; of what a log line holds it knows nothing.
    """
    known = known_fields(dialect)
    return next((Field(path, known[path]) for path in stored_paths(name, dialect) if path in known), None)


def held_field(name: str, dialect: Dialect, types: Mapping[str, str]) -> Field:
    """The same for a name that the collection does not know, from what the server holds.

    :param types: the server's type of each field that ever held a value.
    :raises InvalidInput: the server does not know it, either; the message proposes close names.
    """
    for path in stored_paths(name, dialect):
        if f"{path}{TWIN}" in types:
            # On some days it may be something else; the twin asks the days on which it is a text.
            return Field(path, Kind.TEXT)
        kind = _TYPES.get(types.get(path, ""))
        if kind is not None:
            return Field(path, kind)
    if is_of_a_log_line(name, dialect):
        # No alert has it yet.
        return Field(plain_name(name), Kind.TEXT)
    known = known_fields(dialect)
    # Both generations take the names of the results, such as adversary.ip, which v10 stores as source.ip.
    shared = [
        f"{side}{path[len(stored) :]}"
        for side, stored in _sides(dialect).items()
        for path in known
        if path.startswith(f"{stored}.")
    ]
    names = dict.fromkeys([*_words(dialect), *known, *shared, *types])
    raise InvalidInput(f"{dialect.name} alerts have no field {name!r}.{suggestion(plain_name(name), names)}")


def plain_name(name: str) -> str:
    """A field's name without the ending of its exact twin."""
    return name[: -len(TWIN)] if name.endswith(TWIN) else name


def stored_paths(name: str, dialect: Dialect) -> list[str]:
    """Where the stored documents may have what a name means, the likeliest place first."""
    plain, words = plain_name(name), _words(dialect)
    if plain in words:
        return [words[plain]]
    side, dot, member = plain.partition(".")
    if side not in _sides(dialect):
        return [plain]
    # v10 has places beside the address.
    members = dict.fromkeys((member, member.removeprefix("geolocation.")))
    return [f"{_sides(dialect)[side]}{dot}{path}" for path in members]


def _words(dialect: Dialect) -> dict[str, str]:
    return {**word_fields(dialect), **_RESULT_NAMES}


def _sides(dialect: Dialect) -> dict[str, str]:
    return {"adversary": dialect.adversary, "target": dialect.target}
