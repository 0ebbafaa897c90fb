# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Suggest triage rules from the alerts that analysts closed as false positives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ...client.alert_history import each_status_change
from ...client.alert_search import by_id
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import INCIDENT_MEMBERS, Alert, alert_from
from ...model.fields import plain_name
from ...model.history import entry_from
from ...query.searches import compile_query
from ...time_zones import now_in, zone_of
from ...times import exact, instant, stored_time
from ..operation import Operation, Task
from ..options import NETWORKS, QUERY_OPTIONS, TIME_ZONE, options
from .analyst_decisions import as_arrived, decision_about, last_changes
from .decision_table import RuleIndex, decide
from .rules import read_rules
from .suggested_rules import rules_text, suggestion
from .suggesting import Thresholds, suggested_groups
from .suggestion_evidence import Observation

# They tell alerts apart by what analysts did with them, and would hide what speaks against a rule.
_DECISIVE_KEYS = ("status", "tags", "without_tags", "incident")
_DECISIVE_FIELDS = (
    "status",
    "tags",
    "notes",
    "observation",
    "is_incident",
    *(f"incident.{member}" for member in INCIDENT_MEMBERS),
)
_PERIOD_KEYS = ("since", "all")
_SLACK = timedelta(days=1)


def thresholds_from(params: Mapping[str, Any]) -> Thresholds:
    """The thresholds of a task. :raises InvalidInput: one is out of range."""
    for name in ("minimum_alerts", "minimum_days"):
        if params[name] < 1:
            raise InvalidInput(f"`{name}` is {params[name]}. Set it to 1 or more.")
    share = params["minimum_agreement"]
    if not 0.5 <= share <= 1:
        raise InvalidInput(f"`minimum_agreement` is {share}. Set a share from 0.5 to 1, such as 0.99.")
    return Thresholds(params["minimum_alerts"], params["minimum_days"], share)


def check_query(query: Mapping[str, Any], dialect: Dialect) -> None:
    """Refuse a query that selects alerts by what analysts decided.

    :raises InvalidInput: it does; the message names the key.
    """
    found = [key for key in _DECISIVE_KEYS if key in query]
    fields = {dialect.names[name] for name in _DECISIVE_FIELDS} | {"statusLabel"}
    where = [str(item.get("field")) for item in query.get("where") or ()]
    found += [f"where ({name})" for name in where if plain_name(name) in fields]
    if found:
        raise InvalidInput(
            f"`query` has {found[0]}, which hides alerts that analysts decided otherwise. Select alerts by what they "
            "are about, such as name or data_source."
        )
    if "since" in query:
        raise InvalidInput("`query.since` is not supported. Set the option `since`.")


def coverage_by(rows: list[dict[str, Any]], dialect: Dialect, now: datetime) -> Callable[[Alert], bool]:
    """Whether rules, shadow rules included, complete an alert as it arrived."""
    if not rows:
        return lambda alert: False
    index = RuleIndex(read_rules(rows, dialect, now))

    def covers(alert: Alert) -> bool:
        return any(decide(alert_from(as_arrived(alert.document, dialect, ()), dialect), index).closings())

    return covers


def check(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Refuse options that no server of this major version supports."""
    thresholds_from(params)
    check_query(params["query"] or {}, dialect)
    now = now_in(params["time_zone"])
    instant(params["since"], "since", now)
    if params["rules"]:
        read_rules(params["rules"], dialect, now)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read the history and the alerts of the period, and suggest rules; nothing is written."""
    now, dialect, query = now_in(params["time_zone"]), client.dialect, params["query"] or {}
    check_query(query, dialect)
    thresholds, since = thresholds_from(params), instant(params["since"], "since", now)
    changes = last_changes(entry_from(row, dialect) for row in each_status_change(client, since, now))
    observation = Observation(dialect, zone_of(now), coverage_by(params["rules"], dialect, now))
    for filters in compile_query({**query, "since": exact(since)}, dialect, now, echoes=False):
        for alert in by_id(client, filters):
            observation.add(alert, decision_about(alert, changes.get(alert.id)))
    narrowed = {key: value for key, value in query.items() if key not in (*_PERIOD_KEYS, "until")}
    taken = {str(row.get("name")) for row in params["rules"]}
    groups = suggested_groups(observation.cells, thresholds)
    made = [suggestion(group, narrowed, dialect, now, taken) for group in groups]
    suggestions = [one for one in made if one is not None]
    return {
        "changed": False,
        "suggestions": suggestions,
        "rules_yaml": rules_text([one["rule"] for one in suggestions]),
        "summary": {
            **observation.counts,
            "since": exact(since),
            "first_alert": observation.first,
            "days": len(observation.days),
            "not_expressible": len(made) - len(suggestions),
            "history": observation.history(),
        },
        "warnings": warnings_about(observation, since, thresholds),
        "requests": client.requests_sent,
    }


def warnings_about(observation: Observation, since: datetime, thresholds: Thresholds) -> list[str]:
    """Why the period gives few suggestions or none, with the next step."""
    counts, start = observation.counts, exact(since)
    if not counts["alerts"]:
        return [f"No alert since {start} matches `query`. Set an earlier `since`, or widen the query."]
    if not counts["closed_as_false_positives"]:
        return [_no_closure(observation, start)]
    found = []
    first = stored_time(observation.first)
    if first is not None and first - since > _SLACK:
        found.append(
            f"The oldest alert is from {exact(first)}, {(first - since).days} days after `since`. The suggestions rest "
            "on a shorter period."
        )
    if len(observation.days) < thresholds.days:
        found.append(
            f"Analysts closed false positives on {len(observation.days)} days, and `minimum_days` is "
            f"{thresholds.days}. Set an earlier `since`, or wait for more closures."
        )
    return found


def _no_closure(observation: Observation, start: str) -> str:
    closures = observation.closures["closures"]
    if not closures:
        return (
            f"Analysts closed none of the {observation.counts['alerts']} alerts since {start}. Set an earlier `since`, "
            "or wait until they closed some."
        )
    return (
        f"Analysts closed {closures} alerts since {start}, none with the tag `False positive`. Suggestions need this "
        "tag: add it to false positives when they are closed."
    )


OPERATION = Operation(
    name="utmstack_rule_suggestions_info",
    options=options(
        since={"type": "str", "default": "30d"},
        query={"type": "dict", "options": QUERY_OPTIONS},
        **NETWORKS,
        **TIME_ZONE,
        minimum_alerts={"type": "int", "default": 20},
        minimum_days={"type": "int", "default": 3},
        minimum_agreement={"type": "float", "default": 0.99},
        rules={"type": "list", "elements": "dict", "default": []},
        rules_files={"type": "list", "elements": "str", "default": []},
    ),
    run=run,
    takes_empty_query=True,
    check=check,
)
