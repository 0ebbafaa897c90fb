# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision table is carried out: one read of the candidates, one plan, bulk writes, brakes before all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from . import alert_status
from .alert_notes import NO_NOTE, note_after
from .alert_tags import tags_after
from .alerts import FALSE_POSITIVE, STATUS_CODES, Alert
from .approved_plan import insist_on
from .arguments import SELECTION_RULES, WRITER_OPTIONS, options
from .client import Client
from .decision_table import Decision, Rule, Searches, decide, found_by
from .dialects import Dialect
from .errors import InvalidInput, TooManyAlerts, printable
from .operation import Operation, Task
from .query import compile_query, right_for_one
from .reading import count
from .receipts import WATCHED, Entry, Story
from .rule_reading import read_query, read_rules, rules_digest
from .selection import Selection, select
from .tag_hygiene import same_tag
from .text_rules import KEEP, checked_tag, storable_note
from .triage_incidents import fill_incidents, is_marked_for, membership
from .writer import write_selected
from .writing import Edit, Plan, State, Subject, Write, digest_of

# So many hex digits of the rules' digest tell one version of a rule set from another.
VERSION_DIGITS = 8
LONGEST_RUN_ID = 40
# What the observation of every automatic closure holds.
MARK = "[utmstack.siem rule="


@dataclass(frozen=True)
class Table:
    """A decision table with its brakes.

    :param version: digest of the rules.
    :param protect: alerts that these searches find are never completed.
    :param hold_tags: alerts with one of these tags are left alone.
    :param run_id: name of the run, for the mark; None for none.
    """

    rules: Sequence[Rule]
    version: str = ""
    protect: Searches = ()
    hold_tags: Sequence[str] = ()
    run_id: str | None = None

    def mark(self, rule: Rule) -> str:
        """What an automatic closure says of itself, for people and programs; the same for all alerts of a rule."""
        run = f" run={self.run_id}" if self.run_id else ""
        return f'{MARK}"{rule.name}" rules={self.version[:VERSION_DIGITS]}{run}]'


@dataclass(frozen=True)
class Verdicts:
    """What the rules make of a selection.

    :param decisions: by alert id.
    :param incidents: by their names the ids of the alerts that they shall hold.
    :param entering: those of them whose documents do not say yet that they belong to it.
    """

    plan: Plan
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    incidents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entering: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The plan's digest, and with incidents theirs, too."""
        incidents = {name: sorted(ids) for name, ids in self.incidents.items()}
        return digest_of([self.plan.digest, incidents]) if incidents else self.plan.digest


def state_of(alert: Alert) -> State:
    """The fields that a rule can change."""
    notes = alert.notes if alert.notes.strip() else ""
    return {"status": alert.status, "observation": alert.observation, "tags": sorted(alert.tags), "notes": notes}


def after(alert: Alert, decision: Decision, table: Table) -> State:
    """What a decision makes of an alert.

    :raises InvalidInput: something of the alert's own that would have to be written back cannot be stored.
    """
    wish = decision.wish
    state: dict[str, Any] = dict(state_of(alert))
    rule = decision.decided_by
    if rule is not None and wish.status is not None and alert.status != wish.status:
        observation = wish.observation
        if wish.status == "completed":
            observation = f"{f'Closed by rule {rule.name}' if observation is None else observation} {table.mark(rule)}"
        state.update(alert_status.after(alert, alert_status.Wanted(wish.status, observation, unsupported_text=KEEP)))
    tags = tags_after(tags_after(alert.tags, wish.tags, "present"), wish.remove_tags, "absent")
    if set(tags) != set(alert.tags):
        state["tags"] = [checked_tag(tag) for tag in tags]
    notes = state["notes"]
    for line in wish.notes:
        notes = note_after(notes, line, "present", "append")
    if notes != state["notes"]:
        state["notes"] = storable_note(notes, KEEP).text
    return state


def decide_all(selection: Selection, table: Table) -> dict[str, Decision]:
    """What the table says of each alert, by its id."""
    return {alert.id: decide(alert, table.rules) for alert in selection.alerts}


