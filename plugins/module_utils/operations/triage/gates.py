# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gates on the result of a backtest, for a pipeline that must not take a rule that is wrong too often. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import InvalidInput
from ...printing import printable
from .precision import Precision, missing_decisions, percent


@dataclass(frozen=True)
class Gates:
    """What a backtest must reach.

    :param precision: lower bound of the precision of each rule, None for no gate.
    :param coverage: share of the analysts' closures that the rules would have made, None for no gate.
    """

    precision: float | None = None
    coverage: float | None = None

    def check(self) -> None:
        """:raises InvalidInput: a gate is out of range."""
        for name, value in (("minimum_precision", self.precision), ("minimum_coverage", self.coverage)):
            if value is not None and not 0 <= value <= 1:
                raise InvalidInput(f"{name} is a share from 0 to 1, such as 0.95 for 95 %, not {value:g}.")
        if self.precision == 1:
            raise InvalidInput(
                "minimum_precision is 1, which no number of decisions can prove. Use a value below 1, such as 0.99."
            )

    def unmet(self, result: Mapping[str, Any]) -> list[str]:
        """One message per gate that the result of a backtest does not meet.

        Without any closure nothing was tested, which no gate excuses.
        """
        if all(rule["expired"] for rule in result["rules"]):
            return [
                "All rules have expired, so there is nothing to compare with what analysts decided. Extend `expires` "
                "of the rules that are still needed."
            ]
        if not any(rule["would_close"] for rule in result["rules"]):
            return [
                f"No rule would close any of the {result['summary']['alerts']} alerts, so there is nothing to compare "
                "with what analysts decided. Check the conditions of the rules, or record alerts that they match."
            ]
        found: list[str] = []
        if self.precision:
            found += _of_precision(result, self.precision)
        if self.coverage:
            found += _of_coverage(result["coverage"], self.coverage)
        return found


def _of_precision(result: Mapping[str, Any], minimum: float) -> Iterator[str]:
    for rule in result["rules"]:
        precision = Precision(rule["agreed"], rule["decided"])
        missing = missing_decisions(precision, minimum)
        if not rule["would_close"] or not missing:
            continue
        name = printable(rule["name"])
        required = f"minimum_precision requires {percent(minimum)}"
        if not precision.decided:
            yield (
                f"Rule {name!r}: analysts decided none of the {rule['would_close']} alerts that it would close, so "
                f"its precision is unknown, and {required}. {missing} agreeing decisions are missing; record a "
                "longer period."
            )
            continue
        figure = (
            f"Rule {name!r}: analysts agreed with {precision.agreed} of {precision.decided} closures, which proves "
            f"a precision of {percent(precision.lower_bound)}, and {required}."
        )
        if precision.share is not None and precision.share < minimum:
            yield f"{figure} Narrow the rule until the closures that an analyst decided otherwise no longer match."
        else:
            yield f"{figure} {missing} further agreeing decisions are missing; record a longer period."


def _of_coverage(coverage: Mapping[str, Any], minimum: float) -> Iterator[str]:
    required = f"minimum_coverage requires {percent(minimum)}"
    if coverage["share"] is None:
        yield (
            f"Analysts closed none of the recorded alerts, so the coverage is unknown, and {required}. At least 1 "
            "closure is missing; record a longer period."
        )
    elif coverage["share"] < minimum:
        yield (
            f"The rules would have made {coverage['covered']} of the {coverage['closed_by_analysts']} closures of "
            f"analysts ({percent(coverage['share'])}), and {required}. Add rules, or lower the gate."
        )
