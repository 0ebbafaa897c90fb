# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the alerts of a period say about rules: which kinds of alerts analysts closed, and how. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timezone, tzinfo
from typing import Any

from ...dialects import Dialect
from ...model.alert import Alert
from ...model.fields import MAX_TEXT_LENGTH, Field, field_behind
from ...model.networks import usual_spelling
from ...query.keys import ADDRESS_KEYS
from ...query.stored_values import StoredValues
from ...times import exact_time, stored_time
from .analyst_decisions import (
    AGREED,
    ANALYST,
    AUTOMATED,
    COLLECTION,
    OTHERWISE,
    TAG_RULE,
    AnalystDecision,
    agreement,
)
from .precision import Precision, share_of

# The texts of an alert by query key, without the keys that have none.
Texts = tuple[tuple[str, tuple[str, ...]], ...]

NAME = "name"
# Of these sides, the first key with a value tells an alert from others; of the users, both do.
SOURCE, TARGET, USERS = ("source_ip", "source_host"), ("target_host", "target_ip"), ("source_user", "target_user")
_MAX_SHOWN = 20
_MISSING_HISTORY = (
    "v10 and v11 record only the first ten alerts of a bulk action, and 11.2 no alert with an event without a log. "
    "These closures count as an analyst's, on the day of the alert."
)


@dataclass(frozen=True)
class Observed:
    """One alert as evidence.

    :param verdict: AGREED, OTHERWISE, NO_DECISION or AUTOMATED, compared with a rule that closes false positives.
    :param final: the decision is not to be made any more, unlike that of an alert in review.
    :param covered: a given rule closes it already.
    :param day: the day of the closure, or of the alert if the history lacks the closure; None if there is none.
    :param by: the login behind the closure, None if the history lacks it.
    :param at: the time of the alert, None if it has none.
    """

    alert_id: str
    verdict: str
    final: bool = True
    covered: bool = False
    day: str | None = None
    by: str | None = None
    at: str | None = None


