# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The producer of alerts, when an alert happens again (API facts, 5.2 and 5.3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from ..engine.clock import instant_text
from ..engine.documents import Document
from ..state.world import World
from .alerts import LABELS, with_ids

# What the producer of v11 does not write when it reopens an alert.
LOST_ON_REOPENING = ("assetGroupId", "assetGroupName", "TagRulesApplied")
LOST_OF_INCIDENT = ("incidentName", "incidentId")


def repeat(here: World, ids: Sequence[str]) -> list[str]:
    """Let these alerts happen again, and return the IDs of their new echoes, which v10 has none of.

    :raises ValueError: there is no such alert, or it is an echo.
    """
    found = {str(document.source.get("id")): document for document in with_ids(here, ids)}
    missing = [alert_id for alert_id in ids if alert_id not in found or "parentId" in found[alert_id].source]
    if missing:
        raise ValueError(f"there is no alert {missing[0]!r} that can have echoes")
    if not here.dialect.has_children:
        for alert_id in ids:
            _append_log(here, found[alert_id])
        return []
    return [_add_echo(here, found[alert_id]) for alert_id in ids]


def _append_log(here: World, document: Document) -> None:
    """v10 counts the repetition in the alert, whatever its status."""
    logs = [*(document.source.get("logs") or []), f"log-{uuid.uuid4()}"]
    here.documents.update([document.number], lambda source: {"logs": logs})


def _add_echo(here: World, parent: Document) -> str:
    """Store a document of its own for the repetition, and reopen a completed parent."""
    echo_id, moment = str(uuid.uuid4()), instant_text()
    kept = {name: value for name, value in parent.source.items() if name not in LOST_ON_REOPENING}
    echo = {
        **kept,
        "@timestamp": moment,
        "id": echo_id,
        "parentId": str(parent.source["id"]),
        "status": 1,
        "statusLabel": LABELS[1],
        "statusObservation": "",
        "isIncident": False,
        "incidentDetail": {"createdBy": "", "observation": "", "creationDate": "", "source": ""},
        "tags": None,
        "notes": "",
    }
    here.documents.put(f"v11-alert-{moment[:10]}", echo_id, echo)
    if parent.source.get("status") == 5:
        here.documents.put(parent.index, parent.id, _reopened(parent.source))
    return echo_id


def _reopened(source: dict[str, Any]) -> dict[str, Any]:
    """The document as the producer writes it, from its own list of members."""
    kept = {name: value for name, value in source.items() if name not in LOST_ON_REOPENING}
    applied = [*(source.get("tagRulesApplied") or []), *(source.get("TagRulesApplied") or [])]
    if applied:
        kept["tagRulesApplied"] = list(dict.fromkeys(applied))
    detail = source.get("incidentDetail")
    if isinstance(detail, dict):
        kept["incidentDetail"] = {name: value for name, value in detail.items() if name not in LOST_OF_INCIDENT}
    return {**kept, "status": 2, "statusLabel": LABELS[2]}
