# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a run reported is what the server holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .server_state import ServerState

STATUSES = {1: "automatic_review", 2: "open", 3: "in_review", 5: "completed"}
# How a failed run says that it does not know.
UNCERTAIN = ("may still take effect", "the result is unknown")


def false_report(
    results: Sequence[dict[str, Any]], before: ServerState, after: ServerState, wanted: ServerState
) -> str:
    """What the results of a run say that is not so; empty if all is as they say.

    :param wanted: the state after a run without faults.
    """
    failed = [str(result.get("msg")) for result in results if result.get("failed")]
    changed, moved = any(result["changed"] for result in results), before != after
    uncertain = any(text in said for said in failed for text in UNCERTAIN)
    if not failed and after != wanted:
        return "ok, but the server does not hold what it would without the fault"
    if changed and not moved:
        return "changed: true, but nothing changed"
    if moved and not changed and not uncertain:
        return f"changed: false, but something changed: {failed}"
    rows = [row for result in results for row in result.get("alerts", ())]
    return "; ".join(filter(None, (_false_row(row, after) for row in rows)))


def _false_row(row: dict[str, Any], state: ServerState) -> str:
    """What one alert's row says that is not so."""
    if row["after"] is None or any(text in str(row["error"]) for text in UNCERTAIN):
        return ""
    held = _as_reported(row["id"], state)
    wrong = {name: value for name, value in row["after"].items() if _comparable(value) != held[name]}
    return f"{row['id']} has {held}, and its row says {wrong}" if wrong else ""


def _as_reported(alert_id: str, state: ServerState) -> dict[str, Any]:
    alert = state.alerts[alert_id]
    links = dict(state.rest["links"])
    return {
        "status": STATUSES[alert["status"]],
        "observation": alert["statusObservation"],
        "tags": alert["tags"],
        "notes": alert["notes"],
        "note": alert["notes"],
        "incident": links.get(alert_id),
        "marked": state.rest["marks"][alert_id][0],
    }


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    return sorted(value) if isinstance(value, (list, tuple)) else value
