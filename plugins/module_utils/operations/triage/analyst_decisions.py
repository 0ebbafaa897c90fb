# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What analysts decided about alerts, read from the alerts and the server's history. Pure.

The history alone does not show it: of a bulk write it has the first ten alerts only, and of the rule engine nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...dialects import Dialect
from ...model.alert import FALSE_POSITIVE, INCIDENT_MEMBERS, MARK, Alert
from ...model.history import HistoryEntry
from ...times import exact_time

# Who decided.
ANALYST, COLLECTION, TAG_RULE, UNDECIDED = "analyst", "collection", "tag_rule", "undecided"
# How a decision compares with a rule.
AGREED, OTHERWISE, NO_DECISION, AUTOMATED = "agreed", "otherwise", "undecided", "automated"
# Disagreements that a result lists; all of them are counted.
MAX_LISTED = 50
_DECIDED = ("in_review", "completed")
# Members of the incident that a document without one does not have; the others are empty then.
_INCIDENT_IDENTITY = ("id", "name")
_OPEN_LABEL = "Open"


@dataclass(frozen=True)
class AnalystDecision:
    """What became of an alert.

    :param false_positive: the alert has the tag `False positive`.
    :param incident: the alert is in an incident.
    :param source: who decided: ANALYST, COLLECTION, TAG_RULE or UNDECIDED.
    :param by: login behind the last change of the status, None if the history does not show that change.
    :param at: its time.
    """

    alert_id: str
    status: str
    false_positive: bool
    incident: bool
    source: str
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True)
class StatusChange:
    """The last change of an alert's status in the history; `person`: a person ever changed it."""

    status: str
    by: str | None
    at: str | None
    person: bool


def decisions_from(alerts: Iterable[Alert], history_rows: Iterable[HistoryEntry]) -> dict[str, AnalystDecision]:
    """Read the decisions, by alert ID.

    :param alerts: alerts without echoes.
    :param history_rows: entries of the history, about these and other alerts, with the oldest first.
    """
    changes = last_changes(history_rows)
    return {alert.id: decision_about(alert, changes.get(alert.id)) for alert in alerts}


def last_changes(entries: Iterable[HistoryEntry]) -> dict[str, StatusChange]:
    """The last change of the status of each alert, by alert ID. The oldest entry comes first."""
    found: dict[str, StatusChange] = {}
    for entry in entries:
        if entry.alert_id is None or entry.status is None:
            continue
        known = found.get(entry.alert_id)
        person = not entry.is_by_server or (known is not None and known.person)
        by = entry.user if isinstance(entry.user, str) else None
        found[entry.alert_id] = StatusChange(entry.status, by, exact_time(entry.at), person)
    return found


def decision_about(alert: Alert, change: StatusChange | None) -> AnalystDecision:
    """The decision about one alert."""
    # A later change that the history lacks may be somebody else's.
    shown = change if change is not None and change.status == alert.status else None
    return AnalystDecision(
        alert.id,
        alert.status,
        FALSE_POSITIVE in alert.tags,
        bool(alert.is_incident),
        _source(alert, change is not None and change.person),
        shown.by if shown is not None else None,
        shown.at if shown is not None else None,
    )


def _source(alert: Alert, touched: bool) -> str:
    """:param touched: the history shows that a person changed the status."""
    if alert.status in _DECIDED and MARK in alert.observation:
        return COLLECTION
    if alert.is_incident:
        # Neither the producer nor the rule engine puts alerts in incidents.
        return ANALYST
    if alert.status not in _DECIDED:
        return UNDECIDED
    # A tag rule completes an alert only together with this tag.
    closed_on_arrival = alert.status == "completed" and alert.tag_ruled and FALSE_POSITIVE in alert.tags
    return TAG_RULE if closed_on_arrival and not touched else ANALYST


def agreement(status: str | None, false_positive: bool, decision: AnalystDecision) -> str:
    """Compare a rule with the decision about an alert that it matches.

    :param status: the status that the rule sets.
    :param false_positive: whether the rule closes the alert as a false positive.
    :returns: AGREED, OTHERWISE, NO_DECISION or AUTOMATED. Only the first two count towards precision.
    """
    if decision.source in (COLLECTION, TAG_RULE):
        return AUTOMATED
    if decision.source == UNDECIDED:
        return NO_DECISION
    same = decision.status == status and (decision.false_positive or not false_positive)
    return AGREED if same and not decision.incident else OTHERWISE


def disagreement(alert: Alert, decision: AnalystDecision) -> dict[str, Any]:
    """An alert that an analyst decided otherwise than a rule, as a row of a result."""
    row = {"id": alert.id, "name": alert.name, "decision": _described(decision)}
    return {**row, "by": decision.by, "at": decision.at}


def _described(decision: AnalystDecision) -> str:
    """What an analyst decided, in words."""
    if decision.incident:
        return "escalated to an incident"
    if decision.status == "completed":
        return "closed as a false positive" if decision.false_positive else "closed, but not as a false positive"
    return {"in_review": "in review"}.get(decision.status, decision.status)


def as_arrived(
    document: Mapping[str, Any], dialect: Dialect, history_rows_of_alert: Iterable[HistoryEntry]
) -> dict[str, Any]:
    """The stored alert as it was before anybody worked on it.

    It is open and without observation, note, incident, the tag `False positive` and the tags that the history shows as
    added by a person.
    """
    names = dialect.names
    arrived = dict(document)
    arrived[names["status"]] = dialect.status_codes["open"]
    if "statusLabel" in arrived:
        arrived["statusLabel"] = _OPEN_LABEL
    for name in ("observation", "notes"):
        if names[name] in arrived:
            arrived[names[name]] = ""
    if arrived.get(names["is_incident"]):
        arrived[names["is_incident"]] = False
        for member in INCIDENT_MEMBERS:
            _clear(arrived, names[f"incident.{member}"], remove=member in _INCIDENT_IDENTITY)
    tags = arrived.get(names["tags"])
    if tags:
        later = _added_by_people(history_rows_of_alert)
        kept = [
            tag for tag in (tags if isinstance(tags, list) else [tags]) if tag != FALSE_POSITIVE and not later.has(tag)
        ]
        arrived[names["tags"]] = kept or None
    return arrived


def _clear(document: dict[str, Any], path: str, remove: bool) -> None:
    """Empty or remove a member, in a copy of the dictionary that holds it."""
    *way, last = path.split(".")
    for name in way:
        inner = document.get(name)
        if not isinstance(inner, Mapping):
            return
        document[name] = dict(inner)
        document = document[name]
    if remove:
        document.pop(last, None)
    elif last in document:
        document[last] = ""


@dataclass(frozen=True)
class _AddedTags:
    """Changes of an alert's tags by people, the oldest first, as the tags before and the text of those after."""

    changes: Sequence[tuple[Sequence[str], str]]

    def has(self, tag: Any) -> bool:
        """Whether people added this tag, and the alert did not have it before their first change."""
        if not self.changes or tag in self.changes[0][0]:
            return False
        # A tag may contain a comma.
        return any(tag not in before and f",{tag}," in f",{after}," for before, after in self.changes)


def _added_by_people(entries: Iterable[HistoryEntry]) -> _AddedTags:
    return _AddedTags(
        [
            (entry.tags_before, entry.tags)
            for entry in entries
            if entry.tags is not None and entry.tags_before is not None and not entry.is_by_server
        ]
    )
