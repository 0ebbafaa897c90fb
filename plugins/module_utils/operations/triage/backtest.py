# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backtest of triage rules: what they would have closed, compared with what analysts decided. Pure.

Each alert is decided as it arrived, one after another, so that the memory does not grow with the recording.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ...dialects import Dialect, StoredTypes
from ...errors import InvalidInput
from ...model.alert import Alert, alert_from
from ...model.recorded_types import types_in
from ...time_zones import reference_time
from ..named_lists import rules_with_named_lists
from .analyst_decisions import (
    AGREED,
    ANALYST,
    AUTOMATED,
    MAX_LISTED,
    NO_DECISION,
    UNDECIDED,
    AnalystDecision,
    agreement,
    as_arrived,
    disagreement,
)
from .decision_table import Decision, Rule, RuleIndex, decide, large_groups
from .precision import Precision, share_of
from .recording import RecordedAlert, Recording
from .rehearsal import recorded_inventory
from .rules import read_rules, untemplated

_COMPLETED = "completed"


@dataclass
class RuleTally:
    """The counts of one rule.

    :param otherwise: the first closures where an analyst decided otherwise.
    :param disagreed: the number of all of them.
    """

    rule: Rule
    matched: int = 0
    would_close: int = 0
    agreed: int = 0
    disagreed: int = 0
    undecided: int = 0
    automated: int = 0
    otherwise: list[dict[str, Any]] = field(default_factory=list)

    @property
    def precision(self) -> Precision:
        """How often analysts agreed."""
        return Precision(self.agreed, self.agreed + self.disagreed)

    def add(self, alert: Alert, verdict: str, decision: AnalystDecision) -> None:
        """Count a closure by its agreement."""
        self.would_close += 1
        if verdict == AGREED:
            self.agreed += 1
        elif verdict == NO_DECISION:
            self.undecided += 1
        elif verdict == AUTOMATED:
            self.automated += 1
        else:
            self.disagreed += 1
            if len(self.otherwise) < MAX_LISTED:
                self.otherwise.append(disagreement(alert, decision))

    def result(self) -> dict[str, Any]:
        """The row of the result."""
        return {
            "name": self.rule.name,
            "mode": "shadow" if self.rule.shadow else "apply",
            "expired": self.rule.expired,
            "matched": self.matched,
            "would_close": self.would_close,
            **self.precision.result(),
            "undecided": self.undecided,
            "automated": self.automated,
            "otherwise": self.otherwise,
            "otherwise_total": self.disagreed,
        }


@dataclass
class _Totals:
    """The counts of all alerts."""

    alerts: int = 0
    matched: int = 0
    analysts: int = 0
    undecided: int = 0
    automated: int = 0
    without_history: int = 0
    closed_by_analysts: int = 0
    would_close: int = 0
    agreed: int = 0
    disagreed: int = 0

    def add_decision(self, decision: AnalystDecision) -> None:
        self.alerts += 1
        if decision.source == UNDECIDED:
            self.undecided += 1
        elif decision.source != ANALYST:
            self.automated += 1
        else:
            self.analysts += 1
            self.without_history += decision.at is None
            self.closed_by_analysts += decision.status == _COMPLETED and not decision.incident

    def result(self) -> dict[str, Any]:
        return {
            "alerts": self.alerts,
            "decided_by_analysts": self.analysts,
            "undecided": self.undecided,
            "automated": self.automated,
            "without_history": self.without_history,
            "would_close": self.would_close,
            **Precision(self.agreed, self.agreed + self.disagreed).result(),
        }

    def coverage(self) -> dict[str, Any]:
        return {
            "closed_by_analysts": self.closed_by_analysts,
            "covered": self.agreed,
            "share": share_of(self.agreed, self.closed_by_analysts),
            "matched": self.matched,
            "matched_share": share_of(self.matched, self.alerts),
        }


def backtest(
    recording: Recording,
    rules: Sequence[Mapping[str, Any]],
    now: str | datetime | None = None,
    time_zone: str | None = None,
    networks: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Decide about each recorded alert as it arrived, and compare the closures with what analysts decided.

    :param rules: rules as utmstack_triage takes them. Shadow rules are compared like the others.
    :param now: ISO 8601 reference time of ages, as a text or as parsed by YAML; default: when the alerts were recorded.
    :param time_zone: IANA name of the time zone of the rules, None for UTC.
    :param networks: lists of addresses by name, for the queries of the rules.
    :param lists: lists of texts by name, for the queries of the rules.
    :returns: `rules` with their counts, `summary`, `coverage`, `never_hit` and `warnings` about the rules.
    :raises InvalidInput: a rule or an alert is invalid, or the recording is incomplete.
    """
    if not rules:
        raise InvalidInput("There is no rule to test. Add at least one.")
    spoken = _with_types(recording)
    written = rules_with_named_lists(list(rules), networks, lists)
    read = read_rules(written, spoken, reference_time(recording.recorded_at if now is None else now, time_zone))
    tallies = {rule.name: RuleTally(rule) for rule in read}
    inventory, warnings = recorded_inventory([rule for rule in read if not rule.expired], recording.assets)
    totals, index = _Totals(), RuleIndex(read, inventory)
    groups = large_groups((alert for _recorded, alert in _arriving(recording)), index)
    for recorded, alert in _arriving(recording):
        _count(alert, decide(alert, index, groups), recorded.decision, tallies, totals)
    return {
        "rules": [tally.result() for tally in tallies.values()],
        "summary": {**totals.result(), "server_history": recording.server_history},
        "coverage": totals.coverage(),
        "never_hit": [name for name, tally in tallies.items() if not tally.matched and not tally.rule.expired],
        "dialect": recording.dialect.name,
        "warnings": [*filter(None, [untemplated(rules)]), *warnings],
    }


def _arriving(recording: Recording) -> Iterator[tuple[RecordedAlert, Alert]]:
    """The recorded alerts, each as it arrived."""
    for recorded in recording.alerts():
        yield recorded, alert_from(arrived(recorded, recording.dialect), recording.dialect)


def _with_types(recording: Recording) -> Dialect:
    """The dialect with the types of the recorded fields, for which the recording is read if a rule needs them."""
    read = StoredTypes(lambda: types_in(one.document for one in recording.alerts()), partial=True)
    return replace(recording.dialect, stored=read)


def arrived(recorded: RecordedAlert, dialect: Dialect) -> Mapping[str, Any]:
    """The alert as it was before anybody worked on it."""
    document = as_arrived(recorded.document, dialect, ())
    if recorded.tags_added:
        name = dialect.names["tags"]
        document[name] = [tag for tag in document.get(name) or () if tag not in recorded.tags_added] or None
    return document


def _count(
    alert: Alert, decision: Decision, given: AnalystDecision | None, tallies: Mapping[str, RuleTally], totals: _Totals
) -> None:
    decided = AnalystDecision(alert.id, alert.status, False, False, UNDECIDED) if given is None else given
    totals.add_decision(decided)
    for hit in (*decision.acting, *decision.shadowed):
        tallies[hit.rule.name].matched += 1
    totals.matched += bool(decision.acting or decision.shadowed)
    verdicts = []
    for rule, false_positive in decision.closings():
        verdict = agreement(_COMPLETED, false_positive, decided)
        tallies[rule.name].add(alert, verdict, decided)
        verdicts.append(verdict)
    if verdicts:
        totals.would_close += 1
        # Acting rules come first; without one, the upper shadow rule would close the alert.
        totals.agreed += verdicts[0] == AGREED
        totals.disagreed += verdicts[0] not in (AGREED, NO_DECISION, AUTOMATED)