def judge(
    selection: Selection, table: Table, decisions: Mapping[str, Decision], elsewhere: Mapping[str, str]
) -> Verdicts:
    """Plan the edits that the decisions make; pure.

    :param elsewhere: for alerts of another incident than the one that a rule wants them in, what to say about it.
    """
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    incidents: dict[str, list[str]] = {}
    # Alerts that are in the incident of their rule already.
    inside: set[str] = set()
    for alert in selection.alerts:
        decision = decisions[alert.id]
        before = state_of(alert)
        try:
            target = after(alert, decision, table)
        except InvalidInput as error:
            errors[alert.id] = f"The alert's own text or tag would be lost. {error.message}"
            continue
        wished = decision.wish.incident
        if target == before and wished is None:
            continue
        reason = _brake(alert, target, table, selection.echoes_of(alert.id)) or elsewhere.get(alert.id)
        if reason:
            skipped[alert.id] = reason
            continue
        if wished is not None:
            incidents.setdefault(wished, []).append(alert.id)
            if is_marked_for(alert, wished):
                inside.add(alert.id)
        if target != before:
            edits.append(Edit(alert, before, target))
    own = {edit.alert.id for edit in edits}
    planned = []
    for edit in edits:
        follow = [echo for echo in selection.echoes_of(edit.alert.id) if echo.id not in own]
        moved = tuple(echo for echo in follow if echo_after(edit, echo) != state_of(echo))
        planned.append(replace(edit, echoes=moved))
    entering = {name: [key for key in ids if key not in inside] for name, ids in incidents.items()}
    beside = [key for ids in entering.values() for key in ids if key not in own]
    return Verdicts(Plan(planned, skipped, errors, beside=beside), decisions, incidents, entering)


def _brake(alert: Alert, target: State, table: Table, echoes: Sequence[Alert]) -> str | None:
    """Why an alert is left alone although a rule wants to change it; its echoes would take its status."""
    hold = {same_tag(tag) for tag in table.hold_tags}
    followers = echoes if _writes_status(state_of(alert), target) else ()
    for one, label in ((alert, "The alert"), *((echo, f"Its echo {printable(echo.id)}") for echo in followers)):
        if hold & {same_tag(tag) for tag in one.tags}:
            return f"{label} carries a hold tag."
        closes = target["status"] == "completed" and one.status != "completed"
        if closes and found_by(table.protect, one.document) is not None:
            return f"{label} is protected from being closed automatically (`protect`)."
    if alert.status == "completed" and target["status"] != "completed":
        return "The alert is completed; rules do not reopen it."
    return None


def _writes_status(before: State, target: State) -> bool:
    return any(before[name] != target[name] for name in ("status", "observation"))


def _becomes_false_positive(edit: Edit) -> bool:
    """Whether the alert is being closed as one; it may carry the tag already when an earlier run broke off."""
    return edit.after["status"] == "completed" and FALSE_POSITIVE in edit.after["tags"]


def echo_after(edit: Edit, echo: Alert) -> State:
    """What becomes of an echo: it takes its alert's status, and the tag of a false positive with it."""
    state: dict[str, Any] = dict(state_of(echo))
    if _writes_status(edit.before, edit.after):
        state.update(status=edit.after["status"], observation=edit.after["observation"])
    if _becomes_false_positive(edit):
        state["tags"] = sorted({*echo.tags, FALSE_POSITIVE})
    return state


