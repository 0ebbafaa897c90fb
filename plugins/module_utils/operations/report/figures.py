# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the figures of a triage report from the results of utmstack_alert_info. Pure.

Every text of an alert is returned as one line of limited length without control or format characters.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlsplit

from ...errors import InvalidInput
from ...model.alert import MARK, SETTABLE_STATUSES, severity_rank
from ...printing import printable
from ...time_zones import local_text, now_in, zone_of
from ...times import instant
from .false_positives import false_positive_rates
from .raised import raised_columns
from .rows import (
    CLOSERS,
    WORD_LENGTH,
    WORST_FIRST,
    Row,
    adversary,
    epoch,
    read_moment,
    report_text,
    row_of,
    side_text,
)
from .state import changes, read_state, state_of
from .waiting_times import age_text, times_to_triage

# A new layout number rewrites existing reports even if nothing changed on the server.
LAYOUT = 5
# Statuses of incidents that still need an analyst.
WAITING: Sequence[str] = ("open", "in_review")
AGES: Sequence[tuple[str, float]] = (
    ("under 1 h", 1),
    ("1 to 4 h", 4),
    ("4 to 24 h", 24),
    ("1 to 3 days", 72),
    ("3 to 7 days", 168),
    ("over 7 days", float("inf")),
)
UNKNOWN_AGE = "unknown age"
NAME_LENGTH = 160
GROUP_LENGTH = 80
_RULE = re.compile(re.escape(MARK) + r'"(?P<rule>[^"]*)"')
_TECHNIQUE = re.compile(r"\bT(\d{4})(?:\.(\d{3}))?\b")


@dataclass(frozen=True)
class ReportOptions:
    """The options of a report.

    :param now: the time of the report, in the time zone of its days, hours and texts.
    :param since: start of the period for completed alerts and charts.
    :param marks: texts that mark an observation as written by automation.
    :param console: URL of the UTMStack console, empty for no links.
    :param alert_link: URL of an alert's page with ``{id}`` as the placeholder, empty if unknown.
    :param top: maximum rows of each table of groups.
    :param rows: maximum rows of the table of alerts.
    """

    now: datetime
    since: datetime
    marks: Sequence[str] = (MARK,)
    console: str = ""
    alert_link: str = ""
    top: int = 15
    rows: int = 2000


def report_options_from(given: Mapping[str, Any]) -> ReportOptions:
    """Read the report options of a user.

    :raises InvalidInput: a time or URL is invalid, or a number is too small.
    """
    now = now_in(given.get("time_zone") or None)
    if given.get("now"):
        now = instant(str(given["now"]), "now", now).astimezone(now.tzinfo)
    for name in ("console", "alert_link"):
        address = given.get(name) or ""
        if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc):
            raise InvalidInput(
                f"`{name}` is {printable(address)!r}, which is no URL. Use one such as https://siem.example.com."
            )
    link = given.get("alert_link") or ""
    if link and "{id}" not in link:
        raise InvalidInput(
            f"`alert_link` is {printable(link)!r}, without the placeholder {{id}}. Add it where the alert ID belongs."
        )
    for name in ("top", "rows"):
        if int(given.get(name) or 1) < 1:
            raise InvalidInput(f"`{name}` must be 1 or more.")
    return ReportOptions(
        now=now,
        since=instant(str(given.get("since") or "7d"), "since", now),
        marks=tuple(mark for mark in given.get("marks") or (MARK,) if mark),
        console=given.get("console") or "",
        alert_link=link,
        top=int(given.get("top") or ReportOptions.top),
        rows=int(given.get("rows") or ReportOptions.rows),
    )


