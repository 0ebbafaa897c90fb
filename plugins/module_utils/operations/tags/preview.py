# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the recent alerts that a tag rule would have matched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ...client.alert_search import count
from ...client.client import Client
from ...dialects import Dialect
from ...model.filter import Filter
from ...query.rule_conditions import Condition, as_filters
from ...times import LAST_INSTANT, exact, instant


def recent(since: str, option: str, dialect: Dialect, now: datetime) -> Filter:
    """Build the filter for alerts since an age or time. :raises InvalidInput: it is neither."""
    return Filter(dialect.names["timestamp"], "IS_BETWEEN", [exact(instant(since, option, now)), LAST_INSTANT])


def would_match(client: Client, conditions: Sequence[Condition], period: Filter) -> int:
    """Count the alerts of a period that meet the conditions, of any status and including echoes, like the rule engine.

    The search also verifies that the server can run the conditions, which it does not check when a rule is saved.
    """
    return count(client, [*as_filters(conditions), period])
