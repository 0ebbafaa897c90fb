# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Precision of a rule, with what a number of decisions proves about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

# Of the lower bound: one rule in twenty that just reaches it is in truth worse.
CONFIDENCE = 0.95
_DIGITS = 4
# What tables show for a figure that is not known.
UNKNOWN = "–"


@dataclass(frozen=True)
class Precision:
    """How often analysts agreed with a rule.

    :param agreed: alerts that an analyst closed as the rule would.
    :param decided: alerts that an analyst decided in any way.
    """

    agreed: int
    decided: int

    @property
    def share(self) -> float | None:
        """The share of agreement, None without a decision."""
        return share_of(self.agreed, self.decided)

    @property
    def lower_bound(self) -> float | None:
        """The share that is proven at CONFIDENCE, None without a decision."""
        return round(wilson_lower_bound(self.agreed, self.decided, CONFIDENCE), _DIGITS) if self.decided else None

    @property
    def upper_bound(self) -> float | None:
        """The share that the rule stays below at CONFIDENCE, None without a decision."""
        if not self.decided:
            return None
        return round(1 - wilson_lower_bound(self.decided - self.agreed, self.decided, CONFIDENCE), _DIGITS)

    def result(self) -> dict[str, Any]:
        """The keys of a result."""
        return {
            "agreed": self.agreed,
            "decided": self.decided,
            "precision": self.share,
            "precision_lower_bound": self.lower_bound,
        }


def share_of(part: int, whole: int) -> float | None:
    """A share as a result holds it, None of nothing."""
    return round(part / whole, _DIGITS) if whole else None


def percent(share: float | None) -> str:
    """A share as it is shown."""
    return UNKNOWN if share is None else f"{round(100 * share, 2):g} %"


def wilson_lower_bound(agreed: int, decided: int, confidence: float) -> float:
    """The one-sided lower bound of Wilson's score interval.

    :param decided: at least 1.
    """
    z = NormalDist().inv_cdf(confidence)
    share = agreed / decided
    margin = z * sqrt(share * (1 - share) / decided + (z / (2 * decided)) ** 2)
    return max(0.0, (share + z * z / (2 * decided) - margin) / (1 + z * z / decided))


def missing_decisions(precision: Precision, minimum: float) -> int | None:
    """The number of further agreeing decisions with which the lower bound reaches `minimum`.

    :returns: 0 if it does already, None if no number suffices.
    """
    if minimum >= 1:
        return None

    def reaches(more: int) -> bool:
        bound = Precision(precision.agreed + more, precision.decided + more).lower_bound
        return bound is not None and bound >= minimum

    if reaches(0):
        return 0
    most = 1
    while not reaches(most):
        most *= 2
    least = most // 2
    # Each agreeing decision raises the bound, so the first number that suffices lies between the two.
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if reaches(middle) else (middle, most)
    return most