def figures(
    alerts: Sequence[Mapping[str, Any]],
    settings: ReportOptions,
    previous: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, Any]] | None = None,
    incidents: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Compute all figures of a report.

    :param alerts: all alerts that are not completed, and completed ones raised since `settings.since`.
    :param previous: the state of the last report.
    :param history: entries of utmstack_alert_history_info; None if not read.
    :param incidents: incidents of utmstack_incident_info; None if not read.
    :returns: figures, and `state`, which the next report takes as `previous`. `digest` stays the same while only time
        passes.
    :raises InvalidInput: the previous state is invalid.
    """
    rows = [row_of(alert, settings.marks) for alert in {str(alert.get("id")): alert for alert in alerts}.values()]
    before, zone = read_state(previous), zone_of(settings.now)
    found: dict[str, Any] = {
        "layout": LAYOUT,
        "since": local_text(settings.since, zone),
        "time_zone": str(zone),
        "console": settings.console,
        "counts": _counts(rows),
        "severity_by_age": _severity_by_age(rows, settings.now),
        "raised": raised_columns(rows, settings.since, settings.now),
        "closed": _closed(rows, settings.top),
        "false_positives": false_positive_rates(rows, settings.top),
        "groups": {
            "name": _groups(rows, lambda row: row.text("name"), settings.top, _cell_value(GROUP_LENGTH)),
            "source": _groups(rows, adversary, settings.top, _cell_value(WORD_LENGTH)),
            "data_source": _groups(rows, lambda row: row.text("data_source"), settings.top, _cell_value(WORD_LENGTH)),
        },
        "techniques": _techniques(rows, settings.top),
        "times": times_to_triage(rows, history, settings.since),
        "incidents": _incident_rows(rows, incidents, settings),
    }
    table = [_alert_row(row, settings) for row in sorted(rows, key=_urgency)[: settings.rows]]
    # Age alone does not change the digest; a move to another age group does.
    lasting = [{name: row[name] for name in row if name != "age"} for row in table]
    digest = _report_digest([{**found, "since": None}, lasting])
    oldest = min((row.raised for row in rows if row.status == "open" and row.raised), default=None)
    found.update(
        generated_at=local_text(settings.now, zone),
        oldest_open=age_text(settings.now - oldest) if oldest else None,
        alerts=table,
        alerts_left_out=len(rows) - len(table),
        changes=changes(before, rows, settings.now),
        digest=digest,
        unchanged=before is not None and before["digest"] == digest,
        state=state_of(rows, settings.now, digest),
    )
    return found


def _counts(rows: Sequence[Row]) -> dict[str, Any]:
    by_status = Counter(row.status for row in rows)
    pairs = Counter((row.status, row.severity) for row in rows)
    return {
        "alerts": len(rows),
        **{status: by_status[status] for status in SETTABLE_STATUSES},
        "by_severity": {
            severity: {status: pairs[status, severity] for status in SETTABLE_STATUSES} for severity in WORST_FIRST
        },
    }


def age_of(row: Row, now: datetime) -> str:
    """The age group of an alert."""
    if row.raised is None:
        return UNKNOWN_AGE
    hours = (now - row.raised).total_seconds() / 3600
    return next(label for label, end in AGES if hours < end)


def _severity_by_age(rows: Sequence[Row], now: datetime) -> list[dict[str, Any]]:
    """Count the open alerts by age group and severity."""
    cells = Counter((age_of(row, now), row.severity) for row in rows if row.status == "open")
    labels = [label for label, _end in AGES]
    if any(label == UNKNOWN_AGE for label, _severity in cells):
        labels.append(UNKNOWN_AGE)
    return [
        {"age": label, "counts": counts, "total": sum(counts.values())}
        for label in labels
        for counts in [{severity: cells[label, severity] for severity in WORST_FIRST}]
    ]


def _closed(rows: Sequence[Row], top: int) -> dict[str, Any]:
    """Count the completed alerts by closer and by rule."""
    closed = [row for row in rows if row.closed_by]
    cells = Counter((row.closed_by, row.severity) for row in closed)
    rules = Counter(match["rule"] for row in closed if (match := _RULE.search(row.text("observation"))))
    return {
        "total": len(closed),
        "by": {
            who: {
                "total": sum(cells[who, severity] for severity in WORST_FIRST),
                "counts": {severity: cells[who, severity] for severity in WORST_FIRST},
            }
            for who in CLOSERS
        },
        "rules": [{"rule": report_text(rule, NAME_LENGTH), "count": count} for rule, count in rules.most_common(top)],
        "rules_left_out": max(0, len(rules) - top),
    }


def _groups(
    rows: Iterable[Row], key: Callable[[Row], Any], top: int, cells_of: Callable[[Any], Mapping[str, Any]]
) -> dict[str, Any]:
    """Group alerts by a key, the groups with the most open alerts first.

    :param key: the key of an alert; alerts without one are counted separately.
    :param cells_of: the key as cells of a row.
    """
    cells: dict[Any, Counter[str]] = {}
    without = 0
    for row in rows:
        value = key(row)
        if not value:
            without += 1
            continue
        counts = cells.setdefault(value, Counter())
        counts[row.status] += 1
        if row.status == "open" and row.severity == "high":
            counts["open_high"] += 1
    order = sorted(cells, key=lambda value: (-cells[value]["open"], -_all(cells[value]), value))
    return {
        "rows": [
            {
                **cells_of(value),
                **{status: cells[value][status] for status in SETTABLE_STATUSES},
                "open_high": cells[value]["open_high"],
                "total": _all(cells[value]),
            }
            for value in order[:top]
        ],
        "left_out": max(0, len(order) - top),
        "without": without,
    }


def _cell_value(limit: int) -> Callable[[str], Mapping[str, Any]]:
    return lambda value: {"value": report_text(value, limit)}


def _all(counts: Mapping[str, int]) -> int:
    return sum(counts.get(status, 0) for status in SETTABLE_STATUSES)


def _techniques(rows: Sequence[Row], top: int) -> dict[str, Any]:
    """Group alerts by category and ATT&CK technique, with a link for techniques that contain an ID."""

    def pair(row: Row) -> tuple[str, str] | None:
        both = (row.text("category"), row.text("technique"))
        return both if any(both) else None

    def cells_of(both: tuple[str, str]) -> Mapping[str, Any]:
        number = _TECHNIQUE.search(both[1])
        path = "/".join(part for part in number.groups() if part) if number else ""
        return {
            "category": report_text(both[0]),
            "technique": report_text(both[1]),
            "link": f"https://attack.mitre.org/techniques/T{path}/" if path else "",
        }

    return _groups(rows, pair, top, cells_of)


def _incident_rows(
    rows: Sequence[Row], listed: Sequence[Mapping[str, Any]] | None, settings: ReportOptions
) -> dict[str, Any]:
    """List the incidents of the reported alerts, and all other incidents that are not completed.

    :param listed: incidents of utmstack_incident_info; None if not read, which leaves their status unknown.
    """
    members: dict[str, list[Row]] = {}
    for row in rows:
        incident = row.alert.get("incident")
        if isinstance(incident, Mapping):
            members.setdefault(str(incident.get("id")), []).append(row)
    known = {str(incident.get("id")): incident for incident in listed or ()}
    waiting = [number for number, incident in known.items() if incident.get("status") in WAITING]
    zone = zone_of(settings.now)
    found = [
        _incident_row(number, members.get(number, []), known.get(number, {}), zone) for number in {*members, *waiting}
    ]
    found.sort(
        key=lambda row: (
            row["status"] not in ("open", "in review"),
            -(row["open"] + row["in_review"]),
            row["name"],
            row["id"],
        )
    )
    return {
        "total": len(found),
        "waiting": None if listed is None else len(waiting),
        "rows": found[: settings.top],
        "left_out": max(0, len(found) - settings.top),
    }


def _incident_row(number: str, alerts: Sequence[Row], known: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """Build a row of the incident table from the server's list, or else from the alerts."""
    said: Mapping[str, Any] = alerts[0].alert["incident"] if alerts else {}
    created = read_moment(said.get("created_at") or known.get("created_at"))
    worst = next((word for word in WORST_FIRST if any(row.severity == word for row in alerts)), "")
    counts = Counter(row.status for row in alerts)
    user = known.get("assigned_to")
    return {
        "id": report_text(number),
        "name": report_text(known.get("name") or said.get("name"), NAME_LENGTH),
        "status": report_text(known.get("status")).replace("_", " "),
        "assigned_to": report_text(f"user {user}" if user else "unassigned" if known else ""),
        "created_at": local_text(created, zone)
        if created
        else report_text(said.get("created_at") or known.get("created_at")),
        "created_by": report_text(said.get("created_by")),
        "severity": worst or report_text(known.get("severity")),
        "alerts": len(alerts),
        **{status: counts[status] for status in SETTABLE_STATUSES},
    }


