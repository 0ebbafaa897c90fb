# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare shadow rules with the decisions of analysts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ...client.alert_history import status_changes
from ...client.alert_search import alerts_with_ids
from ...client.client import Client
from ...errors import InvalidInput
from ...model.alert import MARK, Alert
from ...times import instant
from ...writing import receipt_files
from ...writing.receipts import Receipt
from ..operation import Operation, Task
from ..options import SELECTION_OPTIONS, options


def compare(receipt: Receipt, now: Mapping[str, Alert], recorded: Collection[str]) -> dict[str, Any]:
    """Compute precision and recall of each shadow rule that completes alerts.

    :param now: the current candidates, by alert ID, without deleted ones.
    :param recorded: the alerts with an entry in the server's history since the run.
    """
    closed = {key for key, alert in now.items() if alert.status == "completed" and MARK not in alert.observation}
    by_automation = {key for key, alert in now.items() if alert.status == "completed" and MARK in alert.observation}
    wanted: dict[str, set[str]] = {name: set() for name in receipt.head["shadow_rules"]}
    for entry in receipt.entries:
        for rule in entry.more.get("shadow_rules", []):
            if rule["status"] == "completed" and entry.alert_id in now:
                wanted[rule["name"]].add(entry.alert_id)
    rules = []
    for name, ids in wanted.items():
        agreed = len(ids & closed)
        rules.append(
            {
                "name": name,
                "would_close": len(ids),
                "closed_by_people": agreed,
                "closed_by_automation": len(ids & by_automation),
                "left_by_people": sorted(ids - closed - by_automation),
                "precision": _share(agreed, len(ids - by_automation)),
                "recall": _share(agreed, len(closed)),
            }
        )
    candidates = receipt.head["candidates"]
    return {
        "rules": rules,
        "summary": {
            "candidates": len(candidates),
            "closed_by_people": len(closed),
            "closed_by_automation": len(by_automation),
            "without_history": len((closed | by_automation) - set(recorded)),
            "gone": len(set(candidates) - set(now)),
        },
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read the candidates of a receipt and compare them; nothing is written."""
    receipt = receipt_files.read(params["receipt"])
    if not receipt.head.get("shadow_rules"):
        raise InvalidInput(
            f"`receipt`: {params['receipt']} is from a run without shadow rules. Use the receipt of another run."
        )
    warnings = receipt.check_origin(client.settings.url, client.dialect.name, other_server=True)
    candidates: Sequence[str] = receipt.head["candidates"]
    wanted = set(candidates)
    now = {alert.id: alert for alert in alerts_with_ids(client, candidates, echoes=False) if alert.id in wanted}
    recorded = _recorded_since(client, receipt) if now else set()
    compared = compare(receipt, now, recorded)
    return {"changed": False, **compared, "requests": client.requests_sent, "warnings": warnings}


def _recorded_since(client: Client, receipt: Receipt) -> set[str]:
    """The alerts whose status the server's history saw changing since the run."""
    started = instant(str(receipt.head.get("started")), "started", datetime.now(timezone.utc))
    return {str(row.get("alertId")) for row in status_changes(client, started)}


OPERATION = Operation(
    name="utmstack_shadow_info",
    options=options(receipt={"type": "path", "required": True}, concurrency=SELECTION_OPTIONS["concurrency"]),
    run=run,
)