@dataclass
class Evidence:
    """What analysts decided about some alerts.

    :param fresh: those of the agreed ones that no rule closes already.
    :param contrary: those of the otherwise decided ones whose decision is final.
    :param unrecorded: agreed ones whose closure the history lacks.
    :param undecided: open ones.
    """

    alerts: int = 0
    agreed: int = 0
    fresh: int = 0
    contrary: int = 0
    unrecorded: int = 0
    undecided: int = 0
    automated: int = 0
    otherwise: list[str] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    closers: set[str] = field(default_factory=set)
    first: str | None = None
    last: str | None = None

    @property
    def precision(self) -> Precision:
        """How often analysts agreed."""
        return Precision(self.agreed, self.agreed + len(self.otherwise))

    @property
    def pending(self) -> int:
        """Alerts without a final decision."""
        return self.undecided + len(self.otherwise) - self.contrary

    def add(self, observed: Observed) -> None:
        """Count an alert."""
        self.alerts += 1
        if observed.verdict == AUTOMATED:
            self.automated += 1
        elif observed.verdict == OTHERWISE:
            self.otherwise.append(observed.alert_id)
            self.contrary += observed.final
        elif observed.verdict == AGREED:
            self._add_agreed(observed)
        else:
            self.undecided += 1

    def _add_agreed(self, observed: Observed) -> None:
        self.agreed += 1
        self.fresh += not observed.covered
        self.unrecorded += observed.by is None
        self.days.update([] if observed.day is None else [observed.day])
        self.closers.update([] if observed.by is None else [observed.by])
        self._span(observed.at, observed.at)

    def _span(self, first: str | None, last: str | None) -> None:
        if first is not None and last is not None:
            self.first = first if self.first is None else min(self.first, first)
            self.last = last if self.last is None else max(self.last, last)

    def include(self, other: Evidence) -> None:
        """Add the alerts of other evidence."""
        for name in ("alerts", "agreed", "fresh", "contrary", "unrecorded", "undecided", "automated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.otherwise += other.otherwise
        self.days |= other.days
        self.closers |= other.closers
        self._span(other.first, other.last)

    def result(self) -> dict[str, Any]:
        """The evidence of a suggestion."""
        return {
            "alerts": self.alerts,
            **self.precision.result(),
            "otherwise": len(self.otherwise),
            "otherwise_ids": sorted(self.otherwise)[:_MAX_SHOWN],
            "open": self.undecided,
            "automated": self.automated,
            "days": len(self.days),
            "closers": len(self.closers),
            "without_history": self.unrecorded,
            "first": self.first,
            "last": self.last,
        }


# The evidence by the texts of the alerts, by their names.
Cells = dict[str, dict[Texts, Evidence]]


class Reader:
    """Reads from a document what a rule could require of it."""

    def __init__(self, dialect: Dialect) -> None:
        self._name = field_behind(NAME, dialect)
        self._fields = [(key, field_behind(key, dialect)) for key in (*SOURCE, *TARGET, *USERS)]

    def read(self, document: Mapping[str, Any]) -> tuple[str | None, Texts]:
        """The name, None if no rule can require it, and the texts of the other keys."""
        names = _texts(document, self._name)
        found = []
        for key, behind in self._fields:
            texts = _texts(document, behind)
            if texts:
                found.append((key, _addresses(texts) if key in ADDRESS_KEYS else texts))
        return names[0] if len(names) == 1 else None, tuple(found)


def _texts(document: Mapping[str, Any], behind: Field) -> tuple[str, ...]:
    """The texts of a field as conditions compare them, without blank ones."""
    head, dot, member = behind.name.partition(".")
    side = document.get(head) if dot else document
    # Nearly all values are single texts or missing, for which there is a shorter way.
    if isinstance(side, dict) and not (dot and behind.name in document):
        value = side.get(member or head)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,) if value.strip() and len(value) <= MAX_TEXT_LENGTH else ()
    texts = StoredValues(document).texts(behind.whole)
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def _addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts with each IPv6 address in its usual spelling, because a rule does not tell them apart."""
    return tuple(dict.fromkeys(_address(text) for text in texts))


def _address(text: str) -> str:
    usual = usual_spelling(text)
    # A rule compares an IPv4 address as a text.
    return text if usual is None or ":" not in usual else usual


class Observation:
    """Counts the alerts of the period, and keeps the evidence of each kind of them.

    :param covers: whether a given rule closes an alert already.
    """

    def __init__(self, dialect: Dialect, zone: tzinfo, covers: Callable[[Alert], bool]) -> None:
        self.cells: Cells = {}
        self.first: str | None = None
        self.days: set[str] = set()
        self.counts = dict.fromkeys(
            (
                "alerts",
                "open",
                "decided_by_analysts",
                "closed_as_false_positives",
                "closed_by_collection",
                "closed_by_tag_rules",
                "covered_by_rules",
            ),
            0,
        )
        self.closures = {"closures": 0, "recorded": 0}
        self._zone = zone
        self._covers = covers
        self._reader = Reader(dialect)

    def add(self, alert: Alert, decision: AnalystDecision) -> None:
        """Count an alert."""
        at = exact_time(alert.timestamp)
        if at is not None:
            self.first = at if self.first is None else min(self.first, at)
        # Whoever closed it, an incident speaks against a rule.
        verdict = OTHERWISE if decision.incident else agreement("completed", True, decision)
        agreed = verdict == AGREED
        covered = agreed and self._covers(alert)
        day = self._day(decision.at or at) if agreed else None
        self._count(alert, decision, agreed, covered, day)
        name, texts = self._reader.read(alert.document)
        if name is None:
            return
        observed = Observed(
            alert.id, verdict, decision.incident or alert.status == "completed", covered, day, decision.by, at
        )
        kinds = self.cells.setdefault(name, {})
        found = kinds.get(texts)
        if found is None:
            found = kinds[texts] = Evidence()
        found.add(observed)

    def _count(self, alert: Alert, decision: AnalystDecision, agreed: bool, covered: bool, day: str | None) -> None:
        counts = self.counts
        counts["alerts"] += 1
        counts["open"] += alert.status == "open"
        counts["decided_by_analysts"] += decision.source == ANALYST
        counts["closed_as_false_positives"] += agreed
        counts["closed_by_collection"] += decision.source == COLLECTION
        counts["closed_by_tag_rules"] += decision.source == TAG_RULE
        counts["covered_by_rules"] += covered
        if decision.source == ANALYST and alert.status == "completed":
            self.closures["closures"] += 1
            self.closures["recorded"] += decision.by is not None
        if day is not None:
            self.days.add(day)

    def _day(self, at: str | None) -> str | None:
        """The day of an exact time in the time zone of the task."""
        if at is None or self._zone is timezone.utc:
            return None if at is None else at[:10]
        moment = stored_time(at)
        return None if moment is None else moment.astimezone(self._zone).date().isoformat()

    def history(self) -> dict[str, Any]:
        """How many closures the history lacks, and why."""
        of, recorded = self.closures["closures"], self.closures["recorded"]
        missing = of - recorded
        return {
            **self.closures,
            "missing": missing,
            "share_missing": share_of(missing, of),
            "reason": _MISSING_HISTORY if missing else None,
        }
