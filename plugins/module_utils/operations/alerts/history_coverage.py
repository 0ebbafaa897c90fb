# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the server's status history is missing.

An alert that is in review or completed had a change of status. The history lacks those of a bulk write beyond the first
ten, of the rule engine and, on 11.2, of alerts with an event without a log.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from ...client.alert_search import chunks, count
from ...client.client import Client
from ...model.fields import field_behind
from ...model.filter import Filter
from ...query.searches import compile_query
from ...times import exact

TOUCHED: Sequence[str] = ("in_review", "completed")
_IDS_PER_COUNT = 10_000


def history_coverage(
    client: Client, recorded: Collection[str], since: datetime, alert_ids: Collection[str] | None
) -> dict[str, int]:
    """Count the alerts raised since a time that are in review or completed, and those of them without an entry.

    :param recorded: IDs of the alerts with an entry since then.
    :param alert_ids: the only alerts to count; None for all but echoes.
    """
    of = _touched(client, since, alert_ids)
    covered = [alert_id for alert_id in recorded if alert_ids is None or alert_id in alert_ids]
    # Alerts may be touched between the two counts.
    known = min(of, _touched(client, since, covered)) if of else 0
    return {"touched": of, "recorded": known, "missing": of - known}


def _touched(client: Client, since: datetime, alert_ids: Collection[str] | None) -> int:
    query: dict[str, Any] = {"status": list(TOUCHED), "since": exact(since)}
    searches = compile_query(query, client.dialect, since, echoes=False)
    if alert_ids is None:
        return sum(count(client, filters) for filters in searches)
    identity = field_behind("id", client.dialect).whole
    return sum(
        count(client, [*filters, Filter(identity, "IS_ONE_OF_TERMS", list(part))])
        for filters in searches
        for part in chunks(sorted(alert_ids), _IDS_PER_COUNT)
    )
