# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the state of an escalation: its incident, alerts and remaining work. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

_ACTIVE = ("open", "in_review")
_NO_INCIDENT: Mapping[str, Any] = {"id": None, "status": "none", "alerts": [], "notes": []}


def escalation_state(
    found: Sequence[Mapping[str, Any]],
    alert_ids: Sequence[str] | None = None,
    matching: int = 0,
    opened: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Compute the state of an escalation, before or after its alerts are linked to the incident.

    :param found: the incident with its `alerts` and `notes`, empty if it does not exist.
    :param alert_ids: the alerts to escalate; None when a query selects them.
    :param matching: the number of alerts that the query finds.
    :param opened: `alerts` of the result of utmstack_incident.
    """
    incident = found[0] if found else _NO_INCIDENT
    known = {alert["id"] for alert in incident["alerts"]}
    new = matching if alert_ids is None else len(set(alert_ids) - known)
    touched = {row["id"] for row in opened if row["error"] is None}
    linked = sorted(known | touched)
    # An alert deleted since is still linked, but has no status.
    present = {alert["id"] for alert in incident["alerts"] if alert["status"] is not None}
    notice = _notice(linked)
    return {
        "status": incident["status"],
        "new": new,
        "is_finished": incident["status"] in ("completed", "merged"),
        "has_work": new > 0 or incident["status"] in _ACTIVE,
        "linked": linked,
        "added": sorted(touched - known),
        "to_mark": sorted(present | touched),
        "notice": notice,
        "is_notified": any(row["note"] == notice for row in incident["notes"]),
    }


def _notice(linked: Sequence[str]) -> str:
    """The note that records a notification, different for each set of alerts."""
    digest = hashlib.sha256(",".join(linked).encode()).hexdigest()
    return f"Notified of {len(linked)} alerts ({digest[:8]})"
