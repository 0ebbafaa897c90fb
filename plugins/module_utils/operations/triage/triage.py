# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triage alerts by a decision table, with guardrails and bulk writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...client.alert_search import count
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput, TooManyAlerts
from ...query.searches import compile_query
from ...time_zones import now_in
from ...writing.approval import APPROVED, approval_from, check_origin, limited
from ...writing.guardrail_matches import idle_rules, matches_among
from ...writing.guardrails import HOLD_TAGS, PROTECT
from ...writing.plan import Plan
from ...writing.plan_document import Source
from ...writing.proposal import Proposal
from ...writing.receipts import WATCHED, Annotations, Entry
from ...writing.result import finish
from ...writing.run import limits_from, write
from ...writing.selected import Selection
from ...writing.states import full_state
from ..alerts.tags_plan import unreleased_warnings
from ..operation import Operation, Task
from ..options import GUARDRAIL_OPTIONS, PLAN_OPTIONS, SELECTION_RULES, WRITER_OPTIONS, options
from ..tags.added_tags import misspelling_warnings
from .candidates import read_candidates
from .decision_table import Decision, Table
from .incidents import fill_incidents, membership
from .judging import CHANGE, Verdicts, coverage, explanation, judge, lost_matches
from .lifetimes import REMIND_DAYS, check_days, lifecycle_of, row_of
from .rules import RULES, UNLESS, table_from

# The explanation for an unknown ID.
UNEXPLAINED = explanation(Decision())


def check_share(client: Client, plan: Plan, share: float | None, now: datetime) -> None:
    """Refuse a plan above `max_share`. :raises TooManyAlerts: too many of the open alerts would change."""
    if share is None or not plan.affected:
        return
    searches = compile_query({"status": ["open"]}, client.dialect, now, echoes=False)
    total = sum(count(client, filters) for filters in searches)
    affected = plan.affected
    if affected > share * total:
        raise TooManyAlerts(
            f"The rules would change {affected} alerts, more than `max_share: {share}` of the {total} open ones. "
            "Nothing was written. Review the rules, or raise the limit."
        )


