# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply the rules to alerts: verdicts, edits and the guardrails before them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, MARK, Alert
from ...model.incident import is_marked_for
from ...model.storable_text import KEEP, checked_tag, storable_note
from ...model.tag_spelling import same_tag
from ...printing import printable
from ...writing.plan import Edit, Plan, State, Write, digest_of
from ...writing.selected import Selection
from ..alerts import status_plan
from ..alerts.notes_plan import NO_NOTE, note_after
from ..alerts.tags_plan import tags_after
from .decision_table import Decision, Rule, Searches, decide, found_by

# So many hex digits of the rules' digest tell one version of a rule set from another.
VERSION_DIGITS = 8


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
        state.update(status_plan.after(alert, status_plan.Wanted(wish.status, observation, unsupported_text=KEEP)))
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


def explanation(decision: Decision) -> dict[str, Any]:
    """Which rule decided, which others matched, and why."""
    rule = decision.decided_by or (decision.acting[0].rule if decision.acting else None)
    return {
        "rule": rule.name if rule else None,
        "rules": [{"name": hit.rule.name, "why": dict(hit.why)} for hit in decision.acting],
        "shadow_rules": [
            {"name": hit.rule.name, "why": dict(hit.why), "status": hit.rule.then.status} for hit in decision.shadowed
        ],
    }


def coverage(rules: Sequence[Rule], decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """How many alerts each rule matched, and which no rule covers."""
    hits = {rule.name: 0 for rule in rules}
    for decision in decisions.values():
        for hit in (*decision.acting, *decision.shadowed):
            hits[hit.rule.name] += 1
    uncovered = [key for key, decision in decisions.items() if not decision.acting and not decision.shadowed]
    return {"hits": hits, "never_hit": [name for name, number in hits.items() if not number], "uncovered": uncovered}
