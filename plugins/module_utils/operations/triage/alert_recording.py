# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record alerts, what analysts decided about them, and the assets, in a file on which rules are tested.

One reading each for alerts, history and assets, however many alerts there are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ...atomic_file import check_place, permissions, write_file
from ...client.alert_history import changes_since, history_start
from ...client.alert_search import count
from ...client.assets import assets_found
from ...client.client import Client
from ...errors import InvalidInput
from ...model.history import HistoryEntry, entry_from
from ...printing import field_lines, printable
from ...query.searches import compile_query
from ...time_zones import now_in
from ...times import exact
from ...writing.selection import iterate_query
from ..assets.asset_info import asset_of
from ..operation import Operation, Task
from ..options import NETWORKS, QUERY_OPTIONS, TIME_ZONE, options
from .analyst_decisions import ANALYST, UNDECIDED
from .anonymizing import anonymized
from .recorded_decisions import recorded_decision
from .recording import recording_pieces

REPORT_EVERY = 5000


@dataclass
class Recorded:
    """The alerts of a recording, as JSON: a fifth of the memory that the documents would take.

    :param texts: by alert ID, the stored alert.
    :param times: the stored time of each alert.
    """

    texts: dict[str, str] = field(default_factory=dict)
    times: list[Any] = field(default_factory=list)

    def documents(self) -> Iterator[dict[str, Any]]:
        """The stored alerts, one at a time."""
        return map(json.loads, self.texts.values())


def _read_alerts(client: Client, params: Mapping[str, Any], now: datetime, task: Task) -> Recorded:
    recorded = Recorded()
    for alert in iterate_query(client, params["query"] or {}, True, params["limit"] or None, False, now):
        recorded.texts[alert.id] = json.dumps(alert.document)
        recorded.times.append(alert.timestamp)
        if len(recorded.times) % REPORT_EVERY == 0:
            task.report(f"{len(recorded.times)} alerts so far")
    return recorded


def _total(client: Client, params: Mapping[str, Any], now: datetime, found: int) -> int:
    """How many alerts match the query."""
    if not params["limit"] or found < params["limit"]:
        return found
    searches = compile_query(params["query"] or {}, client.dialect, now, False)
    return max(found, sum(count(client, filters) for filters in searches))


def _history(client: Client, since: datetime, ids: Collection[str]) -> dict[str, list[HistoryEntry]]:
    """The changes of status and tags, by alert ID."""
    found: dict[str, list[HistoryEntry]] = {}
    for row in changes_since(client, since, ids):
        entry = entry_from(row, client.dialect)
        if entry.alert_id is not None and (entry.status is not None or entry.tags is not None):
            found.setdefault(entry.alert_id, []).append(entry)
    return found


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Write the recording, or predict it in check mode."""
    if params["limit"] < 0:
        raise InvalidInput("`limit` must be 0 (no limit) or more.")
    if params["rules"] and not params["anonymize"]:
        raise InvalidInput("`rules` and `rules_files` are for `anonymize: true`. Set it, or leave the rules out.")
    path, mode = os.path.abspath(params["path"]), permissions(params["mode"])
    check_place(path)
    now = now_in(params["time_zone"])
    recorded = _read_alerts(client, params, now, task)
    if not recorded.texts:
        raise InvalidInput("No alert matches `query`, so nothing was recorded. Widen it.")
    total = _total(client, params, now, len(recorded.texts))
    head: dict[str, Any] = {"dialect": client.dialect.name, "anonymized": params["anonymize"]}
    decisions: dict[str, Any] | None = None
    if params["decisions"]:
        history = _history(client, history_start(recorded.times), set(recorded.texts))
        decisions = {
            alert_id: recorded_decision(document, history.get(alert_id, ()), client.dialect)
            for alert_id, document in zip(recorded.texts, recorded.documents())
        }
        head.update(
            recorded_at=exact(datetime.now(timezone.utc)),
            server_history=bool(history),
            assets=[asset_of(row, client.dialect) for row in assets_found(client, {})],
        )
    result = {"rows": len(recorded.texts), "total": total, **_counts(decisions, head)}
    documents: Iterator[Mapping[str, Any]] = recorded.documents()
    if params["anonymize"]:
        made = anonymized(
            list(documents),
            params["rules"],
            params["key"] or "",
            client.dialect.name,
            decisions=decisions,
            assets=head.get("assets"),
        )
        documents, decisions = iter(made["alerts"]), made["decisions"]
        head.update({"assets": made["assets"]} if "assets" in head else {})
        result.update({name: made[name] for name in ("replaced", "unchanged_addresses", "decided_differently")})
    pieces = recording_pieces(head, documents, decisions, path)
    before, after = write_file(path, pieces, mode, task.check_mode)
    lines = field_lines(printable(path), before.as_result() if before else {}, after.as_result())
    return {
        "changed": before != after,
        "path": path,
        "dialect": client.dialect.name,
        **result,
        **after.as_result(),
        "diff": {"prepared": "".join(lines)},
        "requests": client.requests_sent,
    }


def _counts(decisions: Mapping[str, Any] | None, head: Mapping[str, Any]) -> dict[str, Any]:
    """What was recorded besides the alerts."""
    if decisions is None:
        return {"decisions": None, "assets": None}
    sources = [decision["source"] for decision in decisions.values()]
    by_analysts = sources.count(ANALYST)
    found = {
        "by_analysts": by_analysts,
        "automated": len(sources) - by_analysts - sources.count(UNDECIDED),
        "undecided": sources.count(UNDECIDED),
        "without_history": sum(
            decision["source"] == ANALYST and decision["at"] is None for decision in decisions.values()
        ),
    }
    return {"decisions": found, "assets": len(head["assets"])}


OPERATION = Operation(
    name="utmstack_alert_recording",
    options=options(
        NETWORKS,
        TIME_ZONE,
        query={"type": "dict", "options": QUERY_OPTIONS},
        path={"type": "path", "required": True},
        mode={"type": "raw", "default": "0600"},
        limit={"type": "int", "default": 1000},
        decisions={"type": "bool", "default": True},
        anonymize={"type": "bool", "default": False},
        key={"type": "str", "no_log": True},
        rules={"type": "list", "elements": "dict", "default": []},
        rules_files={"type": "list", "elements": "str", "default": []},
    ),
    run=run,
    takes_empty_query=True,
    on_controller=True,
)
