# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a notification says about the result of a role: headline, counts, incident and names of alerts. Pure.

It takes known fields of the result alone, so that no log, no observation and no secret gets into a message.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...directories import file_name
from ...errors import InvalidInput
from ...printing import printable

MAX_NAMES = 5
MAX_NAME_LENGTH = 120
MAX_HEADLINE_LENGTH = 300
MAX_CORRELATION_LENGTH = 100
_MAX_INSTANCE_LENGTH = 80
# What each role did, and the counts of its result; of a list, its length counts.
_TITLES = {
    "alert_triage": "Triage",
    "false_positives": "Known-benign alerts",
    "stale_alerts": "Stale alerts",
    "alert_escalation": "Escalation",
    "incident_runbook": "Incident runbook",
    "triage_report": "Triage report",
}
_COUNTS: Mapping[str, Mapping[str, str]] = {
    "alert_triage": {
        "alerts checked": "matched",
        "closed": "closed",
        "set to in review": "in_review",
        "tagged": "tagged",
        "skipped": "skipped",
    },
    "false_positives": {
        "closed": "closed",
        "skipped": "skipped",
        "active suppressions": "active",
        "expired suppressions": "expired",
        "tag rules stored": "rules_written",
        "tag rules removed": "rules_removed",
    },
    "stale_alerts": {
        "alerts checked": "seen",
        "reminded": "reminded",
        "escalated": "escalated",
        "closed": "closed",
        "skipped": "skipped",
    },
    "alert_escalation": {
        "alerts in the incident": "alert_ids",
        "added": "added_ids",
        "set to in review": "in_review",
        "skipped": "skipped",
    },
    "incident_runbook": {
        "alerts in the incident": "alert_ids",
        "added": "added",
        "closed": "closed",
        "held or protected": "held",
    },
    "triage_report": {"open": "counts.open", "in review": "counts.in_review", "incidents": "incidents"},
}
# These roles work on alerts of many incidents or of none.
WITHOUT_INCIDENT = ("alert_triage", "false_positives", "stale_alerts", "triage_report")


@dataclass(frozen=True)
class NamedIncident:
    """The incident that a notification is about."""

    id: str
    name: str
    status: str


@dataclass(frozen=True)
class Notice:
    """The content of a notification. All texts are on one line, printable and bounded.

    :param names: the most frequent names of alerts, with their counts.
    :param further_names: how many other names there are.
    :param correlation: identifies the incident beyond this server; empty without an incident.
    :param state: a digest of what a ticket says about the incident.
    """

    instance: str
    title: str
    headline: str
    counts: tuple[tuple[str, str], ...]
    incident: NamedIncident | None
    failure: str
    names: tuple[tuple[str, int], ...]
    further_names: int
    correlation: str
    state: str


def notice_of(subject: Mapping[str, Any], instance: str) -> Notice:
    """The content of the notification about a result.

    :param subject: `role`, `result` of that role, and `alerts`, which are rows with a `name`.
    :param instance: the name of the server.
    :raises InvalidInput: the subject has another form.
    """
    result, alerts = subject.get("result"), subject.get("alerts") or []
    if not isinstance(result, Mapping) or not isinstance(alerts, Sequence) or isinstance(alerts, str):
        raise InvalidInput(
            "notification_subject needs the dictionary `result` and may have the list `alerts`. Pass a role's result."
        )
    role = str(subject.get("role") or "")
    incident = _incident(result)
    names = _names(alerts)
    return Notice(
        instance=printable(instance, _MAX_INSTANCE_LENGTH),
        title=_TITLES.get(role) or _line(role, MAX_NAME_LENGTH) or "Notification",
        headline=_line(result.get("headline"), MAX_HEADLINE_LENGTH) or "No headline",
        counts=tuple(_counts(role, result)),
        incident=incident,
        failure=_line(result.get("failure"), MAX_HEADLINE_LENGTH),
        names=tuple(names.most_common(MAX_NAMES)),
        further_names=max(len(names) - MAX_NAMES, 0),
        correlation=correlation_of(instance, incident.id) if incident else "",
        state=_state(incident, result) if incident else "",
    )


def correlation_of(instance: str, incident_id: str) -> str:
    """The identifier of an incident of a server, from letters, digits, dots, underscores and hyphens."""
    found = f"utmstack-{file_name(instance)}-{file_name(incident_id)}"
    if len(found) <= MAX_CORRELATION_LENGTH:
        return found
    return f"utmstack-{hashlib.sha256(found.encode()).hexdigest()}"


def _line(value: Any, limit: int) -> str:
    return "" if value is None else printable(str(value).strip(), limit)


def _incident(result: Mapping[str, Any]) -> NamedIncident | None:
    incident = result.get("incident")
    if not isinstance(incident, Mapping) or incident.get("id") in (None, ""):
        return None
    return NamedIncident(
        _line(incident["id"], MAX_NAME_LENGTH),
        _line(incident.get("name"), MAX_NAME_LENGTH),
        _line(incident.get("status"), MAX_NAME_LENGTH).replace("_", " "),
    )


def _counts(role: str, result: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for label, path in _COUNTS.get(role, {}).items():
        value: Any = result
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, (list, tuple)):
            value = len(value)
        if value is not None:
            found.append((label, _line(value, 20)))
    return found


def _names(alerts: Sequence[Any]) -> Counter[str]:
    """How often each name stands in rows of alerts; of rows that say whether the alert changed, those that did."""
    rows = [row for row in alerts if isinstance(row, Mapping) and row.get("changed", True)]
    return Counter(_line(row.get("name"), MAX_NAME_LENGTH) or "(no name)" for row in rows)


def _state(incident: NamedIncident, result: Mapping[str, Any]) -> str:
    alert_ids = sorted(str(alert_id) for alert_id in result.get("alert_ids") or [])
    content = [incident.id, incident.name, incident.status, alert_ids, str(result.get("failure") or "")]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