def writes(edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
    """Requests for what is not yet as wanted. The status comes last: a closed alert has its tags and note already."""
    found = []
    state = state_of(alert)
    wanted = [(alert, edit.after), *((echo, echo_after(edit, echo)) for echo in echoes)]
    for document, target in wanted:
        if sorted(document.tags) != target["tags"]:
            found.append((document.id, Write("tags", tuple(target["tags"]))))
    if state["notes"] != edit.after["notes"]:
        found.append((alert.id, Write("notes", edit.after["notes"] or NO_NOTE)))
    lagging = any(_writes_status(state_of(document), target) for document, target in wanted)
    if lagging:
        found.append((alert.id, Write("status", (edit.after["status"], edit.after["observation"]))))
    return found


def send(client: Client, ids: Sequence[str], write: Write) -> None:
    """One request for these alerts."""
    if write.kind == "status":
        status, observation = write.value
        client.write_status(ids, STATUS_CODES[status], observation)
    elif write.kind == "tags":
        client.write_tags(ids, write.value)
    else:
        client.write_note(ids[0], write.value)


def table_from(params: Mapping[str, Any], dialect: Dialect, now: datetime) -> Table:
    """The decision table of a task. :raises InvalidInput: a rule or brake that could not do what it says."""
    rows = params["rules"]
    if not rows:
        raise InvalidInput("Neither `rules` nor `rules_files` holds a rule; a decision table needs at least one.")
    run_id = params["run_id"]
    # It stands in the mark of a closure like the name of a rule, and a bracket ends the mark.
    if run_id is not None and (
        not run_id.isprintable() or not run_id.isascii() or len(run_id) > LONGEST_RUN_ID or set(run_id) & set('"\\]')
    ):
        raise InvalidInput(f'`run_id` must be up to {LONGEST_RUN_ID} printable ASCII characters without ", \\ and ].')
    share = params["max_share"]
    if share is not None and not 0 < share <= 1:
        raise InvalidInput("`max_share` must be above 0 and at most 1.")
    protect = [search for item in params["protect"] for search in read_query(item, "protect", dialect, now, whole=True)]
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


def told(decision: Decision) -> dict[str, Any]:
    """Which rule decided, which others matched, and why."""
    rule = decision.decided_by or (decision.acting[0].rule if decision.acting else None)
    return {
        "rule": rule.name if rule else None,
        "rules": [{"name": hit.rule.name, "why": dict(hit.why)} for hit in decision.acting],
        "shadow_rules": [
            {"name": hit.rule.name, "why": dict(hit.why), "status": hit.rule.then.status} for hit in decision.shadowed
        ],
    }


def story_of(selection: Selection, verdicts: Verdicts, table: Table) -> Story:
    """What the receipt says of the rules: which one decided, and what the watched ones would have done."""
    edited = {edit.alert.id for edit in verdicts.plan.edits}

    def of_alert(alert_id: str) -> dict[str, Any]:
        shown = told(verdicts.decisions[alert_id])
        watched = [{"name": row["name"], "status": row["status"]} for row in shown["shadow_rules"]]
        return {"rule": shown["rule"], "shadow_rules": watched}

    entries = [
        Entry(alert.id, alert.name, state_of(alert), state_of(alert), WATCHED, more=of_alert(alert.id))
        for alert in selection.alerts
        if verdicts.decisions[alert.id].shadowed and alert.id not in edited
    ]
    head: dict[str, Any] = {"rules_digest": table.version, "run_id": table.run_id}
    watched = [rule.name for rule in table.rules if rule.shadow]
    if watched:
        # A rule is judged by all that it could have closed; what is closed already shows nothing.
        candidates = [alert.id for alert in selection.alerts if alert.status != "completed"]
        head.update(shadow_rules=watched, candidates=candidates)
    return Story(head, of_alert, entries)


def coverage(rules: Sequence[Rule], decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """How many alerts each rule matched, and which no rule covers."""
    hits = {rule.name: 0 for rule in rules}
    for decision in decisions.values():
        for hit in (*decision.acting, *decision.shadowed):
            hits[hit.rule.name] += 1
    uncovered = [key for key, decision in decisions.items() if not decision.acting and not decision.shadowed]
    return {"hits": hits, "never_hit": [name for name, number in hits.items() if not number], "uncovered": uncovered}


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what the rules say; the result of every writer, with the reasons."""
    now = datetime.now(timezone.utc)
    # A mistake in a rule is told before anything is asked of the server.
    right_for_one(lambda dialect: table_from(params, dialect, now), client.settings.dialect)
    table = table_from(params, client.dialect, now)
    selection = select(client, params, with_echoes=True)
    decisions = decide_all(selection, table)
    known = membership(client, selection.alerts, decisions)
    verdicts = judge(selection, table, decisions, known.elsewhere)
    if params["plan"]:
        insist_on(params["plan"], verdicts.plan, verdicts.digest, verdicts.entering)
    check_share(client, verdicts.plan, params["max_share"], now)
    subject = Subject(
        state=state_of,
        plan=lambda chosen: verdicts.plan,
        writes=writes,
        send=lambda ids, write: send(client, ids, write),
        echo_after=echo_after,
        one_by_one=frozenset({"notes"}),
        takes_echoes=True,
    )
    story = story_of(selection, verdicts, table)
    result = write_selected(client, params, subject, selection, task.check_mode, [], story)
    for alert in result["alerts"]:
        alert.update(told(verdicts.decisions.get(alert["id"], Decision())))
    result["plan_digest"] = verdicts.digest
    fill_incidents(client, verdicts.incidents, known, result, task)
    result["summary"]["requests"] = client.requests_sent
    return {**result, "rules_digest": table.version, "coverage": coverage(table.rules, verdicts.decisions)}


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
