# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert fields that a `where` condition may name, and how each may be asked without losing a day.

A search that one daily index cannot carry out is answered 200 without that day. Safe on every index are: exact and
wildcard matches on the ``.keyword`` twin of a text, and numbers, booleans and dates asked as what they are.
"""

from __future__ import annotations

import enum

from .dialects import Dialect
from .errors import InvalidInput
from .proposals import proposal


class Kind(enum.Enum):
    """How the server's indices hold a field."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


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


def kind_of(name: str, dialect: Dialect) -> Kind:
    """How to ask field `name` (a trailing ``.keyword`` is ignored).

    :raises InvalidInput: the field is not known; the message proposes close ones.
    """
    known = known_fields(dialect)
    if name in known:
        return known[name]
    if dialect.has_echoes and name.startswith(OPEN_PREFIXES):
        return Kind.TEXT
    raise InvalidInput(
        f"{dialect.name} alerts have no field {name!r} that can be searched on every day.{proposal(name, known)}"
    )
