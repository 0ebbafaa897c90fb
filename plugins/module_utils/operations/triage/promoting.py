# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Advise which shadow rules to promote, to withdraw and to watch. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import InvalidInput
from ...model.alert import Alert
from .analyst_decisions import AnalystDecision
from .decision_table import Rule
from .precision import Precision, missing_decisions, percent
from .shadow_comparison import Matches, ShadowRuns, Version, compared

PROMOTE, WITHDRAW, WATCH = "promote", "withdraw", "watch"
_RUN_AGAIN = "Run it in shadow mode again."


@dataclass(frozen=True)
class Thresholds:
    """From when on the decisions of analysts suffice for an advice.

    :param minimum_precision: promote a rule whose precision is proven to be at least this.
    :param minimum_decisions: before so many decisions, watch the rule.
    :param withdraw_below: withdraw a rule whose precision is proven to be below this.
    """

    minimum_precision: float
    minimum_decisions: int
    withdraw_below: float

    def missing(self, precision: Precision) -> int:
        """How many further decisions that agree with a rule are needed to promote it."""
        needed = missing_decisions(precision, self.minimum_precision) or 0
        return max(needed, self.minimum_decisions - precision.decided)


def thresholds_from(params: Mapping[str, Any]) -> Thresholds:
    """The thresholds of a task. :raises InvalidInput: one of them is out of range."""
    minimum, number, below = (params[name] for name in ("minimum_precision", "minimum_decisions", "withdraw_below"))
    if not 0 < minimum < 1:
        raise InvalidInput(
            f"`minimum_precision` is {minimum}. Set a share above 0 and below 1, such as 0.98: no number of decisions "
            "shows that a rule is never wrong."
        )
    if number < 1:
        raise InvalidInput(f"`minimum_decisions` is {number}. Set a number of at least 1, such as 20.")
    if not 0 <= below <= minimum:
        raise InvalidInput(
            f"`withdraw_below` is {below}. Set a share from 0 to `minimum_precision`, which is {minimum}."
        )
    return Thresholds(minimum, number, below)


@dataclass(frozen=True)
class CurrentRules:
    """The rules as they are now.

    :param digest: of all of them.
    """

    rules: Mapping[str, Rule]
    digest: str

    def has(self, name: str, version: Version) -> bool:
        """Whether a version of a rule decides what the rule decides now."""
        return version.digest == (self.rules[name].content if version.is_own else self.digest)


@dataclass(frozen=True)
class Evidence:
    """The runs of a rule that count.

    :param other_runs: the number of runs in which the rule decided something else.
    :param changed: whether the rule differs from what ran; None if that is unknown.
    :param obstacle: why the runs say nothing about the rule as it is now; None if they do.
    :param is_gone: the rules no longer contain the rule.
    """

    matches: Matches
    other_runs: int
    changed: bool | None = None
    obstacle: str | None = None
    is_gone: bool = False


def evidence_for(name: str, versions: Mapping[Version, Matches], current: CurrentRules | None) -> Evidence:
    """Choose the runs of a rule as it is now, or else of its newest version.

    :param versions: the one of the newest run comes last.
    """
    newest = next(reversed(list(versions)))
    chosen = [newest]
    changed, obstacle = None, None
    is_gone = current is not None and name not in current.rules
    if is_gone:
        obstacle = "The rules no longer contain this one, so there is nothing left to decide."
    elif current is not None:
        same = [version for version in versions if current.has(name, version)]
        chosen = same or chosen
        # Without a digest of its own, any other rule may have changed instead.
        changed = False if same else True if newest.is_own else None
        if changed:
            obstacle = f"The rule has changed since its shadow run. {_RUN_AGAIN}"
        elif changed is None:
            obstacle = f"The receipts do not show whether the rule has changed since its shadow run. {_RUN_AGAIN}"
    joined = Matches()
    for version in chosen:
        joined.add(versions[version])
    others = sum(matches.runs for version, matches in versions.items() if version not in chosen)
    return Evidence(joined, others, changed, obstacle, is_gone)


def advise(
    runs: ShadowRuns,
    decisions: Mapping[str, AnalystDecision],
    alerts: Mapping[str, Alert],
    current: CurrentRules | None,
    thresholds: Thresholds,
) -> list[dict[str, Any]]:
    """The result of each shadow rule, with an advice.

    :param decisions: by alert ID; deleted alerts are missing.
    :param current: the rules as they are now; None if they are unknown.
    """
    rows = []
    for name, versions in runs.items():
        evidence = evidence_for(name, versions, current)
        found = compared(evidence.matches, decisions, alerts)
        rule = current.rules.get(name) if current is not None else None
        advice = _advice(evidence, found.precision, rule, thresholds)
        rows.append(
            {
                "name": name,
                "advice": advice.advice,
                "reason": advice.reason,
                "missing_decisions": advice.missing,
                "rule_changed": evidence.changed,
                **found.result(),
                "other_runs": evidence.other_runs,
            }
        )
    return rows


@dataclass(frozen=True)
class _Advice:
    """What to do with a rule, and why."""

    advice: str
    reason: str
    missing: int | None = None


def _advice(evidence: Evidence, precision: Precision, rule: Rule | None, thresholds: Thresholds) -> _Advice:
    if evidence.obstacle is not None:
        return _Advice(WATCH, evidence.obstacle, None if evidence.is_gone else thresholds.missing(Precision(0, 0)))
    upper, agreed = precision.upper_bound, f"Analysts agreed with {precision.agreed} of {precision.decided} closures"
    if upper is not None and precision.decided >= thresholds.minimum_decisions and upper < thresholds.withdraw_below:
        return _Advice(WITHDRAW, f"{agreed}, so its precision is below {percent(thresholds.withdraw_below)}.")
    if rule is not None and not rule.shadow:
        return _Advice(WATCH, "The rule is no longer in shadow mode.")
    if rule is not None and rule.expired:
        return _Advice(WATCH, "The rule has expired. Extend `expires`, or remove the rule.")
    missing = thresholds.missing(precision)
    if missing <= 0:
        return _Advice(PROMOTE, f"{agreed}, so its precision is at least {percent(thresholds.minimum_precision)}.")
    if evidence.matches.matched and not evidence.matches.closing:
        return _Advice(WATCH, "The rule closes no alert, so no decision can be compared. Review its matches.")
    if not precision.decided:
        return _Advice(
            WATCH, f"Analysts have decided none of its alerts. It takes {missing} that they agree with.", missing
        )
    return _Advice(WATCH, f"{agreed}. It takes {missing} more that they agree with.", missing)
