# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluate a decision table of triage rules, from top to bottom. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...model.alert import FALSE_POSITIVE, MARK, Alert
from ...model.filter import Filter
from ...query.matching import Matcher, Searches, field_of, matcher, required_texts
from ...query.shared_conditions import SharedConditions
from ...query.stored_values import StoredValues
from ...times import stored_time
from ...writing.guardrails import NO_GUARDRAILS, GuardrailEntry, Guardrails
from ..assets.asset_index import AssetIndex
from .asset_context import AssetCondition, asset_meeting
from .business_hours import BusinessHours
from .groups import GroupCondition, GroupMembers
from .lifetimes import ALL_EXPIRED, ENDLESS, Lifetime

# Hex digits of the rules digest that identify a version of the rule set.
VERSION_DIGITS = 8
_SHOWN_VALUES = 3


@dataclass(frozen=True)
class Wish:
    """The actions of a rule; None and empty values change nothing.

    :param status: the status to set.
    :param observation: text to store with a status change.
    :param tags: tags to add.
    :param remove_tags: tags to remove.
    :param notes: lines to add to the note.
    :param incident: name of the incident to add the alert to.
    """

    status: str | None = None
    observation: str | None = None
    tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    incident: str | None = None

    @property
    def closes_as_false_positive(self) -> bool:
        """Whether the rule completes alerts and says that they were none."""
        return self.status == "completed" and FALSE_POSITIVE in self.tags


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    :param when: searches, at least one of which must match the alert.
    :param unless: searches, none of which may match the alert.
    :param during: the days and hours, by the time of the alert, in which the rule applies; None for always.
    :param time_field: the field that `during` compares.
    :param asset: what one of the alert's assets must be; None for anything.
    :param group: how large the alert's group must be; None for any size.
    :param unasked: fields that `when` compares by default, which explain nothing.
    :param stop: a match ends the evaluation.
    :param shadow: the rule only records matches: it changes nothing and never ends the evaluation.
    :param expired: the rule has passed its end and matches nothing.
    :param content: the digest of what the rule decides.
    """

    name: str
    when: Searches
    then: Wish
    unless: Searches = ()
    during: BusinessHours | None = None
    time_field: str = ""
    asset: AssetCondition | None = None
    group: GroupCondition | None = None
    unasked: frozenset[str] = frozenset()
    stop: bool = True
    shadow: bool = False
    lifetime: Lifetime = ENDLESS
    expired: bool = False
    content: str = ""


@dataclass(frozen=True)
class Table:
    """A decision table with its guardrails.

    :param version: the digest of all rules.
    :param run_id: ID of the run for the mark, None for none.
    :param further: the rules of the further alerts (`also`).
    :param finding: a warning about the rules, an error with `strict`.
    :param selections: what each rule that has not expired is for.
    """

    rules: Sequence[Rule]
    version: str = ""
    guardrails: Guardrails = NO_GUARDRAILS
    run_id: str | None = None
    further: Sequence[Rule] = ()
    finding: str | None = None
    selections: Sequence[GuardrailEntry] = ()

    @property
    def all_rules(self) -> list[Rule]:
        """The rules of all alerts of the task."""
        return [*self.rules, *self.further]

    @property
    def live_rules(self) -> list[Rule]:
        """Those that have not expired."""
        return [rule for rule in self.all_rules if not rule.expired]

    @property
    def exhaustion(self) -> str | None:
        """A warning that no rule is left to decide; None if one is."""
        return None if self.live_rules else ALL_EXPIRED

    def mark(self, rule: Rule) -> str:
        """The mark of an automatic closure, for analysts and programs; the same for all alerts of a rule."""
        run = f" run={self.run_id}" if self.run_id else ""
        return f'{MARK}"{rule.name}" rules={self.version[:VERSION_DIGITS]}{run}]'


@dataclass(frozen=True)
class Hit:
    """A matching rule, and the values of the alert that matched, by field."""

    rule: Rule
    why: Mapping[str, Any]


@dataclass(frozen=True)
class Decision:
    """The decision for one alert: matching active rules, matching shadow rules, and the combined actions."""

    acting: Sequence[Hit] = ()
    shadowed: Sequence[Hit] = ()
    wish: Wish = field(default_factory=Wish)

    @property
    def decided_by(self) -> Rule | None:
        """The rule that sets the status."""
        return next((hit.rule for hit in self.acting if hit.rule.then.status is not None), None)

    def closings(self) -> Iterator[tuple[Rule, bool]]:
        """The rules that would complete the alert, each with whether it does so as a false positive."""
        rule = self.decided_by
        if rule is not None and rule.then.status == "completed":
            yield rule, self.wish.closes_as_false_positive
        for hit in self.shadowed:
            if hit.rule.then.status == "completed":
                yield hit.rule, hit.rule.then.closes_as_false_positive


class RuleIndex:
    """Compiled rules, grouped by the texts that they require, so that an alert is compared with few of many rules.

    :param assets: the inventory; without it, rules with `asset` match nothing.
    """

    def __init__(self, given: Sequence[Rule], assets: AssetIndex | None = None) -> None:
        rules = [rule for rule in given if not rule.expired]
        self.rules = rules
        self.assets = assets
        self._rules = [(rule, matcher(rule.when), matcher(rule.unless)) for rule in rules]
        # Rules as bits of a number: by field and text, and those that require no text.
        self._requiring: dict[str, dict[str, int]] = {}
        self._others = 0
        for number, rule in enumerate(rules):
            required = [found for filters in rule.when if (found := required_texts(filters)) is not None]
            if len(required) < len(rule.when):
                self._others |= 1 << number
                continue
            for name, texts in required:
                by_text = self._requiring.setdefault(name, {})
                for text in texts:
                    by_text[text] = by_text.get(text, 0) | 1 << number
        # Of several searches, any may match.
        self._shared = SharedConditions([rule.when[0] if len(rule.when) == 1 else () for rule in rules])

    def candidates(self, stored: StoredValues) -> Iterator[tuple[Rule, Matcher, Matcher]]:
        """The rules that may match a document, from top to bottom, with their compiled searches."""
        numbers = self._others
        for name, by_text in self._requiring.items():
            for text in stored.texts(name):
                numbers |= by_text.get(text, 0)
        numbers = self._shared.left(numbers, stored)
        while numbers:
            lowest = numbers & -numbers
            numbers ^= lowest
            yield self._rules[lowest.bit_length() - 1]

    def matching(self, alert: Alert, stored: StoredValues) -> Iterator[tuple[Rule, dict[str, Any]]]:
        """The rules that match an alert from top to bottom, whatever the size of its group, each with the reason."""
        for rule, when, unless in self.candidates(stored):
            filters = when(stored)
            if filters is None or unless(stored) is not None:
                continue
            if rule.during is not None and not rule.during.includes(stored_time(alert.timestamp)):
                continue
            context: Mapping[str, Any] = {}
            if rule.asset is not None:
                asset = None if self.assets is None else asset_meeting(rule.asset, self.assets, stored)
                if asset is None:
                    continue
                context = rule.asset.why(asset)
            yield rule, {**_why(rule, filters, stored), **context}


# By name of a rule with `group`, the alerts in groups that are large enough: by ID, the reason.
LargeGroups = Mapping[str, Mapping[str, Mapping[str, Any]]]


def large_groups(
    alerts: Iterable[Alert], rules: RuleIndex, counted: Mapping[str, Collection[str]] | None = None
) -> LargeGroups:
    """Find the alerts whose group is large enough for the rules with `group`: the first of two passes.

    `decide` is the second one. Alerts may come from a stream: only IDs, shared values and times of those are kept that
    match a rule with `group` otherwise. Without such a rule, no alert is read.

    :param counted: by name of a rule, IDs of alerts that count although the rule no longer matches them.
    """
    members = {rule.name: GroupMembers(rule.group) for rule in rules.rules if rule.group is not None}
    if not members:
        return {}
    index = RuleIndex([rule for rule in rules.rules if rule.group is not None], rules.assets)
    for alert in alerts:
        stored = StoredValues(alert.document)
        names = {name for name, ids in (counted or {}).items() if alert.id in ids}
        names.update(rule.name for rule, _why in index.matching(alert, stored))
        for name in names & set(members):
            members[name].add(alert.id, alert.timestamp, stored)
    return {name: one.large() for name, one in members.items()}


def decide(alert: Alert, rules: RuleIndex, groups: LargeGroups | None = None) -> Decision:
    """Evaluate the rules from top to bottom until a rule with `stop` matches.

    :param groups: what `large_groups` found; without it, rules with `group` match nothing.
    """
    acting: list[Hit] = []
    shadowed: list[Hit] = []
    for rule, why in rules.matching(alert, StoredValues(alert.document)):
        if rule.group is not None:
            group = (groups or {}).get(rule.name, {}).get(alert.id)
            if group is None:
                continue
            why.update(group)
        hit = Hit(rule, why)
        if rule.shadow:
            shadowed.append(hit)
            continue
        acting.append(hit)
        if rule.stop:
            break
    return Decision(acting, shadowed, combined([hit.rule.then for hit in acting]))


def _why(rule: Rule, filters: Sequence[Filter], stored: StoredValues) -> dict[str, Any]:
    why: dict[str, Any] = {}
    names = [name for name in map(field_of, filters) if name not in rule.unasked]
    for name in [*names, *([rule.time_field] if rule.during is not None else [])]:
        values = stored.plain(name)
        why[name] = values[0] if len(values) == 1 else values[:_SHOWN_VALUES]
    return why


def combined(wishes: Sequence[Wish]) -> Wish:
    """Combine the actions of several rules; in a conflict, the upper rule wins."""
    status = next((wish.status for wish in wishes if wish.status is not None), None)
    observation = next((wish.observation for wish in wishes if wish.status is not None), None)
    tags: dict[str, bool] = {}
    notes: dict[str, None] = {}
    for wish in wishes:
        for tag in wish.tags:
            # This tag belongs to a closure; it is dropped if an upper rule sets another status.
            if tag != FALSE_POSITIVE or wish.status in (None, status):
                tags.setdefault(tag, True)
        for tag in wish.remove_tags:
            tags.setdefault(tag, False)
        notes.update(dict.fromkeys(wish.notes))
    return Wish(
        status,
        observation,
        tuple(tag for tag, wanted in tags.items() if wanted),
        tuple(tag for tag, wanted in tags.items() if not wanted),
        tuple(notes),
        next((wish.incident for wish in wishes if wish.incident is not None), None),
    )
