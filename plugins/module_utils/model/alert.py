# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alert as the collection knows it, read from the documents of either server generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..dialects import Dialect

SETTABLE_STATUSES = ("open", "in_review", "completed")

# What the observation of every automatic closure holds.
MARK = "[utmstack.siem rule="

STATUS_CODES: Mapping[str, int] = {"automatic_review": 1, "open": 2, "in_review": 3, "completed": 5}
SEVERITY_CODES: Mapping[str, int] = {"low": 1, "medium": 2, "high": 3}
STATUS_WORDS = {code: word for word, code in STATUS_CODES.items()}
SEVERITY_WORDS = {code: word for word, code in SEVERITY_CODES.items()}

FALSE_POSITIVE = "False positive"

_GEOLOCATION = (
    "country",
    "countryCode",
    "city",
    "coordinates",
    "accuracyRadius",
    "asn",
    "aso",
    "isSatelliteProvider",
    "isAnonymousProxy",
)


@dataclass(frozen=True)
class Alert:
    """One alert document.

    `tags` keeps the server's order; `notes` and `observation` are "" when the server holds none; `parent_id` is set
    on echoes only; `document` is the document as stored.
    """

    id: str
    name: str
    timestamp: Any
    status: str
    severity: str
    tags: tuple[str, ...]
    notes: str
    observation: str
    parent_id: str | None
    document: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    @property
    def is_echo(self) -> bool:
        """Whether this is a repetition of another alert (v11)."""
        return self.parent_id is not None


def alert_from(document: Mapping[str, Any]) -> Alert:
    """The alert in a stored document of either dialect."""
    return Alert(
        id=str(document.get("id", "")),
        name=_text(document.get("name")),
        timestamp=document.get("@timestamp"),
        status=word_of(STATUS_WORDS, document.get("status")),
        severity=word_of(SEVERITY_WORDS, document.get("severity")),
        tags=_tags(document.get("tags")),
        notes=_text(document.get("notes")),
        observation=_text(document.get("statusObservation")),
        parent_id=str(document["parentId"]) if document.get("parentId") else None,
        document=document,
    )


def _tags(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(tag) for tag in value) if isinstance(value, list) else (str(value),)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def word_of(words: Mapping[int, str], code: Any) -> str:
    """The word for a status or severity code; a code that has none is shown as it is."""
    return words.get(code, f"unknown ({code})") if isinstance(code, int) else f"unknown ({code})"


def common_fields(alert: Alert, dialect: Dialect) -> dict[str, Any]:
    """The alert under the names that both generations share; missing values are None."""
    document = alert.document
    detail = document.get("incidentDetail")
    incident = detail if isinstance(detail, dict) else {}
    in_incident = bool(document.get("isIncident"))
    return {
        "id": alert.id,
        "parent_id": alert.parent_id,
        "timestamp": alert.timestamp,
        "name": alert.name,
        "status": alert.status,
        "severity": alert.severity,
        "category": document.get("category"),
        "technique": document.get(dialect.technique),
        "description": document.get("description"),
        "solution": document.get("solution"),
        "reference": document.get("reference") or [],
        "data_type": document.get("dataType"),
        "data_source": document.get("dataSource"),
        "adversary": _side(document.get(dialect.adversary)),
        "target": _side(document.get(dialect.target)),
        "tags": list(alert.tags),
        "notes": alert.notes,
        "observation": alert.observation,
        "is_incident": in_incident,
        "incident": {
            "id": incident.get("incidentId"),
            "name": incident.get("incidentName"),
            "created_by": incident.get("createdBy"),
            "created_at": incident.get("creationDate"),
            "source": incident.get("source"),
        }
        if in_incident
        else None,
    }


COMMON_FIELDS: Sequence[str] = (
    "id",
    "parent_id",
    "timestamp",
    "name",
    "status",
    "severity",
    "category",
    "technique",
    "description",
    "solution",
    "reference",
    "data_type",
    "data_source",
    "adversary",
    "target",
    "tags",
    "notes",
    "observation",
    "is_incident",
    "incident",
)


def _side(side: Any) -> dict[str, Any]:
    """One side of an alert; v10's flat places are put under `geolocation`, where v11 has them."""
    if not isinstance(side, dict):
        return {}
    flat = {name: value for name, value in side.items() if name not in _GEOLOCATION}
    places = {name: side[name] for name in _GEOLOCATION if name in side}
    if places:
        flat["geolocation"] = {**places, **(side.get("geolocation") or {})}
    return flat
