# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn decisions into planned edits, subject to the guardrails. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, Alert
from ...model.storable_text import KEEP, checked_tag, storable_note
from ...query.stored_values import StoredValues
from ...writing.change import AlertChange, kept_echoes, with_echoes, without_lost_tags
from ...writing.families import copied
from ...writing.plan import Edit, Plan, State, Write
from ...writing.selected import Selection
from ...writing.states import full_state, notes_write, status_differs, status_write, tags_write
from ..alerts.notes_plan import NoteChange
from ..alerts.status_plan import StatusChange
from ..alerts.tags_plan import TagChange
from ..assets.asset_index import AssetIndex
from .decision_table import Decision, Rule, RuleIndex, Table, decide, large_groups


@dataclass(frozen=True)
class Verdicts:
    """The decisions for a selection, and the plan that follows from them.

    :param decisions: by alert ID.
    :param incidents: by incident name, the IDs of its alerts.
    :param entering: the subset of alerts without the mark of their incident.
    """

    plan: Plan
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    incidents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entering: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def incident_of(self) -> dict[str, str]:
        """By alert ID, the name of the incident that the alert is added to."""
        return {alert_id: name for name, ids in self.entering.items() for alert_id in ids}

    def within(self, plan: Plan, approved: Mapping[str, str]) -> Verdicts:
        """The verdicts with a plan that contains fewer changes.

        :param approved: by alert ID, the incident to which it may be added.
        """
        return replace(
            self,
            plan=plan,
            incidents={name: [key for key in ids if approved.get(key) == name] for name, ids in self.incidents.items()},
            entering={name: [key for key in ids if approved.get(key) == name] for name, ids in self.entering.items()},
        )


class TriageChange(AlertChange):
    """A change of any field that a rule can set."""

    takes_echoes = True

    def state(self, alert: Alert) -> State:
        """All writable fields."""
        return full_state(alert)

    def echo_after(self, edit: Edit, echo: Alert) -> State:
        """The state of an echo: it takes the status of its alert, and the false-positive tag with it."""
        state = full_state(copied(echo, edit))
        # The alert may already carry the tag from an interrupted run.
        if edit.after["status"] == "completed" and FALSE_POSITIVE in edit.after["tags"]:
            state["tags"] = sorted({*echo.tags, FALSE_POSITIVE})
        return state

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """The missing writes, the status last, so that a closed alert has its tags and note."""
        state, found = full_state(alert), []
        wanted = [(alert.id, state, edit.after)]
        wanted += [(echo.id, full_state(echo), self.echo_after(edit, echo)) for echo in echoes]
        for document_id, current, target in wanted:
            if current["tags"] != target["tags"]:
                found.append((document_id, tags_write(target)))
        if state["notes"] != edit.after["notes"]:
            found.append((alert.id, notes_write(edit.after)))
        if any(status_differs(current, target) for _id, current, target in wanted):
            found.append((alert.id, status_write(edit.after)))
        return found


CHANGE = TriageChange()


def state_after(alert: Alert, decision: Decision, table: Table) -> State:
    """The state of an alert after a decision.

    :raises InvalidInput: the alert's own observation, note or tag cannot be stored again.
    """
    wish = decision.wish
    state = full_state(alert)
    rule = decision.decided_by
    if rule is not None and wish.status is not None and alert.status != wish.status:
        observation = wish.observation
        if wish.status == "completed":
            observation = f"{f'Closed by rule {rule.name}' if observation is None else observation} {table.mark(rule)}"
        state.update(StatusChange(wish.status, observation, unsupported_text=KEEP).state_after(alert))
    if wish.tags or wish.remove_tags:
        tags = TagChange(wish.tags, "present").tags_after(alert.tags)
        tags = TagChange(wish.remove_tags, "absent").tags_after(tags)
        if set(tags) != set(alert.tags):
            state["tags"] = [checked_tag(tag) for tag in tags]
    notes = str(state["notes"])
    for line in wish.notes:
        notes = NoteChange(line, "present", "append").note_after(notes)
    if notes != state["notes"]:
        state["notes"] = storable_note(notes, KEEP).text
    return state


def decide_all(
    parts: Iterable[tuple[Selection, Sequence[Rule]]],
    assets: AssetIndex | None = None,
    counted: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Decision]:
    """Decide on each alert, by alert ID.

    :param parts: alerts and their rules. An alert in several parts is left to the first one with a matching rule. The
        groups of a rule consist of alerts of its part.
    :param assets: the inventory, for rules with `asset`.
    :param counted: by name of a rule, IDs of alerts that count in its groups although it no longer matches them.
    """
    decisions: dict[str, Decision] = {}
    for selection, rules in parts:
        index = RuleIndex(rules, assets)
        groups = large_groups(selection.alerts, index, counted)
        for alert in selection.alerts:
            earlier = decisions.get(alert.id)
            if earlier is None:
                decisions[alert.id] = decide(alert, index, groups)
            elif not earlier.acting:
                found = decide(alert, index, groups)
                decisions[alert.id] = replace(found, shadowed=[*earlier.shadowed, *found.shadowed])
    return decisions


