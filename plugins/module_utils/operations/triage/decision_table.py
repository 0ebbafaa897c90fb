# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision table: rules that are asked from top to bottom what shall become of an alert. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...model.alert import FALSE_POSITIVE, MARK, Alert
from ...model.filter import Filter
from ...query.matching import all_hold, field_of, values_at

Searches = Sequence[Sequence[Filter]]
# So many hex digits of the rules' digest tell one version of a rule set from another.
VERSION_DIGITS = 8
_SHOWN_VALUES = 3


@dataclass(frozen=True)
class Wish:
    """What a rule wants of an alert; None and empty leave the alert as it is.

    :param status: a settable status word.
    :param observation: text to store with a status change.
    :param tags: tags that the alert shall have.
    :param remove_tags: tags that it shall not have.
    :param notes: lines that its note shall hold.
    :param incident: name of an incident that it shall belong to.
    """

    status: str | None = None
    observation: str | None = None
    tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    incident: str | None = None


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    :param when: searches of which one must find the alert.
    :param unless: searches of which none may find it.
    :param unasked: fields that `when` compares of its own accord, which explain nothing.
    :param stop: no rule below is asked once this one has matched.
    :param shadow: the rule is only watched: it changes nothing and stops nobody.
    """

    name: str
    when: Searches
    then: Wish
    unless: Searches = ()
    unasked: frozenset[str] = frozenset()
    stop: bool = True
    shadow: bool = False


@dataclass(frozen=True)
class Table:
    """A decision table with its guardrails.

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
class Hit:
    """A rule that matched, and the alert's values that made it match, by field."""

    rule: Rule
    why: Mapping[str, Any]


@dataclass(frozen=True)
class Decision:
    """What the table says of one alert: rules that act, rules that are only watched, and the wish that adds up."""

    acting: Sequence[Hit] = ()
    shadowed: Sequence[Hit] = ()
    wish: Wish = field(default_factory=Wish)

    @property
    def decided_by(self) -> Rule | None:
        """The rule that gives the alert its status."""
        return next((hit.rule for hit in self.acting if hit.rule.then.status is not None), None)


def found_by(searches: Searches, document: Mapping[str, Any]) -> Sequence[Filter] | None:
    """The first of these searches that finds a document, None when none does."""
    return next((filters for filters in searches if all_hold(filters, document)), None)


def decide(alert: Alert, rules: Sequence[Rule]) -> Decision:
    """Ask the rules from top to bottom, until one that stops has matched."""
    acting: list[Hit] = []
    shadowed: list[Hit] = []
    for rule in rules:
        filters = found_by(rule.when, alert.document)
        if filters is None or found_by(rule.unless, alert.document) is not None:
            continue
        hit = Hit(rule, _why(rule, filters, alert.document))
        if rule.shadow:
            shadowed.append(hit)
            continue
        acting.append(hit)
        if rule.stop:
            break
    return Decision(acting, shadowed, combined([hit.rule.then for hit in acting]))


def _why(rule: Rule, filters: Sequence[Filter], document: Mapping[str, Any]) -> dict[str, Any]:
    why: dict[str, Any] = {}
    for item in filters:
        name = field_of(item)
        if name in rule.unasked:
            continue
        values = [value for value in values_at(document, name) if not isinstance(value, dict)]
        why[name] = values[0] if len(values) == 1 else values[:_SHOWN_VALUES]
    return why


def combined(wishes: Sequence[Wish]) -> Wish:
    """Several wishes as one: the upper rule wins where two contradict each other."""
    status = next((wish.status for wish in wishes if wish.status is not None), None)
    observation = next((wish.observation for wish in wishes if wish.status is not None), None)
    tags: dict[str, bool] = {}
    notes: dict[str, None] = {}
    for wish in wishes:
        for tag in wish.tags:
            # This tag belongs to a closure; where a rule above gives another status, it is contradicted as well.
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
