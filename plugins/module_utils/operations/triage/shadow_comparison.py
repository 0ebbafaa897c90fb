# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare shadow rules with the decisions of analysts, over the receipts of several runs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...model.alert import Alert
from ...writing.receipts import Entry, Receipt
from ...writing.states import status_differs, status_state
from .analyst_decisions import (
    AGREED,
    ANALYST,
    AUTOMATED,
    COLLECTION,
    MAX_LISTED,
    NO_DECISION,
    OTHERWISE,
    TAG_RULE,
    AnalystDecision,
    agreement,
    disagreement,
)
from .precision import Precision, share_of
from .receipt_source import SHADOW_RULES

# In the head of a receipt, by shadow rule, the digest of what it decides. Earlier receipts lack it.
SHADOW_CONTENT = "shadow_content"
_COMPLETED = "completed"


@dataclass(frozen=True)
class Version:
    """What a shadow rule decided in a run.

    :param digest: of the rule, or of all rules of the run if its receipt has no other.
    """

    digest: str
    is_own: bool


@dataclass
class Matches:
    """The runs of one version of a rule, joined: an alert counts once.

    :param closing: by alert that the rule would complete, whether it would do so as a false positive.
    :param candidates: the alerts that the runs read and that were not completed.
    """

    runs: int = 0
    matched: set[str] = field(default_factory=set)
    closing: dict[str, bool] = field(default_factory=dict)
    candidates: set[str] = field(default_factory=set)

    def add(self, other: Matches) -> None:
        """Join the runs of another version."""
        self.runs += other.runs
        self.matched |= other.matched
        self.closing.update(other.closing)
        self.candidates |= other.candidates


# By rule, its versions; the one of the newest run comes last.
ShadowRuns = Mapping[str, Mapping[Version, Matches]]


def joined(receipts: Iterable[Receipt]) -> ShadowRuns:
    """Join receipts, the oldest first."""
    found: dict[str, dict[Version, Matches]] = {}
    for receipt in receipts:
        of_run: dict[str, Matches] = {}
        for name in receipt.head[SHADOW_RULES]:
            versions = found.setdefault(name, {})
            version = version_of(receipt, name)
            of_run[name] = versions[version] = versions.pop(version, Matches())
            of_run[name].runs += 1
            of_run[name].candidates.update(receipt.head["candidates"])
        for entry in receipt.entries:
            for rule in entry.more.get(SHADOW_RULES, []):
                matches = of_run.get(rule["name"])
                if matches is None:
                    continue
                matches.matched.add(entry.alert_id)
                if rule["status"] == _COMPLETED:
                    matches.closing[entry.alert_id] = rule.get("false_positive", False)
    return found


def version_of(receipt: Receipt, name: str) -> Version:
    """The version of a shadow rule in a run."""
    own = receipt.head.get(SHADOW_CONTENT, {}).get(name)
    return Version(str(receipt.head.get("rules_digest")), is_own=False) if own is None else Version(own, is_own=True)


@dataclass(frozen=True)
class Compared:
    """One version of a shadow rule, compared with what analysts decided."""

    matches: Matches
    verdicts: Mapping[str, str]
    decisions: Mapping[str, AnalystDecision]
    alerts: Mapping[str, Alert]

    @property
    def precision(self) -> Precision:
        """How often analysts agreed."""
        agreed = self._number(AGREED)
        return Precision(agreed, agreed + self._number(OTHERWISE))

    def result(self) -> dict[str, Any]:
        """The keys of a result."""
        otherwise = sorted(key for key, verdict in self.verdicts.items() if verdict == OTHERWISE)
        return {
            "runs": self.matches.runs,
            "matched": sum(key in self.decisions for key in self.matches.matched),
            "would_close": len(self.verdicts),
            **self.precision.result(),
            "recall": self._recall(),
            "undecided": self._number(NO_DECISION),
            "automated": self._number(AUTOMATED),
            "otherwise": [disagreement(self.alerts[key], self.decisions[key]) for key in otherwise[:MAX_LISTED]],
            "otherwise_total": len(otherwise),
        }

    def _number(self, verdict: str) -> int:
        return sum(one == verdict for one in self.verdicts.values())

    def _recall(self) -> float | None:
        """Of the candidates that analysts closed, the share that the rule would have closed."""
        closed = [key for key in self.matches.candidates if _closed_by_analyst(self.decisions.get(key))]
        return share_of(sum(key in self.verdicts for key in closed), len(closed))


def compared(matches: Matches, decisions: Mapping[str, AnalystDecision], alerts: Mapping[str, Alert]) -> Compared:
    """Compare what a rule would have closed with the decisions, by alert ID, about the alerts that still exist."""
    verdicts = {
        key: agreement(_COMPLETED, false_positive, decisions[key])
        for key, false_positive in matches.closing.items()
        if key in decisions
    }
    return Compared(matches, verdicts, decisions, alerts)


def without_own_changes(
    decisions: Mapping[str, AnalystDecision], alerts: Mapping[str, Alert], receipts: Iterable[Receipt]
) -> dict[str, AnalystDecision]:
    """The decisions, with those of the runs told apart from those of analysts.

    Only closures have a mark. An alert that a run set to in review or added to an incident, and that is still as the
    run left it, has been decided by no analyst.
    """
    found = dict(decisions)
    for receipt in receipts:
        for entry in receipt.entries:
            decision = found.get(entry.alert_id)
            if decision is not None and decision.source == ANALYST and _is_as_left(alerts[entry.alert_id], entry):
                found[entry.alert_id] = replace(decision, source=COLLECTION)
    return found


def _is_as_left(alert: Alert, entry: Entry) -> bool:
    """Whether the run decided about the alert, and nobody has since."""
    before, after = entry.before, entry.after
    added = bool(after.get("incident")) and before.get("incident") != after.get("incident")
    decided = added or before.get("status") != after.get("status")
    same_incident = added or not alert.is_incident
    return entry.is_written and decided and same_incident and not status_differs(status_state(alert), after)


def _closed_by_analyst(decision: AnalystDecision | None) -> bool:
    return decision is not None and decision.source == ANALYST and decision.status == _COMPLETED


def summary_of(candidates: Sequence[str], decisions: Mapping[str, AnalystDecision]) -> dict[str, int]:
    """What became of the candidates."""
    by_analysts = [decision for decision in decisions.values() if decision.source == ANALYST]
    automatic = [decision for decision in decisions.values() if decision.source in (COLLECTION, TAG_RULE)]
    return {
        "candidates": len(candidates),
        "decided_by_analysts": len(by_analysts),
        "closed_by_analysts": sum(decision.status == _COMPLETED for decision in by_analysts),
        "closed_by_automation": sum(decision.status == _COMPLETED for decision in automatic),
        "without_history": sum(decision.at is None for decision in by_analysts),
        "gone": len(candidates) - len(decisions),
    }