def check_rules(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Check the rules and guardrails of a task. :raises InvalidInput: one of them is invalid."""
    for option in ("remind_days", "idle_days"):
        check_days(option, params[option])
    table = table_from(params, dialect, now_in(params["time_zone"]))
    if table.finding is not None and params["strict"]:
        raise InvalidInput(f"{table.finding} Nothing was written. Correct them, or leave `strict` out.")


def annotations_of(
    selection: Selection, verdicts: Verdicts, table: Table, explained: Mapping[str, Mapping[str, Any]]
) -> Annotations:
    """The rules in the receipt: the deciding rule of each alert, and the matches of shadow rules."""
    edited = {edit.alert.id for edit in verdicts.plan.edits}

    def of_alert(alert_id: str) -> dict[str, Any]:
        shown = explained[alert_id]
        watched = [{key: row[key] for key in ("name", "status", "false_positive")} for row in shown["shadow_rules"]]
        return {"rule": shown["rule"], "shadow_rules": watched}

    entries = [
        Entry(alert.id, alert.name, full_state(alert), full_state(alert), WATCHED, more=of_alert(alert.id))
        for alert in selection.alerts
        if verdicts.decisions[alert.id].shadowed and alert.id not in edited
    ]
    head: dict[str, Any] = {"rules_digest": table.version, "run_id": table.run_id}
    watched = {rule.name: rule.content for rule in table.live_rules if rule.shadow}
    if watched:
        # A shadow rule is measured on alerts that it could still close.
        candidates = [alert.id for alert in selection.alerts if alert.status != "completed"]
        head.update(shadow_rules=list(watched), shadow_content=watched, candidates=candidates)
    return Annotations(head, of_alert, entries)


def _lifecycle(
    client: Client, params: Mapping[str, Any], table: Table, selection: Selection, now: datetime
) -> dict[str, Any]:
    """The rules that end soon, that have expired, and on request those without a match in the last days."""
    lifetimes = [(rule.name, rule.lifetime) for rule in table.all_rules]
    found = lifecycle_of(lifetimes, now, params["remind_days"])
    days = params["idle_days"]
    if not days:
        return {**found, "idle_days": None, "idle": None, "unchecked": None}
    idleness = idle_rules(client, table.selections, selection, days)
    named = {"idle": idleness.idle, "unchecked": idleness.unchecked}
    return {
        **found,
        "idle_days": days,
        **{key: [row_of(*one, now) for one in lifetimes if one[0] in names] for key, names in named.items()},
    }


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Apply the rules and explain each decision."""
    approval = approval_from(params)
    now = now_in(params["time_zone"])
    table = table_from(params, client.dialect, now, approval.made if approval is not None else None)
    check_origin(approval, client.settings.url, client.dialect.name, Source(OPERATION.name, table.version))
    candidates = read_candidates(client, params, table, approval)
    chosen, decisions = candidates.chosen, candidates.decisions
    everything, inventory = candidates.everything, candidates.inventory
    known = membership(client, everything.alerts, decisions)
    left = judge(candidates.rest, table, decisions, known.elsewhere).plan.affected
    verdicts = judge(chosen, table, decisions, known.elsewhere)
    if approval is not None and approval.policy == APPROVED:
        planned = {alert_id: alert.why for alert_id, alert in approval.alerts.items()}
        causes = lost_matches(chosen, table, decisions, inventory.index, planned)
        within = limited(approval, CHANGE, chosen, verdicts.plan, verdicts.incident_of, causes)
        verdicts = verdicts.within(within.plan, within.entering)
    explained = {alert_id: explanation(decision) for alert_id, decision in decisions.items()}
    why = {alert_id: {"rule": one["rule"], "rules": one["rules"]} for alert_id, one in explained.items()}
    source = Source(OPERATION.name, table.version, why, verdicts.incident_of)
    check_share(client, verdicts.plan, params["max_share"], now)
    checked = (PROTECT, HOLD_TAGS, UNLESS, RULES)
    matches = matches_among(client, table.guardrails, everything, checked, inventory.rows)
    annotations = annotations_of(chosen, verdicts, table, explained)
    lifecycle = _lifecycle(client, params, table, everything, now)
    limits = limits_from(client, params, task.report)
    written = write(
        client,
        CHANGE,
        Proposal(chosen, verdicts.plan, source, approval, left),
        limits,
        task.check_mode,
        [
            *(line for line in (table.finding, table.exhaustion) if line is not None),
            *inventory.warnings,
            *matches.warnings,
            *unreleased_warnings(verdicts.plan, client.dialect),
            *misspelling_warnings(client, verdicts.plan),
        ],
        annotations,
        # Each mark contains its time.
        further_scripts=sum(1 for ids in verdicts.entering.values() if ids),
    )
    outcomes = [replace(outcome, more=explained.get(outcome.alert_id, UNEXPLAINED)) for outcome in written.outcomes]
    written = replace(written, outcomes=outcomes).with_more(
        rules_digest=table.version,
        coverage=coverage(table.live_rules, decisions),
        lifecycle=lifecycle,
        guardrails=matches.result,
    )
    written = fill_incidents(client, verdicts.incidents, known, written, task.check_mode, limits.pace)
    return finish(written, client.requests_sent, params["rows"], task.diff)


OPERATION = Operation(
    name="utmstack_triage",
    options=options(
        WRITER_OPTIONS,
        PLAN_OPTIONS,
        GUARDRAIL_OPTIONS,
        rules={"type": "list", "elements": "dict", "default": []},
        rules_files={"type": "list", "elements": "str", "default": []},
        also={
            "type": "dict",
            "options": {
                "alert_ids": {"type": "list", "elements": "str"},
                "query": {"type": "dict"},
                "rules": {"type": "list", "elements": "dict", "required": True},
            },
            "mutually_exclusive": [("alert_ids", "query")],
            "required_one_of": [("alert_ids", "query")],
        },
        max_share={"type": "float"},
        remind_days={"type": "int", "default": REMIND_DAYS},
        idle_days={"type": "int", "default": 0},
        report_unmatched={"type": "bool", "default": False},
        run_id={"type": "str"},
    ),
    rules=SELECTION_RULES,
    run=run,
    needs_alerts=True,
    takes_empty_query=True,
    check=check_rules,
)
