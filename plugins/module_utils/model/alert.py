# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alert in the collection's own words, read from the documents of any major version."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..dialects import Dialect
from ..times import exact_time
from .order import in_steady_order

# In the order in which results sort them.
STATUSES: Sequence[str] = ("automatic_review", "open", "in_review", "completed")
SEVERITIES: Sequence[str] = ("low", "medium", "high")
SETTABLE_STATUSES: Sequence[str] = ("open", "in_review", "completed")

# What the observation of every automatic closure holds.
MARK = "[utmstack.siem rule="
_RUN = re.compile(r'(\[utmstack\.siem rule="[^"]*" rules=[0-9a-f]*) run=([^\]]*)\]')

FALSE_POSITIVE = "False positive"
# The observation that the server's rule engine writes when it releases an alert from automatic review.
RELEASED = "This alert has been evaluated by the tag rules engine"

# What results show of the incident that an alert belongs to.
INCIDENT_MEMBERS: Sequence[str] = ("id", "name", "created_by", "created_at", "source")

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
# Members of a side that v10 has beside the address.
PLACES = frozenset(_GEOLOCATION)


@dataclass(frozen=True)
class Alert:
    """One alert document.

    `tags` keeps the server's order; `notes` and `observation` are "" when the server holds none; `parent_id` is set
    on echoes only; `is_incident` is the mark as stored, None when the document has no such
    field; `incident` is empty without the mark; `tag_ruled`: a tag rule of the server matched the alert on arrival;
    `document` is the document as stored.
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
    is_incident: bool | None = field(compare=False, default=None)
    incident: Mapping[str, Any] = field(compare=False, default_factory=dict)
    tag_ruled: bool = field(compare=False, default=False)
    document: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    @property
    def mark(self) -> tuple[str, str] | None:
        """Number and name of the incident that the document says the alert belongs to."""
        if not self.is_incident:
            return None
        return str(self.incident.get("id") or ""), str(self.incident.get("name") or "")

    def is_marked_for(self, incident: str) -> bool:
        """Whether the document says that the alert belongs to the incident of this name."""
        return self.mark is not None and self.mark[1] == incident

    @property
    def can_be_marked(self) -> bool:
        """Whether the server marks this document: it looks for the value false, and a missing one is not false."""
        return self.is_incident is False

    @property
    def is_echo(self) -> bool:
        """Whether this is a repetition of another alert (v11)."""
        return self.parent_id is not None


def alert_from(document: Mapping[str, Any], dialect: Dialect) -> Alert:
    """The alert in a stored document."""
    names = dialect.names
    parent, mark = document.get(names["parent_id"]), document.get(names["is_incident"])
    return Alert(
        id=str(document.get(names["id"], "")),
        name=_text_or_empty(document.get(names["name"])),
        timestamp=document.get(names["timestamp"]),
        status=dialect.status_word(document.get(names["status"])),
        severity=dialect.severity_word(document.get(names["severity"])),
        tags=_tags(document.get(names["tags"])),
        notes=_text_or_empty(document.get(names["notes"])),
        observation=_text_or_empty(document.get(names["observation"])),
        parent_id=str(parent) if parent else None,
        is_incident=True if mark else mark if mark is False else None,
        incident=_incident(document, dialect) if mark else {},
        tag_ruled=any(document.get(name) for name in dialect.applied_rules),
        document=document,
    )


class WritableFields(dict[str, Any]):
    """The writable fields of a document as stored. Another field is not known, which is an error and not null."""

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, None for no value. :raises KeyError: it is none of these."""
        return self[name]


def trimmed(alert: Alert, dialect: Dialect, known: dict[str, WritableFields]) -> Alert:
    """The alert without the parts of its document that no write depends on, which take most of the memory.

    :param known: the documents so far, of which alerts with the same texts and tags share one.
    """
    names = [dialect.names[name] for name in ("observation", "tags", "notes")]
    fields = [(name, alert.document.get(name)) for name in names]
    return Alert(**{**vars(alert), "document": known.setdefault(repr(fields), WritableFields(fields))})


def time_order(newest_first: bool) -> Callable[[Alert], Any]:
    """A sort key by time, then by ID; alerts without a time come last either way."""

    def compare(one: Alert, other: Alert) -> int:
        first, second = exact_time(one.timestamp), exact_time(other.timestamp)
        if first != second:
            if first is None or second is None:
                return 1 if first is None else -1
            return 1 if (first < second) == newest_first else -1
        return (one.id > other.id) - (one.id < other.id)

    return functools.cmp_to_key(compare)


