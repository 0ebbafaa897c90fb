# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between the major versions of UTMStack, as data: no other file asks for a version.

`v10` is 10.x, `v11` is 11.0 and later 11.x. Everything else uses the collection's own words and asks the dialect for
the server's: paths, names of fields, codes.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Union

Code = Union[int, str]
# The exact twin of a text in the server's indices.
TWIN = ".keyword"


class Kind(enum.Enum):
    """How the server's indices hold a field."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    # A part of a log line, before a server tells its type or while no alert holds it.
    UNKNOWN = "unknown"


class StoredTypes:
    """The types of the fields that the alerts of one server ever held, read when first needed.

    :param read: the server's type of each field; texts have a twin called ``.keyword``.
    :param partial: other alerts may hold other fields.
    """

    def __init__(self, read: Callable[[], Mapping[str, str]], partial: bool = False) -> None:
        self._read = read
        self.partial = partial
        # Fields that queries name and that no alert ever held.
        self.unheld: dict[str, None] = {}

    @cached_property
    def types(self) -> Mapping[str, str]:
        """The types by name."""
        return self._read()


@dataclass(frozen=True)
class Login:
    """How a password becomes a token.

    :param path: endpoint, from the root of the server.
    :param user: member of the body that holds the login name.
    :param token: member of the answer that holds the token.
    :param pending_token: member of the answer that holds the pre-2FA token.
    :param pending: members of the answer, with the value by which each says that a second factor is needed.
    :param extra: further members of the body.
    """

    path: str
    user: str
    token: str
    pending_token: str
    pending: tuple[tuple[str, bool], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SecondFactor:
    """How a one-time code is handed in.

    :param method: GET sends it as `code` in the query, POST as text.
    :param path: endpoint, from the root of the server.
    :param token: member of the answer that holds the token.
    :param period: seconds a code lasts.
    """

    method: str
    path: str
    token: str
    period: int


@dataclass(frozen=True)
class Echoes:
    """Repeated alerts as documents of their own, which name their parent and follow it when its status is written.

    :param parent_operator: operator of the condition that an alert is no echo.
    :param parent_value: value of that condition.
    """

    parent_operator: str
    parent_value: Any = None


@dataclass(frozen=True)
class Dialect:
    """One major version of UTMStack.

    :param base_path: what all paths of the API begin with.
    :param version_path: public endpoint that reports the version.
    :param version_at: members of its answer that lead to the version.
    :param has_bypass: a login can ask to skip the second factor, and its answer says whether one is enrolled.
    :param has_api_keys: the `Utm-Api-Key` header is honored.
    :param alert_pattern: index pattern of the daily alert indices; None when a search names no index.
    :param page_size: most rows of a page; the server silently cuts larger pages.
    :param total_header: header with the number of all rows of a list; None when there is none.
    :param twin: ending of the name under which a text is compared whole; empty when the field itself is.
    :param names: field of the stored documents behind each of the collection's names: those of results, and of query
        keys that compare one field.
    :param applied_rules: fields of the stored documents with the numbers of the tag rules that matched on arrival.
    :param adversary: object of the stored documents for the attacking side.
    :param target: object of the stored documents for the attacked side.
    :param fields: every field that can be searched on every day.
    :param open_prefixes: objects whose fields differ from log source to log source.
    :param renamed: objects that other releases of the major version store under the other of two names.
    :param stored: what the alerts of the server hold; None before a server is known.
    :param echoes: None when repeated alerts are not stored as documents of their own.
    :param status_codes: the server's code of each alert status.
    :param severity_codes: the server's code of each severity.
    :param incident_status_codes: the server's code of each incident status.
    :param asset_agent: member of an asset that says whether an agent runs on it.
    :param asset_value_lists: a search for assets takes several values of one filter; 11.0.1 answers them with 500.
    :param asset_data_types: a search for assets can be narrowed by data type; elsewhere the filter is ignored.
    :param keeps_false_positives: newer releases never release an alert with the tag `False positive` from automatic
        review.
    """

    name: str
    base_path: str
    version_path: str
    version_at: tuple[str, ...]
    login: Login
    second_factor: SecondFactor
    has_bypass: bool
    has_api_keys: bool
    alert_pattern: str | None
    page_size: int
    total_header: str | None
    twin: str
    names: Mapping[str, str]
    applied_rules: tuple[str, ...]
    adversary: str
    target: str
    fields: Mapping[str, Kind]
    open_prefixes: tuple[str, ...]
    echoes: Echoes | None
    status_codes: Mapping[str, Code]
    severity_codes: Mapping[str, Code]
    incident_status_codes: Mapping[str, Code]
    asset_agent: str
    asset_value_lists: bool
    asset_data_types: bool
    keeps_false_positives: bool
    renamed: tuple[tuple[str, str], ...] = ()
    stored: StoredTypes | None = field(default=None, compare=False, repr=False)

    @property
    def has_echoes(self) -> bool:
        """Whether repeated alerts are documents of their own."""
        return self.echoes is not None

    def status_word(self, code: Any) -> str:
        """The word for a status as stored; one without a word is shown as it is."""
        return _word(self.status_codes, code)

    def severity_word(self, code: Any) -> str:
        """The word for a severity as stored; one without a word is shown as it is."""
        return _word(self.severity_codes, code)

    def incident_status_word(self, code: Any) -> str:
        """The word for the status of an incident; one without a word is shown as it is."""
        return _word(self.incident_status_codes, code)


def _word(codes: Mapping[str, Code], code: Any) -> str:
    for word, known in codes.items():
        # True equals 1.
        if known == code and type(known) is type(code):
            return word
    return f"unknown ({code})"


def field_names(adversary: str, target: str, technique: str, **other: str) -> dict[str, str]:
    """The names of a dialect, from those that all dialects so far share.

    :param other: names that differ, or that come in addition.
    """
    sides = {"source": adversary, "target": target}
    return {
        **{name: name for name in _SAME_NAMES.split()},
        **_OTHER_NAMES,
        "technique": technique,
        **{f"{side}_{member}": f"{stored}.{member}" for side, stored in sides.items() for member in _SIDE_MEMBERS},
        **other,
    }


def field_table(fields: Mapping[Kind, str], sides: Mapping[Kind, str], *names: str) -> dict[str, Kind]:
    """A field table from names that are separated by spaces.

    :param sides: members of each side.
    :param names: objects of the stored documents for the two sides.
    """
    table = {name: kind for kind, text in fields.items() for name in text.split()}
    members = {name: kind for kind, text in sides.items() for name in text.split()}
    return {**table, **{f"{side}.{name}": kind for side in names for name, kind in members.items()}}


_SIDE_MEMBERS = ("ip", "host", "user")
_SAME_NAMES = "id name status severity category description solution reference tags notes"
_OTHER_NAMES = {
    "data_source": "dataSource",
    "data_type": "dataType",
    "timestamp": "@timestamp",
    "parent_id": "parentId",
    "observation": "statusObservation",
    # A query key and a member of results.
    "incident": "isIncident",
    "is_incident": "isIncident",
    "incident.id": "incidentDetail.incidentId",
    "incident.name": "incidentDetail.incidentName",
    "incident.created_by": "incidentDetail.createdBy",
    "incident.created_at": "incidentDetail.creationDate",
    "incident.source": "incidentDetail.source",
}
_COMMON_TEXTS = (
    "id name category description solution reference dataType dataSource tags notes statusLabel severityLabel "
    "statusObservation incidentDetail.createdBy incidentDetail.observation incidentDetail.source "
    "incidentDetail.incidentName incidentDetail.incidentId"
)
_STATUS_CODES = {"automatic_review": 1, "open": 2, "in_review": 3, "completed": 5}
_SEVERITY_CODES = {"low": 1, "medium": 2, "high": 3}
_INCIDENT_STATUS_CODES = {"open": "OPEN", "in_review": "IN_REVIEW", "completed": "COMPLETED", "merged": "MERGED"}
# With pages of this size the whole search window of 10,000 rows can be read.
_PAGE_SIZE = 2000
_PENDING = (("authenticated", False), ("forceTfa", True))
# 11.2 needs the member, and true would make a token of thirty days, which nothing but a restart revokes.
_NOT_REMEMBERED = {"rememberMe": False}

V10 = Dialect(
    name="v10",
    base_path="/api",
    version_path="/management/info",
    version_at=("build", "version"),
    login=Login("/api/authenticate", "username", "id_token", "id_token", _PENDING, _NOT_REMEMBERED),
    second_factor=SecondFactor("GET", "/api/tfa/verifyCode", "id_token", 300),
    has_bypass=False,
    has_api_keys=False,
    alert_pattern="alert-*",
    page_size=_PAGE_SIZE,
    total_header="X-Total-Count",
    twin=TWIN,
    names=field_names("source", "destination", "tactic"),
    applied_rules=("TagRulesApplied",),
    adversary="source",
    target="destination",
    fields=field_table(
        {
            Kind.TEXT: f"{_COMMON_TEXTS} tactic protocol logs",
            Kind.NUMBER: "status severity TagRulesApplied",
            Kind.BOOLEAN: "isIncident",
            Kind.DATE: "@timestamp",
        },
        {
            Kind.TEXT: "user host ip country countryCode city aso",
            Kind.NUMBER: "port accuracyRadius asn",
            Kind.BOOLEAN: "isSatelliteProvider isAnonymousProxy",
        },
        "source",
        "destination",
    ),
    open_prefixes=(),
    echoes=None,
    status_codes=_STATUS_CODES,
    severity_codes=_SEVERITY_CODES,
    incident_status_codes=_INCIDENT_STATUS_CODES,
    asset_agent="agent",
    asset_value_lists=True,
    asset_data_types=False,
    keeps_false_positives=False,
)
V11 = Dialect(
    name="v11",
    base_path="/api",
    version_path="/management/info",
    version_at=("build", "version"),
    login=Login("/api/authenticate", "username", "token", "token", _PENDING, _NOT_REMEMBERED),
    second_factor=SecondFactor("POST", "/api/tfa/verify-code", "id_token", 30),
    has_bypass=True,
    has_api_keys=True,
    alert_pattern="v11-alert-*",
    page_size=_PAGE_SIZE,
    total_header="X-Total-Count",
    twin=TWIN,
    names=field_names("adversary", "target", "technique"),
    # The rule engine writes its own, and a reopened alert has all in the producer's.
    applied_rules=("tagRulesApplied", "TagRulesApplied"),
    adversary="adversary",
    target="target",
    fields=field_table(
        {
            Kind.TEXT: f"{_COMMON_TEXTS} technique parentId deduplicatedBy groupedBy assetGroupName events.id "
            "events.dataType events.dataSource events.action events.actionResult events.protocol events.tenantName "
            "lastEvent.id lastEvent.dataType lastEvent.dataSource lastEvent.action lastEvent.actionResult "
            "lastEvent.protocol lastEvent.tenantName",
            Kind.NUMBER: "status severity impactScore impact.confidentiality impact.integrity impact.availability "
            "tagRulesApplied TagRulesApplied",
            Kind.BOOLEAN: "isIncident",
            Kind.DATE: "@timestamp lastUpdate",
        },
        {
            Kind.TEXT: "ip host user group domain mac url process command file path md5 sha1 sha256 "
            "geolocation.country geolocation.countryCode geolocation.city geolocation.aso",
            Kind.NUMBER: "port bytesSent bytesReceived geolocation.asn geolocation.latitude geolocation.longitude "
            "geolocation.accuracy",
        },
        "adversary",
        "target",
    ),
    # Their texts have an exact twin like all texts.
    open_prefixes=(
        "events.log.",
        "events.event.",
        "lastEvent.log.",
        "lastEvent.event.",
        "events.origin.",
        "events.target.",
        "lastEvent.origin.",
        "lastEvent.target.",
    ),
    echoes=Echoes("DOES_NOT_EXIST"),
    status_codes=_STATUS_CODES,
    severity_codes=_SEVERITY_CODES,
    incident_status_codes=_INCIDENT_STATUS_CODES,
    asset_agent="isAgent",
    asset_value_lists=False,
    asset_data_types=True,
    keeps_false_positives=True,
    renamed=(("events.log.", "events.event."), ("lastEvent.log.", "lastEvent.event.")),
)
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (V10, V11)}


def dialect_of_version(version: str) -> Dialect | None:
    """The dialect of a server that reports `version`, such as ``11.0.1``; None when the collection has none."""
    return DIALECTS.get("v" + version.split(".", 1)[0])


def supported_versions() -> str:
    """The major versions that the collection supports, such as ``10 and 11``."""
    *others, last = [name.removeprefix("v") for name in DIALECTS]
    return f"{', '.join(others)} and {last}" if others else last