def _status_order(status: str) -> int:
    """The rank of a status in the alert table: open first, unknown last."""
    return SETTABLE_STATUSES.index(status) if status in SETTABLE_STATUSES else len(SETTABLE_STATUSES)


def _urgency(row: Row) -> tuple[Any, ...]:
    """Sort key of the alert table: waiting before completed, then by severity, then oldest first."""
    return (_status_order(row.status), -severity_rank(row.severity), epoch(row.raised) or 0, row.id)


def _alert_row(row: Row, settings: ReportOptions) -> dict[str, Any]:
    """Build a row of the alert table."""
    name, incident, zone = row.text("name"), row.alert.get("incident"), zone_of(settings.now)
    link = settings.alert_link.replace("{id}", quote(row.id, safe="")) if settings.alert_link else settings.console
    return {
        "id": report_text(row.id, 100),
        "name": report_text(name, NAME_LENGTH),
        "name_cut": len(name) if len(name) > NAME_LENGTH else 0,
        "severity": report_text(row.severity),
        "severity_rank": severity_rank(row.severity),
        "status": report_text(row.status).replace("_", " "),
        "status_rank": _status_order(row.status),
        "raised": local_text(row.raised, zone) if row.raised else report_text(row.alert.get("timestamp")),
        "epoch": epoch(row.raised) or 0,
        "age": age_text(settings.now - row.raised) if row.raised else "",
        "category": report_text(row.text("category")),
        "technique": report_text(row.text("technique")),
        "adversary": report_text(adversary(row)),
        "target": report_text(side_text(row.alert.get("target"))),
        "data_source": report_text(row.text("data_source")),
        "tags": [report_text(tag, 40) for tag in list(row.alert.get("tags") or [])[:10]],
        "incident": report_text(incident.get("name")) if isinstance(incident, Mapping) else "",
        "closed_by": row.closed_by or "",
        "link": link,
    }


def _report_digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
