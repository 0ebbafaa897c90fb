# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions of analysts as a recording holds them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...dialects import DIALECTS, Dialect
from ...model.alert import FALSE_POSITIVE, Alert, alert_from
from ...model.history import HistoryEntry
from .analyst_decisions import as_arrived, decisions_from
from .recording import TAGS_ADDED
from .rehearsal import stored_documents


def recorded_decisions(
    rows: Sequence[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]], dialect: str
) -> dict[str, Any]:
    """What was decided about stored alerts.

    :param rows: stored alerts, or rows of utmstack_alert_info with `raw`.
    :param entries: entries of utmstack_alert_history_info with `include_tags`, with the oldest first.
    :returns: `decisions` by alert ID, and whether the history shows any change of these alerts (`server_history`).
    :raises InvalidInput: a row is no stored alert.
    """
    documents = stored_documents(rows, dialect)
    spoken = DIALECTS[dialect]
    alerts = [alert_from(document, spoken) for document in documents]
    history: dict[str, list[HistoryEntry]] = {alert.id: [] for alert in alerts}
    for entry in map(_entry, entries):
        if entry.alert_id in history:
            history[entry.alert_id].append(entry)
    changes = (entry for of_alert in history.values() for entry in of_alert)
    found = decisions_from(alerts, changes)
    decisions = {}
    for alert in alerts:
        values = asdict(found[alert.id])
        del values["alert_id"]
        added = _tags_added(alert, history[alert.id], spoken)
        decisions[alert.id] = {**values, **({TAGS_ADDED: added} if added else {})}
    return {"decisions": decisions, "server_history": any(history.values())}


def _entry(row: Mapping[str, Any]) -> HistoryEntry:
    before = row.get("tags_before")
    given = {name: row.get(name) for name in ("alert_id", "at", "user", "status", "observation", "message", "tags")}
    return HistoryEntry(**given, tags_before=before if isinstance(before, list) else None)


def _tags_added(alert: Alert, entries: Sequence[HistoryEntry], dialect: Dialect) -> list[str]:
    """The tags that a person added, apart from the one that the decision names."""
    kept = alert_from(as_arrived(alert.document, dialect, entries), dialect).tags
    return [tag for tag in alert.tags if tag not in kept and tag != FALSE_POSITIVE]
