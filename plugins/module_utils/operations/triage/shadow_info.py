# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare shadow rules with the decisions of analysts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ...client.alert_history import status_changes
from ...client.alert_search import alerts_with_ids
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.history import entry_from
from ...printing import printable
from ...time_zones import now_in, zone_of
from ...times import instant
from ..operation import Operation, Task
from ..options import NETWORKS, SELECTION_OPTIONS, STATE_DIRECTORY, TIME_ZONE, options
from .analyst_decisions import decisions_from
from .promoting import CurrentRules, advise, thresholds_from
from .receipt_source import FoundReceipt, find_shadow_receipts
from .rules import read_rules, rules_digest
from .shadow_comparison import SHADOW_CONTENT, joined, summary_of, without_own_changes

_SHOWN = 3


def check(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Check thresholds, times and rules. :raises InvalidInput: one of them is invalid."""
    thresholds_from(params)
    now = now_in(params["time_zone"])
    _since(params, now)
    _current_rules(params, dialect, now)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read the candidates of the receipts and compare them; nothing is written."""
    now = now_in(params["time_zone"])
    found = find_shadow_receipts(params, client.settings.url, _since(params, now))
    warnings = _checked_origin(found.found, client, params["other_server"])
    receipts = [one.receipt for one in found.found]
    candidates = list(dict.fromkeys(key for receipt in receipts for key in receipt.head["candidates"]))
    wanted = set(candidates)
    alerts = {alert.id: alert for alert in alerts_with_ids(client, candidates, echoes=False) if alert.id in wanted}
    started = min(instant(str(receipt.head.get("started")), "started", now) for receipt in receipts)
    rows = status_changes(client, started) if alerts else []
    shown = decisions_from(alerts.values(), (entry_from(row, client.dialect) for row in rows))
    decisions = without_own_changes(shown, alerts, receipts)
    current = _current_rules(params, client.dialect, now)
    runs = joined(receipts)
    return {
        "changed": False,
        "rules": advise(runs, decisions, alerts, current, thresholds_from(params)),
        "not_run": _not_run(current, runs),
        "summary": {
            **summary_of(candidates, decisions),
            "receipts": len(receipts),
            "receipts_without_shadow_rules": found.without_shadow_rules,
            "receipts_of_other_servers": found.of_other_servers,
        },
        "requests": client.requests_sent,
        "warnings": warnings,
    }


def _since(params: Mapping[str, Any], now: datetime) -> datetime | None:
    return None if params["since"] is None else instant(params["since"], "since", now)


def _current_rules(params: Mapping[str, Any], dialect: Dialect, now: datetime) -> CurrentRules | None:
    """The rules of the task, None if it has none."""
    rows = params["rules"]
    if rows is None:
        return None
    rules = {rule.name: rule for rule in read_rules(rows, dialect, now)}
    return CurrentRules(rules, rules_digest(rows, str(zone_of(now))))


def _not_run(current: CurrentRules | None, ran: Mapping[str, Any]) -> list[str]:
    """The shadow rules that no receipt knows."""
    rules = current.rules.values() if current is not None else ()
    return [rule.name for rule in rules if rule.shadow and rule.name not in ran]


def _checked_origin(found: Sequence[FoundReceipt], client: Client, other_server: bool) -> list[str]:
    """Check that the receipts are from this server, and return what to warn about.

    :raises InvalidInput: some are from another server or major version.
    """
    dialect = client.dialect.name
    others = [one for one in found if one.receipt.dialect != dialect]
    if others and len(found) > 1:
        names = [printable(os.path.basename(one.path or "")) for one in others[:_SHOWN]]
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        raise InvalidInput(
            f"`receipt`: {len(others)} of {len(found)} receipts are from another major version, but this server is "
            f"{dialect}: {', '.join(names)}{more}. Leave them out with `since`."
        )
    warnings: list[str] = []
    for one in found:
        warnings += one.receipt.check_origin(client.settings.url, dialect, other_server)
    earlier = sum(SHADOW_CONTENT not in one.receipt.head for one in found)
    if earlier:
        warnings.append(
            f"{earlier} of {len(found)} receipts were written by an earlier version and do not hold which rules close "
            "alerts as false positives. For these runs, each closure by an analyst counts as agreement."
        )
    return list(dict.fromkeys(warnings))


OPERATION = Operation(
    name="utmstack_shadow_info",
    options=options(
        STATE_DIRECTORY,
        NETWORKS,
        TIME_ZONE,
        receipt={"type": "str"},
        run_id={"type": "str"},
        last={"type": "bool", "default": False},
        since={"type": "str"},
        other_server={"type": "bool", "default": False},
        rules={"type": "list", "elements": "dict"},
        rules_files={"type": "list", "elements": "str", "default": []},
        minimum_precision={"type": "float", "default": 0.98},
        minimum_decisions={"type": "int", "default": 20},
        withdraw_below={"type": "float", "default": 0.9},
        concurrency=SELECTION_OPTIONS["concurrency"],
    ),
    run=run,
    check=check,
)
