# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triage alerts by a decision table: one read, one plan, guardrails, then bulk writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ...client.alert_search import count
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput, TooManyAlerts
from ...query.searches import compile_query, right_for_one
from ...writing.plan import Plan
from ...writing.receipts import WATCHED, Annotations, Entry
from ...writing.result import finish
from ...writing.run import limits_from, write
from ...writing.selected import Selection
from ...writing.selection import select
from ...writing.states import full_state
from ..operation import Operation, Task
from ..options import SELECTION_RULES, WRITER_OPTIONS, options
from .approved_plan import insist_on
from .decision_table import Decision
from .incidents import fill_incidents, membership
from .judging import CHANGE, Table, Verdicts, coverage, decide_all, explanation, judge
from .rules import compile_rule_query, read_rules, rules_digest

MAX_RUN_ID_LENGTH = 40


def table_from(params: Mapping[str, Any], dialect: Dialect, now: datetime) -> Table:
    """The decision table of a task. :raises InvalidInput: a rule or guardrail that could not do what it says."""
    rows = params["rules"]
    if not rows:
        raise InvalidInput("Neither `rules` nor `rules_files` holds a rule; a decision table needs at least one.")
    run_id = params["run_id"]
    # It stands in the mark of a closure like the name of a rule, and a bracket ends the mark.
    if run_id is not None and (
        not run_id.isprintable() or not run_id.isascii() or len(run_id) > MAX_RUN_ID_LENGTH or set(run_id) & set('"\\]')
    ):
        raise InvalidInput(
            f'`run_id` must be up to {MAX_RUN_ID_LENGTH} printable ASCII characters without ", \\ and ].'
        )
    share = params["max_share"]
    if share is not None and not 0 < share <= 1:
        raise InvalidInput("`max_share` must be above 0 and at most 1.")
    protect = [
        search for item in params["protect"] for search in compile_rule_query(item, "protect", dialect, now, whole=True)
    ]
    return Table(read_rules(rows, dialect, now), rules_digest(rows), protect, params["hold_tags"], run_id)


def check_share(client: Client, plan: Plan, share: float | None, now: datetime) -> None:
    """:raises TooManyAlerts: more than this share of the open alerts would be changed; nothing was written."""
    if share is None or not plan.affected:
        return
    searches = compile_query({"status": ["open"]}, client.dialect, now, echoes=False)
    total = sum(count(client, filters) for filters in searches)
    affected = plan.affected
    if affected > share * total:
        raise TooManyAlerts(
            f"{affected} alerts would be changed, more than `max_share: {share}` of the {total} open ones. Look at the "
            "rules, or raise the limit; nothing was written."
        )


def annotations_of(selection: Selection, verdicts: Verdicts, table: Table) -> Annotations:
    """What the receipt says of the rules: which one decided, and what the watched ones would have done."""
    edited = {edit.alert.id for edit in verdicts.plan.edits}

    def of_alert(alert_id: str) -> dict[str, Any]:
        shown = explanation(verdicts.decisions[alert_id])
        watched = [{"name": row["name"], "status": row["status"]} for row in shown["shadow_rules"]]
        return {"rule": shown["rule"], "shadow_rules": watched}

    entries = [
        Entry(alert.id, alert.name, full_state(alert), full_state(alert), WATCHED, more=of_alert(alert.id))
        for alert in selection.alerts
        if verdicts.decisions[alert.id].shadowed and alert.id not in edited
    ]
    head: dict[str, Any] = {"rules_digest": table.version, "run_id": table.run_id}
    watched = [rule.name for rule in table.rules if rule.shadow]
    if watched:
        # A rule is judged by all that it could have closed; what is closed already shows nothing.
        candidates = [alert.id for alert in selection.alerts if alert.status != "completed"]
        head.update(shadow_rules=watched, candidates=candidates)
    return Annotations(head, of_alert, entries)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what the rules say; the result of every writer, with the reasons."""
    now = datetime.now(timezone.utc)
    # A mistake in a rule is reported before anything is sent.
    right_for_one(lambda dialect: table_from(params, dialect, now), client.settings.dialect)
    table = table_from(params, client.dialect, now)
    selection = select(client, params, with_echoes=True)
    decisions = decide_all(selection, table)
    known = membership(client, selection.alerts, decisions)
    verdicts = judge(selection, table, decisions, known.elsewhere)
    if params["plan"]:
        insist_on(params["plan"], verdicts.plan, verdicts.digest, verdicts.entering)
    check_share(client, verdicts.plan, params["max_share"], now)
    annotations = annotations_of(selection, verdicts, table)
    limits = limits_from(params)
    written = write(client, CHANGE, selection, verdicts.plan, limits, task.check_mode, annotations=annotations)
    explained = [
        replace(outcome, more=explanation(verdicts.decisions.get(outcome.alert_id, Decision())))
        for outcome in written.outcomes
    ]
    written = replace(written, outcomes=explained, digest=verdicts.digest)
    written = fill_incidents(client, verdicts.incidents, known, written, task.check_mode)
    more = {"rules_digest": table.version, "coverage": coverage(table.rules, verdicts.decisions)}
    return finish(replace(written, more={**written.more, **more}), client.requests_sent)


OPERATION = Operation(
    name="utmstack_triage",
    options=options(
        WRITER_OPTIONS,
        rules={"type": "list", "elements": "dict", "default": []},
        rules_files={"type": "list", "elements": "str", "default": []},
        protect={"type": "list", "elements": "dict", "default": []},
        hold_tags={"type": "list", "elements": "str", "default": ["Hold"]},
        max_share={"type": "float"},
        run_id={"type": "str"},
        plan={"type": "str"},
    ),
    rules=SELECTION_RULES,
    run=run,
)