def lost_matches(
    selection: Selection,
    table: Table,
    decisions: Mapping[str, Decision],
    assets: AssetIndex | None,
    why: Mapping[str, Any],
) -> dict[str, str]:
    """Why alerts that did not change no longer match a rule that has expired, or has `asset` or `group`, by alert ID.

    :param selection: alerts of an approved plan.
    :param why: by alert ID, the explanation of the decision in the plan.
    """
    rules = [rule for rule in table.live_rules if rule.asset is not None or rule.group is not None]
    with_assets = RuleIndex([replace(rule, group=None) for rule in rules], assets)
    alone = RuleIndex([replace(rule, group=None, asset=None) for rule in rules])
    ends = {rule.name: rule.lifetime.expires for rule in table.all_rules if rule.expired}
    found: dict[str, str] = {}
    for alert in selection.alerts if rules or ends else ():
        lost = {str(row["name"]) for row in why[alert.id].get("rules", ())}
        lost -= {hit.rule.name for hit in decisions[alert.id].acting}
        if not lost:
            continue
        if ended := lost & ends.keys():
            found[alert.id] = f"the rule {min(ended)!a} has expired ({ends[min(ended)]})"
        stored = StoredValues(alert.document)
        matching = [
            {rule.name for rule, _why in index.matching(alert, stored)} & lost for index in (with_assets, alone)
        ]
        for names, problem in zip(
            matching, ("its group is now too small for the rule", "its assets no longer match the rule")
        ):
            if names:
                found.setdefault(alert.id, f"{problem} {min(names)!a}")
    return found


def judge(
    selection: Selection, table: Table, decisions: Mapping[str, Decision], elsewhere: Mapping[str, str]
) -> Verdicts:
    """Plan the edits of the decisions.

    :param elsewhere: by alert ID, the reason to skip an alert of another incident.
    """
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    incidents: dict[str, list[str]] = {}
    # Alerts that are already in the incident of their rule.
    inside: set[str] = set()
    for alert in selection.alerts:
        decision = decisions[alert.id]
        before = full_state(alert)
        try:
            target = state_after(alert, decision, table)
        except InvalidInput as error:
            errors[alert.id] = f"The write would lose a text or tag of the alert. {error.message}"
            continue
        wished = decision.wish.incident
        if target == before and wished is None:
            continue
        edit = Edit(alert, before, target)
        reason = _guardrail(edit, table, selection.echoes_of(alert.id)) or elsewhere.get(alert.id)
        if reason:
            skipped[alert.id] = reason
            continue
        if wished is not None:
            incidents.setdefault(wished, []).append(alert.id)
            if alert.is_marked_for(wished):
                inside.add(alert.id)
        if target != before:
            edits.append(edit)
    keeping, unkept = kept_echoes(edits, selection, CHANGE)
    edits = [edit for edit in (*edits, *keeping) if edit.alert.id not in unkept]
    edits = with_echoes(edits, selection, CHANGE)
    kept, lost = without_lost_tags(edits, CHANGE)
    lost = {**unkept, **lost}
    own = {edit.alert.id for edit in kept}
    incidents = {name: [key for key in ids if key not in lost] for name, ids in incidents.items()}
    entering = {name: [key for key in ids if key not in inside] for name, ids in incidents.items()}
    beside = [key for ids in entering.values() for key in ids if key not in own]
    plan = Plan(kept, skipped, {**errors, **lost}, beside=beside)
    return Verdicts(plan, decisions, incidents, entering)


def _guardrail(edit: Edit, table: Table, echoes: Sequence[Alert]) -> str | None:
    """The reason to skip an alert despite a matching rule."""
    alert, target = edit.alert, edit.after
    after = [(echo, CHANGE.echo_after(edit, echo)) for echo in echoes]
    reason = table.guardrails.against_change(alert, target, after)
    if reason is None and alert.status == "completed" and target["status"] != "completed":
        reason = "The alert is completed; rules do not reopen it."
    return reason


def explanation(decision: Decision) -> dict[str, Any]:
    """Explain a decision: the deciding rule, the other matches, and the reasons."""
    rule = decision.decided_by or (decision.acting[0].rule if decision.acting else None)
    return {
        "rule": rule.name if rule else None,
        "rules": [{"name": hit.rule.name, "why": dict(hit.why)} for hit in decision.acting],
        "shadow_rules": [
            {
                "name": hit.rule.name,
                "why": dict(hit.why),
                "status": hit.rule.then.status,
                "false_positive": hit.rule.then.closes_as_false_positive,
            }
            for hit in decision.shadowed
        ],
    }


def coverage(rules: Sequence[Rule], decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """Count the matches of each rule, and list the alerts without a match."""
    hits = {rule.name: 0 for rule in rules}
    for decision in decisions.values():
        for hit in (*decision.acting, *decision.shadowed):
            hits[hit.rule.name] += 1
    uncovered = [key for key, decision in decisions.items() if not decision.acting and not decision.shadowed]
    return {"hits": hits, "never_hit": [name for name, number in hits.items() if not number], "uncovered": uncovered}