def in_time_order(alerts: Iterable[Alert], newest_first: bool) -> list[Alert]:
    """Alerts in the order of `time_order`."""
    timed = [(exact_time(alert.timestamp), alert) for alert in sorted(alerts, key=lambda alert: alert.id)]
    known = [pair for pair in timed if pair[0] is not None]
    known.sort(key=lambda pair: str(pair[0]), reverse=newest_first)
    return [*(alert for _time, alert in known), *(alert for time, alert in timed if time is None)]


def severity_rank(severity: str) -> int:
    """1 for the lowest severity; 0 for one that has no word."""
    return SEVERITIES.index(severity) + 1 if severity in SEVERITIES else 0


def status_rank(status: str) -> int:
    """1 for the first status; 0 for one that has no word."""
    return STATUSES.index(status) + 1 if status in STATUSES else 0


def _incident(document: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    return {member: _member_at(document, dialect.names[f"incident.{member}"]) for member in INCIDENT_MEMBERS}


def _member_at(document: Any, path: str) -> Any:
    for member in path.split("."):
        document = document.get(member) if isinstance(document, Mapping) else None
    return document


def without_run(observation: Any) -> Any:
    """An observation without the run's ID in the mark of a closure: two runs that do the same plan the same."""
    return _RUN.sub(r"\1]", observation) if isinstance(observation, str) else observation


def run_of(observation: str) -> str | None:
    """The ID of the run in the mark of a closure; None for no mark or a mark without a run."""
    found = _RUN.search(observation)
    return found[2] if found else None


def _tags(value: Any) -> tuple[str, ...]:
    if not value and isinstance(value, (list, type(None))):
        return ()
    tags = value if isinstance(value, list) else [value]
    # Null is no tag, and true is written as JSON writes it.
    return tuple(tag if isinstance(tag, str) else json.dumps(tag) for tag in tags if tag is not None)


def _text_or_empty(value: Any) -> str:
    return "" if value is None else str(value)


def common_fields(alert: Alert, dialect: Dialect) -> dict[str, Any]:
    """The alert under the names that all major versions share; missing values are None."""
    return {name: read(alert, dialect) for name, read in COMMON_FIELDS.items()}


def _stored(name: str) -> Callable[[Alert, Dialect], Any]:
    return lambda alert, dialect: alert.document.get(dialect.names[name])


def _side(side: Any) -> dict[str, Any]:
    """One side of an alert; v10's flat places are put under `geolocation`, where v11 has them."""
    if not isinstance(side, dict):
        return {}
    if PLACES.isdisjoint(side):
        return dict(side)
    flat = {name: value for name, value in side.items() if name not in PLACES}
    places = {name: side[name] for name in _GEOLOCATION if name in side}
    if places:
        flat["geolocation"] = {**places, **(side.get("geolocation") or {})}
    return flat


# How each field is read from an alert, under the names that all major versions share.
COMMON_FIELDS: Mapping[str, Callable[[Alert, Dialect], Any]] = {
    "id": lambda alert, dialect: alert.id,
    "parent_id": lambda alert, dialect: alert.parent_id,
    "timestamp": lambda alert, dialect: alert.timestamp,
    "name": lambda alert, dialect: alert.name,
    "status": lambda alert, dialect: alert.status,
    "severity": lambda alert, dialect: alert.severity,
    "category": _stored("category"),
    "technique": _stored("technique"),
    "description": _stored("description"),
    "solution": _stored("solution"),
    "reference": lambda alert, dialect: alert.document.get(dialect.names["reference"]) or [],
    "data_type": _stored("data_type"),
    "data_source": _stored("data_source"),
    "adversary": lambda alert, dialect: _side(alert.document.get(dialect.adversary)),
    "target": lambda alert, dialect: _side(alert.document.get(dialect.target)),
    "tags": lambda alert, dialect: in_steady_order(alert.tags),
    "notes": lambda alert, dialect: alert.notes,
    "observation": lambda alert, dialect: alert.observation,
    "is_incident": lambda alert, dialect: bool(alert.is_incident),
    "incident": lambda alert, dialect: dict(alert.incident) if alert.is_incident else None,
}
